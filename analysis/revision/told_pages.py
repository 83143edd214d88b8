"""What we did, at the desk: choose what is told, look at exactly what will be public, publish it, take it back."""

from datetime import date
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from analysis.quoting.ledger import note_use
from analysis.reading.read_pages import reading_session
from analysis.reporting.formats import FORMS
from analysis.revision.account import hash_of_account
from analysis.revision.account_report import account_report
from analysis.revision.accounts import (
    MOST_ADDRESS,
    MOST_INTRO,
    MOST_TITLE,
    CannotTell,
    Wished,
    accounts_of,
    publish_account,
    quotes_now,
    take_back,
    tellable,
    write_account,
)
from analysis.revision.copied_words import copied_words
from analysis.revision.cycle_here import CycleHere, cycle_here
from analysis.revision.cycles import cycle_of
from analysis.revision.tables import Account, RevisionCycle
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import speaking
from safekeeping.organisations import Organisation

bp = staff_blueprint("told", __name__)

DONE = {
    "published": _("The page is public. Give its address to whoever took part."),
    "back": _("The page is taken back. Whoever opens it reads that it is not there any more."),
}


@bp.get("/revise/<key>/told")
@may("revise")
def look(key: str) -> str:
    """What is public now, and what the next page could tell."""
    here = cycle_here(key)
    return _page(here, _first_wish(here))


def _page(here: CycleHere, wished: Wished, *, wrong: str = "", content: dict[str, Any] | None = None) -> str:
    said = accounts_of(kept(), here.row.id)
    return render_template(
        "revise/told.html",
        here=here,
        wished=wished,
        decided=tellable(kept(), here.row),
        accounts=said,
        live=[each for each in said[:1] if each.taken_back_at is None],
        account=content,
        seen=hash_of_account(content) if content else "",
        quotes=quotes_now(kept(), current_app.extensions["vault"], content) if content else {},
        preview=True,
        wrong=wrong,
        most={"address": MOST_ADDRESS, "title": MOST_TITLE, "intro": MOST_INTRO},
        public=current_app.extensions["settings"].public_address,
        done=_(DONE[request.args["done"]]) if request.args.get("done") in DONE else "",
    )


def _first_wish(here: CycleHere) -> Wished:
    """What the form says before anybody wrote in it: as it was published last, and everything that can be told."""
    last = next(iter(accounts_of(kept(), here.row.id)), None)
    ready = frozenset(
        each.row.number for each in tellable(kept(), here.row) if each.decision and each.decision.told.strip()
    )
    if last is not None:
        return Wished(last.address, last.content["title"], last.content["intro"], ready)
    return Wished(f"standards-{_today().year}", _("What you said, and what we did"), "", ready)


def _wished() -> Wished:
    form = request.form
    return Wished(
        form.get("address", "").strip(),
        form.get("title", "").strip(),
        form.get("intro", "").strip().replace("\r\n", "\n"),
        frozenset(int(each) for each in form.getlist("told") if each.isdecimal()),
        form.get("names") == "yes",
    )


@bp.post("/revise/<key>/told")
@may("revise")
def preview(key: str) -> Response:
    """Exactly what would be public."""
    here, wished = cycle_here(key), _wished()
    try:
        content = write_account(kept(), here.row, wished, g.person.organisation, _today())
    except CannotTell as fault:
        return make_response(_page(here, wished, wrong=str(fault)), 422)
    return make_response(_page(here, wished, content=content))


@bp.post("/revise/<key>/told/publish")
@may("tell the public")
def publish(key: str) -> Response:
    """Tell the public what was looked at, word for word."""
    wished = _wished()
    try:
        content = _as_looked_at(key, wished)
        row = publish_account(kept(), cycle_here(key).row, wished, content, g.person.id)
    except CannotTell as fault:
        return make_response(_page(cycle_here(key), wished, wrong=str(fault)), 422)
    note("told the public", row.address)
    return _back(key, "published")


def _as_looked_at(key: str, wished: Wished) -> dict[str, Any]:
    """The account, where it is still what was looked at and holds nobody's words. Raises `CannotTell`.

    It reads every answer, while nothing is locked, so that nobody's answers wait for it.
    """
    with reading_session() as session:
        cycle = read_cycle(session, key)
        content = write_account(session, cycle, wished, g.person.organisation, _today(session))
        if request.form.get("seen") != hash_of_account(content):
            raise CannotTell(_("Something changed since you looked. Look at the page as it would be public now."))
        found = copied_words(session, current_app.extensions["vault"], cycle, content)
    if found:
        raise CannotTell(
            _(
                "These words stand in somebody’s answer: “{words}”. Say it in your own words, or pin the released "
                "quote to the proposal: then it goes from the page when its writer takes it back.",
                words=found[0],
            )
        )
    return content


def read_cycle(session: Session, key: str) -> RevisionCycle:
    """The cycle of this key, in a session that locks nothing; 404 where it is not of this organisation."""
    try:
        return cycle_of(session, g.person.organisation_id, bytes.fromhex(key))
    except ValueError:
        abort(404)


@bp.post("/revise/<key>/told/back")
@may("tell the public")
def take_it_back(key: str) -> Response:
    """Take the public page back."""
    here = cycle_here(key)
    address = request.form.get("address", "")
    if not take_back(kept(), here.row, address):
        abort(404)
    note("took back account", address)
    return _back(key, "back")


@bp.post("/revise/<key>/told/file")
@may("revise")
def fetch(key: str) -> Response:
    """What is public as a document with the quotes that are released now, which then stand in the ledger."""
    with reading_session() as session:  # it takes a second or two, and nobody's answers wait for it
        said = accounts_of(session, read_cycle(session, key).id)
        if not said or said[0].taken_back_at:
            abort(404)
        row, quotes = said[0], quotes_now(session, current_app.extensions["vault"], said[0].content)
        with speaking(row.content["language"]):
            made = FORMS["docx"].write(account_report(row.content, _today(session), quotes))
        session.expunge(row)
    _note_quotes(row, {release: quote.text for release, quote in quotes.items()})
    note("fetched account", row.address)
    response = Response(made, content_type=FORMS["docx"].kind)
    response.headers["Content-Disposition"] = f"attachment; filename={row.address}.docx"
    return response


def _note_quotes(row: Account, used: dict[str, str]) -> None:
    """That these quotes stand in a document, by the survey each is from."""
    surveys: dict[str, dict[str, str]] = {}
    for section in row.content["sections"]:
        for told in section["decisions"]:
            for each in told["quotes"]:
                if each["release"] in used:
                    surveys.setdefault(each["survey"], {})[each["release"]] = used[each["release"]]
    for survey_id, mine in surveys.items():
        note_use(kept(), bytes.fromhex(survey_id), mine, f"what we did {row.address}", g.person.id, steady_now())


def _today(session: Session | None = None) -> date:
    organisation = (session or kept()).get_one(Organisation, g.person.organisation_id)
    return organisation.local(steady_now()).date()


def _back(key: str, done: str) -> Response:
    return make_response(redirect(url_for("told.look", key=key, done=done), 303))
