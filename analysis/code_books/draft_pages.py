"""The draft of a code book: its tree, its codes to be changed, undoing, publishing, giving up."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from analysis.code_books import drafts
from analysis.code_books.acts import CannotAct
from analysis.code_books.book_pages import difference
from analysis.code_books.changes import changes
from analysis.code_books.draft_forms import OF_BOOK, OF_CODE, PARTS, acts_of, as_typed, beside, places
from analysis.code_books.drafts import DraftChanged, OpenDraft
from analysis.code_books.here import draft_here, may_be_changed, versions_here
from analysis.code_books.lineage import must_look_again
from analysis.code_books.tables import LONGEST_NOTE
from analysis.code_books.tree import Book, Placed, Wrong
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.jobs import enqueue
from safekeeping.languages import gettext as _
from safekeeping.organisations import EVERYWHERE
from surveys.definition.published import GONE, PublishedSurvey, definition_of

bp = staff_blueprint("book_draft", __name__)

CHANGED = _(
    "Somebody changed this draft while the page was open, so nothing was kept. What you typed is still here: look at "
    "the draft, then press the button once more."
)


@bp.post("/books/<name>/draft")
@may("revise")
def begin(name: str) -> Response:
    """Begin the draft of the next version, or go to the one there is."""
    versions_here(name)
    if not may_be_changed(kept(), name):
        abort(403)
    drafts.begin_draft(kept(), name, g.person.id)
    return _to(name)


def _to(name: str, **more: Any) -> Response:
    return make_response(redirect(url_for("book_draft.look", name=name, **more), 303))


@bp.get("/books/<name>/draft")
@may("revise")
def look(name: str) -> Response:
    """The draft as a tree, with what a file it came from could not bring."""
    return _draft_page(draft_here(name))


def _draft_page(here: OpenDraft, do: str = "", wrong: Sequence[Wrong] = ()) -> Response:
    book = here.book
    last = here.row.acts[-1]["act"] if here.at else ""
    page = render_template(
        "books/draft.html",
        here=here,
        book=book,
        do=do,
        wrong=wrong,
        typed=_typed(
            do, {"describe": {"title": book.title, "publisher": book.publisher, "year": str(book.year or "")}}
        ),
        undoing=_(UNDOING[last]) if last else "",
    )
    return make_response(page, 422 if wrong else 200)


def _typed(do: str, usual: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """What each form shows: as it is, or as it was typed where it was sent and refused."""
    return {**usual, **({do: request.form} if do else {})}


@bp.post("/books/<name>/draft/change")
@may("revise")
def change_book(name: str) -> Response:
    """Add a section, or say what the book is called."""
    here, do = draft_here(name), request.form.get("do", "")
    if do not in OF_BOOK:
        abort(400)
    wrong = _acted(here, do, None)
    return _draft_page(here, do, wrong) if wrong else _to(name, _anchor="tree")


@bp.get("/books/<name>/draft/<code_id>")
@may("revise")
def look_at_code(name: str, code_id: str) -> Response:
    """One code, to be changed."""
    here = draft_here(name)
    return _code_page(here, _placed(here.book, code_id))


def _placed(book: Book, code_id: str) -> Placed:
    return book.placed().get(code_id) or abort(404)


def _code_page(here: OpenDraft, placed: Placed, do: str = "", wrong: Sequence[Wrong] = ()) -> Response:
    as_it_is = as_typed(placed.code)
    page = render_template(
        "books/code.html",
        here=here,
        placed=placed,
        code=placed.code,
        do=do,
        wrong=wrong,
        typed=_typed(do, {"keep": as_it_is, "merge": as_it_is, "split": {"code-1": placed.code.code}}),
        chosen=request.form.getlist("with"),
        beside=beside(here.book, placed),
        places=list(places(here.book, placed)),
        parts=range(1, PARTS + 1),
    )
    return make_response(page, 422 if wrong else 200)


@bp.post("/books/<name>/draft/<code_id>")
@may("revise")
def change_code(name: str, code_id: str) -> Response:
    """Keep, add below, move, merge, split or retire; or say what is in the way, with the form as it was typed."""
    here, do = draft_here(name), request.form.get("do", "")
    if do not in OF_CODE:
        abort(400)
    placed = _placed(here.book, code_id)
    wrong = _acted(here, do, placed)
    return _code_page(here, placed, do, wrong) if wrong else _to(name, _anchor="tree")


def _acted(here: OpenDraft, do: str, placed: Placed | None) -> Sequence[Wrong]:
    """Do what a form asks; what keeps it from being done, if anything."""
    acts = acts_of(do, request.form, request.form.getlist("with"), placed)
    try:
        drafts.act_on(kept(), here, acts, _seen(), g.person.id)
    except CannotAct as refused:
        return refused.wrong
    except DraftChanged:
        return [Wrong("", "", _(CHANGED))]
    for act in acts:
        note("code book changed", here.book.name, part=act["act"])
    return []


def _seen() -> int:
    at = request.form.get("at", "")
    return int(at) if at.isdecimal() and len(at) < 6 else abort(400)


@bp.post("/books/<name>/draft/undo")
@may("revise")
def undo(name: str) -> Response:
    """Take the last change back."""
    here = draft_here(name)
    try:
        drafts.undo(kept(), here, _seen(), g.person.id)
    except DraftChanged:
        return _draft_page(here, wrong=[Wrong("", "", _(CHANGED))])
    note("code book changed", name, part="undo")
    return _to(name)


#: What undoing would take back, by the act.
UNDOING = {
    "describe": _("what the book is called"),
    "add": _("the code that was added"),
    "rename": _("the new name"),
    "reword": _("the new wording"),
    "move": _("the move"),
    "merge": _("the merge"),
    "split": _("the split"),
    "retire": _("the retiring"),
}


@bp.get("/books/<name>/draft/publish")
@may("revise")
def before_publishing(name: str) -> Response:
    """What the next version changes, before it is published."""
    return _publish_page(draft_here(name))


def _publish_page(here: OpenDraft, wrong: Sequence[Wrong] = ()) -> Response:
    old = here.start.book
    found = changes(old, here.next) if here.start.number else []
    touched = must_look_again(old, here.next) if here.start.number else set()
    page = render_template(
        "books/publish.html",
        here=here,
        trouble=drafts.why_not(here),
        wrong=wrong,
        most=LONGEST_NOTE,
        **difference(old, found, touched),
    )
    return make_response(page, 422 if wrong else 200)


@bp.post("/books/<name>/draft/publish")
@may("revise")
def publish(name: str) -> Response:
    """Publish it: from now on surveys on this standard are coded by it, and suggestions are made anew."""
    here = draft_here(name)
    try:
        made = drafts.publish_draft(kept(), here, _seen(), g.person.id, request.form.get("note", ""), steady_now())
    except CannotAct as refused:
        return _publish_page(here, refused.wrong)
    except DraftChanged:
        return _publish_page(here, [Wrong("", "", _(CHANGED))])
    note("code book published", name, number=made.number)
    for row in kept().scalars(select(PublishedSurvey).execution_options(**EVERYWHERE)):
        if row.state not in GONE and definition_of(row).standard == name:
            enqueue(kept(), "take in", row.id.hex())
    return make_response(redirect(url_for("books.newest", name=name, done="published"), 303))


@bp.post("/books/<name>/draft/drop")
@may("revise")
def drop(name: str) -> Response:
    """Forget the draft; a book that was never published is gone with it."""
    here = draft_here(name)
    drafts.drop_draft(kept(), here)
    note("code book dropped", name)
    return make_response(redirect(url_for("books.every_book", done="dropped"), 303))
