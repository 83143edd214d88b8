"""The quotes of a consultation: how each stands, what else could be quoted, and the ledger of what was released."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound

from analysis.code_books.versions import edition_named
from analysis.coding import acts, code_passages, safety
from analysis.coding.stances import stances
from analysis.quoting import ledger
from analysis.quoting.allowed import NotAllowed
from analysis.quoting.candidates import Candidate, Codes, Sought, candidates, codes_of
from analysis.quoting.proposing import Desk, Where, propose, take_back
from analysis.quoting.standing import RELEASED, STATES, Standing, editors, standing_of, standings
from analysis.quoting.texts import version_text
from analysis.standard.edition import Edition
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("quotes", __name__)

PART = 20
#: What candidates can be looked for by.
FILTERS = ("section", "stance", "plain", "marked")
DONE = {
    "back": _("The quote is shown no more. Reports that hold it stand in the ledger."),
    "asked": _("A second person is asked to look at it."),
    "approved": _("Approved. It is released as soon as it is counted what may stand under it."),
    "sent": _("Sent back with your reason."),
    "refused": _("Refused. It will not be released."),
}


@dataclass(frozen=True)
class Line:
    """One quote in the list."""

    id: str
    text: str
    state: str
    section: str
    by: str
    mine: bool


def desk_of(row: PublishedSurvey) -> Desk:
    """This request's person at the quotes of a survey."""
    return Desk(kept(), current_app.extensions["vault"].opener(row.id), g.person.id, steady_now())


def edition_of(row: PublishedSurvey) -> Edition:
    """The standard that a survey is coded by."""
    return edition_named(kept(), definition_of(row).standard)


def quote_at(row: PublishedSurvey, name: str) -> Standing:
    """The quote of this id (hex) in a survey, or 404."""
    try:
        return standing_of(kept(), row.id, bytes.fromhex(name))
    except (ValueError, NoResultFound):
        abort(404)


@bp.get("/quotes/<address>")
@may("code")
def look(address: str) -> str:
    """How every quote stands; `?state=` shows those alone."""
    row = published_at(kept(), address)
    every = standings(kept(), row.id)
    state = request.args.get("state", "")
    part = max(request.args.get("part", 0, int), 0)
    wanted = [each for each in every if state in ("", each.state)]
    counts = {name: sum(each.state == name for each in every) for name in STATES}
    edition = edition_of(row)
    return render_template(
        "quotes/list.html",
        survey=definition_of(row),
        lines=[_line(row, edition, each) for each in wanted[part * PART : (part + 1) * PART]],
        more=len(wanted) > (part + 1) * PART,
        part=part,
        state=state,
        states={name: (_(said), counts[name]) for name, said in STATES.items() if counts[name]},
        done=_(DONE[request.args["done"]]) if request.args.get("done") in DONE else "",
        again=ledger.to_make_again(kept(), row.id),
    )


def _line(row: PublishedSurvey, edition: Edition, standing: Standing) -> Line:
    desk, version = desk_of(row), standing.version
    text = version_text(kept(), desk.opener, standing.quote, version)
    section = edition.section(version.section).title if version.section in edition.section_codes else version.section
    by = kept().get_one(Staff, version.staff_id).name
    mine = g.person.id in editors(kept(), standing.quote)
    return Line(standing.quote.id.hex(), text, standing.state, section, by, mine)


@bp.get("/quotes/<address>/candidates")
@may("code")
def choose(address: str) -> Response:
    """What could be quoted, by section."""
    return _candidates(published_at(kept(), address))


def _sought() -> Sought:
    asked = request.args
    return Sought(asked.get("section", ""), asked.get("stance", ""), "plain" in asked, "marked" in asked)


def _candidates(row: PublishedSurvey, wrong: str = "") -> Response:
    desk, sought, edition = desk_of(row), _sought(), edition_of(row)
    try:
        after = bytes.fromhex(request.args.get("after", ""))
    except ValueError:
        abort(404)
    found = candidates(kept(), desk.opener, sought, after)
    asked: dict[str, Any] = {name: request.args[name] for name in FILTERS if name in request.args}
    page = render_template(
        "quotes/candidates.html",
        survey=definition_of(row),
        edition=edition,
        cards=[(each, _veiled(each), _chapter(edition, each, sought)) for each in found.cards],
        sought=sought,
        stances=stances(),
        audiences=definition_of(row).audience_names(),
        following=url_for("quotes.choose", address=row.address, after=found.following.hex(), **asked)
        if found.following
        else "",
        wrong=wrong,
    )
    return make_response(page, 422 if wrong else 200)


def _veiled(each: Candidate) -> bool:
    """Whether it may speak of danger and this coder has not chosen to read it."""
    return bool(safety.held(kept(), [each.passage]) - acts.opened(kept(), [each.passage], g.person.id))


def _chapter(edition: Edition, each: Candidate, sought: Sought) -> str:
    """Under which section it would stand: the one that is looked for, or else its first."""
    return sought.section or next(iter(edition.in_order(each.sections)), edition.section_codes[0])


@bp.post("/quotes/<address>/candidates")
@may("code")
def add(address: str) -> Response:
    """Propose one, and go on to its words."""
    row = published_at(kept(), address)
    desk, edition = desk_of(row), edition_of(row)
    try:
        passage = code_passages.passage_of(kept(), row.id, bytes.fromhex(request.form.get("passage", "")))
    except (ValueError, NoResultFound):
        abort(404)
    codes = codes_of(kept(), [passage]).get(passage.id, Codes())
    section = request.form.get("section", "") or next(iter(edition.in_order(codes.sections)), edition.section_codes[0])
    if section not in edition.section_codes:
        abort(404)
    theme = next((each for each in codes.themes if edition.section_of_theme.get(each) == section), "")
    try:
        quote = propose(desk, passage, Where(section, theme))
    except NotAllowed as fault:
        return _candidates(row, str(fault))
    note("proposed quote", address, section=section)
    return make_response(redirect(url_for("quote_words.edit", address=address, quote_id=quote.id.hex()), 303))


@bp.post("/quotes/<address>/back")
@may("release quotes")
def unrelease(address: str) -> Response:
    """Show a released quote no more."""
    row = published_at(kept(), address)
    standing = quote_at(row, request.form.get("quote", ""))
    if standing.state != RELEASED:
        abort(404)
    take_back(desk_of(row), standing)
    note("took back quote", address, section=standing.version.section)
    return make_response(redirect(url_for("quotes.look", address=address, done="back"), 303))


@bp.get("/quotes/<address>/ledger")
@may("see home")
def released(address: str) -> str:
    """What became of every released quote. No word of any is here."""
    row = published_at(kept(), address)
    lines = ledger.lines(kept(), row.id)
    people = {line.row.staff_id for line in lines if line.row.staff_id}
    return render_template(
        "quotes/ledger.html",
        survey=definition_of(row),
        lines=lines,
        acts=ledger.ACTS,
        names={each: kept().get_one(Staff, each).name for each in people},
        again=ledger.to_make_again(kept(), row.id),
    )
