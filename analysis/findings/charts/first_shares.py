"""The shares as a picture: SVG drawn by matplotlib, with its text alternative inside.

One bar per section and audience, in the Standards' order, each with its name on the left and its
number on the right; so the chart can be read in grey and in print, and colour only helps. The same
figures give the same bytes.
"""

import textwrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from analysis.findings.charts.drawing import as_svg, settled, with_words
from analysis.findings.charts.look import COLOURS, INK, SOFT, TRACK
from analysis.findings.charts.sheet import cleaned
from analysis.findings.disclosure import Share
from analysis.findings.report import Figures, Group, describe

# In pixels of a picture that is narrow, so that its words can still be read on a phone.
WIDTH, BAR_LEFT, BAR_RIGHT, BAR_HEIGHT = 460, 160, 396, 14
HEADING, LINE, BETWEEN = 34, 16, 12
LETTERS = 20


def shares_chart(figures: Figures) -> str:
    """Bars of the share of responses per section and audience, as SVG that can stand inside a page."""
    with settled():
        drawn = as_svg(_draw(figures))
    return with_words(drawn, "shares", "Share of responses that speak to each section", cleaned(describe(figures)))


def _draw(figures: Figures) -> Figure:
    heights = [_height(row) for row in figures.rows]
    height = len(figures.sections) * (HEADING + sum(heights) + BETWEEN)
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    top = 0
    for place, section in enumerate(figures.sections):
        colour = COLOURS[place % len(COLOURS)]
        axes.add_patch(Rectangle((0, top + 9), 12, 12, facecolor=colour))
        _write(axes, 20, top + 15, section.title, weight="bold")
        top += HEADING
        for row, row_height in zip(figures.rows, heights, strict=True):
            _draw_row(axes, top + row_height / 2, row, row.shares[place], colour)
            top += row_height
        top += BETWEEN
    return figure


def _draw_row(axes: Axes, middle: float, row: Group, share: Share, colour: str) -> None:
    lines = _lines(row.name)
    for number, line in enumerate(lines):
        _write(axes, 0, middle + (number - (len(lines) - 1) / 2) * LINE, line)
    if share.percent is None:
        _write(axes, BAR_LEFT, middle, share.words, color=SOFT, style="italic")
        return
    _bar(axes, middle, BAR_RIGHT - BAR_LEFT, TRACK)
    _bar(axes, middle, max((BAR_RIGHT - BAR_LEFT) * share.percent / 100, 1), colour)
    _write(axes, WIDTH, middle, share.words, ha="right")


def _bar(axes: Axes, middle: float, length: float, colour: str) -> None:
    corner = min(3, length / 2)
    box = f"round,pad=0,rounding_size={corner}"
    start = (BAR_LEFT, middle - BAR_HEIGHT / 2)
    axes.add_patch(FancyBboxPatch(start, length, BAR_HEIGHT, boxstyle=box, facecolor=colour, edgecolor="none"))


def _write(axes: Axes, x: float, y: float, words: str, **look: Any) -> None:
    # Without parse_math, a name with two dollar signs would be read as a formula.
    look = {"color": INK, "va": "center_baseline"} | look
    axes.text(x, y, cleaned(words), parse_math=False, **look)


def _height(row: Group) -> int:
    return 10 + LINE * len(_lines(row.name))


def _lines(name: str) -> list[str]:
    return textwrap.wrap(name, LETTERS, max_lines=2, placeholder=" …") or [""]
