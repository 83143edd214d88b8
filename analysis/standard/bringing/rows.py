"""Clauses as a file has them, before they are matched with a standard: rows with a number and what is said of it.

Each reader hands over rows and a sentence on whatever it did not understand. Numbers and headings are read leniently:
people write “Standard A 4.3.”, “a4.3)” and “Evidence required”. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.code_books.tree import one_line, plain_text
from safekeeping.languages import gettext as _

TEXTS = ("wording", "purpose", "evidence", "guidance")
LISTS = ("aims", "stages", "codes")
COLUMNS = ("number", "level", "title", *TEXTS, *LISTS)
#: Clauses of a standard; letters of a text, a title and a number; lines of a report.
MOST_CLAUSES, LONGEST_TEXT, LONGEST_TITLE, LONGEST_NUMBER, MOST_LINES = 2000, 20_000, 300, 20, 60

#: What people call a column -> which one it is. Whole names first; then the words one of which is enough.
_NAMES = {
    "number": ("number", "no", "nr", "num", "ref", "reference", "code", "clause", "clause number", "id", "item"),
    "level": ("level", "kind", "type"),
    "title": ("title", "name", "heading", "standard", "section", "topic", "short title"),
    "wording": ("wording", "text", "requirement", "full text", "description", "criterion", "criteria", "statement"),
    "purpose": ("purpose", "rationale", "reason", "definition", "intention", "why"),
    "evidence": ("evidence", "indicators", "proof", "evidence sought"),
    "guidance": ("guidance", "notes", "note", "comments", "advice", "explanation"),
    "aims": ("aims", "aim", "principles", "objectives", "objective", "tags"),
    "stages": ("stages", "stage", "accreditation stage", "phase", "when"),
    "codes": ("codes", "themes", "frame"),
}
_WORDS = {
    "evidence": ("evidence", "indicators"),
    "guidance": ("guidance", "notes"),
    "purpose": ("purpose", "rationale"),
    "wording": ("wording", "text"),
    "aims": ("aims", "aim"),
    "stages": ("stages", "stage"),
    "number": ("number", "no", "ref", "reference"),
    "title": ("title", "heading", "name"),
}
_BEFORE = re.compile(
    r"(?:section|standard|requirement|clause|criterion|part|§)\s*(?=[A-Z]?[\s.]*\d|[A-Z]\b)", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.()/-]*[0-9A-Za-z)])?")
_PARTS = re.compile("[a-z]+|[0-9]+")

Key = tuple[str, ...]


@dataclass(frozen=True)
class ClauseRow:
    """One clause as a file has it: where it stands there, its number (empty: it has a title only), its parts."""

    place: str
    number: str
    title: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    level: str = ""


@dataclass(frozen=True)
class ReadClauses:
    """What a file holds: its clauses in order, what it calls itself, and what was not understood."""

    rows: tuple[ClauseRow, ...]
    title: str = ""
    report: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """The clauses that a file is read against: by the key of their number, and by title. Empty: read on its own."""

    numbers: Mapping[Key, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def fits(self, number: str) -> bool:
        """Whether a clause of this number could be meant: one there is, or one that would lie in one there is."""
        key = key_of(number)
        return not self.numbers or key in self.numbers or (len(key) > 1 and key[:-1] in self.numbers)

    def titled(self, title: str) -> str:
        """The number of the clause of this title; empty where there is none, or two."""
        return self.titles.get(plain_title(title), "")


def known_of(clauses: Iterable[tuple[str, str]]) -> Known:
    """From pairs of number and title; a title that two have leads to neither."""
    pairs = list(clauses)
    titles = [plain_title(title) for _number, title in pairs]
    single = {plain: pair[0] for pair, plain in zip(pairs, titles, strict=True) if plain and titles.count(plain) == 1}
    return Known({key_of(number): number for number, _title in pairs}, single)


def key_of(number: str) -> Key:
    """By what two ways to write a number are told to be one.

    >>> key_of("A4.3") == key_of("a 4.03") == ("a", "4", "3")
    True
    """
    return tuple(part.lstrip("0") or part[:1] for part in _PARTS.findall(number.casefold()))


def as_number(text: str) -> str:
    """A number as it is kept; empty where the text is none.

    >>> as_number("Standard A 4.3."), as_number("(2.1)"), as_number("see below")
    ('A4.3', '2.1', '')
    """
    plain = _BEFORE.sub("", unicodedata.normalize("NFKC", text).strip(), count=1)
    plain = re.sub(r"(?<=[A-Za-z]) (?=\d)|(?<=\.) (?=\d)", "", plain.strip("()[]:.;–- \t\n"))
    key = key_of(plain) if _NUMBER.fullmatch(plain) and len(plain) <= LONGEST_NUMBER else ()
    return plain if key and not any(part.isalpha() and len(part) > 4 for part in key) else ""


def plain_title(text: str) -> str:
    """A title as two are compared: letters and digits only, case aside."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def column_of(heading: str) -> str:
    """Which column somebody means by a heading; empty where it is none of ours.

    >>> column_of("Evidence required"), column_of("Ref."), column_of("Cost")
    ('evidence', 'number', '')
    """
    plain = plain_title(heading)
    whole = next((name for name, names in _NAMES.items() if plain in names), "")
    words = plain.split() if len(plain) <= 40 else []
    return whole or next((name for name, some in _WORDS.items() if set(some) & set(words)), "")


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """Column -> its place in a row of headings; the first of two that are called the same."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = column_of(cell)
        if name and name not in found:
            found[name] = place
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row of cells is one of headings that can be read: a number or a title, and something beside it."""
    found = columns_of(cells)
    return len(found) > 1 and bool({"number", "title"} & found.keys())


def row_from(place: str, cells: Mapping[str, str]) -> ClauseRow:
    """A clause from cells by the name of their column."""
    return ClauseRow(
        place,
        as_number(cells.get("number", "")),
        one_line(cells.get("title", "")),
        {name: text for name in TEXTS if (text := plain_text(cells.get(name, "")))},
        {name: found for name in LISTS if (found := listed(cells.get(name, "")))},
        one_line(cells.get("level", "")).casefold(),
    )


def listed(text: str) -> tuple[str, ...]:
    """The entries of a list in one cell.

    >>> listed("safety; Assess and manage risk")
    ('safety', 'Assess and manage risk')
    """
    return tuple(dict.fromkeys(filter(None, map(one_line, re.split(r"[;,\n|]", text)))))


def shortened(report: Iterable[str]) -> tuple[str, ...]:
    """A report without repeats, of a length that somebody reads."""
    lines = tuple(dict.fromkeys(report))
    if len(lines) <= MOST_LINES:
        return lines
    return (*lines[:MOST_LINES], _("And {number} more of these.", number=len(lines) - MOST_LINES))


def opening_words(text: str, most: int = 60) -> str:
    """The first words of a text, with “…” where there are more."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]}…"
