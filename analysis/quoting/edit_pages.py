"""The first person's page: what was found in a passage, what stands instead, and both side by side."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from analysis.coding.marking import Part
from analysis.quoting import standing as states
from analysis.quoting.allowed import NotAllowed
from analysis.quoting.checklist import BACK, REFUSED
from analysis.quoting.further_clues import proposals
from analysis.quoting.proposing import Desk, Where, keep, where_of
from analysis.quoting.quote_pages import desk_of, edition_of, quote_at
from analysis.quoting.released import closed_questions
from analysis.quoting.replacing import (
    ACTIONS,
    CALLED,
    CUT,
    GENERIC,
    INSTEAD,
    LEAVE,
    LONGEST_WORDS,
    WORDS,
    BadEdit,
    Edit,
    places_of,
    released_parts,
    with_proposals,
    written_parts,
)
from analysis.quoting.second_look import looked_at
from analysis.quoting.standing import Standing
from analysis.quoting.texts import Written, open_words, version_edits, version_text, written
from analysis.standard.edition import Edition
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("quote_words", __name__)

#: What can be done with a span, as the page says it.
TO_DO = {
    GENERIC: _("write {instead}"),
    WORDS: _("write other words"),
    CUT: _("cut it: […]"),
    LEAVE: _("leave it, for a reason"),
}
DROP = "drop"
CHANGED = _("A colleague has changed this quote meanwhile. What you see is theirs; nothing of yours was kept.")


@dataclass(frozen=True)
class Row:
    """One span of the form: the words, what they may be, what can be done, and what is chosen."""

    edit: Edit
    words: str
    called: str
    choices: dict[str, str]


@dataclass(frozen=True)
class Typed:
    """What somebody sent: decisions, words to add and what to do with them, and where the quote stands."""

    edits: tuple[Edit, ...]
    where: Where
    add: str = ""
    add_do: str = GENERIC
    add_words: str = ""
    wrong: str = ""


@bp.get("/quotes/<address>/<quote_id>")
@may("code")
def edit(address: str, quote_id: str) -> Response:
    """The passage as it was written and as it would be released, and what is replaced in it."""
    row = published_at(kept(), address)
    return _page(row, quote_at(row, quote_id))


def _page(row: PublishedSurvey, standing: Standing, typed: Typed | None = None) -> Response:
    desk, edition = desk_of(row), edition_of(row)
    found = written(kept(), desk.opener, standing.quote)
    edits = version_edits(kept(), desk.opener, standing.quote, standing.version)
    shown = typed.edits if typed else with_proposals(edits, proposals(found.answer, found.start, found.end))
    page = render_template(
        "quotes/edit.html",
        survey=definition_of(row),
        edition=edition,
        quote=standing,
        state=_(states.STATES[standing.state]),
        closed=standing.state == REFUSED,
        written=written_parts(found.text, edits),
        released=_marked_release(found.text, edits),
        left=[
            part for part in looked_at(version_text(kept(), desk.opener, standing.quote, standing.version)) if part.why
        ],
        rows=[_row(found.text, each) for each in shown],
        where=typed.where if typed else where_of(standing.version),
        questions=closed_questions(definition_of(row), found.response.answers),
        audience=definition_of(row).audience_names().get(found.response.audience or "", ""),
        add_choices=_choices("added"),
        typed=typed,
        back=_reason(desk, standing),
        longest=LONGEST_WORDS,
        wrong=typed.wrong if typed else "",
        done="done" in request.args and not typed,
    )
    return make_response(page, 422 if typed else 200)


def _marked_release(text: str, edits: Sequence[Edit]) -> list[Part]:
    return [Part(part.text, _(CALLED[part.why]) if part.why else "") for part in released_parts(text, edits)]


def _reason(desk: Desk, standing: Standing) -> str:
    """Why the second person sent it back or refused it."""
    review = standing.review
    if review is None or review.verdict not in (BACK, REFUSED):
        return ""
    return open_words(kept(), desk.opener, standing.quote, review.sealed, review.id)


def _choices(kind: str) -> dict[str, str]:
    return {action: _(TO_DO[action], instead=INSTEAD[kind]) for action in ACTIONS}


def _row(text: str, each: Edit) -> Row:
    off = {DROP: _("take this off")} if each.kind == "added" else {}
    return Row(each, text[each.start : each.end], _(CALLED[each.kind]), _choices(each.kind) | off)


@bp.post("/quotes/<address>/<quote_id>")
@may("code")
def change(address: str, quote_id: str) -> Response:
    """Keep what was changed; with `do=ask`, put it to a second person."""
    row = published_at(kept(), address)
    standing = quote_at(row, quote_id)
    desk = desk_of(row)
    found = written(kept(), desk.opener, standing.quote)
    before = version_edits(kept(), desk.opener, standing.quote, standing.version)
    typed = _typed(found, before, edition_of(row), closed_questions(definition_of(row), found.response.answers))
    if request.form.get("version") != standing.version.id.hex():
        fresh = Typed(before, where_of(standing.version), wrong=_(CHANGED))
        return _page(row, standing, fresh)
    ask = request.form.get("do") == "ask"
    try:
        edits = (*typed.edits, *_added(found.text, typed))
        after = keep(desk, standing, edits, typed.where, ask=ask)
    except (BadEdit, NotAllowed) as fault:
        return _page(row, standing, replace(typed, wrong=str(fault)))
    if after.version.id != standing.version.id or ask:
        note("changed quote", address, asked=int(after.version.asked))
    if ask:
        return make_response(redirect(url_for("quotes.look", address=address, done="asked"), 303))
    return make_response(redirect(url_for("quote_words.edit", address=address, quote_id=quote_id, done=1), 303))


def _typed(found: Written, before: Sequence[Edit], edition: Edition, questions: Collection[str]) -> Typed:
    """What was sent. A span that the form knew nothing of keeps what was decided, or is replaced."""
    every = with_proposals(before, proposals(found.answer, found.start, found.end))
    sent = (_sent(each) for each in every)
    chapter, asked = request.form.get("chapter", ""), request.form.get("by_question", "")
    section = edition.section_of_theme.get(chapter, chapter)
    if section not in edition.section_codes or asked not in ("", *questions):
        abort(400)
    where = Where(section, chapter if chapter != section else "", "by_audience" in request.form, asked)
    add_do = request.form.get("add-do", GENERIC)
    return Typed(
        tuple(each for each in sent if each),
        where,
        _line("add"),
        add_do if add_do in ACTIONS else GENERIC,
        _line("add-words"),
    )


def _line(name: str, before: str = "") -> str:
    return " ".join(request.form.get(name, before).split())


def _sent(each: Edit) -> Edit | None:
    """What was chosen for one span; nothing where somebody takes off what they had added themselves."""
    action, words = request.form.get(f"do-{each.key}", each.action), _line(f"words-{each.key}", each.words)
    if action == DROP and each.kind == "added":
        return None
    action = action if action in ACTIONS else each.action
    return replace(each, action=action, words=words if action in (WORDS, LEAVE) else "")


def _added(text: str, typed: Typed) -> list[Edit]:
    """The typed words, wherever they stand outside what is replaced already. Raises `BadEdit` where they do not."""
    if not typed.add:
        return []
    words = typed.add_words if typed.add_do in (WORDS, LEAVE) else ""
    new = [Edit(start, end, "added", typed.add_do, words) for start, end in places_of(text, typed.add)]
    free = [each for each in with_proposals(typed.edits, new) if each in new]
    if not free:
        raise BadEdit(_("“{words}” does not stand in the passage, or is replaced already.", words=typed.add))
    return free
