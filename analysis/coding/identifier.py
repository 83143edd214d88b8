"""An identifier: a stretch of what somebody wrote that may say who a person is. Pure.

Offsets are code points of the words as they were written, end exclusive, and never part a letter from its mark.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from safekeeping.languages import gettext as _

#: Kind -> what it is called where it is marked. Where two overlap, the one that stands first here names both.
KINDS = {
    "email": _("an e-mail address"),
    "url": _("a web address"),
    "handle": _("a name on a network"),
    "nhs": _("an NHS number"),
    "ni": _("a National Insurance number"),
    "bank": _("a number of a bank or a card"),
    "document": _("a number of a document"),
    "phone": _("a telephone number"),
    "birth": _("a date of birth"),
    "address": _("an address"),
    "postcode": _("a postcode"),
    "vehicle": _("a number plate"),
    "case": _("a number of a case"),
    "place": _("a place or a service by name"),
    "name": _("a name"),
}


@dataclass(frozen=True, order=True)
class Identifier:
    """One of `KINDS`, where it stands."""

    start: int
    end: int
    kind: str


#: Holds a match to what its shape cannot say: the match, and the words it stands in.
Check = Callable[[re.Match[str], str], bool]


#: Words in small letters, or signs.
Words = frozenset[str]


_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
_FIGURE = re.compile(r"\d")
_MIXED = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
#: A pattern that reads capitals and small letters alike takes these for i, s and k; made small they are not.
_ALIKE = re.compile("[\u0131\u0130\u017f\u212a]")
#: What `clues_in` holds where a letter and a figure stand side by side.
MIXED = frozenset(["letter beside figure"])
#: What it holds where these stand in the text, also inside a word.
BIRTH = frozenset(["birth", "dob", "do.b", "d.ob", "d.o.b"])


def clues_in(text: str) -> Words:
    """The words and signs of a text in small letters, and which of `MIXED` and `BIRTH` are in it."""
    small = text.lower()
    mixed = MIXED if _MIXED.search(small) else ()
    return frozenset([*_WORD_OR_SIGN.findall(small), *mixed, *(each for each in BIRTH if each in small)])


@dataclass(frozen=True)
class Rule:
    """Finds one kind: a pattern over words made plain; its group `it`, where there is one, is what is marked.

    All that the pattern finds has so many `figures` and a word of each of `needs`: to look for those first takes a
    tenth of the time, and few texts hold them.
    """

    kind: str
    pattern: re.Pattern[str]
    holds: Check
    figures: int
    needs: tuple[Words, ...]

    def found(self, text: str) -> Iterator[Identifier]:
        """Where it stands in plain words."""
        marked = "it" if "it" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if self.holds(match, text):
                yield Identifier(*match.span(marked), self.kind)


def worth_trying(rules: Sequence[Rule], text: str) -> Sequence[Rule]:
    """The rules that may find anything in plain words: all others find nothing."""
    if _ALIKE.search(text):
        return rules
    there, figures = clues_in(text), len(_FIGURE.findall(text))
    return [each for each in rules if each.figures <= figures and not any(map(there.isdisjoint, each.needs))]


def rule(
    kind: str,
    pattern: str,
    holds: Check = lambda _match, _text: True,
    *,
    cased: bool = False,
    figures: int = 0,
    needs: Iterable[Words] = (),
) -> Rule:
    """A rule whose pattern is read in capitals and small letters alike, unless it is `cased`."""
    return Rule(kind, re.compile(pattern, 0 if cased else re.IGNORECASE), holds, figures, tuple(needs))


def any_of(alternatives: str) -> Words:
    """The words of a plain alternation such as ``(?:street|towers?)``, in small letters.

    Of alternatives of several words the last is taken.
    """
    bare = alternatives.lower().replace("(?:", "").replace(")", "").replace(r"\s{1,3}", " ")
    last = [each.split()[-1] for each in bare.split("|")]
    return frozenset(word for each in last for word in (each.replace("s?", ""), each.replace("s?", "s")))


@lru_cache(maxsize=4096)
def _plain_sign(sign: str) -> str:
    if unicodedata.category(sign) in ("Zs", "Cf"):
        return " "
    if unicodedata.category(sign) == "Pd":
        return "-"
    alike = unicodedata.normalize("NFKC", sign)
    return alike if len(alike) == 1 else sign


def made_plain(text: str) -> str:
    """The same words with plain spaces, hyphens, apostrophes and figures; every sign stays in its place."""
    if text.isascii():
        return text
    return "".join(map(_plain_sign, text)).replace("’", "'").replace("‘", "'").replace("ʼ", "'")


def _is_mark(sign: str) -> bool:
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) in ("Mn", "Me", "Mc") or sign == "\u200d"


def whole_signs(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch, made wider where it would part a letter from a mark on it."""
    while start > 0 and _is_mark(text[start]):
        start -= 1
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return start, end


def words_of(spaced: str) -> frozenset[str]:
    """The words of a list written with spaces."""
    return frozenset(spaced.split())


def near_before(text: str, start: int, pattern: re.Pattern[str], signs: int = 40) -> bool:
    """Whether a pattern stands within so many signs before a place, on the same line."""
    before = text[max(0, start - signs) : start]
    return bool(pattern.search(before.rpartition("\n")[2]))
