"""What changed between two wordings, word by word: what stays, what is taken out, what is put in. Pure.

Words are compared, and the space after them is carried along, so a change never cuts a word, an accent that is written
as a sign of its own, or a picture sign made of several. Both texts can be rebuilt from the parts.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

SAME, REMOVED, ADDED = KINDS = ("same", "removed", "added")
_JOINERS = "\u200c\u200d"
_BETWEEN_LETTERS = "'\N{RIGHT SINGLE QUOTATION MARK}-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{MIDDLE DOT}"
_BETWEEN_DIGITS = ".,:/"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
#: A word of so many letters between two replaced ones does not hold them apart.
_LITTLE = 3


@dataclass(frozen=True)
class Part:
    """A stretch of text and what became of it: one of `KINDS`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Word:
    """A word, a number or one sign, and the space after it. The first one of a text may be empty."""

    text: str
    space: str


def changes(old: str, new: str) -> tuple[Part, ...]:
    """The parts of both texts, in order; where both differ, what is taken out stands before what is put in."""
    found = _stretches(words_of(old), words_of(new))
    return tuple(part for each in _whole_phrases(found) for part in each.parts if part.text)


def old_text(parts: Sequence[Part]) -> str:
    """The text as it was."""
    return "".join(each.text for each in parts if each.kind != ADDED)


def new_text(parts: Sequence[Part]) -> str:
    """The text as it is to be."""
    return "".join(each.text for each in parts if each.kind != REMOVED)


def words_of(text: str) -> list[Word]:
    """A text as words and signs, each with the space after it; joined they are the text.

    >>> words_of("Don’t, call")
    [Word(text='Don’t', space=''), Word(text=',', space=' '), Word(text='call', space='')]
    """
    words: list[Word] = []
    for piece in _pieces(text):
        if piece[0].isspace():
            words[-1:] = [Word(words[-1].text, words[-1].space + piece)] if words else [Word("", piece)]
        else:
            words.append(Word(piece, ""))
    return words


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _goes_on(text, start, at):
            yield text[start:at]
            start = at


def _goes_on(text: str, start: int, at: int) -> bool:
    """Whether the sign at `at` belongs to the piece that began at `start`."""
    before, this = text[at - 1], text[at]
    if text[start].isspace() or this.isspace():
        return text[start].isspace() and this.isspace()
    if unicodedata.category(this)[0] == "M" or this in _JOINERS or before in _JOINERS or ord(this) in _SKIN_TONES:
        return True
    if ord(before) in _FLAG_LETTERS and ord(this) in _FLAG_LETTERS:
        return True
    if not _in_word(text[start]):
        return False
    return _in_word(this) or _bridges(text, at) or _bridges(text, at - 1)


def _in_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LN" or sign == "_"


def _bridges(text: str, at: int) -> bool:
    """Whether a sign joins what is around it into one word: “don’t”, “well-being”, “1,000”."""
    if not 0 < at < len(text) - 1:
        return False
    before, this, after = text[at - 1], text[at], text[at + 1]
    if this in _BETWEEN_DIGITS:
        return before.isdigit() and after.isdigit()
    return this in _BETWEEN_LETTERS and not before.isspace() and before not in _BETWEEN_LETTERS and _in_word(after)


@dataclass(frozen=True)
class _Stretch:
    """What is in both texts, or else what was replaced by what."""

    both: str = ""
    old: str = ""
    new: str = ""

    @property
    def parts(self) -> tuple[Part, ...]:
        return Part(SAME, self.both), Part(REMOVED, self.old), Part(ADDED, self.new)


def _stretches(olds: Sequence[Word], news: Sequence[Word]) -> list[_Stretch]:
    """What is in both and what is not, by turns."""
    found: list[_Stretch] = []
    one = other = 0
    for here, there in [*_in_common([w.text for w in olds], [w.text for w in news]), (len(olds), len(news))]:
        found += _replaced(_joined(olds[one:here]), _joined(news[other:there]))
        if here < len(olds):
            found.append(_Stretch(olds[here].text))
            found += _replaced(olds[here].space, news[there].space)
        one, other = here + 1, there + 1
    grouped = groupby((each for each in found if each != _Stretch()), key=lambda each: bool(each.both))
    return [_as_one(tuple(each)) for _both, each in grouped]


def _in_common(olds: Sequence[str], news: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common run of words, as places in both (Hyyrö 2004: a row of the table of lengths is one number)."""
    where: dict[str, int] = {}
    for at, word in enumerate(olds):
        where[word] = where.get(word, 0) | 1 << at
    every = (1 << len(olds)) - 1
    rows = [every]
    for word in news:
        met = rows[-1] & where.get(word, 0)
        rows.append(((rows[-1] + met) | (rows[-1] - met)) & every)
    pairs, here, there = [], len(olds), len(news)
    while here and there:
        bit = 1 << (here - 1)
        if rows[there] & bit:
            here -= 1
        elif not rows[there - 1] & bit:
            there -= 1
        else:
            here, there = here - 1, there - 1
            pairs.append((here, there))
    return pairs[::-1]


def _joined(words: Sequence[Word]) -> str:
    return "".join(each.text + each.space for each in words)


def _replaced(old: str, new: str) -> tuple[_Stretch, _Stretch]:
    """What stands instead of what; the same space after both is no change."""
    one, other = old[len(old.rstrip()) :], new[len(new.rstrip()) :]
    space = len(one) if one == other else 0
    return _Stretch("", old[: len(old) - space], new[: len(new) - space]), _Stretch(one if space else "")


def _as_one(stretches: Sequence[_Stretch]) -> _Stretch:
    both, old, new = zip(*((each.both, each.old, each.new) for each in stretches), strict=True)
    return _Stretch("".join(both), "".join(old), "".join(new))


def _whole_phrases(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """The same, but what hardly holds two changes apart goes with them, so that a phrase is read as one."""
    found: list[_Stretch] = []
    for at, each in enumerate(stretches):
        around = (found[-1], stretches[at + 1]) if found and at + 1 < len(stretches) else ()
        if each.both and around and _is_little(each.both, *around):
            each = _Stretch("", each.both, each.both)
        if found and not found[-1].both and not each.both:
            each = _as_one((found.pop(), each))
        found.append(each)
    return found


def _is_little(between: str, before: _Stretch, after: _Stretch) -> bool:
    replaced = [bool(each.old.strip() and each.new.strip()) for each in (before, after)]
    if "\n" in between or not any(map(_in_word, between)):
        return not between.strip() or (any(replaced) and "\n" not in between)
    return all(replaced) and len(between.strip()) <= _LITTLE
