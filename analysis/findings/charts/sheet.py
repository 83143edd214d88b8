"""A sheet that a chart is laid out on: boxes, lines, marks and words at their places. Pure; `drawing` draws it.

In units of a 72nd of an inch, from the left and from above. Words are measured by rule of thumb for the widest font
they may be drawn in, so the same words break in the same places everywhere.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from analysis.findings.charts.look import FONTS, INK, LEADING, LINE, SOFT, WIDTH, WORDS

__all__ = ["FONTS", "Box", "Line", "Mark", "Sheet", "Words", "breadth", "wrapped"]

START, MIDDLE, END = "start", "middle", "end"
SOLID, HATCHED, OPEN = FILLINGS = ("solid", "hatched", "open")
DOT, RING, DIAMOND, CROSS, SQUARE = SHAPES = ("dot", "ring", "diamond", "cross", "square")
ELLIPSIS = "…"
LEAST = 9.0  # the smallest type

_REFUSED_BY_XML = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW, _WIDE = frozenset("fijlrtIJ.,:;'’!|()[]-– "), frozenset("mwMW%@…—")


@dataclass(frozen=True)
class Box:
    """A bar or a cell. `filling` is one of `FILLINGS`."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    filling: str = SOLID


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str = LINE
    width: float = 1
    dashed: bool = False


@dataclass(frozen=True)
class Mark:
    """A mark around a point. `shape` is one of `SHAPES`."""

    x: float
    y: float
    shape: str
    colour: str
    size: float = 5.5


@dataclass(frozen=True)
class Words:
    """One line of words; `y` is the middle of its height. `turned`: read from below to above."""

    x: float
    y: float
    words: str
    size: float = WORDS
    colour: str = INK
    anchor: str = START
    bold: bool = False
    italic: bool = False
    turned: bool = False


Drawn = Box | Line | Mark | Words


def cleaned(words: str) -> str:
    """The words in one line, without letters that no XML can hold."""
    return _REFUSED_BY_XML.sub("", " ".join(words.split()))


def breadth(words: str, size: float, bold: bool = False) -> float:
    """About how wide the words are."""
    return sum(map(_letter, words)) * size * (1.1 if bold else 1)


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1
    if letter in _NARROW:
        return 0.37
    if letter in _WIDE:
        return 0.95
    return 0.7 if letter.isupper() else 0.61


def wrapped(words: str, size: float, room: float, lines: int = 3, *, bold: bool = False) -> list[str]:
    """The words in at most so many lines, the last ending in an ellipsis where something is left out."""
    found: list[str] = []
    for word in cleaned(words).split():
        for piece in _pieces(word, size, room, bold):
            joined = f"{found[-1]} {piece[0]}" if found and piece[1] else ""
            if joined and breadth(joined, size, bold) <= room:
                found[-1] = joined
            else:
                found.append(piece[0])
    if len(found) > lines:
        found = [*found[: lines - 1], _shortened(found[lines - 1], size, room, bold)]
    return found or [""]


def _pieces(word: str, size: float, room: float, bold: bool) -> Iterable[tuple[str, bool]]:
    """A word in pieces that have room, each with whether it may stand after other words on a line."""
    piece, first = "", True
    for letter in word:
        if piece and breadth(piece + letter, size, bold) > room:
            yield piece, first
            piece, first = "", False
        piece += letter
    yield piece, first


def _shortened(line: str, size: float, room: float, bold: bool) -> str:
    while line and breadth(f"{line} {ELLIPSIS}", size, bold) > room:
        line = line[:-1]
    return f"{line.rstrip()} {ELLIPSIS}".strip()


@dataclass
class Sheet:
    """What is drawn, in order, and how far down it reaches by now."""

    width: float = WIDTH
    height: float = 0
    drawn: list[Drawn] = field(default_factory=list)

    def add(self, *things: Drawn) -> None:
        """Draw these over what is there. Empty words are not drawn."""
        cleaned_up = (replace(each, words=cleaned(each.words)) if isinstance(each, Words) else each for each in things)
        self.drawn += [each for each in cleaned_up if not isinstance(each, Words) or each.words]

    def down(self, by: float) -> float:
        """Leave so much room below, and say where it begins."""
        begun, self.height = self.height, self.height + by
        return begun

    def paragraph(self, words: str, look: Words, room: float | None = None, lines: int = 9) -> None:
        """Words over as many lines as they need, each as `look` is, from here down. `look.y` is not looked at."""
        step = look.size * LEADING
        for line in wrapped(words, look.size, room or self.width - look.x, lines, bold=look.bold):
            self.add(replace(look, words=line, y=self.down(step) + step / 2))

    def reading_line(self, words: str) -> None:
        """What the picture shows and how to read it: soft words above it."""
        self.paragraph(words, Words(0, 0, "", 13, SOFT))
        self.down(8)

    def stacked(self, lines: Iterable[str], look: Words) -> None:
        """Lines around the middle `look.y`."""
        every = list(lines)
        step = look.size * LEADING
        for number, line in enumerate(every):
            self.add(replace(look, words=line, y=look.y + (number - (len(every) - 1) / 2) * step))

    def inside(self, words: str, look: Words, room: float) -> None:
        """Words in a cell so broad, each whole: as small as it takes, down to `LEAST`."""
        longest = max(cleaned(words).split(), key=lambda word: breadth(word, 1), default="")
        size = min(look.size, max(LEAST, room / (breadth(longest, 1) or 1)))
        self.stacked(wrapped(words, size, room + 1, 4), replace(look, size=size))
