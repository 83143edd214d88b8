"""Clauses in rows of a spreadsheet (CSV and XLSX): written so that a holder can fill in the wording, and read."""

import csv
import io
from collections.abc import Callable, Iterator

from analysis.sharing.cells import from_cell, safe_cell
from analysis.sharing.workbook_file import write_workbook
from analysis.standard.bringing.rows import (
    COLUMNS,
    LISTS,
    MOST_CLAUSES,
    ClauseRow,
    ReadClauses,
    columns_of,
    is_header,
    opening_words,
    row_from,
)
from analysis.standard.clauses import PlacedClause, StandardText
from safekeeping.languages import gettext as _
from surveys.formats.bad_spreadsheet import BadSpreadsheet
from surveys.formats.handed_in import HandedIn
from surveys.formats.losses import BadFile, bad
from surveys.formats.spreadsheet import open_handed_in
from surveys.formats.workbooks import look_into

#: Headings are looked for in so many rows: some put a title above them.
TRIED = 12


def rows_of(text: StandardText) -> Iterator[list[str]]:
    """The headings, then each clause, those above before those below."""
    yield list(COLUMNS)
    for placed in text.walk():
        yield _row(placed)


def _row(placed: PlacedClause) -> list[str]:
    clause = placed.clause
    return ["; ".join(getattr(clause, name)) if name in LISTS else getattr(clause, name) for name in COLUMNS]


def write_csv(text: StandardText) -> bytes:
    """UTF-8 with line feeds; no cell is taken for a formula by a spreadsheet program."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows_of(text))
    return out.getvalue().encode()


def write_xlsx(text: StandardText) -> bytes:
    """A workbook: the clauses, and sheets that say which aims and stages there are and what this is."""
    out = io.BytesIO()
    about = [["About", ""], ["Standard", text.name], ["Title", text.title], ["Publisher", text.publisher]]
    about += [["Edition", str(text.edition)], ["Published", text.published], ["SHA-256", text.sha256]]
    named = [*((each.code, each.title) for each in text.aims), *((each.code, each.title) for each in text.stages)]
    tags = [["Aims and stages", "Title"], *map(list, named)]
    write_workbook(out, (("Clauses", rows_of(text)), ("Aims and stages", tags), ("About", about)))
    return out.getvalue()


def read_csv(content: bytes, file: str) -> ReadClauses:
    """What a CSV holds. Raises `BadFile`."""
    return _read(HandedIn(file, content), from_cell)


def read_xlsx(content: bytes, file: str) -> ReadClauses:
    """What the first sheet of a workbook holds; formulas are told. Raises `BadFile`."""
    handed_in = HandedIn(file, content)
    losses = [str(loss) for loss in look_into(handed_in)]
    found = _read(handed_in, str)
    return ReadClauses(found.rows, found.title, (*losses, *found.report))


def _read(handed_in: HandedIn, cell: Callable[[str], str]) -> ReadClauses:
    try:
        with open_handed_in(handed_in) as sheet:
            header = sheet.columns
            rows = [(0, [cell(each) for each in header])]
            for number, row in sheet.rows():
                if number > MOST_CLAUSES * 2:
                    raise bad(handed_in.name, "", _("it has more than {most} rows; make two of it", most=number - 1))
                rows.append((number, [cell(each) for each in row]))
    except BadSpreadsheet as fault:
        raise BadFile([str(fault)]) from None
    return read_rows(rows, handed_in.name)


def read_rows(rows: list[tuple[int, list[str]]], file: str) -> ReadClauses:
    """The clauses in numbered rows of cells, below the first row of headings that can be read. Raises `BadFile`."""
    at = next((place for place, (_number, row) in enumerate(rows[:TRIED]) if is_header(row)), None)
    if at is None:
        what = _("no row of it has headings that are understood; the first row should read: {columns}")
        raise bad(file, "", what.format(columns=", ".join(COLUMNS)))
    columns = columns_of(rows[at][1])
    report = [
        _("Column “{name}” was not understood and is left behind.", name=opening_words(name))
        for place, name in enumerate(rows[at][1])
        if place not in columns.values() and any(row[place : place + 1] != [""] for _number, row in rows[at + 1 :])
    ]
    found: list[ClauseRow] = []
    for number, cells in rows[at + 1 :]:
        if any(each.strip() for each in cells):
            place = _("row {number}", number=number)
            row = row_from(place, {name: cells[column] for name, column in columns.items() if column < len(cells)})
            report += _said_of(row, cells, columns)
            found.append(row)
    return ReadClauses(tuple(row for row in found if row.number or row.title), "", tuple(report))


def _said_of(row: ClauseRow, cells: list[str], columns: dict[str, int]) -> list[str]:
    """What a row holds that could not be understood."""
    written = cells[columns["number"]].strip() if "number" in columns and columns["number"] < len(cells) else ""
    if written and not row.number:
        what = _("{place}: “{written}” is no number of a clause.", place=row.place, written=opening_words(written, 30))
        return [what]
    if not row.number and not row.title:
        return [_("{place}: it has neither number nor title; it is left behind.", place=row.place)]
    return []
