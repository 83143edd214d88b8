"""A new survey: from a template, from a standard, from a file, from an earlier survey, or from nothing."""

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.organisations import begin_consultation
from safekeeping.staff import HeldRole
from surveys.definition.clauses import Standard
from surveys.definition.published import addresses, definition_of, published_at
from surveys.definition.tables import as_tables
from surveys.formats.losses import BadFile, Imported
from surveys.writing.at_hand import published_for
from surveys.writing.draft import written_standards
from surveys.writing.editing import in_order
from surveys.writing.from_standard import about_sections, audiences_offered, from_standard, self_assessment
from surveys.writing.templates_offered import STARTS, Tables, empty, fresh_address
from surveys.writing.written import WrittenSurvey, begin_writing, title_in

bp = staff_blueprint("new_survey", __name__)

#: Endings of the files that can be read.
READ = (".toml", ".xlsx", ".xls", ".csv", ".md", ".lss", ".json", ".txt")


#: What a way to begin gives: the tables, what is said of the step, and the consultation it belongs to, if to one.
Begun = tuple[Tables, str] | tuple[Tables, str, bytes | None]


@bp.get("/write/new")
@may("write")
def new() -> str:
    """The ways to begin."""
    return ways()


def ways(faults: list[str] | None = None) -> str:
    """The page with all ways to begin, and what is wrong with a file that was sent."""
    return render_template(
        "write/new.html",
        starts=STARTS.values(),
        standards=written_standards(),
        audiences=audiences_offered(),
        earlier=[(row.address, definition_of(row).title) for row in published_for("write")],
        faults=faults or [],
        endings=READ,
    )


@bp.post("/write/new/<way>")
@may("write")
def begin(way: str) -> Response:
    """Begin a survey this way, and open its outline."""
    if way not in WAYS:
        abort(404)
    row = begun(*WAYS[way]())
    return make_response(redirect(url_for("write.outline", written_id=row.id.hex()), 303))


def begun(tables: Tables, what: str, consultation_id: bytes | None = None) -> WrittenSurvey:
    """A survey to write, begun with these tables: in that consultation, or in a new one of the visitor's."""
    tables = in_order(tables)
    tables["address"] = fresh_address(str(tables.get("address") or "your-views"), addresses(kept()))
    return begin_writing(kept(), tables, what, consultation_id=consultation_id or _new_consultation(tables))


def _new_consultation(tables: Tables) -> bytes:
    """A consultation of the visitor's organisation, in which they may go on writing."""
    made = begin_consultation(kept(), g.person.organisation_id, title_in(tables)).id
    if not g.person.may("write", made):
        kept().add(HeldRole(staff_id=g.person.id, role="author", consultation_id=made))
    return made


def _empty() -> tuple[Tables, str]:
    return empty(), _("began with nothing")


def _template() -> tuple[Tables, str]:
    start = STARTS.get(request.form.get("start", ""))
    if start is None:
        abort(400)
    return start.tables(), _("began with “{start}”", start=_(start.title))


def _standard() -> tuple[Tables, str]:
    standard = written_standards().get(request.form.get("standard", ""))
    ask = ASKED.get(request.form.get("ask", "clauses"))
    if standard is None or ask is None:
        abort(400)
    return ask(standard)


def _chosen(standard: Standard) -> tuple[list[str], list[Tables]]:
    """The sections and the audiences that were ticked."""
    sections, chosen = request.form.getlist("section"), request.form.getlist("audience")
    offered = {each["name"]: each for each in audiences_offered()}
    if not set(chosen) <= set(offered):
        abort(400)
    mine = [code for code in sections if code in standard.sections]
    return mine, [offered[name] for name in offered if name in chosen or not chosen]


def _clauses(standard: Standard) -> tuple[Tables, str]:
    what = _("began with the clauses of {standard}", standard=standard.title)
    return from_standard(standard, *_chosen(standard)), what


def _sections(standard: Standard) -> tuple[Tables, str]:
    what = _("began with the sections of {standard}", standard=standard.title)
    return about_sections(standard, *_chosen(standard)), what


def _providers(standard: Standard) -> tuple[Tables, str]:
    stage = request.form.get("stage", "")
    if not standard.lowest or (stage and stage not in standard.stages):
        abort(400)
    what = _("began with a self-assessment on {standard}", standard=standard.title)
    return self_assessment(standard, stage), what


#: What can be asked about a standard.
ASKED: dict[str, Callable[[Standard], tuple[Tables, str]]] = {
    "clauses": _clauses,
    "sections": _sections,
    "providers": _providers,
}


def _earlier() -> tuple[Tables, str, bytes | None]:
    """A new wave belongs to the consultation of the earlier one."""
    row = published_at(kept(), request.form.get("survey", ""))
    survey = definition_of(row)
    tables = as_tables(survey)
    tables.pop("wave", None)
    return tables, _("began as a new wave of “{survey}”", survey=survey.title), row.consultation_id


WAYS: dict[str, Callable[[], Begun]] = {
    "empty": _empty,
    "template": _template,
    "standard": _standard,
    "earlier": _earlier,
}


@bp.post("/write/new/file")
@may("write")
def from_file() -> Response:
    """Begin with the survey in a file, and show what the file has that a survey here cannot hold."""
    sent = request.files.get("file")
    name = Path(sent.filename or "").name if sent else ""
    if sent is None or not name:
        return make_response(ways([_("No file was chosen. Choose one, then press the button again.")]), 422)
    try:
        imported = _read(name, sent.read())
    except BadFile as bad:
        return make_response(ways(bad.faults), 422)
    row = begun(imported.tables, _("began with the file {name}", name=name))
    if imported.losses:
        losses, written_id = imported.losses, row.id.hex()
        return make_response(render_template("write/losses.html", losses=losses, name=name, written_id=written_id))
    return make_response(redirect(url_for("write.outline", written_id=row.id.hex()), 303))


def _read(name: str, content: bytes) -> Imported:
    """What the file holds. The readers are loaded when they are first needed: some take a second to load."""
    ending = Path(name).suffix.lower()
    if ending not in READ:
        what = _("“{name}” is not a kind of file that can be read. Use one ending in {endings}.")
        raise BadFile([what.format(name=name, endings=", ".join(READ))])
    convert: Any = importlib.import_module("surveys.formats.convert")
    with TemporaryDirectory() as folder:
        path = Path(folder) / (re.sub(r"[^\w .-]", "_", Path(name).stem)[:60] + ending)
        path.write_bytes(content)
        imported: Imported = convert.read_any(path)
    return imported
