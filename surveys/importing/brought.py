"""A file of answers as it was brought: its columns that may hold answers, its rows, and what was left out at once."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from safekeeping.languages import gettext as _
from surveys.importing.folding import fold
from surveys.importing.personal import about_the_person

#: What made the file, and what it is called.
LIMESURVEY, MICROSOFT, GOOGLE, PLAIN = "limesurvey", "microsoft", "google", "plain"
CALLED = {
    LIMESURVEY: _("an export of LimeSurvey"),
    MICROSOFT: _("an export of Microsoft Forms"),
    GOOGLE: _("an export of Google Forms"),
    PLAIN: _("a table"),
}
#: As many rows come in at once: they wait in memory, sealed, and are written in one transaction; nobody's submission
#: may wait long behind it.
MOST_ROWS = 5_000
MOST_COLUMNS = 300
#: Characters of all cells together; a workbook can unpack to far more than it weighs.
MOST_CHARACTERS = 40_000_000
TOO_MUCH_TEXT = _("It holds more text than fits at once. Cut it in several files, and bring them one by one.")
#: Columns that say in LimeSurvey whether a row was sent, and in which language it was read.
SENT, LANGUAGE = "submitdate", "startlanguage"


class TooMuch(ValueError):
    """More than is taken at once; `str()` is a sentence."""


class Sheet(Protocol):
    """A table that is read row by row."""

    columns: list[str]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Number, from 1 under the header, and cells of each row."""


@dataclass(frozen=True)
class Row:
    """One row: its number as spreadsheet programs show it (the header is 1), its cells, its language."""

    number: int
    cells: list[str]
    language: str = ""


@dataclass(frozen=True)
class Brought:
    """What may be taken in of a file. `left_out` pairs each column that is not with the reason; `unfinished` are the
    numbers of rows that their writers never sent."""

    name: str
    shape: str
    columns: list[str]
    rows: list[Row]
    left_out: list[tuple[str, str]]
    unfinished: list[int]

    def to_bytes(self) -> bytes:
        """Packed, to be sealed."""
        return zlib.compress(json.dumps(asdict(self), ensure_ascii=False).encode(), 1)

    @classmethod
    def from_bytes(cls, packed: bytes) -> "Brought":
        """What was packed."""
        found = json.loads(zlib.decompress(packed))
        rows = [Row(**row) for row in found.pop("rows")]
        left_out = [(column, why) for column, why in found.pop("left_out")]
        return cls(**found, rows=rows, left_out=left_out)

    def filled(self) -> list[int]:
        """How many cells of each column hold something."""
        return [sum(bool(row.cells[place].strip()) for row in self.rows) for place in range(len(self.columns))]


def shape_of(columns: Sequence[str]) -> str:
    """What made a file with these columns."""
    called = [fold(column) for column in columns]
    if {"lastpage", "startlanguage"} & set(called) or {"last page", "start language"} <= set(called):
        return LIMESURVEY
    if called[:3] == ["id", "start time", "completion time"]:
        return MICROSOFT
    return GOOGLE if called[:1] == ["timestamp"] else PLAIN


def bring(sheet: Sheet, name: str) -> Brought:
    """Read a sheet; what is about the person is left out here. Raises `TooMuch`, and what the sheet raises."""
    columns = list(sheet.columns)
    if len(columns) > MOST_COLUMNS:
        raise TooMuch(
            _(
                "It has {columns} columns. At most {most} are read; take out those you do not need.",
                columns=f"{len(columns):,}",
                most=MOST_COLUMNS,
            )
        )
    rows = list(_rows(sheet))
    reasons = [about_the_person(column, (row[1][place] for row in rows)) for place, column in enumerate(columns)]
    keep = [place for place, why in enumerate(reasons) if not why]
    shape = shape_of(columns)
    sent, spoken = (_place(columns, called, shape) for called in (SENT, LANGUAGE))
    unfinished = [number for number, cells in rows if sent is not None and not cells[sent].strip()]
    never = set(unfinished)
    return Brought(
        name=name,
        shape=shape,
        columns=[columns[place] for place in keep],
        rows=[
            Row(number, [cells[place] for place in keep], cells[spoken].strip() if spoken is not None else "")
            for number, cells in rows
            if number not in never
        ],
        left_out=[(column, why) for column, why in zip(columns, reasons, strict=True) if why],
        unfinished=unfinished,
    )


def _place(columns: Sequence[str], called: str, shape: str) -> int | None:
    """Where LimeSurvey keeps something of its own."""
    return columns.index(called) if shape == LIMESURVEY and called in columns else None


def _rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    characters = 0
    for number, cells in sheet.rows():
        characters += sum(map(len, cells))
        if number > MOST_ROWS:
            what = _("It has more than {most} rows. Cut it in several files, and bring them one by one.")
            raise TooMuch(what.format(most=f"{MOST_ROWS:,}"))
        if characters > MOST_CHARACTERS:
            raise TooMuch(_(TOO_MUCH_TEXT))
        if any(map(str.strip, cells)):
            yield number + 1, cells
