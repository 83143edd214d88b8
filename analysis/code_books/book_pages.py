"""Code books to be read: all there are, one as a tree, its versions, what changed, and files of it."""

import importlib
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.code_books.carrying import Again, look_again, next_to_look_at
from analysis.code_books.changes import changes, fields_said, kinds_said
from analysis.code_books.here import coded_by, drafts_here, is_theirs, may_be_changed, version_here, versions_here
from analysis.code_books.lineage import must_look_again, spanning
from analysis.code_books.tree import Book
from analysis.code_books.versions import BookVersion, books_of, is_shipped
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff
from surveys.definition.published import definition_of, published_at

bp = staff_blueprint("books", __name__)

DONE = {
    "published": _("It is published. What is coded from now on is coded by it; suggestions are being made anew."),
    "dropped": _("The draft is gone. The published versions are as they were."),
}


@bp.get("/books")
@may("see home")
def every_book() -> str:
    """The shipped standards, the organisation's own, and drafts of new ones."""
    books = books_of(kept(), g.person.organisation_id)
    drafts = drafts_here()
    known = {each.book.name for each in books}
    return render_template(
        "books/list.html",
        books=books,
        shipped={each.book.name for each in books if is_shipped(each.book.name)},
        drafts=drafts,
        begun={name: title for name, title in drafts.items() if name not in known},
        done=_said(),
    )


def _said() -> str:
    done = request.args.get("done", "")
    return _(DONE[done]) if done in DONE else ""


@bp.get("/books/<name>")
@may("see home")
def newest(name: str) -> str:
    """The newest version as a tree."""
    return _tree(name, versions_here(name)[-1])


@bp.get("/books/<name>/<int:number>")
@may("see home")
def one_version(name: str, number: int) -> str:
    """Any version as a tree."""
    return _tree(name, version_here(name, number))


def _tree(name: str, shown: BookVersion) -> str:
    return render_template(
        "books/book.html",
        shown=shown,
        newest=versions_here(name)[-1].number,
        shipped=is_shipped(name),
        changeable=may_be_changed(kept(), name),
        drafted=name in drafts_here(),
        formats={ending: _(each) for ending, each in SAID.items()},
        done=_said(),
    )


@bp.get("/books/<name>/versions")
@may("see home")
def versions(name: str) -> str:
    """Every version, the newest first: when, by whom, and what they noted."""
    found = versions_here(name)
    return render_template("books/versions.html", versions=found[::-1], book=found[-1].book, by=_names(found))


def _names(versions: list[BookVersion]) -> dict[bytes, str]:
    people = {each.staff_id: kept().get(Staff, each.staff_id) for each in versions if each.staff_id}
    return {id: person.name for id, person in people.items() if id and person}


@bp.get("/books/<name>/<int:old>/<int:new>")
@may("see home")
def changed(name: str, old: int, new: int) -> str:
    """What changed from one version to a later one, and what people must look at again."""
    before, after = version_here(name, old), version_here(name, new)
    if old >= new:
        abort(404)
    later = spanning(each.version for each in versions_here(name) if old < each.number <= new)
    return render_template(
        "books/changed.html",
        before=before,
        after=after,
        **difference(before.book, changes(before.book, later), must_look_again(before.book, later)),
        again=_again(name, new),
        surveys=[(row, definition_of(row).title) for row in coded_by(name)],
        newest=versions_here(name)[-1].number == new,
    )


def difference(old: Book, found: list[Any], touched: set[str]) -> dict[str, Any]:
    """What the list of changes is drawn from."""
    titles = {each.code.code: each.code.title for each in old.walk()}
    return {
        "groups": [(said, [each for each in found if each.kind == kind]) for kind, said in kinds_said().items()],
        "fields": fields_said(),
        "touched": [(code, title) for code, title in titles.items() if code in touched],
    }


def _again(name: str, number: int) -> Again | None:
    """How many decisions; nothing is counted for who may not code."""
    surveys = coded_by(name)
    return look_again(kept(), name, number, [row.id for row in surveys]) if surveys else None


@bp.get("/code/<address>/by-the-new-book")
@may("code")
def look_at_next(address: str) -> Response:
    """On to the next passage whose decision this person must look at again, else to the next uncoded one."""
    row = published_at(kept(), address)
    found = next_to_look_at(kept(), definition_of(row).standard, row.id, g.person.id)
    if found is None:
        return make_response(redirect(url_for("code.next_passage", address=address), 303))
    return make_response(redirect(url_for("code.passage", address=address, passage_id=found.hex()), 303))


#: Ending -> what a file of it is for. The writers are loaded when one is asked for: some take a second to load.
SAID = {
    "qdc": _("REFI-QDA code book (.qdc), for MAXQDA, NVivo, ATLAS.ti, QualCoder and others"),
    "xlsx": _("Workbook (.xlsx), for spreadsheet programs"),
    "csv": _("Plain rows (.csv)"),
    "toml": _("Text in the shape of the standards that come with Heard (.toml)"),
}


@bp.get("/books/<name>/<int:number>/<ending>")
@may("see home")
def as_file(name: str, number: int, ending: str) -> Response:
    """A version as a file."""
    shown = version_here(name, number)
    if ending not in SAID or not is_theirs(name):
        abort(404)
    found = importlib.import_module("analysis.code_books.files").FORMATS[ending]
    response = make_response(found.write(shown.version))
    response.headers["Content-Type"] = found.media
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{number}.{ending}"'
    return response
