"""The records of a CSV file: encoding and separator found, quoted line breaks kept, one record in memory."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from surveys.formats.bad_spreadsheet import AS_CSV, BadSpreadsheet, bad
from surveys.formats.handed_in import HandedIn

#: Longest line, and longest cell before it is measured, in code points: what may be in memory at once.
LINE_LIMIT = 10_000_000
#: Tab first: where several fit a header equally well, prose has commas and semicolons but no tabs.
SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma"}
#: A lone surrogate is in no readable text, so a file of one column is split nowhere.
NO_SEPARATOR = "\ud800"
#: Excel's own hint: a first line that is no row.
HINT = re.compile(r"sep=([,;\t])[\r\n]*\Z")
TRIED_RECORDS = 50
CHUNK = 2**20

#: The UTF-32 mark comes before the UTF-16 one, which it begins with.
MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAID = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252"}
#: What Python's `csv` says in English -> what we say.
UNPARSED = {
    "unexpected end": "a quotation mark opens a cell and is never closed; close it",
    "expected after": "text follows the quotation mark that closes a cell; write a quotation mark inside text twice",
    "larger than": "a cell has no end, perhaps because a quotation mark is never closed; close it",
    "no end of line": f"it has no end, so this may not be a CSV; {AS_CSV}",
    "decode": f"the file ends inside a letter, so part of it is missing; {AS_CSV}",
}


class CsvRows:
    """The records of the CSV at `path`; `read_as` says which encoding and separator were found."""

    def __init__(self, path: Path | HandedIn) -> None:
        """Find the encoding, in one pass over the bytes, and the separator. Raises `BadSpreadsheet`, `OSError`."""
        self.path = path
        with path.open("rb") as raw:
            self._encoding = encoding_of(raw)
            self._size = raw.seek(0, io.SEEK_END)
        self._position = 0
        self._separator, self._skipped = self._find_separator()
        self.read_as = f"CSV, {SAID[self._encoding]}, {SEPARATORS.get(self._separator, 'one column')}"

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Each record that is not a blank line, header first, with the line of the file it ends on."""
        line = self._skipped
        row = 0
        try:
            with self._lines() as (raw, lines):
                reader = csv.reader(
                    itertools.islice(lines, self._skipped, None), delimiter=self._separator, strict=True
                )
                for cells in reader:
                    line = self._skipped + reader.line_num
                    self._position = raw.tell()
                    if cells:
                        yield line, cells
                        row += 1
        except (csv.Error, UnicodeDecodeError) as fault:
            raise self._unparsed(str(fault), row, line + 1) from None

    def size(self) -> int:
        """Bytes in the file."""
        return self._size

    def position(self) -> int:
        """Bytes read so far."""
        return self._position

    def close(self) -> None:
        """Nothing is held open between two readings."""

    @contextmanager
    def _lines(self) -> Iterator[tuple[BinaryIO, Iterator[str]]]:
        csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))
        # What cannot be decoded comes through as lone surrogates, so that the fault can be placed in its cell.
        errors = "surrogatepass" if self._encoding in ("utf-16", "utf-32") else "surrogateescape"
        with self.path.open("rb") as raw, io.TextIOWrapper(raw, self._encoding, errors, newline="") as text:
            yield raw, _bounded(text)

    def _find_separator(self) -> tuple[str, int]:
        """The separator, and how many lines come before the header."""
        try:
            with self._lines() as (_, lines):
                hint = HINT.match(next(lines, ""))
        except (csv.Error, UnicodeDecodeError) as fault:
            raise self._unparsed(str(fault), 0, 1) from None
        if hint:
            return hint[1], 1
        fits = {separator: self._fit(separator) for separator in SEPARATORS}
        best = max(fits, key=lambda separator: fits[separator])
        return (best if fits[best][1] > 1 else NO_SEPARATOR), 0

    def _fit(self, separator: str) -> tuple[float, int]:
        """How well a separator explains the first records: the share that fits the header, and its width."""
        fits: list[bool] = []
        width = 0
        with self._lines() as (_, lines):
            records = filter(None, csv.reader(lines, delimiter=separator, strict=True))
            try:
                for cells in itertools.islice(records, TRIED_RECORDS):
                    width = width or len(cells)
                    fits.append(len(cells) == width and not _torn(cells))
            except (csv.Error, UnicodeDecodeError):
                fits.append(False)
        return (sum(fits) / len(fits), width) if width > 1 else (0.0, 0)

    def _unparsed(self, fault: str, row: int, line: int) -> BadSpreadsheet:
        said = next((said for known, said in UNPARSED.items() if known in fault), f"it is not a CSV; {AS_CSV}")
        return bad(self.path, said, row, line)


def encoding_of(raw: BinaryIO) -> str:
    """The Python name of the encoding of an open file, in one pass and flat memory.

    A byte order mark decides. Else UTF-8, unless more letters are wrong in UTF-8 than right: then Windows-1252, whose
    letters are next to never right in UTF-8. So one bad byte in a UTF-8 file does not garble all its other letters;
    it is found later, in its row.
    """
    start = raw.read(4)
    raw.seek(0)
    marked = next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)
    if marked:
        return marked
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    right = wrong = 0
    for chunk in itertools.chain(iter(lambda: raw.read(CHUNK), b""), [b""]):
        text = decode(chunk, final=not chunk)
        if not text.isascii():
            readable = text.encode("utf-8", "ignore")
            letters = len(readable.decode("utf-8"))
            right += letters - len(readable.decode("ascii", "ignore"))
            wrong += len(text) - letters
    return "utf-8" if right >= wrong else "cp1252"


def _bounded(text: TextIO) -> Iterator[str]:
    """The lines of `text` with their ends; a line longer than `LINE_LIMIT` raises `csv.Error`."""
    while line := text.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT and line[-1] not in "\r\n":
            raise csv.Error("no end of line")
        yield line


def _torn(cells: list[str]) -> bool:
    """Whether a quoted text seems split: the wrong separator leaves an odd quotation mark at both its ends."""
    return any(cell.count('"') % 2 for cell in cells)
