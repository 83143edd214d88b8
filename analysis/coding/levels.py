"""How sure suggestions are, in a sign each: as much as counting what the machine may decide alone needs to know. Pure.

Such a decision compares a chance with limits, and these are always some of `LIMITS`. So it is enough to know which of
them a chance reaches, and which its opposite does: counted from signs, the figures are those of the chances, bit for
bit. Where `LIMITS` change, what is kept must be made anew by a migration.

They are text and not bytes because databases string text together, so that a million responses come as one row; each
sign is one byte in Latin 1.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.coding.abstention import LIMITS

RISING = tuple(sorted(LIMITS))
_MIDDLE = len(RISING)
#: The sign of level 0; above it come the others, in their order.
FIRST = 0x20
#: In the place of a level: nothing is said of the section.
UNSAID = "\xff"
#: In the place of how sure a suggestion is: the machine abstains. Above it stands how many limits it reaches.
ABSTAINS = chr(FIRST)

Suggested = tuple[Mapping[str, float], float]  # the chance of each section, and how sure the suggestion is


@dataclass(frozen=True)
class Levels:
    """Of one response: the codes of sections, with a blank between, and signs of its passages and of it as a whole.

    For each passage stands how sure its suggestion is, then its level in each section. The whole has the likeliest
    passage for each section, the least sure suggestion, and abstains where a passage does.
    """

    codes: str
    passages: str
    together: str


def levels_of(suggested: Sequence[Suggested | None]) -> Levels:
    """The levels of a response from what is suggested for each of its passages; None where nothing is yet."""
    codes = sorted({code for each in suggested if each for code in each[0]})
    rows = [_row(each, codes) for each in suggested]
    if any(row[0] == ABSTAINS for row in rows):
        together = _abstaining(codes)
    else:
        together = min(row[0] for row in rows) + "".join(map(max, *(row[1:] for row in rows), rows[0][1:]))
    return Levels(" ".join(codes), "".join(rows), together)


def _row(suggested: Suggested | None, codes: Sequence[str]) -> str:
    chances, sure = suggested or ({}, 0.0)
    if not sure or not chances:
        return _abstaining(codes)
    said = (chr(FIRST + level(chances[code])) if code in chances else UNSAID for code in codes)
    return chr(FIRST + 1 + bisect_right(RISING, sure)) + "".join(said)


def _abstaining(codes: Sequence[str]) -> str:
    return ABSTAINS + UNSAID * len(codes)


def level(chance: float) -> int:
    """Which limits a chance reaches, or its opposite does: 0 for surely not, 100 for surely so.

    >>> level(0.011), level(0.5), level(0.965)
    (1, 50, 97)
    """
    return _MIDDLE + bisect_right(RISING, chance) - bisect_right(RISING, 1 - chance)


def answers(present: float, absent: float) -> bytes:
    """What each sign means with these limits, as a table to translate by: 1 for yes, 2 for no, 0 for a person."""
    yes, no = _reached(present), _reached(absent)
    return _table(_answer(each, yes, no) for each in range(2 * _MIDDLE + 1))


def _answer(level: int, yes: int, no: int) -> int:
    up, down = (1, 1) if level == _MIDDLE else (level - _MIDDLE, _MIDDLE - level)  # a half reaches 0.5 on both sides
    if up >= yes:
        return 1
    return 2 if down >= no else 0


def surely(limit: float) -> bytes:
    """Which suggestions are as sure as that, as a table to translate by: 1 or 0."""
    return _table(int(each > _reached(limit)) for each in range(2 + _MIDDLE))


def clear() -> bytes:
    """Which suggestions are there at all, as a table to translate by: 1, or 0 where the machine abstains."""
    return _table(int(each > 0) for each in range(2 + _MIDDLE))


def _table(meanings: Iterable[int]) -> bytes:
    return (bytes(FIRST) + bytes(meanings)).ljust(256, b"\0")


def _reached(limit: float) -> int:
    """How many of the limits are at most this one; more than there are for `NEVER`."""
    return bisect_left(RISING, limit) + 1
