"""Wording that the holder of a standard brings: a file, what was read of it and what was not, and only then kept."""

import importlib
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.code_books.tree import one_line
from analysis.code_books.versions import books_of
from analysis.standard.bringing.keeping import (
    CannotKeep,
    Waiting,
    fresh_name,
    keep_brought,
    mark_of,
    waiting_from,
)
from analysis.standard.browsing import counted
from analysis.standard.clauses import StandardText
from analysis.standard.edition import UnknownEdition
from analysis.standard.held_editions import names_here, newest_edition
from analysis.standard.standard_pages import PARTS_SAID
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint, takes
from safekeeping.languages import gettext as _
from surveys.formats.losses import BadFile, bad

bp = staff_blueprint("wording", __name__)

#: Bytes of a request: a file of the largest size; or what the page of a look carries.
LARGEST = 9 * 2**20
#: Letters that the page of a look may carry.
MOST_CARRIED = 8 * 2**20
#: What the choices of the form stand for, beside the names of standards and code books.
OWN = "own"
LONGEST_TITLE = 200
_PUBLISHED = re.compile(r"\d{4}(-\d{2}-\d{2})?")


@dataclass(frozen=True)
class _Sent:
    """A file as it was sent, and what the form says of it."""

    name: str
    content: bytes


@bp.get("/standards/bring")
@may("revise")
def bring() -> Response:
    """The form: which file, and what it is."""
    return _form({})


def _form(faults: dict[str, list[str]]) -> Response:
    organisation = g.person.organisation_id
    names = names_here(kept(), organisation)
    typed = request.form if request.method == "POST" else request.args
    page = render_template(
        "standards/bring.html",
        standards=[newest_edition(kept(), organisation, name).text for name in names],
        books=[each.book for each in books_of(kept(), organisation)],
        faults=faults,
        typed=typed,
        chosen=typed.get("to", ""),
    )
    return make_response(page, 400 if faults else 200)


@bp.post("/standards/bring")
@may("revise")
@takes(LARGEST)
def look_at() -> Response:
    """What was read of the file, and what was not; nothing is kept yet."""
    faults = _faults_of_form()
    sent = _sent()
    if sent is None:
        faults["file"] = [_("No file was chosen. Choose one, then press the button again.")]
    if faults or sent is None:
        return _form(faults)
    try:
        return _own(sent) if request.form["to"] == OWN else _wording(sent, request.form["to"])
    except BadFile as fault:
        return _form({"file": fault.faults})


def _sent() -> _Sent | None:
    sent = request.files.get("file")
    called = PurePath(sent.filename or "").name if sent else ""
    if sent is None or not called:
        return None
    with sent.stream as stream:  # a large one lies in a file until it is closed
        return _Sent(called[:120], stream.read())


def _faults_of_form() -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    to, published = request.form.get("to", ""), request.form.get("published", "").strip()
    if to != OWN and to not in names_here(kept(), g.person.organisation_id):
        faults["to"] = [_("Choose what the file is: a standard that is here, or one of your own.")]
    title = one_line(request.form.get("title", ""))
    if to == OWN and not 0 < len(title) <= LONGEST_TITLE:
        faults["title"] = [_("Type a title of at most {most} letters.", most=LONGEST_TITLE)]
    if published and not _PUBLISHED.fullmatch(published):
        faults["published"] = [_("Write a year as 2027, or a day as 2027-01-31.")]
    return faults


def _part(name: str) -> Any:
    """A part that loads what only files need."""
    return importlib.import_module(f"analysis.standard.bringing.{name}")


def _codes(frame: str) -> tuple[str, ...]:
    """The codes of a code book that is here; none where there is no such."""
    found = (each.book for each in books_of(kept(), g.person.organisation_id) if each.book.name == frame)
    return tuple(code for book in found for code in book.by_code())


def _wording(sent: _Sent, name: str) -> Response:
    """Wording for an edition that is here."""
    text = newest_edition(kept(), g.person.organisation_id, name).text
    matching = _part("matching")
    read = _part("files").read_clauses(sent.name, sent.content, matching.known_in(text))
    brought = matching.matched(text, read, _codes(text.frame), sent.name)
    published = request.form.get("published", "").strip()
    made = matching.dated(brought.text, published) if published else brought.text
    waiting = Waiting(made, text.sha256) if brought.changes else None
    return _preview(sent, waiting, made, text, brought.changes, brought.report, brought.named)


def _own(sent: _Sent) -> Response:
    """A standard of one's own, with a code book of its own or one that is here."""
    own, rows, form = _part("own"), _part("rows"), request.form
    title, frame = one_line(form.get("title", "")), form.get("frame", OWN)
    name = fresh_name(kept(), g.person.organisation_id, title)
    codes = () if frame == OWN else _codes(frame)
    if frame != OWN and not codes:
        return _form({"frame": [_("Choose a code book that is here, or one made from the file.")]})
    told = own.Named(name, title, form.get("publisher", ""), form.get("published", "").strip(), frame, codes)
    told = own.Named(name, title, told.publisher, told.published) if frame == OWN else told
    made = own.own_standard(_part("files").read_clauses(sent.name, sent.content, rows.Known()), told, sent.name)
    if frame == OWN:
        own.book_of_standard(made.text, sent.name)
    return _preview(sent, Waiting(made.text, "", frame == OWN), made.text, None, (), made.report, 0)


def _preview(
    sent: _Sent,
    waiting: Waiting | None,
    made: StandardText,
    before: StandardText | None,
    changes: Any,
    report: Any,
    named: int,
) -> Response:
    carried = waiting.to_text() if waiting else ""
    if len(carried) > MOST_CARRIED:
        raise bad(sent.name, "", _("it has more text than can be kept at once; bring it in two files"))
    keys, organisation = current_app.extensions["vault"], g.person.organisation_id
    page = render_template(
        "standards/preview.html",
        file=sent.name,
        made=made,
        before=before,
        changes=changes,
        new=sum(each.before is None for each in changes),
        report=report,
        named=named,
        counts=counted(made),
        with_book=bool(waiting and waiting.with_book),
        carried=carried,
        mark=mark_of(keys, organisation, carried) if carried else "",
        parts_said={name: _(said) for name, said in PARTS_SAID.items()},
    )
    return make_response(page)


@bp.post("/standards/keep")
@may("revise")
@takes(LARGEST)
def keep() -> Response:
    """Keep what was looked at."""
    carried, mark = request.form.get("carried", ""), request.form.get("mark", "")
    try:
        waiting = waiting_from(current_app.extensions["vault"], g.person.organisation_id, carried, mark)
        row = keep_brought(kept(), g.person, waiting, steady_now())
    except (CannotKeep, UnknownEdition) as fault:
        return _form({"file": [str(fault)]})
    if waiting.with_book:
        note("code book published", row.name, number=1)
    note("standard brought", row.name, edition=row.number)
    return make_response(redirect(url_for("standards.look", name=row.name, done="kept"), 303))
