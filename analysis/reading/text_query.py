"""What somebody looks for in words: a small language, read into a plain tree, and found in a text. Pure.

waiting list            both words, anywhere in the passage
"waiting list"          the phrase
wait*                   words that begin so
waiting OR queue        either
-women                  not this word
waiting NEAR/5 months   at most five words apart, in either order
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.reading.words import Form, Words, small, words_of
from safekeeping.languages import gettext as _

LONGEST, MOST_TERMS, FARTHEST = 300, 20, 50
_PIECE = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"|(?P<near>NEAR/\d+)(?=\s|$)|(?P<bare>[^\s"]+)')
_QUOTES = str.maketrans("“”„«»", '"""""')
Span = tuple[int, int]


class BadText(ValueError):
    """It cannot be read. The message says where and what to do."""


@dataclass(frozen=True)
class Wanted:
    """One word that is looked for; with `begins`, only how it begins."""

    form: str
    begins: bool = False

    def fits(self, said: str, form: str) -> bool:
        """Whether a word, in small letters and in the compared form, is this one."""
        return said.startswith(self.form) if self.begins else form == self.form


@dataclass(frozen=True)
class Phrase:
    """Words one after another."""

    words: tuple[Wanted, ...]

    def places(self, words: Words) -> Iterator[Span]:
        """Where it stands: places of the first word and after the last."""
        first, size = self.words[0], len(self.words)
        for at, form in enumerate(words.forms):
            if first.fits(words.said[at], form) and self._goes_on(words, at):
                yield at, at + size

    def _goes_on(self, words: Words, at: int) -> bool:
        rest = zip(self.words[1:], words.said[at + 1 :], words.forms[at + 1 :], strict=False)
        return at + len(self.words) <= len(words.forms) and all(each.fits(said, form) for each, said, form in rest)


@dataclass(frozen=True)
class Near:
    """Two phrases at most `within` words apart, in either order."""

    one: Phrase
    other: Phrase
    within: int

    def places(self, words: Words) -> Iterator[Span]:
        """Both phrases, wherever they stand close enough."""
        others = list(self.other.places(words))
        for first in self.one.places(words):
            for second in others:
                if first != second and max(first[0], second[0]) - min(first[1], second[1]) < self.within:
                    yield first
                    yield second


@dataclass(frozen=True)
class Clause:
    """Any of these must be in the passage, or none of them."""

    any_of: tuple[Phrase | Near, ...]
    wanted: bool = True


@dataclass(frozen=True)
class TextQuery:
    """All that must hold of a passage. `form` is how its words are compared."""

    clauses: tuple[Clause, ...]
    form: Form = small

    def found(self, text: str) -> list[Span] | None:
        """Where what is wanted stands in a text, in order, none over another; None where the passage is not wanted."""
        if not self.clauses:
            return []
        words = words_of(text, self.form)
        places: set[Span] = set()
        for clause in self.clauses:
            here = {place for each in clause.any_of for place in each.places(words)}
            if bool(here) != clause.wanted:
                return None
            places |= here
        return _joined([(words.spans[first][0], words.spans[after - 1][1]) for first, after in sorted(places)])


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def read_text(typed: str, form: Form = small) -> TextQuery:
    """The query that somebody typed; nothing typed asks for nothing. Raises `BadText`."""
    typed = typed.translate(_QUOTES)
    if len(typed) > LONGEST:
        raise BadText(_("That is longer than {number} letters. Look for fewer words.", number=LONGEST))
    if typed.count('"') % 2:
        raise BadText(_("A quotation mark is open: put one at the end of the phrase too."))
    pieces = list(_PIECE.finditer(typed))
    if len(pieces) > MOST_TERMS:
        raise BadText(_("Look for at most {number} words and phrases at once.", number=MOST_TERMS))
    return TextQuery(tuple(_Reading(pieces, form).clauses()), form)


class _Reading:
    """The pieces of what was typed, read from left to right."""

    def __init__(self, pieces: Sequence[re.Match[str]], form: Form) -> None:
        self._pieces, self._at, self._form = pieces, 0, form

    def clauses(self) -> Iterator[Clause]:
        while self._at < len(self._pieces):
            wanted = not self._is_refused()
            any_of = [self._finder()]
            while self._next_is("OR"):
                self._at += 1
                any_of.append(self._finder())
            yield Clause(tuple(any_of), wanted)

    def _is_refused(self) -> bool:
        piece = self._pieces[self._at]
        return bool(piece["minus"]) or (piece["bare"] or "").startswith("-")

    def _next_is(self, word: str) -> bool:
        return self._at < len(self._pieces) and self._pieces[self._at]["bare"] == word

    def _finder(self) -> Phrase | Near:
        one = self._phrase()
        if self._at < len(self._pieces) and (near := self._pieces[self._at]["near"]):
            within = int(near.removeprefix("NEAR/"))
            if not 1 <= within <= FARTHEST:
                raise BadText(_("Write NEAR with a number from 1 to {number}, such as NEAR/5.", number=FARTHEST))
            self._at += 1
            return Near(one, self._phrase(), within)
        return one

    def _phrase(self) -> Phrase:
        """The next word or phrase; OR and NEAR need one on either side."""
        piece = self._pieces[self._at] if self._at < len(self._pieces) else None
        if piece is None or piece["near"] or piece["bare"] == "OR":
            raise BadText(_("OR and NEAR/5 stand between two words: write one on either side."))
        self._at += 1
        typed = piece["bare"] or piece["phrase"] or ""
        bare = typed.removeprefix("-")
        words = [bare[start:end] for start, end in words_of(bare).spans]
        if not words:
            raise BadText(_("“{piece}” has no word in it. Write a word there, or take it away.", piece=piece[0]))
        begins = bare.endswith("*")
        last = Wanted(small(words[-1]), begins=True) if begins else Wanted(self._form(words[-1]))
        return Phrase((*(Wanted(self._form(word)) for word in words[:-1]), last))
