"""Versions of a code book, and what became of each code from one to the next. Pure.

A version says of each of its codes which codes of the version before it came from, and how. With that, what was coded
under one version is carried to a later one: by itself where codes were renamed, moved or merged, and by people where a
code was split or retired or now means something else.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from analysis.code_books.tree import MEANING, Book, Code, book_as_data, book_from_data, canonical, fingerprint

#: How a code came from another, the least first: over several versions the greatest counts.
SAME, MERGED, SPLIT = "same", "merged", "split"
_RANK = (SAME, MERGED, SPLIT)

#: Id of an earlier code -> how.
Origins = Mapping[str, str]
#: Id of a code -> where it came from; nothing where it is new.
Came = Mapping[str, Origins]


@dataclass(frozen=True)
class Version:
    """One version. `came` tells of each code where it came from in version `number` - 1, or in an earlier one where
    `spanning` put several together."""

    number: int
    book: Book
    came: Came

    @cached_property
    def text(self) -> str:
        """The canonical form: what is kept."""
        came = {id: dict(origins) for id, origins in self.came.items()}
        return canonical({"number": self.number, "came": came, **book_as_data(self.book)})

    @cached_property
    def sha256(self) -> str:
        """What a coding pins."""
        return fingerprint(self.text)


def version_from(text: str) -> Version:
    """From the canonical form."""
    told = json.loads(text)
    number, came = told.pop("number"), told.pop("came")
    return Version(number, book_from_data(told), came)


def unchanged(book: Book) -> Came:
    """Every code came from itself."""
    return {each.code.id: {each.code.id: SAME} for each in book.walk()}


def first_version(book: Book) -> Version:
    """Version 1: every code is new."""
    return Version(1, book, {each.code.id: {} for each in book.walk()})


def joined(several: Iterable[Origins], at_least: str = SAME) -> Origins:
    """Origins put together, each by the greatest of its hows and by no less than `at_least`."""
    found: dict[str, str] = {}
    for origins in several:
        for id, how in origins.items():
            found[id] = _greatest(found.get(id, SAME), how, at_least)
    return found


def composed(first: Came, then: Came) -> Came:
    """Where codes came from over two steps."""
    return {id: joined(_through(origins, first)) for id, origins in then.items()}


def _through(origins: Origins, first: Came) -> Iterator[Origins]:
    return ({old: _greatest(was, how) for old, was in first.get(id, {}).items()} for id, how in origins.items())


def _greatest(*hows: str) -> str:
    return max(hows, key=_RANK.index)


def spanning(later: Iterable[Version]) -> Version:
    """The last of successive versions, its codes told from the version before the first of them."""
    last, *rest = reversed(list(later))
    came = last.came
    for version in rest:
        came = composed(version.came, came)
    return Version(last.number, last.book, came)


def successors(came: Came) -> dict[str, dict[str, str]]:
    """Id of an earlier code -> the codes it became, and how."""
    found: dict[str, dict[str, str]] = {}
    for id, origins in came.items():
        for old, how in origins.items():
            found.setdefault(old, {})[id] = how
    return found


def mapped(codes: Collection[str], old: Book, new: Version) -> tuple[str, ...]:
    """What codes of `old` became in `new`, in its order, as far as that needs nobody to look.

    A code that was split or retired becomes nothing; so does one that `old` does not have.
    """
    became = successors(new.came)
    wanted = {
        id
        for each in old.walk()
        if each.code.code in codes
        for id, how in became.get(each.code.id, {}).items()
        if how != SPLIT
    }
    return tuple(each.code.code for each in new.book.walk() if each.code.id in wanted)


def sections_of(codes: Collection[str], book: Book) -> tuple[str, ...]:
    """The sections that these codes belong to, in the book's order."""
    found = {each.section.code for each in book.walk() if each.code.code in codes}
    return tuple(code.code for code in book.codes if code.code in found)


def must_look_again(old: Book, new: Version) -> set[str]:
    """Codes of `old` whose codings people must look at again under `new`.

    Those that were split or retired; those whose meaning was written anew; and sections out of which a code was moved,
    since a decision for the section does not say whether it was about that code.
    """
    became, here = successors(new.came), new.book.placed()
    known = old.placed()
    found = set()
    for id, each in known.items():
        now = became.get(id, {})
        if not now or SPLIT in now.values() or _means_other(each.code, now, here[id].code if id in here else None):
            found.add(each.code.code)
        of_section = became.get(each.section.id, {})
        if each.above and any(here[next_id].section.id not in of_section for next_id in now):
            found.add(each.section.code)
    return found


def _means_other(code: Code, now: Origins, same: Code | None) -> bool:
    kept = now.get(code.id) == SAME
    return bool(kept and same and any(_words(same, field) != _words(code, field) for field in MEANING))


def _words(code: Code, field: str) -> list[str]:
    words: str = getattr(code, field)
    return words.split()
