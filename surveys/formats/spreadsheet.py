"""Open the first sheet of a CSV or XLSX file as a stream of rows of text, or refuse it with one sentence.

What a file is, is decided by its content; its name only helps to say what is wrong. Cells come out as they are in
the file, line breaks included, because every later offset counts their code points. Memory does not grow with the
rows of a CSV. Of an XLSX, openpyxl holds the table of shared texts, within `xlsx_rows.PART_LIMITS`.
"""

import codecs
import itertools
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from safekeeping.languages import gettext as _
from surveys.formats.bad_spreadsheet import (
    AS_EITHER,
    BadSpreadsheet,
    bad,
    counted,
    plain,
    quote,
    unreadable,
    which_column,
)
from surveys.formats.csv_rows import CsvRows
from surveys.formats.handed_in import HandedIn
from surveys.formats.opening import MIB
from surveys.formats.xlsx_rows import XlsxRows

__all__ = ["BadSpreadsheet", "Spreadsheet", "open_handed_in", "open_spreadsheet"]

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NAMED_OTHERWISE = {
    ".xls": "an old Excel workbook (.xls)",
    ".xlsb": "a binary Excel workbook (.xlsb)",
    ".ods": "an OpenDocument spreadsheet (.ods)",
    ".numbers": "a Numbers spreadsheet (.numbers)",
}
BEGINS_OTHERWISE = {
    b"%pdf-": "a PDF",
    b"{\\rtf": "a rich-text document",
    b"\x1f\x8b": "a compressed archive (gzip)",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<?xml": "an XML file",
}
CANNOT_OPEN: dict[type[OSError], str] = {
    FileNotFoundError: "there is no such file; check its name and folder",
    NotADirectoryError: "there is no such file; check its name and folder",
    PermissionError: "this account may not read it; ask its owner, or copy it to a folder of yours",
}


