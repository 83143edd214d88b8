"""Where a passage may be parted, and the two passages that come of it: offsets in code points. Pure.

A place is the beginning of a word. A passage without any white space inside, as in Chinese or Thai, may be parted
between any two signs that a reader sees as such (grapheme clusters, Unicode Standard Annex 29, in short).
"""

import re
import unicodedata

Span = tuple[int, int]
_WORD = re.compile(r"\S+")
_JOINER = "\u200d"
_LEAD, _VOWEL, _TAIL = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
_SYLLABLES = range(0xAC00, 0xD7A4)
_FLAGS = range(0x1F1E6, 0x1F200)
#: What belongs to the sign before it and is no mark by category: Thai and Lao am, a non-joiner, half-width sound marks.
_CLINGING = {0x0E33, 0x0EB3, 0x200C, 0xFF9E, 0xFF9F}
_SKINS, _TAGS = range(0x1F3FB, 0x1F400), range(0xE0020, 0xE0080)


class NoSuchPlace(ValueError):
    """A passage cannot be parted there."""


def places(words: str) -> list[int]:
    """Where a passage may be parted: offsets into its words, in order, never 0.

    >>> places("They rang back")
    [5, 10]
    """
    begins = [match.start() for match in _WORD.finditer(words)]
    found = [at for at in begins if at and not _clings(words, at)]
    return found or [at for at in range(1, len(words)) if not _clings(words, at) and not _white(words, at)]


def _white(words: str, at: int) -> bool:
    return words[at].isspace() or words[at - 1].isspace()


def _clings(words: str, at: int) -> bool:
    """Whether the sign at this place belongs to the one before it."""
    sign, before = words[at], words[at - 1]
    if sign == _JOINER or before == _JOINER or unicodedata.category(sign).startswith("M"):
        return True
    if ord(sign) in _SKINS or ord(sign) in _TAGS or ord(sign) in _CLINGING:
        return True
    return _one_syllable(ord(before), ord(sign)) or _half_a_flag(words, at)


def _one_syllable(before: int, sign: int) -> bool:
    """Whether two Korean letters are written as one."""
    if before in _LEAD:
        return sign in _LEAD or sign in _VOWEL or sign in _SYLLABLES
    open_syllable = before in _SYLLABLES and (before - _SYLLABLES.start) % len(range(0x11A7, 0x11C3)) == 0
    if before in _VOWEL or open_syllable:
        return sign in _VOWEL or sign in _TAIL
    return (before in _TAIL or before in _SYLLABLES) and sign in _TAIL


def _half_a_flag(words: str, at: int) -> bool:
    run = at
    while run and ord(words[run - 1]) in _FLAGS:
        run -= 1
    return ord(words[at]) in _FLAGS and (at - run) % 2 == 1


def parted(words: str, at: int) -> tuple[Span, Span]:
    """The two parts of a passage's words, without the white space between them. Raises `NoSuchPlace`.

    >>> parted("They rang back", 5)
    ((0, 4), (5, 14))
    """
    if at not in places(words):
        raise NoSuchPlace(f"not one of {len(places(words))} places")
    return (0, len(words[:at].rstrip())), (at, len(words))


def tiles(text: str, spans: list[Span]) -> bool:
    """Whether these spans lie in order, none over another, and leave nothing but white space between them."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    between = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return edges == sorted(edges) and all(start < end for start, end in spans) and not "".join(between).strip()
