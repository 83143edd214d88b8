"""Code books as REFI-QDA files (.qdc), which other programs for qualitative work read and write. Pure.

The format (REFI-QDA 1.0, namespace `urn:QDA-XML:codebook:1.0`) has codes in a tree with a name, a description, a colour
and an id. What it has no place for stands in the description under a mark on a line of its own, so that people read it
and we read it back. Texts that begin a line with a bracket or a backslash have a backslash before it. The book itself
is a code that nothing can be coded with, and holds the sections. Line feeds, no mark, the same book the same bytes.
"""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from analysis.code_books.taking_in import Found, Raw
from analysis.code_books.tree import Book, Code, first_id
from safekeeping.languages import gettext as _
from surveys.formats.losses import bad
from surveys.formats.opening import parse_xml

NAMESPACE = "urn:QDA-XML:codebook:1.0"
_IN = f"{{{NAMESPACE}}}"
#: Marks of the file, never translated: part of a code -> its mark.
MARKS = {"include": "Include", "exclude": "Exclude", "example": "Example", "cues": "Cues", "code": "Code"}
#: Marks of the book.
BOOK_MARKS = {"name": "Standard", "publisher": "Publisher", "year": "Year", "version": "Version", "sha256": "SHA-256"}
_FIELDS = {f"[{mark}]": field for field, mark in (*MARKS.items(), *BOOK_MARKS.items())}


def write_qdc(book: Book, number: int, sha256: str) -> bytes:
    """The bytes of a .qdc file; `number` and `sha256` of the version are told in it."""
    facts = {"name": book.name, "publisher": book.publisher, "year": str(book.year or ""), "version": str(number)}
    told = {**facts, "sha256": sha256}
    description = "\n".join(f"[{mark}]\n{told[field]}" for field, mark in BOOK_MARKS.items() if told[field])
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<CodeBook xmlns="{NAMESPACE}" origin="Heard">',
        "<Codes>",
        f'<Code guid="{first_id(book.name, "/")}" name={_quoted(book.title)} isCodable="false">',
        f"<Description>{escape(description)}</Description>",
        *(line for code in book.codes for line in _code(code)),
        "</Code>",
        "</Codes>",
        "</CodeBook>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _code(code: Code) -> Iterator[str]:
    colour = f' color="{code.colour}"' if code.colour else ""
    yield f'<Code guid="{code.id}" name={_quoted(f"{code.code} {code.title}")} isCodable="true"{colour}>'
    yield f"<Description>{escape(_described(code))}</Description>"
    for child in code.children:
        yield from _code(child)
    yield "</Code>"


def _quoted(text: str) -> str:
    return quoteattr(text)


def _described(code: Code) -> str:
    parts = {"include": code.include, "exclude": code.exclude, "example": code.example, "cues": "\n".join(code.cues)}
    told = [_held(code.definition)] if code.definition else []
    told += [f"[{MARKS[field]}]\n{_held(text)}" for field, text in parts.items() if text]
    return "\n\n".join([*told, f"[{MARKS['code']}]\n{code.code}"])


def _held(text: str) -> str:
    return "\n".join(f"\\{line}" if line.lstrip().startswith(("[", "\\")) else line for line in text.split("\n"))


def read_qdc(content: bytes, file: str) -> Found:
    """What a .qdc file holds. Raises `BadFile`."""
    root = parse_xml(content, file)
    if root.tag != f"{_IN}CodeBook":
        raise bad(file, "", _("it is not a REFI-QDA code book of version 1.0; export the code book once more as .qdc"))
    report = [
        _("{number} sets of codes are left behind: a code book here has none.", number=len(sets))
        for sets in root.findall(f"{_IN}Sets")
        if len(sets)
    ]
    codes = list(root.findall(f"{_IN}Codes/{_IN}Code"))
    if len(codes) == 1 and "name" in (told := _parts(_description(codes[0]))) and "code" not in told:
        inside = [_raw(each, file, report) for each in codes[0].findall(f"{_IN}Code")]
        year = told.get("year", "")
        return Found(inside, codes[0].get("name", ""), told.get("publisher", ""), _year(year), tuple(report))
    return Found([_raw(each, file, report) for each in codes], report=tuple(report))


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _raw(code: Any, file: str, report: list[str]) -> Raw:
    """One code with all below it; how deep they may lie is bounded where the file is parsed."""
    told, name = _parts(_description(code)), code.get("name", "").strip()
    place = f"“{name[:60]}”"
    if code.get("isCodable", "true").strip() in ("false", "0"):
        report.append(_("{place}: nothing could be coded with it; here something can.", place=place))
    if stray := {each.tag.removeprefix(_IN) for each in code} - {"Description", "Code"}:
        report.append(_("{place}: {what} in it is left behind.", place=place, what=", ".join(sorted(stray))))
    short = told.pop("code", "")
    title = name.removeprefix(short).strip() if short and name.startswith(f"{short} ") else name
    cues = told.pop("cues", "").split("\n")
    below = [_raw(each, file, report) for each in code.findall(f"{_IN}Code")]
    return Raw(place, short, title, code.get("guid", ""), told, code.get("color", ""), cues, below)


def _description(code: Any) -> str:
    return code.findtext(f"{_IN}Description") or ""


def _parts(description: str) -> dict[str, str]:
    """The parts of a description by the field each belongs to; what stands before any mark is the definition."""
    parts: dict[str, list[str]] = {}
    field = "definition"
    for line in description.replace("\r\n", "\n").split("\n"):
        if line.strip() in _FIELDS:
            field = _FIELDS[line.strip()]
        else:
            parts.setdefault(field, []).append(line.removeprefix("\\"))
    return {field: "\n".join(lines).strip() for field, lines in parts.items()}
