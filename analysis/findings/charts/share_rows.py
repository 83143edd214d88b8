"""Shares on a line from 0 to 100 %: a heading, rows with their intervals, a key. Charts are made of these. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.findings.charts.look import HEADING, INK, LEADING, LINE, SMALL, SOFT, WORDS
from analysis.findings.charts.said import KINDS_SAID, interval_said, kinds_in, share_said
from analysis.findings.charts.sheet import (
    CROSS,
    DIAMOND,
    DOT,
    END,
    MIDDLE,
    RING,
    SQUARE,
    Line,
    Mark,
    Sheet,
    breadth,
    wrapped,
)
from analysis.findings.charts.sheet import Words as Said
from analysis.findings.shown import CORRECTED, HUMAN_ONLY, MACHINE, Figure, ShownGroup
from safekeeping.languages import gettext as _

#: Names to the left of it, numbers to the right.
LEFT, RIGHT = 134.0, 288.0
NAMES_ROOM, NUMBER_ENDS, INTERVAL_BEGINS = LEFT - 10, 347.0, 353.0
ROW_GAP = 9.0
MOST_COLUMNS = 6  # of numbers or signs beside each other
#: What a figure is -> the shape of its mark.
SHAPES = {CORRECTED: DOT, HUMAN_ONLY: RING, MACHINE: CROSS}


@dataclass(frozen=True)
class Row:
    """One share under its name. `together` is of all groups, which looks different from each of them."""

    name: str
    figure: Figure
    together: bool = False


def across(percent: float) -> float:
    """Where a share lies."""
    return LEFT + (RIGHT - LEFT) * percent / 100


def scale(sheet: Sheet) -> None:
    """The numbers above the lines."""
    middle = sheet.down(SMALL * LEADING + 2) + SMALL * LEADING / 2
    for percent in (0, 50, 100):
        sheet.add(Said(across(percent), middle, f"{percent} %", SMALL, SOFT, MIDDLE))


def heading(sheet: Sheet, title: str, colour: str) -> None:
    """The title of what comes next, behind a square in its colour."""
    sheet.down(6)
    top = sheet.height
    sheet.paragraph(title, Said(19, 0, "", HEADING, bold=True), lines=4)
    sheet.add(Mark(5.5, top + HEADING * LEADING / 2, SQUARE, colour, 5))
    sheet.down(3)


def rows(sheet: Sheet, every: Iterable[Row], colour: str) -> list[tuple[float, float]]:
    """A row for each; where the marks are that were drawn."""
    listed = [(row, wrapped(row.name, WORDS, NAMES_ROOM)) for row in every]
    heights = [len(lines) * WORDS * LEADING + ROW_GAP for _row, lines in listed]
    top = sheet.down(sum(heights))
    for percent in (0, 25, 50, 75, 100):
        sheet.add(Line(across(percent), top, across(percent), sheet.height, LINE, 1 if percent in (0, 100) else 0.6))
    points = []
    for (row, lines), height in zip(listed, heights, strict=True):
        middle = top + height / 2
        sheet.stacked(lines, Said(0, middle, "", bold=row.together))
        if row.figure.percent is None:
            sheet.add(Said(LEFT + 8, middle, share_said(None), 13, SOFT, italic=True))
        else:
            share(sheet, row, middle, INK if row.together else colour)
            points.append((across(row.figure.percent), middle))
        top += height
    return points


def share(sheet: Sheet, row: Row, middle: float, colour: str) -> None:
    """One share: its interval, its mark, and its numbers."""
    figure = row.figure
    if figure.percent is None:
        return
    if figure.low is not None and figure.high is not None:
        sheet.add(Line(across(figure.low), middle, across(figure.high), middle, colour, 3))
        for end in (figure.low, figure.high):
            sheet.add(Line(across(end), middle - 4, across(end), middle + 4, colour, 1.5))
    shape = DIAMOND if row.together and figure.kind != MACHINE else SHAPES.get(figure.kind, DOT)
    sheet.add(Mark(across(figure.percent), middle, shape, colour))
    has_interval = figure.low is not None and figure.high is not None
    ends = NUMBER_ENDS if has_interval else sheet.width
    said = share_said(figure.percent)
    sheet.add(Said(ends, middle, said, WORDS if len(said) < 7 else SMALL, anchor=END, bold=row.together))
    interval = interval_said(figure.low, figure.high)
    size = min(SMALL, (sheet.width - INTERVAL_BEGINS) / (breadth(interval, 1) or 1))
    sheet.add(Said(INTERVAL_BEGINS, middle, interval, size, SOFT))


def key(sheet: Sheet, figures: Iterable[Figure], source: str) -> None:
    """What the marks mean, as far as they occur; and where the figures are from."""
    every = list(figures)
    sheet.down(8)
    if any(each.percent is not None and each.low is not None for each in every):
        sheet.add(Line(0, sheet.height + 8, 18, sheet.height + 8, SOFT, 3))
        sheet.paragraph(_("95 % interval"), Said(26, 0, "", SMALL, SOFT))
    for kind in kinds_in(every):
        sheet.add(Mark(9, sheet.height + 8, SHAPES[kind], SOFT, 4.5))
        sheet.paragraph(_(KINDS_SAID[kind]), Said(26, 0, "", SMALL, SOFT))
    signed(sheet, source)


def beside_each_other(groups: Sequence[ShownGroup]) -> Iterator[Sequence[ShownGroup]]:
    """The groups in as few blocks as have room for them, about as many in each."""
    blocks = -(-len(groups) // MOST_COLUMNS)
    each = -(-len(groups) // blocks)
    return (groups[start : start + each] for start in range(0, len(groups), each))


def signed(sheet: Sheet, source: str) -> None:
    """Where the figures are from, below everything."""
    if source:
        sheet.down(4)
        sheet.paragraph(source, Said(0, 0, "", SMALL, SOFT))


def empty(sheet: Sheet, words: str) -> None:
    """Say that there is nothing to draw."""
    sheet.down(8)
    sheet.paragraph(words, Said(0, 0, "", WORDS, SOFT, italic=True))
