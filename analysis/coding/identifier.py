"""An identifier: a stretch of what somebody wrote that may say who a person is. Pure.

Offsets are code points of the words as they were written, end exclusive, and never part a letter from its mark.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
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


@dataclass(frozen=True)
class Rule:
    """Finds one kind: a pattern over words made plain; its group `it`, where there is one, is what is marked."""

    kind: str
    pattern: re.Pattern[str]
    holds: Check

    def found(self, text: str) -> Iterator[Identifier]:
        """Where it stands in plain words."""
        marked = "it" if "it" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if self.holds(match, text):
                yield Identifier(*match.span(marked), self.kind)


def rule(kind: str, pattern: str, holds: Check = lambda _match, _text: True, *, cased: bool = False) -> Rule:
    """A rule whose pattern is read in capitals and small letters alike, unless it is `cased`."""
    return Rule(kind, re.compile(pattern, 0 if cased else re.IGNORECASE), holds)


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
