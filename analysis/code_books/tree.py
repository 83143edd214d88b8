"""A code book: its codes in a tree of sections, themes and sub-codes, and the one form its fingerprint is taken of.

Every code keeps its id for life, also where it is renamed or moved; ids of codes that are gone are never given again,
so that what was coded with one code can never be taken for another. Pure.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from safekeeping.languages import gettext as _

LEVELS = ("section", "theme", "sub-code")
#: Texts of a code that say what it means, and those that only help to find it.
MEANING = ("definition", "include", "exclude")
TEXTS = (*MEANING, "example")
#: Letters in a code, a title, a text and a cue; cues of one code; codes of one book.
LONGEST_CODE, LONGEST_TITLE, LONGEST_TEXT, LONGEST_CUE = 20, 200, 4000, 80
MOST_CUES, MOST_CODES = 200, 1000
COLOUR = re.compile(r"#[0-9a-f]{6}")
_GIVEN = "https://heard.invalid/code-books/"


@dataclass(frozen=True)
class Code:
    """One code: `id` is a UUID, `code` what coders see (AE3), `colour` #rrggbb or empty, `cues` hint at it."""

    id: str
    code: str
    title: str
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    colour: str = ""
    cues: tuple[str, ...] = ()
    children: tuple["Code", ...] = ()


@dataclass(frozen=True)
class Book:
    """A whole code book. `gone` are ids of codes that it no longer has."""

    name: str
    title: str
    publisher: str = ""
    year: int | None = None
    codes: tuple[Code, ...] = ()
    gone: tuple[str, ...] = ()

    def walk(self) -> Iterator["Placed"]:
        """Every code with its place, parents before children, in order."""
        return _walked(self.codes, ())

    def placed(self) -> dict[str, "Placed"]:
        """Id -> the code in its place."""
        return {each.code.id: each for each in self.walk()}

    def by_code(self) -> dict[str, Code]:
        """What coders see -> the code."""
        return {each.code.code: each.code for each in self.walk()}


