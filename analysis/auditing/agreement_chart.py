"""Agreement as a picture: a point and its interval for each section, SVG drawn by matplotlib, with its words inside."""

import io
import textwrap
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.auditing.agreement_words import ACROSS, FIRM, TENTATIVE, TITLE, WHOLE, described, rows_of
from analysis.findings.charts import COLOURS, INK, SOFT, TRACK, in_readers_fonts, settled

WIDTH, LINE, FOOT = 460, 46, 60
LETTERS = 22
LEAST = -0.2  # what lies below is drawn there


def agreement_chart(figures: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Alpha of each section with its interval. The same figures give the same bytes."""
    with settled():
        sheet = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        _draw(figures, titles).savefig(sheet, format="svg", metadata=nothing)
    drawn = in_readers_fonts(sheet.getvalue())
    opening, rest = drawn[drawn.index("<svg") :].split(">", 1)
    title = f'<title id="agree-title">{escape(TITLE)}</title>'
    words = f'<desc id="agree-words">{escape(described(figures, titles))}</desc>'
    return f'{opening} role="img" aria-labelledby="agree-title agree-words">\n {title}\n {words}{rest}'


def _draw(figures: Mapping[str, Any], titles: Mapping[str, str]) -> Figure:
    rows = rows_of(figures)
    height = FOOT + LINE * len(rows)
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    axes = figure.add_axes((0.4, (FOOT - 8) / height, 0.57, 1 - FOOT / height))
    names = [WHOLE, *(titles.get(code, code) for code, _kept in rows[1:])]
    for place, (_code, kept) in enumerate(rows):
        _row(axes, len(rows) - 1 - place, kept, INK if not place else COLOURS[(place - 1) % len(COLOURS)])
    lines = [textwrap.fill(name, LETTERS, max_lines=2, placeholder=" …") for name in reversed(names)]
    axes.set_yticks(range(len(rows)), lines)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlim(LEAST, 1.05)
    axes.set_xticks([0, 0.5, TENTATIVE, FIRM, 1], ["0", ".5", ".67", ".8", "1"])
    axes.tick_params(colors=INK, length=0)
    axes.set_xlabel(ACROSS, color=INK)
    axes.grid(axis="x", color=TRACK)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    return figure


def _row(axes: Axes, height: int, kept: Mapping[str, float | None], colour: str) -> None:
    value, low, high = kept["value"], kept["low"], kept["high"]
    if value is None:
        axes.text(0, height, "?", color=SOFT, va="center")
        return
    if low is not None and high is not None:
        axes.plot([max(low, LEAST), max(high, LEAST)], [height, height], color=colour, linewidth=3, alpha=0.5)
    axes.plot([max(value, LEAST)], [height], color=colour, marker="o", markersize=8)