class Records(Protocol):
    """One kind of file: the records it holds, header first, and how far they have been read."""

    path: Path | HandedIn
    read_as: str

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Line of the file and cells of each record."""

    def size(self) -> int | None:
        """Where `position` ends."""

    def position(self) -> int:
        """How far `records` has read."""

    def close(self) -> None:
        """Let go of the file."""


class Spreadsheet:
    """An open spreadsheet: `columns` are its names as written, `read_as` says how the file was understood."""

    def __init__(self, source: Records, numbering: bool = False) -> None:
        """Read the header of `source`; use `open_spreadsheet`. Raises `BadSpreadsheet`.

        With `numbering`, columns that are called the same or nothing get a number instead of being refused.
        """
        self.path, self.read_as, self._source = source.path, source.read_as, source
        self.columns: list[str] = next((cells for _, cells in source.records()), [])
        if numbering and any(map(str.strip, self.columns)):
            self.columns = numbered(self.columns)
        self._check_columns()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row under the header: its number, from 1, and its cells, as many as `columns`.

        Blank lines of a CSV are no rows, as for Python's `csv`. Starts afresh at every call. Raises
        `BadSpreadsheet` at the first row that cannot be read, or at the end if there was none.
        """
        number = 0
        with _readable(self.path):
            for number, (line, cells) in enumerate(itertools.islice(self._source.records(), 1, None), start=1):
                self._check_row(number, line, cells)
                yield number, cells
        if not number:
            raise bad(self.path, _("it has a header but no rows under it; add the rows, or name another file"))

    def column(self, name: str) -> int:
        """The index of the column called `name`; case and spacing count only where they tell columns apart.

        Raises `BadSpreadsheet` naming the nearest column and those there are.
        """
        if name and name in self.columns:
            return self.columns.index(name)
        alike = [index for index, column in enumerate(self.columns) if plain(name) and plain(column) == plain(name)]
        if len(alike) != 1:
            raise bad(self.path, which_column(self.columns, name))
        return alike[0]

    def size(self) -> int | None:
        """Where `position` ends: bytes of a CSV, lines of a sheet; `None` where the sheet does not say."""
        return self._source.size()

    def position(self) -> int:
        """How far `rows` has read, in the measure of `size`."""
        return self._source.position()

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def __enter__(self) -> Self:
        """The spreadsheet itself, closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _check_columns(self) -> None:
        if not any(map(str.strip, self.columns)):
            raise bad(self.path, _("its first row is empty; put the names of the columns there"))
        fault = unreadable(self.columns)
        if fault:
            raise bad(self.path, fault[1], 0, column=f"number {fault[0] + 1}")
        name, times = Counter(filter(str.strip, self.columns)).most_common(1)[0]
        if times > 1:
            raise bad(
                self.path,
                _(
                    "{times} columns are called {name}; give each column a name of its own",
                    times=times,
                    name=quote(name),
                ),
                0,
            )

    def _check_row(self, number: int, line: int, cells: list[str]) -> None:
        fault = unreadable(cells)
        if fault:
            raise bad(self.path, fault[1], number, line, self._called(fault[0]))
        found, wanted = len(cells), len(self.columns)
        if found != wanted:
            what = _(
                "it has {found} where the header has {wanted}",
                found=counted(found, "cell"),
                wanted=counted(wanted, "column"),
            )
            remedy = _("put text that holds a separator or a line break in double quotes, and write every cell")
            raise bad(self.path, f"{what}; {remedy}", number, line, self._called(min(found, wanted - 1)))

    def _called(self, index: int) -> str:
        named = index < len(self.columns) and self.columns[index].strip()
        return self.columns[index] if named else f"number {index + 1}"


def open_spreadsheet(path: Path) -> Spreadsheet:
    """The spreadsheet at `path`, a context manager. Raises `BadSpreadsheet`."""
    with _readable(path):
        mode = path.stat().st_mode
        what = NAMED_OTHERWISE.get(path.suffix.lower())
        if what:
            raise bad(path, f"it is {what}; {AS_EITHER}")
        if stat.S_ISDIR(mode):
            raise bad(path, _("it is a folder; name one CSV or XLSX file in it"))
        if not stat.S_ISREG(mode):
            raise bad(path, _("it is not a file on disk, and is read twice; save it as a CSV or XLSX file first"))
        source = _source(path)
        try:
            return Spreadsheet(source)
        except BaseException:
            source.close()
            raise


def open_handed_in(file: HandedIn) -> Spreadsheet:
    """The spreadsheet that somebody sent: nothing of it touches a disk. Columns of one name get numbers, for exports
    of forms have such. Raises `BadSpreadsheet`."""
    what = NAMED_OTHERWISE.get(file.suffix.lower())
    if what:
        raise bad(file, f"it is {what}; {AS_EITHER}")
    source = _source(file)
    try:
        return Spreadsheet(source, numbering=True)
    except BaseException:
        source.close()
        raise


def numbered(names: list[str]) -> list[str]:
    """The same names; one that stood before is given the first free number, one without a letter its place."""
    found: list[str] = []
    taken = set(names)
    for place, name in enumerate(names, 1):
        stem = name if name.strip() else f"column {place}"
        if name.strip() and name not in found:
            found.append(name)
            continue
        fresh = next(each for number in itertools.count(2) if (each := f"{stem} ({number})") not in taken)
        if not name.strip() and stem not in taken:
            fresh = stem
        taken.add(fresh)
        found.append(fresh)
    return found


def _source(path: Path | HandedIn) -> Records:
    """What reads `path`, by how its content begins."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise bad(path, _("it is empty; name a file with a header and rows"))
    if start.startswith(ZIP):
        return XlsxRows(path)
    if start.startswith(OLE):
        raise bad(path, _said_of_ole(path))
    text = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    other = next((what for begins, what in BEGINS_OTHERWISE.items() if text.startswith(begins)), None)
    if other:
        raise bad(path, _("it is {other}, not a CSV or XLSX file; {as_either}", other=other, as_either=AS_EITHER))
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise bad(
            path,
            _(
                "it is not an Excel workbook inside; if it is a CSV, end its name in .csv, else {as_either}",
                as_either=AS_EITHER,
            ),
        )
    return CsvRows(path)


def _holds(path: Path | HandedIn, sought: bytes) -> bool:
    """Whether these bytes are anywhere in the file, in flat memory."""
    before = b""
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(MIB), b""):
            if sought in before + chunk:
                return True
            before = chunk[-len(sought) :]
    return False


def _said_of_ole(path: Path | HandedIn) -> str:
    """What to say of an OLE file: Excel locks a workbook with a password by wrapping it in one."""
    if _holds(path, ENCRYPTED):
        return "it is locked with a password; save a copy without one, and delete that copy when you are done"
    return f"it is an old Excel workbook or another old Office file; {AS_EITHER}"


@contextmanager
def _readable(path: Path | HandedIn) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        said = CANNOT_OPEN.get(type(fault), f"it cannot be read ({fault.strerror or fault}); copy it to another disk")
        raise bad(path, said) from fault
