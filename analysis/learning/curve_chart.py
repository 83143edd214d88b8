"""The learning curve as a picture: SVG drawn by matplotlib, with its text alternative inside."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from analysis.findings.charts.drawing import as_svg, settled, with_words
from analysis.findings.charts.look import COLOURS, INK, SOFT, TRACK
from analysis.learning.curve_said import ACROSS, TITLE, Point, described

WIDTH, HEIGHT = 460, 300


def curve_chart(points: Sequence[Point]) -> str:
    """Share of passages with exactly people's sections, by decisions learnt from. The same points, the same bytes."""
    with settled():
        drawn = as_svg(_draw(points))
    return with_words(drawn, "curve", TITLE, described(points))


def _draw(points: Sequence[Point]) -> Figure:
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72)
    axes = figure.add_axes((0.11, 0.2, 0.86, 0.74))
    places = range(len(points))
    shares = [point.percent for point in points]
    around = [point.give_or_take for point in points]
    low = [max(share - half, 0) for share, half in zip(shares, around, strict=True)]
    high = [min(share + half, 100) for share, half in zip(shares, around, strict=True)]
    axes.fill_between(places, low, high, color=TRACK)
    axes.plot(places, shares, color=COLOURS[0], marker="o", linewidth=2)
    for place, share in zip(places, shares, strict=True):
        axes.annotate(f"{share:.0f}", (place, share), xytext=(0, 9), textcoords="offset points", ha="center", color=INK)
    axes.set_ylim(0, 109)
    axes.set_xlim(-0.3, len(points) - 0.7)
    axes.set_xticks(places, [str(point.decisions) for point in points])
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.tick_params(colors=SOFT, length=0)
    axes.set_xlabel(ACROSS, color=INK)
    axes.grid(axis="y", color=TRACK)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    return figure
