"""A standard of one's own from rows: sections, standards and requirements by their numbers, and a code book of them.

Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.code_books.taking_in import Found, Raw, taken
from analysis.code_books.tree import LONGEST_TEXT as LONGEST_DEFINITION
from analysis.code_books.tree import LONGEST_TITLE as LONGEST_CODE_TITLE
from analysis.code_books.tree import Book, one_line
from analysis.standard.bringing.matching import refuse_long, title_from
from analysis.standard.bringing.rows import (
    LONGEST_TITLE,
    TEXTS,
    ClauseRow,
    Key,
    ReadClauses,
    key_of,
    opening_words,
    plain_title,
    shortened,
)
from analysis.standard.clauses import LEVELS, REQUIREMENT, Aim, Clause, Stage, StandardText, clause_id
from safekeeping.languages import gettext as _
from surveys.formats.losses import bad


@dataclass(frozen=True)
class Named:
    """What somebody says of a standard that they bring: its short name, title, publisher, when it was published, and
    the code book it is coded by, with its codes; no codes: it makes a code book of its own."""

    name: str
    title: str
    publisher: str = ""
    published: str = ""
    frame: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnStandard:
    """The edition a file makes, and what of the file was not understood or is doubtful."""

    text: StandardText
    report: tuple[str, ...]


@dataclass
class _Node:
    row: ClauseRow
    number: str
    children: list["_Node"] = field(default_factory=list)


def own_standard(read: ReadClauses, named: Named, file: str) -> OwnStandard:
    """The first edition of a standard from the rows of a file. Raises `BadFile`."""
    refuse_long(read.rows, file)
    report = [*read.report]
    roots = _tree(read.rows, report)
    if not roots:
        raise bad(file, "", _("no clause with a number was found in it; choose another file"))
    aims, stages = _tags(read.rows, "aims"), _tags(read.rows, "stages")
    codes = {code.casefold(): code for code in named.codes}
    clauses = tuple(_clause(each, 0, named.name, codes, report) for each in roots)
    text = StandardText(
        name=named.name,
        title=one_line(named.title or read.title)[:LONGEST_TITLE] or named.name,
        publisher=one_line(named.publisher)[:LONGEST_TITLE],
        edition=1,
        frame=named.frame or named.name,
        clauses=clauses,
        published=named.published,
        aims=tuple(Aim(code, title) for title, code in aims.items()),
        stages=tuple(Stage(code, title) for title, code in stages.items()),
    )
    report += _doubtful(text, bool(named.codes))
    return OwnStandard(text, shortened(report))


def _tree(rows: Sequence[ClauseRow], report: list[str]) -> list[_Node]:
    """The rows below one another by their numbers; a clause whose section is not there gets one, and that is told."""
    roots: list[_Node] = []
    nodes: dict[Key, _Node] = {}
    for row in rows:
        key = key_of(row.number)
        if not key:
            words = opening_words(row.title)
            report.append(_("{place}: “{words}” has no number; it is left behind.", place=row.place, words=words))
        elif key in nodes and nodes[key].row.place:
            what = _("{place}: {number} stands a second time; this one is left behind.")
            report.append(what.format(place=row.place, number=row.number))
        elif key in nodes:
            nodes[key].row = row
        else:
            _place(_Node(row, row.number), key, roots, nodes)
    for node in nodes.values():
        if not node.row.place:
            what = _("The file has clauses of {number} and not {number} itself; it was made, with its number as title.")
            report.append(what.format(number=node.number))
    return roots


def _place(node: _Node, key: Key, roots: list[_Node], nodes: dict[Key, _Node]) -> None:
    nodes[key] = node
    if len(key) == 1:
        roots.append(node)
        return
    above = key[:-1]
    if above not in nodes:
        number = _shorter(node.number)
        _place(_Node(ClauseRow("", number, number), number), above, roots, nodes)
    nodes[above].children.append(node)


def _shorter(number: str) -> str:
    """The number without its last part.

    >>> _shorter("A4.3"), _shorter("A4"), _shorter("2.10")
    ('A4', 'A', '2')
    """
    return re.sub(r"[^0-9A-Za-z]*(?:[0-9]+|[A-Za-z]+)[^0-9A-Za-z]*$", "", number)


def _clause(node: _Node, depth: int, name: str, codes: dict[str, str], report: list[str]) -> Clause:
    row = node.row
    texts: dict[str, Any] = {each: row.texts.get(each, "") for each in TEXTS}
    deeper: list[_Node] = []
    if depth + 1 == len(LEVELS):
        deeper = [*_below(node)]
        texts["wording"] = "\n".join(filter(None, [texts["wording"], *map(_as_line, deeper)]))
    if deeper:
        what = _("{number}: what lies below it became part of its wording, since there are three levels.")
        report.append(what.format(number=node.number))
    children = () if deeper else tuple(_clause(each, depth + 1, name, codes, report) for each in node.children)
    given = [code for each in row.lists.get("codes", ()) if (code := codes.get(each.casefold()))]
    same = [codes[node.number.casefold()]] if node.number.casefold() in codes else []
    own = [] if codes or depth + 1 == len(LEVELS) else [code_of(node.number)]
    return Clause(
        id=clause_id(name, node.number),
        number=node.number,
        title=row.title or title_from(row),
        level=LEVELS[depth],
        aims=tuple(_tag(each) for each in row.lists.get("aims", ())),
        stages=tuple(_tag(each) for each in row.lists.get("stages", ())),
        codes=tuple(given or same or own),
        children=children,
        **texts,
    )


def _below(node: _Node) -> Iterator[_Node]:
    for each in node.children:
        yield each
        yield from _below(each)


def _as_line(node: _Node) -> str:
    said = [node.number, node.row.title, *node.row.texts.values()]
    return " ".join(filter(None, said))


def code_of(number: str) -> str:
    """A number as a code of a code book, which has letters and digits only.

    >>> code_of("A4"), code_of("1.2")
    ('A4', '1x2')
    """
    return re.sub("[^0-9A-Za-z]+", "x", number).strip("x")


def _tag(title: str) -> str:
    """A short code for an aim or a stage: its title in plain letters."""
    return plain_title(title).replace(" ", "-")[:40]


def _tags(rows: Sequence[ClauseRow], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        for title in row.lists.get(name, ()):
            if _tag(title) and _tag(title) not in found.values():
                found[title] = _tag(title)
    return found


def _doubtful(text: StandardText, framed: bool) -> Iterator[str]:
    """What whoever brings it should know before it is kept."""
    if not any(section.children for section in text.clauses):
        yield _("No number lies below another, so every clause became a section of its own.")
    without = [each.clause.number for each in text.standards() if not each.codes]
    if framed and without:
        what = _("No code of the code book is tied to {numbers}; answers cannot be read for them. Name one in “codes”.")
        yield what.format(numbers=", ".join(without[:20]))
    empty = sum(not (each.clause.wording or each.clause.purpose) for each in text.lowest())
    if empty:
        yield _("Clauses that have a title and nothing else: {number}.", number=empty)


def book_of_standard(text: StandardText, file: str) -> Book:
    """The code book that a standard makes: its sections and standards as codes. Raises `BadFile`."""
    raws = [_raw(clause) for clause in text.clauses]
    made = taken(Found(raws, text.title, text.publisher, _year(text.published)), file, text.name, text.title).book
    return replace(made, title=text.title[:LONGEST_CODE_TITLE])


def _raw(clause: Clause) -> Raw:
    definition = (clause.purpose or clause.wording)[:LONGEST_DEFINITION]
    below = [_raw(each) for each in clause.children if each.level != REQUIREMENT]
    title = opening_words(clause.title, LONGEST_CODE_TITLE - 1)
    return Raw(clause.number, code_of(clause.number), title, texts={"definition": definition}, children=below)


def _year(published: str) -> int | None:
    year = published[:4]
    return int(year) if year.isascii() and year.isdigit() and year != "0000" else None
