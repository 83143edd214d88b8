"""A concordance: every place of a word with what stands before and after it (keyword in context). Pure.

Offsets are code points, and context is cut between words where there are spaces, and never between a
letter and its marks, nor inside a joined emoji. “Before”
and “after” follow the text, so in Arabic what is before stands on the right.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from analysis.reading.words import marks, words_of

AROUND = 90  # code points on either side; the page shows what its width allows
SORTS = ("after", "before", "word", "none")
_NEXT_WORDS = 3
_CLINGING = "\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff"


@dataclass(frozen=True)
class Line:
    """One line of a concordance."""

    before: str
    word: str
    after: str


@lru_cache(maxsize=1)
def _clinging() -> re.Pattern[str]:
    return re.compile(f"[{marks()}{_CLINGING}]")


def _parts_something(text: str, at: int) -> bool:
    """Whether a cut here would part a letter from its mark, or an emoji in two."""
    if not 0 < at < len(text):
        return False
    return bool(_clinging().match(text, at)) or text[at - 1] == "\u200d"


def _whole_words(text: str, first: int, last: int, forwards: bool) -> int:
    """Where a stretch of context is cut so that it holds whole words, as far as spaces tell."""
    at = first if forwards else last
    if not 0 < at < len(text) or text[at - 1].isspace() or text[at].isspace():
        return at
    spaces = [place for place in range(first, last) if text[place].isspace()]
    return at if not spaces else spaces[0] if forwards else spaces[-1]


def line_at(text: str, start: int, end: int, around: int = AROUND) -> Line:
    """The line for the place from `start` to `end`.

    >>> line_at("I was put on a waiting list", 15, 22)
    Line(before='I was put on a ', word='waiting', after=' list')
    """
    first, last = max(start - around, 0), min(end + around, len(text))
    while _parts_something(text, first):
        first -= 1
    while _parts_something(text, last):
        last += 1
    first, last = _whole_words(text, first, start, forwards=True), _whole_words(text, end, last, forwards=False)
    return Line(text[first:start], text[start:end], text[end:last])


Key = tuple[tuple[str, ...], ...]


def sort_key(text: str, start: int, end: int, by: str) -> Key:
    """By what a line is sorted: the three words after it, those before it from the nearest on, or the word itself."""
    line = line_at(text, start, end)
    before, after = words_of(line.before).said, words_of(line.after).said
    word = tuple(words_of(line.word).said)
    near, far = tuple(after[:_NEXT_WORDS]), tuple(reversed(before[-_NEXT_WORDS:]))
    return {"after": (near, word, far), "before": (far, word, near), "word": (word, near, far)}.get(by, ())
