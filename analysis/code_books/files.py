"""Code books out to files and in again, by the ending of the file's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from analysis.code_books.in_rows import read_csv, read_xlsx, write_csv, write_xlsx
from analysis.code_books.lineage import Version
from analysis.code_books.qdc import read_qdc, write_qdc
from analysis.code_books.taking_in import Found, Taken, taken
from analysis.code_books.toml_file import read_toml, write_toml
from safekeeping.languages import gettext as _
from surveys.formats.losses import bad

#: Bytes that a file may have; a book of a thousand codes has about a tenth.
LARGEST = 5 * 2**20


@dataclass(frozen=True)
class Format:
    """One kind of file: its type, and how it is written and read."""

    media: str
    write: Callable[[Version], bytes]
    read: Callable[[bytes, str], Found]


FORMATS: Mapping[str, Format] = {
    "qdc": Format("application/xml", lambda version: write_qdc(version.book, version.number, version.sha256), read_qdc),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda version: write_xlsx(version.book, version.number, version.sha256),
        read_xlsx,
    ),
    "csv": Format("text/csv; charset=utf-8", lambda version: write_csv(version.book), read_csv),
    "toml": Format(
        "application/toml", lambda version: write_toml(version.book, version.number, version.sha256), read_toml
    ),
}


def read_book(file: str, content: bytes, name: str, title: str = "") -> Taken:
    """The book of that name from a file. Raises `BadFile`."""
    ending = PurePath(file).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        listed = ", ".join(f".{each}" for each in FORMATS)
        raise bad(file, "", _("it is not a kind of file that can be read here; use one ending in {all}", all=listed))
    if not content.strip():
        raise bad(file, "", _("it is empty; choose another file"))
    if len(content) > LARGEST:
        raise bad(file, "", _("it has more than {most} MB, which no code book has", most=LARGEST // 2**20))
    return taken(FORMATS[ending].read(content, file), file, name, title)
