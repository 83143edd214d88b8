"""The shares as a picture: SVG drawn by matplotlib, with its text alternative inside.

One bar per section and audience, in the Standards' order, each with its name on the left and its
number on the right; so the chart can be read in grey and in print, and colour only helps. The same
figures give the same bytes.
"""

import io
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from analysis.findings.disclosure import Share
from analysis.findings.report import Figures, Group, describe

__all__ = ["describe", "shares_chart"]

# The section colours of heard.css on white; a fifth section starts again, told apart by its title.
COLOURS = ("#2f5d8a", "#226b4b", "#8a4b7d", "#855a0c")
INK, SOFT, TRACK = "#1d2a2f", "#4f5f67", "#efece4"

# In pixels of a picture that is narrow, so that its words can still be read on a phone.
WIDTH, BAR_LEFT, BAR_RIGHT, BAR_HEIGHT = 460, 160, 396, 14
HEADING, LINE, BETWEEN = 34, 16, 12
LETTERS = 20
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

_LETTERS_XML_REFUSES = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MATPLOTLIBS_FONTS = re.compile('font-family: [^;"]*')
# It says how lines end, for every element of the page that the picture stands in; no line here needs it.
_STYLE_FOR_ALL = re.compile("<style.*?</style>", re.DOTALL)
_ONE_AT_A_TIME = Lock()


def shares_chart(figures: Figures) -> str:
    """Bars of the share of responses per section and audience, as SVG that can stand inside a page."""
    with settled():
        figure = _draw(figures)
        sheet = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(sheet, format="svg", metadata=nothing)
    return _with_words(sheet.getvalue(), figures)


@contextmanager
def settled() -> Iterator[None]:
    """Matplotlib's own settings, not this machine's; it keeps them globally, so one drawing at a time."""
    with _ONE_AT_A_TIME, mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "heard", "svg.fonttype": "none", "font.size": 14})
        # The reader's own fonts draw the words, so a letter that matplotlib's font lacks is no matter.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


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
    axes.text(x, y, _LETTERS_XML_REFUSES.sub("", words), parse_math=False, **look)


def _height(row: Group) -> int:
    return 10 + LINE * len(_lines(row.name))


def _lines(name: str) -> list[str]:
    return textwrap.wrap(name, LETTERS, max_lines=2, placeholder=" …") or [""]


def in_readers_fonts(drawn: str) -> str:
    """What matplotlib drew, in fonts that its reader has, and without a style for the whole page."""
    return _MATPLOTLIBS_FONTS.sub(f"font-family: {FONTS}", _STYLE_FOR_ALL.sub("", drawn))


def _with_words(drawn: str, figures: Figures) -> str:
    """The picture without its XML prologue, in the reader's fonts, and with its text alternative."""
    drawn = in_readers_fonts(drawn)
    opening, rest = drawn[drawn.index("<svg") :].split(">", 1)
    opening = f'{opening} role="img" aria-labelledby="shares-title shares-words">'
    words = escape(_LETTERS_XML_REFUSES.sub("", describe(figures)))
    title = '<title id="shares-title">Share of responses that speak to each section</title>'
    return f'{opening}\n {title}\n <desc id="shares-words">{words}</desc>{rest}'
