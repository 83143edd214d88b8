"""Where the words of a text stand, and when two of them are the same word. Pure; offsets are code points.

The pattern keeps marks with their letter (é written as two code points, vowel signs, points under Hebrew letters) and
joiners inside a word, which the trained suggester's own pattern parts; that one cannot change without training anew.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

#: What makes one word the same as another: a form for each word as it was typed.
Form = Callable[[str], str]
_JOINERS = "\u200c\u200d"
#: Where marks are: the first two planes, and the selectors in the last.
_PLANES, _SELECTORS = 0x20000, range(0xE0100, 0xE01F0)


def _ranges(code_points: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring code points, as (first, last)."""
    first = last = -2
    for each in code_points:
        if each != last + 1:
            if first >= 0:
                yield first, last
            first = each
        last = each
    if first >= 0:
        yield first, last


@lru_cache(maxsize=1)
def marks() -> str:
    """The inside of a character class: every code point that belongs to the letter before it."""
    found = (each for each in (*range(_PLANES), *_SELECTORS) if unicodedata.category(chr(each)).startswith("M"))
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _ranges(found)) + _JOINERS


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    return re.compile(rf"\w[\w{marks()}]*(?:['’]\w[\w{marks()}]*)?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text: where each stands, how it is said in small letters, and the form that is compared."""

    spans: list[tuple[int, int]]
    said: list[str]
    forms: list[str]


@lru_cache(maxsize=100_000)
def small(word: str) -> str:
    """A word as it is compared by default: composed, in small letters, with straight apostrophes.

    >>> small("Cafe\\u0301’s") == "café's"
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", word).casefold()).replace("’", "'")


@lru_cache(maxsize=100_000)
def as_typed(word: str) -> str:
    """A word compared with its capitals."""
    return unicodedata.normalize("NFC", word).replace("’", "'")


def words_of(text: str, form: Form = small) -> Words:
    """The words of a text, in order.

    >>> words_of("He’d waited 😢 again").said
    ["he'd", 'waited', 'again']
    """
    found = [(match.span(), match[0]) for match in _word().finditer(text)]
    said = [small(word) for _span, word in found]
    return Words(
        [span for span, _word in found], said, said if form is small else [form(word) for _span, word in found]
    )
