"""A standard of one's own: begun with nothing, from one there is, or from a file."""

import importlib
from dataclasses import replace
from pathlib import PurePath

from flask import Response, g, make_response, redirect, render_template, request, url_for

from analysis.code_books.drafts import begin_book
from analysis.code_books.here import free_name
from analysis.code_books.tree import LONGEST_TITLE, Book, Code, first_id, one_line
from analysis.code_books.versions import books_of
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint, takes
from safekeeping.languages import gettext as _
from surveys.formats.losses import BadFile

bp = staff_blueprint("new_book", __name__)

LARGEST = 6 * 2**20  # bytes of the request: a file of the largest size, and the fields beside it
WAYS = ("empty", "copy", "file")


@bp.get("/books/new")
@may("revise")
def new() -> Response:
    """The ways to begin."""
    return _page({})


def _page(faults: dict[str, list[str]]) -> Response:
    page = render_template(
        "books/new.html", books=books_of(kept(), g.person.organisation_id), faults=faults, typed=request.form
    )
    return make_response(page, 422 if faults else 200)


@bp.post("/books/new")
@may("revise")
@takes(LARGEST)
def begin() -> Response:
    """Begin a draft that nobody can use before it is published; or say what is wrong."""
    way = request.form.get("way", "")
    title = one_line(request.form.get("title", ""))
    if way not in WAYS:
        return _page({"title": [_("Choose one of the ways to begin.")]})
    if len(title) > LONGEST_TITLE or (not title and way != "file"):
        return _page({"title": [_("Type a title of at most {most} letters.", most=LONGEST_TITLE)]})
    try:
        book, report = {"empty": _empty, "copy": _copy, "file": _file}[way](title)
    except BadFile as bad:
        return _page({"file" if way == "file" else "of": bad.faults})
    begin_book(kept(), book, g.person.organisation_id, g.person.id, report)
    note("code book begun", book.name, way=way)
    return make_response(redirect(url_for("book_draft.look", name=book.name), 303))


def _empty(title: str) -> tuple[Book, tuple[str, ...]]:
    return Book(free_name(kept(), title), title), ()


def _copy(title: str) -> tuple[Book, tuple[str, ...]]:
    """The same codes under ids of their own: what is coded by one book says nothing about the other."""
    known = {each.book.name: each.book for each in books_of(kept(), g.person.organisation_id)}
    of = known.get(request.form.get("of", ""))
    if of is None:
        raise BadFile([_("Choose the standard to begin from.")])
    name = free_name(kept(), title)
    return replace(of, name=name, title=title, codes=_own(of.codes, name), gone=()), ()


def _own(codes: tuple[Code, ...], name: str) -> tuple[Code, ...]:
    return tuple(replace(each, id=first_id(name, each.code), children=_own(each.children, name)) for each in codes)


def _file(title: str) -> tuple[Book, tuple[str, ...]]:
    """The readers are loaded when one is needed: some take a second to load."""
    sent = request.files.get("file")
    called = PurePath(sent.filename or "").name if sent else ""
    if sent is None or not called:
        raise BadFile([_("No file was chosen. Choose one, then press the button again.")])
    stem = one_line(PurePath(called).stem)[:LONGEST_TITLE]
    name = free_name(kept(), title or stem)
    taken = importlib.import_module("analysis.code_books.files").read_book(called[:120], sent.read(), name, title)
    book: Book = taken.book
    return (replace(book, title=stem) if book.title == name and stem else book), taken.report
