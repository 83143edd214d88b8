"""The second person's page: would somebody who lived it know it? Then approve, send back or refuse."""

from dataclasses import dataclass, field

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.quoting.allowed import NotAllowed
from analysis.quoting.checklist import APPROVED, ASKED, BACK, LONGEST_REASON, REFUSED, NotYet
from analysis.quoting.quote_pages import desk_of, edition_of, quote_at
from analysis.quoting.released import attribution
from analysis.quoting.releasing import wanted
from analysis.quoting.replacing import CALLED, LEAVE, Edit, written_parts
from analysis.quoting.reviewing import review
from analysis.quoting.second_look import looked_at
from analysis.quoting.standing import ASKED as WAITS
from analysis.quoting.standing import Standing, editors
from analysis.quoting.texts import version_edits, version_text, written
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("quote_second", __name__)

#: The verdict that a button gives, and what the list says then.
VERDICTS = {"approved": APPROVED, "sent": BACK, "refused": REFUSED}
CHANGED = _("Somebody has changed this quote meanwhile. Read it again.")


@dataclass(frozen=True)
class Typed:
    """What was answered, why, and what is wrong with it."""

    answers: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class Change:
    """One span in the list of what was replaced: the words, what they may be, and what stands instead or why not."""

    words: str
    called: str
    instead: str
    why: str


@bp.get("/quotes/<address>/<quote_id>/second")
@may("release quotes")
def look(address: str, quote_id: str) -> Response:
    """The passage, the quote, what was replaced, and the questions."""
    row = published_at(kept(), address)
    return _page(row, quote_at(row, quote_id), Typed())


def _page(row: PublishedSurvey, standing: Standing, typed: Typed) -> Response:
    desk, edition = desk_of(row), edition_of(row)
    found = written(kept(), desk.opener, standing.quote)
    edits = version_edits(kept(), desk.opener, standing.quote, standing.version)
    text = version_text(kept(), desk.opener, standing.quote, standing.version)
    section, theme = standing.version.section, standing.version.theme
    page = render_template(
        "quotes/second.html",
        survey=definition_of(row),
        quote=standing,
        waits=standing.state == WAITS,
        mine=g.person.id in editors(kept(), standing.quote),
        by=kept().get_one(Staff, standing.version.staff_id).name,
        written=written_parts(found.text, edits),
        released=looked_at(text),
        changes=[_change(found.text, each) for each in edits],
        under=attribution(definition_of(row), dict(wanted(found, standing))),
        section=edition.section(section).title if section in edition.section_codes else section,
        theme=edition.theme(theme).title if theme in edition.theme_codes else "",
        asked={key: _(said) for key, said in ASKED.items()},
        typed=typed,
        longest=LONGEST_REASON,
    )
    return make_response(page, 422 if typed.wrong else 200)


def _change(text: str, each: Edit) -> Change:
    why = each.words if each.action == LEAVE else ""
    return Change(text[each.start : each.end], _(CALLED[each.kind]), each.instead or "", why)


@bp.post("/quotes/<address>/<quote_id>/second")
@may("release quotes")
def decide(address: str, quote_id: str) -> Response:
    """Give the verdict."""
    row = published_at(kept(), address)
    standing = quote_at(row, quote_id)
    what = request.form.get("do", "")
    if what not in VERDICTS:
        abort(400)
    answers = {key: request.form[f"asked-{key}"] for key in ASKED if f"asked-{key}" in request.form}
    reason = " ".join(request.form.get("reason", "").split())
    if request.form.get("version") != standing.version.id.hex():
        return _page(row, standing, Typed(wrong=_(CHANGED)))
    try:
        review(desk_of(row), standing, VERDICTS[what], answers, reason)
    except (NotYet, NotAllowed) as fault:
        return _page(row, standing, Typed(answers, reason, str(fault)))
    note("looked at quote", address, verdict=VERDICTS[what])
    return make_response(redirect(url_for("quotes.look", address=address, done=what), 303))
