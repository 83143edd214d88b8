"""Code books as TOML in the shape of the shipped standards, with what those do not have beside it. Pure."""

import tomllib
from collections.abc import Mapping
from typing import Any

import tomli_w

from analysis.code_books.taking_in import Found, Raw
from analysis.code_books.tree import TEXTS, Book, Code
from safekeeping.languages import gettext as _
from surveys.formats.losses import BadFile, bad

#: What the codes below are called in the file, by level.
BELOW = ("sections", "themes", "codes")
_KNOWN = {"code", "title", *TEXTS, "colour", "cues", "id", *BELOW}
_ABOUT = {"name", "title", "publisher", "year", "version", "sha256", "sections"}


def write_toml(book: Book, number: int, sha256: str) -> bytes:
    """The bytes of a TOML file that `load_edition` reads too."""
    told: dict[str, Any] = {"name": book.name, "title": book.title, "publisher": book.publisher}
    if book.year is not None:
        told["year"] = book.year
    told |= {"version": number, "sha256": sha256, "sections": [_table(code, 1) for code in book.codes]}
    return tomli_w.dumps(told).encode()


def _table(code: Code, level: int) -> dict[str, Any]:
    told: dict[str, Any] = {"code": code.code, "title": code.title, "definition": code.definition, "id": code.id}
    told |= {name: value for name in (*TEXTS, "colour") if (value := getattr(code, name))}
    if code.cues:
        told["cues"] = list(code.cues)
    if level < len(BELOW) and (code.children or level == 1):
        told[BELOW[level]] = [_table(child, level + 1) for child in code.children]
    return told


def read_toml(content: bytes, file: str) -> Found:
    """What a TOML file holds. Raises `BadFile`."""
    try:
        told = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise bad(file, "", _("it is no TOML in UTF-8 ({fault}); correct it there", fault=str(fault)[:200])) from None
    report, faults = [*_strange(told, _ABOUT, file)], list[str]()
    codes = _raws(told.get("sections"), 0, "", report, faults)
    if faults:
        raise BadFile([f"{file}, {fault}" for fault in faults])
    year = told.get("year")
    return Found(
        codes,
        _text(told, "title"),
        _text(told, "publisher"),
        year if isinstance(year, int) and not isinstance(year, bool) and 0 < year < 10_000 else None,
        tuple(report),
    )


def _raws(tables: Any, level: int, above: str, report: list[str], faults: list[str]) -> list[Raw]:
    if tables is None:
        return []
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        where = f"{above}{BELOW[level]}"
        faults.append(_("{where}: this must be tables, as in [[sections]].", where=where))
        return []
    return [
        _raw(table, level, f"{above}{BELOW[level]}[{number}]", report, faults) for number, table in enumerate(tables, 1)
    ]


def _raw(table: dict[str, Any], level: int, place: str, report: list[str], faults: list[str]) -> Raw:
    report += _strange(table, _KNOWN, place)
    faults += [
        _("{place}: “{name}” must be a text in quotation marks.", place=place, name=name)
        for name in ("code", "title", *TEXTS, "colour", "id")
        if not isinstance(table.get(name, ""), str)
    ]
    cues = table.get("cues", [])
    if not isinstance(cues, list) or not all(isinstance(cue, str) for cue in cues):
        faults.append(_("{place}: “cues” must be a list of texts.", place=place))
        cues = []
    texts = {name: _text(table, name) for name in TEXTS}
    below = level + 1
    children = _raws(table.get(BELOW[below]), below, f"{place}.", report, faults) if below < len(BELOW) else []
    code, title = _text(table, "code"), _text(table, "title")
    return Raw(place, code, title, _text(table, "id"), texts, _text(table, "colour"), cues, children)


def _strange(table: Mapping[str, Any], known: set[str], place: str) -> list[str]:
    return [
        _("{place}: “{name}” is left behind: a code book has none of that name.", place=place, name=name)
        for name in table
        if name not in known
    ]


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name, "")
    return value if isinstance(value, str) else ""
