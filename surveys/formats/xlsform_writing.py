"""Write a survey as an XLSForm workbook (.xlsx) with the sheets survey, choices and settings."""

import importlib
import re
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import Audience, ScaleGrid
from surveys.definition.survey import AUDIENCE, Page, Survey
from surveys.formats.drafting import unused
from surveys.formats.losses import Loss
from surveys.formats.xlsform_question_rows import rows_of_question
from surveys.formats.xlsform_sheet_rows import Row, Sheets, both, cells_of

#: The columns that come first, in this order.
FIRST = {"survey": ("type", "name", "label"), "choices": ("list_name", "name", "label"), "settings": ("form_title",)}


#: Names that pyxform gives to parts of its own.
RESERVED = frozenset(("meta", "instanceID"))

#: What no XML can hold, and so no workbook.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_xlsform(survey: Survey, path: Path) -> tuple[Loss, ...]:
    """Write the survey to `path`; what the form cannot hold is returned, a line each. Raises `OSError`."""
    sheets = Sheets(survey)
    _name_rows(sheets)
    groups = _group_names(sheets)
    _write_intro(sheets)
    for page in survey.pages:
        _write_page(sheets, page, groups[page.name])
    _write_calculated(sheets)
    _name_losses(sheets)
    _save(path, {"survey": sheets.rows, "choices": sheets.choices, "settings": [_settings(sheets)]})
    return tuple(sheets.losses)


def _name_rows(sheets: Sheets) -> None:
    """Lines of a grid are questions in a form, so their names must differ from all others."""
    taken = {name for name in sheets.survey.sources if "." not in name} | {
        each.name for each in sheets.survey.questions
    }
    for name in sorted(taken & RESERVED):
        sheets.names[name] = unused(f"{name}_1", taken, 40)
        taken.add(sheets.names[name])
        sheets.lose(
            _("question “{name}”", name=name),
            _("XLSForm keeps this name for itself"),
            _("it is called “{names}”", names=sheets.names[name]),
        )
    for grid in (question for question in sheets.survey.questions if isinstance(question, ScaleGrid)):
        for row in grid.rows:
            name = unused(row.name, taken, 40)
            taken.add(name)
            sheets.names[f"{grid.name}.{row.name}"] = name
            if name != row.name:
                place = f"question “{grid.name}”, row “{row.name}”"
                sheets.lose(place, _("another question has this name"), _("it is called “{name}”", name=name))


def _group_names(sheets: Sheets) -> dict[str, str]:
    """Page -> a name for its group that nothing else has."""
    taken = {*sheets.survey.sources, *sheets.names.values(), *RESERVED}
    taken |= {each.name for each in sheets.survey.questions}
    found: dict[str, str] = {}
    for page in sheets.survey.pages:
        found[page.name] = unused(page.name, {*taken, *found.values()}, 40)
        if found[page.name] != page.name:
            sheets.lose(
                _("page “{name}”", name=page.name),
                _("something else has this name"),
                _("it is called “{found}”", found=found[page.name]),
            )
    return found


def _write_intro(sheets: Sheets) -> None:
    taken = {*sheets.survey.sources, *(each.name for each in sheets.survey.questions)}
    for at, paragraph in enumerate(sheets.survey.intro, 1):
        name = unused(f"intro_{at}", taken, 40)
        taken.add(name)
        sheets.rows.append({"type": "note", "name": name} | sheets.words("label", paragraph, "intro"))


def _write_page(sheets: Sheets, page: Page, name: str) -> None:
    place = f"page “{page.name}”"
    own = sheets.expression(page.relevant.text) if page.relevant else ""
    begin = {"type": "begin_group", "name": name} | sheets.words("label", page.title, place)
    begin |= cells_of(relevant=both(sheets.for_audiences(page.audiences), own), appearance="field-list")
    sheets.rows.append(begin)
    if page.content_note:
        sheets.lose(place, _("it has a content note"), _("the note stands first on the page"))
        sheets.rows.append(
            {"type": "note", "name": f"{name}_note"[-40:]} | sheets.words("label", page.content_note, place)
        )
    for question in page.questions:
        sheets.rows += rows_of_question(sheets, question)
    sheets.rows.append({"type": "end_group"})


def _write_calculated(sheets: Sheets) -> None:
    for each in sheets.survey.calculated:
        value = sheets.expression(each.value.text)
        sheets.rows.append({"type": "calculate", "name": sheets.named(each.name), "calculation": value})
    if not any(isinstance(question, Audience) for question in sheets.survey.questions) and _asks_audience(sheets):
        only = sheets.survey.audiences[0].name
        sheets.rows.append({"type": "calculate", "name": AUDIENCE, "calculation": f"'{only}'"})


def _asks_audience(sheets: Sheets) -> bool:
    return any(f"${{{AUDIENCE}}}" in text for row in sheets.rows for text in row.values())


def _settings(sheets: Sheets) -> Row:
    survey = sheets.survey
    language = {"default_language": sheets.column_language(survey.language)} if sheets.translated else {}
    row = {"form_title": survey.title, "form_id": survey.address, "public_title": survey.public_title["default"]}
    names = {*survey.sources, *(each.name for each in survey.questions), *(page.name for page in survey.pages)}
    root = {"name": unused("form", names, 40)} if "data" in names else {}
    return row | language | root


#: Fields of a survey that a workbook has no place for -> what they say.
NOT_SAID_THERE = {
    "wave": "the wave it belongs to",
    "keep_months": "how long answers are kept",
    "quoting": "which answer allows quoting",
    "quote_each": "that people are asked of each answer whether it may be quoted",
}


def _name_losses(sheets: Sheets) -> None:
    survey = sheets.survey
    if len(survey.public_title) > 1:
        sheets.lose("public_title", _("it has other words for some people"), _("everybody reads the usual ones"))
    if len(survey.audiences) == 1 and survey.audiences[0].name != "everyone":
        sheets.lose(
            "audience", _("it is for “{plural}” alone", plural=survey.audiences[0].plural), _("it is for everyone")
        )
    for field, what in NOT_SAID_THERE.items():
        if getattr(survey, field) != type(survey).model_fields[field].default:
            sheets.lose(field, _("it says {what}", what=what), _("this is left out"))
    if survey.translated:
        sheets.lose("translated", _("it says which translations were checked"), _("this is left out"))


def _save(path: Path, sheets: dict[str, list[Row]]) -> None:
    openpyxl = importlib.import_module("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        _fill(book.create_sheet(title), rows, FIRST[title])
    book.save(path)


def _fill(sheet: Any, rows: list[Row], first: tuple[str, ...]) -> None:
    """Cells are texts, also where they look like a formula. What XML cannot hold is left out."""
    found = dict.fromkeys(column for row in rows for column in row)
    columns = sorted(found, key=lambda column: _order(column, first))
    for at, column in enumerate(columns, 1):
        for line, text in enumerate([column, *(row.get(column) for row in rows)], 1):
            if text is not None:
                cell = sheet.cell(line, at)
                cell.value, cell.data_type = _UNWRITABLE.sub("", text), "s"
    sheet.freeze_panes = "A2"


def _order(column: str, first: tuple[str, ...]) -> int:
    own = column.split("::")[0]
    return first.index(own) if own in first else len(first)
