"""Translations as a spreadsheet, out and in again: key, where it stands, source, translation, one text a row.

The key is for the way back only; people read where a text stands in words.
"""

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.translating import Line
from surveys.formats.losses import Loss, bad
from surveys.formats.opening import check_file

HEADER = ("key", "where", "source", "translation")
NEEDED = ("key", "source", "translation")
#: Wide enough to read a sentence in; as spreadsheet programs count.
WIDTHS = (20, 44, 60, 60)
#: What is longer is no survey's text.
LONGEST, MOST_ROWS = 2000, 20_000
#: Characters that no spreadsheet can hold.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
REMEDY = "export the sheet again and fill in its last column"


@dataclass(frozen=True)
class SheetRead:
    """What a sheet brings: new translations by the key of their line, and each row that was left out."""

    texts: dict[str, str]
    losses: tuple[Loss, ...]


def write_sheet(lines: Iterable[Line], language: str) -> bytes:
    """The bytes of an XLSX file. Every cell is text, so that none is taken for a formula."""
    openpyxl = importlib.import_module("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = f"translation {language}"[:31]
    _add_row(sheet, 1, HEADER)
    for number, line in enumerate(lines, 2):
        _add_row(sheet, number, (_key(line), line.where, line.source, line.translation))
    for letter, width in zip("ABCD", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _key(line: Line) -> str:
    """Begins with a letter, so that no program takes it for a number."""
    return f"t-{line.key}"


def _add_row(sheet: Any, number: int, texts: tuple[str, ...]) -> None:
    styles = importlib.import_module("openpyxl.styles")
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(number, column)
        # Set one by one: a text with = in front would else become a formula, which a program would run.
        cell.value, cell.data_type, cell.number_format = _UNWRITABLE.sub("", text), "s", "@"
        cell.quotePrefix = text[:1] in tuple("=+-@")
        cell.alignment = styles.Alignment(wrap_text=True, vertical="top")


def read_sheet(path: Path, lines: Iterable[Line]) -> SheetRead:
    """The translations in an XLSX file, each checked against the survey as it is now. Raises `BadFile`."""
    check_file(path, ("xlsx",))
    known = {_key(line): line for line in lines}
    texts: dict[str, str] = {}
    losses: list[Loss] = []
    for number, cells in _rows(path):
        key, source, translation = cells
        found = known.get(key)
        loss = _refused(number, source, translation, found)
        if loss:
            losses.append(loss)
        elif found and translation:
            texts[found.key] = translation
    return SheetRead(texts, tuple(losses))


def _refused(number: int, source: str, translation: str, line: Line | None) -> Loss | None:
    """Why nothing of a row is taken in, if so."""
    row = f"row {number}"
    if line is None:
        return Loss(row, _("the survey no longer has this text"), _("nothing of this row was taken in"))
    if _plain(source) != _plain(line.source):
        return Loss(
            row,
            _("the source changed since: it now says “{cut}”", cut=_cut(line.source)),
            _("the row was not taken in"),
        )
    if len(translation) > LONGEST:
        return Loss(
            row,
            _("the translation is longer than {longest} characters", longest=LONGEST),
            _("the row was not taken in"),
        )
    return None


def _plain(text: str) -> str:
    """Programs write line ends in their own ways."""
    return " ".join(_UNWRITABLE.sub("", text).split())


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _rows(path: Path) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Each row that has a key, by number, with its key, source and translation. Raises `BadFile`."""
    rows = _cells(path)
    header = [_plain(text).lower() for text in next(rows, [])]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise bad(path.name, "row 1", _("there is no column “{missing}”; {remedy}", missing=missing[0], remedy=REMEDY))
    columns = [header.index(name) for name in NEEDED]
    for number, cells in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise bad(
                path.name,
                _("row {number}", number=number),
                _("there are more than {most_rows} rows; {remedy}", most_rows=MOST_ROWS, remedy=REMEDY),
            )
        key, source, said = ((cells + [""] * len(header))[column] for column in columns)
        if key.strip():
            yield number, (key.strip(), source.strip(), said.replace("\r\n", "\n").strip())


def _cells(path: Path) -> Iterator[list[str]]:
    """The texts of each row of the first sheet; whatever openpyxl raises on a damaged file becomes one sentence."""
    openpyxl = importlib.import_module("openpyxl")
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a sheet says of its own size may be wrong, and would cut it short
            rows = sheet.iter_rows(values_only=True, max_col=26)
            while (values := next(rows, None)) is not None:
                yield ["" if value is None else str(value) for value in values]
        except Exception as fault:
            what = _(
                "the workbook is damaged or uses something that cannot be read ({name})", name=type(fault).__name__
            )
            raise bad(path.name, "", f"{what}; {REMEDY}") from fault
