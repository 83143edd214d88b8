"""Rows that say where: passages that coders cut themselves, gathered text by text.

The columns start and end are in characters (code points) from 0, the end not included; both are empty where a coder
read the text and marked nothing. A column length says how long each text is, in one of its rows or more.
"""

from dataclasses import dataclass, field

from analysis.coding.agreement import Labels
from analysis.coding.unitizing import Text, Unit
from surveys.formats.bad_spreadsheet import bad, plain, quote
from surveys.formats.spreadsheet import Spreadsheet

START, END, LENGTH = "start", "end", "length"
#: More digits than any text is long.
DIGITS = 9


def optional(sheet: Spreadsheet, name: str) -> int | None:
    """The index of a column that need not be there."""
    return sheet.column(name) if name in map(plain, sheet.columns) else None


@dataclass
class _Gathered:
    """One text as far as it has been read. `last` is the furthest end and its row."""

    units: dict[str, list[Unit]] = field(default_factory=dict)
    last: tuple[int, int] = (0, 0)
    length: int | None = None


class UnitRows:
    """The passages of a file with the columns start and end; every fault is a `BadSpreadsheet` with its row."""

    def __init__(self, sheet: Spreadsheet) -> None:
        """Raises `BadSpreadsheet` where only one of the two columns is there."""
        self._file = sheet.path
        self._columns = {START: sheet.column(START), END: sheet.column(END), LENGTH: optional(sheet, LENGTH)}
        self._texts: dict[str, _Gathered] = {}

    def take(self, row: int, coder: str, item: str, labels: Labels, cells: list[str]) -> None:
        """One row: what this coder marked in this text, or that they read it."""
        text = self._texts.setdefault(item, _Gathered())
        mine = text.units.setdefault(coder, [])
        self._measure(text, row, item, cells)
        start, end = self._number(row, START, cells), self._number(row, END, cells)
        if start is None and end is None and not labels:
            return
        if start is None or end is None:
            raise self._missing(row, START if start is None else END)
        if end <= start:
            remedy = f"{END} is the place after the last character, so it is greater"
            raise bad(self._file, f"the passage starts at {start} and ends at {end}; {remedy}", row, column=END)
        text.last = max(text.last, (end, row))
        if labels:
            self._add(mine, Unit(start, end, labels), row, coder)

    def _missing(self, row: int, column: str) -> ValueError:
        remedy = f"write it, or leave {START}, {END} and labels empty where the coder marked nothing in the text"
        return bad(self._file, f"it does not say where; {remedy}", row, column=column)

    def _add(self, mine: list[Unit], unit: Unit, row: int, coder: str) -> None:
        for other in mine:
            common = unit.labels & other.labels
            if common and unit.start < other.end and other.start < unit.end:
                twice = f"{coder} has marked {other.start} to {other.end} with {quote(min(common))} in an earlier row"
                what = f"{twice}, and {unit.start} to {unit.end} overlaps it; make them one, or part them"
                raise bad(self._file, what, row, column=START)
        mine.append(unit)

    def _measure(self, text: _Gathered, row: int, item: str, cells: list[str]) -> None:
        length = self._number(row, LENGTH, cells)
        if length is not None and text.length not in (None, length):
            what = f"it is {length}, and {text.length} in an earlier row of {item}; mend one of the two"
            raise bad(self._file, what, row, column=LENGTH)
        text.length = text.length if length is None else length

    def _number(self, row: int, name: str, cells: list[str]) -> int | None:
        """The whole number in a cell; None where it is empty or there is no such column."""
        column = self._columns[name]
        cell = cells[column].strip() if column is not None else ""
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit() and len(cell) <= DIGITS):
            what = f"{quote(cell)} is no place in a text; write a whole number of characters, counted from 0"
            raise bad(self._file, what, row, column=name)
        return int(cell)

    def texts(self) -> tuple[Text, ...]:
        """Every text, in the order of the file. Raises `BadSpreadsheet` where a passage ends behind its text."""
        return tuple(self._text(item, text) for item, text in self._texts.items())

    def _text(self, item: str, text: _Gathered) -> Text:
        end, row = text.last
        if text.length is not None and end > text.length:
            what = f"the passage ends at {end}, and {item} is {text.length} long; mend one of the two"
            raise bad(self._file, what, row, column=END)
        length = end if text.length is None else text.length
        units = {coder: tuple(_merged(mine)) for coder, mine in text.units.items()}
        return Text(length, units, text.length is not None)


def _merged(units: list[Unit]) -> list[Unit]:
    """Rows about one and the same passage are one unit with the labels of all."""
    found: dict[tuple[int, int], Labels] = {}
    for unit in units:
        found[unit.start, unit.end] = found.get((unit.start, unit.end), frozenset()) | unit.labels
    return [Unit(*place, labels) for place, labels in found.items()]