@dataclass(frozen=True)
class Placed:
    """A code where it stands: `above` are the codes it lies in, its section first."""

    code: Code
    above: tuple[Code, ...]

    @property
    def section(self) -> Code:
        """The section it belongs to: itself, where it is one."""
        return (*self.above, self.code)[0]

    @property
    def parent(self) -> str | None:
        """The id of the code right above it; None for a section."""
        return self.above[-1].id if self.above else None


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a book: the id of the code (empty: the book), the field, and a sentence with its remedy."""

    id: str
    field: str
    what: str


def _walked(codes: tuple[Code, ...], above: tuple[Code, ...]) -> Iterator[Placed]:
    for code in codes:
        yield Placed(code, above)
        yield from _walked(code.children, (*above, code))


def first_id(book: str, code: str) -> str:
    """The id of a code that begins with this name in the book of that name."""
    return str(uuid5(NAMESPACE_URL, f"{_GIVEN}{book}/{code}"))


def fresh_id(book: Book, code: str, taken: frozenset[str] = frozenset()) -> str:
    """The same, or the next one where a code of the book, one that is gone, or one of `taken` has it."""
    used = {*book.placed(), *book.gone, *taken}
    number, found = 1, first_id(book.name, code)
    while found in used:
        number += 1
        found = first_id(book.name, f"{code}/{number}")
    return found


def replaced(codes: tuple[Code, ...], id: str, by: Callable[[Code], tuple[Code, ...]]) -> tuple[Code, ...]:
    """The codes with what `by` gives in place of the one of that id."""
    return tuple(
        new
        for code in codes
        for new in (by(code) if code.id == id else (replace(code, children=replaced(code.children, id, by)),))
    )


def one_line(text: str) -> str:
    """A title or a cue as it is kept: no line breaks, one blank at a time."""
    return " ".join(plain_text(text).split())


def plain_text(text: str) -> str:
    """A text as it is kept: composed letters, line feeds, and nothing that a file of text cannot hold."""
    lines = re.split("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", unicodedata.normalize("NFC", text).replace("\t", " "))
    return "\n".join("".join(filter(_kept, line)).rstrip() for line in lines).strip()


def _kept(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn") and letter != "\ufeff"


def wrong_with(book: Book) -> list[Wrong]:
    """Everything that keeps a book from being a book; nothing is how it should be."""
    found = list(_wrong_codes(book))
    if len(book.placed()) > MOST_CODES:
        found.append(Wrong("", "codes", _("It has more than {most} codes. Make two books of it.", most=MOST_CODES)))
    if not book.title:
        found.append(Wrong("", "title", _("The code book has no title. Give it one.")))
    return found


def _wrong_codes(book: Book) -> Iterator[Wrong]:
    codes, ids = set[str](), set(book.gone)
    for each in book.walk():
        code = each.code
        if len(each.above) >= len(LEVELS):
            yield Wrong(code.id, "parent", _("“{code}” lies too deep: there are three levels.", code=code.code))
        if code.code.casefold() in codes:
            what = _("The code “{code}” is used twice. Give each its own.", code=code.code)
            yield Wrong(code.id, "code", what)
        if code.id in ids:
            yield Wrong(code.id, "code", _("“{code}” has the id of another code.", code=code.code))
        codes.add(code.code.casefold())
        ids.add(code.id)
        yield from _wrong_words(code)


def _wrong_words(code: Code) -> Iterator[Wrong]:
    if not code.code.isalnum() or len(code.code) > LONGEST_CODE:
        what = _("The code “{code}” must be 1 to {most} letters and digits.", code=code.code[:30], most=LONGEST_CODE)
        yield Wrong(code.id, "code", what)
    if not code.title:
        yield Wrong(code.id, "title", _("“{code}” has no title. Say in a few words what it is.", code=code.code))
    for field, most in {"title": LONGEST_TITLE, **dict.fromkeys(TEXTS, LONGEST_TEXT)}.items():
        if len(getattr(code, field)) > most:
            yield Wrong(code.id, field, _("This is longer than {most} letters. Shorten it.", most=most))
    if code.colour and not COLOUR.fullmatch(code.colour):
        yield Wrong(code.id, "colour", _("A colour is # and six of 0–9 and a–f, such as #2f5d8a."))
    if len(code.cues) > MOST_CUES or any(len(cue) > LONGEST_CUE for cue in code.cues):
        what = _("At most {most} cues of {letters} letters each. Shorten them.", most=MOST_CUES, letters=LONGEST_CUE)
        yield Wrong(code.id, "cues", what)


# As data -------------------------------------------------------------------------------------------


def code_as_data(code: Code) -> dict[str, Any]:
    """A code with all below it, as JSON and TOML hold it; what is empty is left out."""
    told = {each.name: getattr(code, each.name) for each in fields(Code)}
    told["cues"] = list(code.cues)
    told["children"] = [code_as_data(child) for child in code.children]
    return {name: value for name, value in told.items() if value}


def code_from_data(told: Mapping[str, Any]) -> Code:
    """From what `code_as_data` gave."""
    children = tuple(code_from_data(child) for child in told.get("children", ()))
    return Code(**{**told, "cues": tuple(told.get("cues", ())), "children": children})


def book_as_data(book: Book) -> dict[str, Any]:
    """A book as JSON holds it."""
    codes = [code_as_data(code) for code in book.codes]
    return {**{each.name: getattr(book, each.name) for each in fields(Book)}, "codes": codes, "gone": list(book.gone)}


def book_from_data(told: Mapping[str, Any]) -> Book:
    """From what `book_as_data` gave."""
    codes = tuple(code_from_data(code) for code in told["codes"])
    return Book(**{**told, "codes": codes, "gone": tuple(told["gone"])})


def canonical(told: Mapping[str, Any]) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
