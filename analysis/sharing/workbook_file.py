"""A workbook (.xlsx, ECMA-376) written row by row: the same rows give the same bytes, and no cell is a formula.

Written here and not by openpyxl, which puts the time into the file, takes a text that begins with “=” for a formula,
and needs minutes for 100,000 rows. Every text is a shared string, so a program has nothing to guess.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from analysis.sharing.cells import is_risky, readable
from analysis.sharing.data_file import DataFile
from analysis.sharing.describing import ROW
from analysis.sharing.text_files import labels_of, listed
from analysis.sharing.variables import WHY_LEFT_OUT

#: A ZIP cannot say less than a time; this is the first it knows.
NO_TIME = (1980, 1, 1, 0, 0, 0)
LONGEST_CELL = 32_767
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Style 1 marks a text that must stay one when somebody edits the cell; style 2 is for headers.
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"'
    ' applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4}_)")

Cell = str | int
Sheet = tuple[str, Iterable[Iterable[Cell]]]


def write_workbook(out: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Sheets by name, each from its rows. The first row of each is its header."""
    strings: dict[str, int] = {}
    names: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, rows in sheets:
            names.append(name)
            with package.open(part(f"xl/worksheets/sheet{len(names)}.xml"), "w") as sheet:
                for piece in _sheet(rows, strings):
                    sheet.write(piece.encode())
        with package.open(part("xl/sharedStrings.xml"), "w") as shared:
            for piece in _strings(strings):
                shared.write(piece.encode())
        for place, text in _frame(names):
            package.writestr(part(place), text)


def part(name: str) -> zipfile.ZipInfo:
    """A part of a ZIP without a time, the same on every system."""
    found = zipfile.ZipInfo(name, NO_TIME)
    found.compress_type, found.create_system, found.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return found


def column_name(place: int) -> str:
    """Letters of a column, counted from 0.

    >>> column_name(0), column_name(27), column_name(702)
    ('A', 'AB', 'AAA')
    """
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sheet(rows: Iterable[Iterable[Cell]], strings: dict[str, int]) -> Iterator[str]:
    yield f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
    yield 'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
    columns: list[str] = []
    for number, row in enumerate(rows, 1):
        cells = list(row)
        columns += [column_name(place) for place in range(len(columns), len(cells))]
        held = (_cell(f"{columns[place]}{number}", cell, strings, number == 1) for place, cell in enumerate(cells))
        yield f'<row r="{number}">{"".join(held)}</row>'
    yield "</sheetData></worksheet>"


def _cell(place: str, cell: Cell, strings: dict[str, int], header: bool) -> str:
    if isinstance(cell, int):
        return f'<c r="{place}"><v>{cell}</v></c>'
    style = ' s="2"' if header else ' s="1"' if is_risky(cell) else ""
    return f'<c r="{place}" t="s"{style}><v>{strings.setdefault(cell, len(strings))}</v></c>'


def _strings(strings: dict[str, int]) -> Iterator[str]:
    yield f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">'
    for text in strings:
        yield f'<si><t xml:space="preserve">{xml_text(text)}</t></si>'
    yield "</sst>"


def xml_text(text: str) -> str:
    """A text as a workbook holds it: what its XML cannot hold is written as _xHHHH_, and what looks like that too."""
    held = _ESCAPED.sub(r"_x005F_x\1", readable(text[:LONGEST_CELL]))
    return escape(held).replace("\r", "_x000D_")


def _frame(names: list[str]) -> Iterator[tuple[str, str]]:
    """The parts that say which parts there are."""
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    yield "xl/workbook.xml", f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
    points = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(names) + 1)]
    points += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    yield "xl/_rels/workbook.xml.rels", _relations(points)
    yield "xl/styles.xml", STYLES
    kinds = "".join(f'<Override PartName="/xl/{target}" ContentType="{TYPE}.{kind}+xml"/>' for kind, target in points)
    yield (
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{kinds}</Types>',
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])


def _relations(points: list[tuple[str, str]]) -> str:
    held = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(points, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{held}</Relationships>'


def write_answers(data: DataFile, out: BinaryIO) -> None:
    """The data file as a workbook: answers in words, what the columns are, and where it all comes from."""
    about = [("About", ""), ("These are", data.origin.said), ("Fingerprint", data.origin.fingerprint)]
    about += [(f"Left out: {each.text}", WHY_LEFT_OUT[each.why]) for each in data.left_out]
    write_workbook(out, (("Answers", _answers(data)), ("Variables", listed(data)), ("About", about)))


def _answers(data: DataFile) -> Iterator[list[Cell]]:
    yield [ROW, *(each.label for each in data.variables)]
    labels = [labels_of(each) for each in data.variables]
    for number, *values in data.rows:
        yield [number, *(known.get(value, value) for known, value in zip(labels, values, strict=True))]
