"""Clauses in a code tree of another program (.qdc): the lowest codes say the wording, those above what they are for.

Pure.
"""

from collections.abc import Iterator

from analysis.code_books.qdc import read_qdc as read_tree
from analysis.code_books.taking_in import Raw
from analysis.code_books.tree import one_line, plain_text
from analysis.standard.bringing.rows import ClauseRow, ReadClauses, as_number
from safekeeping.languages import gettext as _


def read_qdc(content: bytes, file: str) -> ReadClauses:
    """What a .qdc file holds. Raises `BadFile`."""
    found = read_tree(content, file)
    report = [*found.report]
    rows = tuple(row for raw in found.codes for row in _rows(raw, report))
    return ReadClauses(rows, one_line(found.title), tuple(report))


def _rows(raw: Raw, report: list[str]) -> Iterator[ClauseRow]:
    number, title = _number_and_title(raw)
    if not number:
        report.append(_("{place}: its name begins with no number.", place=raw.place))
    texts = {"purpose" if raw.children else "wording": raw.texts.get("definition", "")}
    said = {_("Counts"): "include", _("Does not count"): "exclude", _("Example"): "example"}
    notes = [f"{mark}: {text}" for mark, name in said.items() if (text := raw.texts.get(name, ""))]
    texts["guidance"] = "\n".join(notes)
    told = {name: text for name, given in texts.items() if (text := plain_text(given))}
    if any(each.strip() for each in raw.cues):
        report.append(_("{place}: its cues are left behind; a standard has none.", place=raw.place))
    yield ClauseRow(raw.place, number, title, told)
    for child in raw.children:
        yield from _rows(child, report)


def _number_and_title(raw: Raw) -> tuple[str, str]:
    """Its short code, else what its name begins with."""
    if as_number(raw.code):
        return as_number(raw.code), one_line(raw.title)
    first, _blank, rest = one_line(raw.title).partition(" ")
    number = as_number(first)
    if number and (any(map(str.isdigit, number)) or number.isupper()):
        return number, rest.strip(" .:–-") or number
    return "", one_line(raw.title)
