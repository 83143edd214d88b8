"""The records of the first visible sheet of an XLSX workbook, as text, within bounds that stop a zip bomb."""

import itertools
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import NoneType
from typing import Any, BinaryIO

import openpyxl

from safekeeping.languages import gettext as _
from surveys.formats.bad_spreadsheet import AS_CSV, AS_EITHER, bad, quote
from surveys.formats.handed_in import HandedIn
from surveys.formats.opening import MIB
from surveys.formats.workbooks import OTHERWISE, PART_LIMIT, PART_LIMITS, RATIO_LIMIT, is_bomb

__all__ = ["LAST_LINE", "MIB", "PART_LIMITS", "XlsxRows", "as_text", "check_parts"]

#: Last line a sheet can have; one numbered beyond it would be an endless gap.
LAST_LINE = 1_048_576
#: A character that XML cannot hold, as Excel writes it: `_x000D_` is a carriage return.
ESCAPED = re.compile("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


class XlsxRows:
    """The records of the workbook at `path`; `read_as` names the sheet. Holds the file open until `close`."""

    def __init__(self, path: Path | HandedIn) -> None:
        """Open the workbook and find its sheet. Raises `BadSpreadsheet`, `OSError`."""
        self.path = path
        self._file = path.open("rb")
        self._line = 0
        try:
            check_parts(path, self._file)
            self._sheet = self._first_sheet()
        except BaseException:
            self.close()
            raise
        self._size = self._sheet.max_row
        self._sheet.reset_dimensions()  # what a sheet says of its own size may be wrong, and would cut it short
        self.read_as = f"XLSX, sheet {quote(self._sheet.title)}"

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Each line of the sheet from the header on, as wide as the header, with its number in the sheet.

        A blank line counts as long as a filled one follows, so that row numbers match what people see. Wider than the
        header is only a line that has something there.
        """
        width = blank = 0
        for line, values in self._values():
            cells = [as_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                blank += bool(width)
                continue
            width = width or len(cells)
            yield from ((line - before, [""] * width) for before in range(blank, 0, -1))
            blank = 0
            yield line, cells + [""] * (width - len(cells))

    def size(self) -> int | None:
        """Lines the sheet says it has; `None` if it does not say, or says one."""
        return self._size if self._size and self._size > 1 else None

    def position(self) -> int:
        """Lines read so far."""
        return self._line

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _first_sheet(self) -> Any:
        book = self._parse(lambda: openpyxl.load_workbook(self._file, read_only=True, data_only=True, keep_links=False))
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise bad(self.path, _("the workbook has no visible sheet with cells; {as_either}", as_either=AS_EITHER))
        return sheets[0]

    def _values(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        rows = self._sheet.iter_rows(values_only=True)
        for line in itertools.count(1):
            values = self._parse(lambda: next(rows, None), line)
            if values is None:
                return
            if line > LAST_LINE:
                raise bad(
                    self.path,
                    _(
                        "the sheet has a line beyond {last_line}, the last there can be; {as_either}",
                        last_line=f"{LAST_LINE:,}",
                        as_either=AS_EITHER,
                    ),
                )
            self._line = line
            yield line, values

    def _parse(self, step: Callable[[], Any], line: int | None = None) -> Any:
        """What `step` of openpyxl returns; whatever it raises on a file it cannot parse becomes one sentence."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of openpyxl, on features it will not write back
                return step()
        except Exception as fault:
            what = _(
                "the workbook is damaged or uses something that cannot be read ({name})", name=type(fault).__name__
            )
            raise bad(self.path, f"{what}; {AS_EITHER}", line=line) from fault


def check_parts(path: Path | HandedIn, file: BinaryIO) -> None:
    """Refuse a ZIP that is no workbook, is locked, or unpacks beyond the limits. Raises `BadSpreadsheet`."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        raise bad(
            path, _("the workbook is damaged or cut short; copy it again, or {as_either}", as_either=AS_EITHER)
        ) from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        kind = next((kind for name, kind in OTHERWISE.items() if name in names), "a ZIP archive")
        raise bad(path, _("it is {kind}, not an Excel workbook (.xlsx); {as_either}", kind=kind, as_either=AS_EITHER))
    for part in parts:
        if part.flag_bits & 1:
            raise bad(
                path, _("it is locked with a password; save a copy without one, and delete that copy when you are done")
            )
        if is_bomb(part):
            limit = PART_LIMITS.get(part.filename, PART_LIMIT) // MIB
            what = _(
                "its part {filename} unpacks to {value} MB",
                filename=quote(part.filename),
                value=f"{part.file_size // MIB:,}",
            )
            why = _(
                "more than {limit} MB or {ratio_limit} times its packed size is refused",
                limit=f"{limit:,}",
                ratio_limit=RATIO_LIMIT,
            )
            raise bad(path, _("{what}, and {why}; {as_csv}", what=what, why=why, as_csv=AS_CSV))


def as_text(value: Any) -> str:
    """A cell as a spreadsheet program would show it: `3` for 3.0, `TRUE`, `2024-05-01`, `` for nothing."""
    return _AS_TEXT.get(type(value), str)(value)


def _text(value: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value


def _moment(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(abs(round(value.total_seconds())), 60)
    return f"{'-' if value < timedelta() else ''}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_AS_TEXT: dict[type, Callable[[Any], str]] = {
    NoneType: lambda value: "",
    str: _text,
    bool: lambda value: "TRUE" if value else "FALSE",
    float: lambda value: format(value, ".15g"),  # the digits a spreadsheet keeps
    datetime: _moment,
    date: date.isoformat,
    time: lambda value: value.isoformat("seconds"),
    timedelta: _duration,
}
