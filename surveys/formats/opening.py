"""Look at a file that somebody hands in before any parser does: refuse what is hostile, and say what to do.

Workbooks are looked into by `workbooks.py`, which builds on this.
"""

import importlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.formats.losses import Loss, bad

MIB = 2**20
#: Bytes that a file may have. Surveys in use have some hundred KB.
LARGEST = 10 * MIB
#: Bytes of one line of a text file; a longer one is no survey, and some readers take long over it.
LONGEST_LINE = 200_000
#: How deep parts may lie within one another in JSON and XML.
DEEPEST = 60

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What other files begin with, and what they are.
BEGINNINGS = {
    ZIP: "a ZIP archive or an office file",
    OLE: "an old office file (.xls, .doc)",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"MZ\x90": "a program",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "a packed file",
    b"Rar!": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"{\\rtf": "a document (.rtf)",
}
#: Kind -> what a file of it must begin with; the others are text.
BINARY = {"xlsx": ZIP, "xls": OLE}
#: Endings of workbooks that can hold macros.
WITH_MACROS = (".xlsm", ".xltm", ".xlsb", ".xlam")
MACROS = tuple("_VBA_PROJECT".encode(code) for code in ("utf-16-le", "ascii"))
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Opened:
    """A text file as text, and what was changed so that it can be read."""

    text: str
    losses: tuple[Loss, ...] = ()


def check_file(path: Path, kinds: tuple[str, ...]) -> str:
    """The kind of the file, one of `kinds` ("xlsx", "xls", "csv", "md", "txt", "json", "xml", "lss", "toml"), by its
    name and its first bytes. Refuses what is too large, empty, of another kind, or hostile. Raises `BadFile`."""
    kind = _by_name(path, kinds)
    start = _beginning(path)
    if kind in BINARY and not start.startswith(BINARY[kind]):
        raise bad(
            path.name,
            "",
            _(
                "it is named .{kind} and holds something else; save it as .{kind2} again, or as .csv",
                kind=kind,
                kind2=kind,
            ),
        )
    if kind not in BINARY:
        _check_text_start(path, kind, start)
    if kind == "xls" and any(mark in path.read_bytes() for mark in MACROS):
        raise bad(path.name, "", _("it holds macros, which are never run here; save it as .xlsx, which holds none"))
    return kind


def _by_name(path: Path, kinds: tuple[str, ...]) -> str:
    ending = path.suffix.lower()
    if ending in WITH_MACROS:
        raise bad(
            path.name,
            "",
            _("a file ending in {ending} can hold macros; save it as .xlsx, which holds none", ending=ending),
        )
    if ending.removeprefix(".") not in kinds:
        *most, last = [f".{kind}" for kind in kinds]
        listed = f"{', '.join(most)} or {last}" if most else last
        raise bad(
            path.name,
            "",
            _("its name ends in “{ending}”, which is not read here; save it as {listed}", ending=ending, listed=listed),
        )
    return ending.removeprefix(".")


def _beginning(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as fault:
        raise bad(
            path.name, "", _("it cannot be read ({strerror}); choose it again", strerror=fault.strerror)
        ) from None
    if not start.strip():
        raise bad(path.name, "", _("it is empty; choose another file"))
    if size > LARGEST:
        what = _(
            "it has {value} MB, and at most {value2} MB are read", value=f"{size / MIB:.1f}", value2=LARGEST // MIB
        )
        raise bad(path.name, "", _("{what}; take pictures and other sheets out of it, or cut it in two", what=what))
    return start


def _check_text_start(path: Path, kind: str, start: bytes) -> None:
    found = next((what for begins, what in BEGINNINGS.items() if start.startswith(begins)), None)
    if found:
        raise bad(
            path.name,
            "",
            _("it is named .{kind} and is {found}; save it as .{kind2}", kind=kind, found=found, kind2=kind),
        )


def open_text(path: Path, kinds: tuple[str, ...] = ("csv", "md", "txt", "json", "toml")) -> Opened:
    """A text file: UTF-8 (with or without mark), else as Windows wrote it with a loss line. Line ends become \\n.

    Raises `BadFile`.
    """
    kind = check_file(path, kinds)
    return as_text(path.read_bytes(), path.name, LARGEST if kind == "json" else LONGEST_LINE)


def as_text(data: bytes, name: str, longest: int = LONGEST_LINE) -> Opened:
    """The text in `data`; `name` is how messages call it. Programs write JSON as one line, so `longest` is a choice.

    Raises `BadFile`.
    """
    text, losses = _decoded(data, name)
    found = text.find("\0")
    if found >= 0:
        place = f"line {text.count(chr(10), 0, found) + 1}"
        raise bad(name, place, _("it holds a NUL, which no text has; save it as UTF-8 text"))
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > longest:
            raise bad(
                name,
                _("line {number}", number=number),
                _("it has more than {longest} characters; cut it into several", longest=f"{longest:,}"),
            )
    return Opened(text, losses)


def _decoded(data: bytes, name: str) -> tuple[str, tuple[Loss, ...]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _read_as(data, name, "utf-16"), ()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
    loss = Loss(
        _("line {line}", line=line),
        _("the file is not UTF-8 text"),
        _("read as Windows writes it; check accents and dashes"),
    )
    return _read_as(data, name, "cp1252"), (loss,)


def _read_as(data: bytes, name: str, code: str) -> str:
    try:
        return data.decode(code)
    except UnicodeDecodeError:
        raise bad(name, "", _("its letters cannot be read; save it as UTF-8 text")) from None


def open_xml(path: Path, kinds: tuple[str, ...] = ("xml", "lss")) -> Any:
    """The root element of an XML file (`xml.etree.ElementTree.Element`). DTDs and entities are refused. Raises
    `BadFile`."""
    check_file(path, kinds)
    return parse_xml(path.read_bytes(), path.name)


def parse_xml(data: bytes, name: str, place: str = "") -> Any:
    """The root element of `data`; nothing beside it is ever read. Raises `BadFile`."""
    if _DOCTYPE.search(data.replace(b"\0", b"")):
        raise bad(name, place, _("it declares a document type or entities, which are not read; export it without them"))
    tree = importlib.import_module("defusedxml.ElementTree")
    try:
        root = tree.fromstring(data, forbid_dtd=True)
    except Exception as fault:
        where = f" ({fault})" if type(fault).__name__ == "ParseError" else ""
        raise bad(name, place, _("it is no well-formed XML{where}; export it again", where=where)) from None
    if _is_deep(root):
        raise bad(
            name, place, _("parts lie more than {deepest} deep within one another; export it again", deepest=DEEPEST)
        )
    return root


def _is_deep(root: Any) -> bool:
    waiting = [(root, 1)]
    while waiting:
        part, level = waiting.pop()
        if level > DEEPEST:
            return True
        waiting.extend((child, level + 1) for child in part)
    return False
