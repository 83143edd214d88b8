"""A code book read from a file of another program: what each reader hands over, made into a book, with a report of what
is lost or doubtful. Pure.

What cannot be one thing or the other is refused, each fault with its place; what can is taken and told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from analysis.code_books.tree import (
    COLOUR,
    LEVELS,
    LONGEST_CODE,
    MOST_CODES,
    TEXTS,
    Book,
    Code,
    fresh_id,
    one_line,
    plain_text,
    wrong_with,
)
from safekeeping.languages import gettext as _
from surveys.formats.losses import BadFile

#: Lines of a report; a file of hundreds of codes would else bury what matters.
MOST_LINES = 60


@dataclass
class Raw:
    """One code as a file has it: where it stands there, and its parts as they are written. `children` lie below it."""

    place: str
    code: str = ""
    title: str = ""
    id: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    colour: str = ""
    cues: list[str] = field(default_factory=list)
    children: list["Raw"] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """What a file holds: its codes, what it says of the book, and what the reader had to leave behind."""

    codes: list[Raw]
    title: str = ""
    publisher: str = ""
    year: int | None = None
    report: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """The book, and a sentence on everything that is lost or doubtful."""

    book: Book
    report: tuple[str, ...]


def taken(found: Found, file: str, name: str, title: str = "") -> Taken:
    """The book of that name. `title` is what somebody typed; empty: as the file has it. Raises `BadFile`."""
    _refuse_too_many(found.codes, file)
    report = [*found.report]
    codes = _lifted(found.codes, report)
    _give_codes(codes, report)
    book = Book(name, one_line(title or found.title) or name, one_line(found.publisher), found.year)
    book = replace(book, codes=_made(codes, book, report))
    places = dict(zip((each.code.id for each in book.walk()), (raw.place for raw in _all(codes)), strict=False))
    faults = [*_twice(codes), *(f"{places.get(each.id, file)}: {each.what}" for each in wrong_with(book))]
    if not book.codes:
        faults.append(_("There is no code in it. Choose another file."))
    if faults:
        raise BadFile([f"{file}, {fault}" for fault in dict.fromkeys(faults)][:MOST_LINES])
    return Taken(book, _shortened(report))


def _all(codes: Sequence[Raw]) -> Iterator[Raw]:
    """Every code, those above before those below, without recursion: files can be deep."""
    waiting = [*reversed(codes)]
    while waiting:
        raw = waiting.pop()
        yield raw
        waiting.extend(reversed(raw.children))


def _refuse_too_many(codes: Sequence[Raw], file: str) -> None:
    for number, _raw in enumerate(_all(codes), 1):
        if number > MOST_CODES:
            raise BadFile(
                [_("{file}: it has more than {most} codes. Make two files of it.", file=file, most=MOST_CODES)]
            )


def _lifted(codes: list[Raw], report: list[str], level: int = 1) -> list[Raw]:
    """The codes with what lies below the third level taken up to it, behind what it lay in."""
    for raw in codes:
        if level < len(LEVELS):
            raw.children = _lifted(raw.children, report, level + 1)
    if level < len(LEVELS):
        return codes
    flat = [*_all(codes)]
    for raw in flat:
        if raw.children:
            what = _("{place}: what lies below it is taken up to its level, since there are three.", place=raw.place)
            report.append(what)
        raw.children = []
    return flat


def _give_codes(codes: list[Raw], report: list[str]) -> None:
    """A short code for each that has none: from its own title, else its initials; no two alike."""
    taken = {raw.code.casefold() for raw in _all(codes) if raw.code}
    for raw in _all(codes):
        if raw.code:
            continue
        raw.code = _own_start(raw, taken) or _initials(raw.title, taken)
        taken.add(raw.code.casefold())
        what = _("{place}: it has no short code; “{code}” was made for it.", place=raw.place, code=raw.code)
        report.append(what)


def _own_start(raw: Raw, taken: set[str]) -> str:
    """“LG1” of a title such as “LG1 Recognition”; the title is then the rest."""
    first, _blank, rest = one_line(raw.title).partition(" ")
    first = first.rstrip(".:-–")
    fits = first.isalnum() and len(first) <= 8 and (first.isupper() or any(map(str.isdigit, first)))
    if not fits or not rest.strip(" .:-–") or first.casefold() in taken:
        return ""
    raw.title = rest.strip(" .:-–")
    return first


def _initials(title: str, taken: set[str]) -> str:
    words = ["".join(filter(str.isalnum, word)) for word in title.split()]
    letters = "".join(word[0] for word in words if word).upper()[:4] or "C"
    number = 0
    while f"{letters}{number or ''}".casefold() in taken:
        number += 1
    return f"{letters}{number or ''}"


def _twice(codes: Sequence[Raw]) -> Iterator[str]:
    """Ids that two codes share: each must be told apart from what was coded with the other."""
    seen: dict[str, str] = {}
    for raw in _all(codes):
        if raw.id and raw.id in seen:
            yield _("{place}: it has the same id as {other}. Give each its own.", place=raw.place, other=seen[raw.id])
        seen.setdefault(raw.id, raw.place)


def _made(codes: Sequence[Raw], book: Book, report: list[str]) -> tuple[Code, ...]:
    used: set[str] = {id for raw in _all(codes) if (id := as_id(raw.id))}
    return tuple(_code(raw, book, used, report) for raw in codes)


def _code(raw: Raw, book: Book, used: set[str], report: list[str]) -> Code:
    id = as_id(raw.id) or fresh_id(book, raw.code[:LONGEST_CODE], frozenset(used))
    if raw.id and not as_id(raw.id):
        report.append(_("{place}: its id is no UUID; it was given another.", place=raw.place))
    used.add(id)
    colour = as_colour(raw.colour)
    if raw.colour.strip() and not colour:
        report.append(_("{place}: its colour cannot be read; it has none now.", place=raw.place))
    if not one_line(raw.title):
        report.append(_("{place}: it has no title; its code is its title now.", place=raw.place))
    return Code(
        id=id,
        code=raw.code.strip(),
        title=one_line(raw.title) or raw.code.strip(),
        colour=colour,
        cues=tuple(dict.fromkeys(filter(None, map(one_line, raw.cues)))),
        children=tuple(_code(child, book, used, report) for child in raw.children),
        **{name: plain_text(raw.texts.get(name, "")) for name in TEXTS},
    )


def as_id(text: str) -> str:
    """A UUID as it is kept; empty where the text is none."""
    try:
        return str(UUID(text.strip())) if len(text.strip().strip("{}")) == 36 else ""
    except ValueError:
        return ""


def as_colour(text: str) -> str:
    """A colour as it is kept, #rgb written out; empty where the text is none."""
    told = text.strip().lower()
    if len(told) == 4:
        told = "#" + "".join(letter * 2 for letter in told[1:])
    return told if COLOUR.fullmatch(told) else ""


def _shortened(report: Sequence[str]) -> tuple[str, ...]:
    lines = tuple(dict.fromkeys(report))
    if len(lines) <= MOST_LINES:
        return lines
    return (*lines[:MOST_LINES], _("And {number} more of these.", number=len(lines) - MOST_LINES))
