"""What is said when a spreadsheet cannot be read: one sentence with file, row, column, fault and remedy."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from safekeeping.languages import gettext as _
from surveys.formats.handed_in import HandedIn

#: Longest cell, in code points. Excel itself stops at 32,767.
CELL_LIMIT = 1_000_000
AS_CSV = "open it in the program it came from and save it as “CSV UTF-8”"
AS_EITHER = "open it in a spreadsheet program and save it as XLSX or as “CSV UTF-8”"
SHOWN_COLUMNS = 30
SHOWN_LETTERS = 60

_UNREADABLE = re.compile("[\0\ud800-\udfff]")


class BadSpreadsheet(ValueError):
    """A file that cannot be read as rows; `str()` is one sentence: file, row, column, what is wrong, remedy."""


def bad(
    path: Path | HandedIn, what: str, row: int | None = None, line: int | None = None, column: str | None = None
) -> BadSpreadsheet:
    """The error for `what` is wrong (with its remedy) in `path`, at `row` and `column` if they are known.

    Row 0 is the header. `line` is what a text editor or a spreadsheet program counts.
    """
    place = [_printable(str(path))]
    if row is not None:
        place.append("the header" if row == 0 else f"row {row}")
    if line is not None:
        place[-1] += f" (line {line})"
    if column is not None:
        place.append(f"column {quote(column)}")
    return BadSpreadsheet(f"{', '.join(place)}: {what}.")


def quote(name: str) -> str:
    """A name as it can stand in a message: on one line, short, in quotation marks."""
    shown = _printable(name)
    return f"“{shown if len(shown) <= SHOWN_LETTERS else shown[: SHOWN_LETTERS - 1] + '…'}”"


def counted(number: int, thing: str) -> str:
    """`1 cell`, `2 cells`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def plain(name: str) -> str:
    """A column name as people compare them: accents composed, case and spacing aside."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def which_column(columns: Sequence[str], name: str) -> str:
    """What to say when no column is called `name`: the nearest one, and those there are."""
    named = [column for column in columns if column.strip()]
    near = difflib.get_close_matches(plain(name), map(plain, named), n=1)
    nearest = next((column for column in named if plain(column) in near), None)
    listed = ", ".join(map(quote, named[:SHOWN_COLUMNS]))
    more = f" and {len(named) - SHOWN_COLUMNS} more" if len(named) > SHOWN_COLUMNS else ""
    nearest_first = f" (the nearest is {quote(nearest)})" if nearest else ""
    return f"there is no column {quote(name)}; use one of {listed}{more}{nearest_first}"


def unreadable(cells: Sequence[str]) -> tuple[int, str] | None:
    """The index of the first cell that is no text and what is wrong with it; `None` if all are well."""
    if not _UNREADABLE.search("".join(cells)) and max(map(len, cells), default=0) <= CELL_LIMIT:
        return None
    return next((index, fault) for index, cell in enumerate(cells) if (fault := _fault(cell)))


def _fault(cell: str) -> str:
    if len(cell) > CELL_LIMIT:
        return f"it holds more than {CELL_LIMIT:,} characters; shorten it or split it over several rows"
    found = _UNREADABLE.search(cell)
    if found is None:
        return ""
    what = _("a NUL, which no text has") if found.group() == "\0" else _("bytes that cannot be read as letters")
    return f"it holds {what}; {AS_CSV}"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
