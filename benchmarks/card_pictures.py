"""The pictures of the model card: SVG drawn by matplotlib, the same figures the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.findings.charts.drawing import in_readers_fonts, settled
from analysis.findings.charts.look import COLOURS, INK, SOFT, TRACK

WIDTH, HEIGHT = 620, 380
DASHES = ("-", "--", "-", "--")
MARKS = ("o", "s", "^", "D")


@dataclass(frozen=True)
class Line:
    """One line of a picture: what it shows and its points."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


def draw_lines(path: Path, lines: Sequence[Line], across: str, up: str) -> None:
    """Lines over a logarithmic count, each with its name at its right end, told apart without colour too."""
    with settled():
        figure, axes = _sheet(across, up)
        axes.set_xscale("log")
        sizes = lines[0].x
        axes.set_xticks(list(sizes), [f"{size:,.0f}" for size in sizes])
        axes.minorticks_off()
        _draw(axes, lines)
        axes.legend(loc="lower right", frameon=False, labelcolor=INK)
        _save(figure, path)


def draw_reliability(path: Path, lines: Sequence[Line]) -> None:
    """How often a confidence of that size was right; on the straight line it is as good as it says."""
    with settled():
        figure, axes = _sheet("Confidence said", "Share that was right")
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=":", label="as sure as it is right")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        _draw(axes, lines)
        axes.legend(loc="upper left", frameon=False, labelcolor=INK)
        _save(figure, path)


def _sheet(across: str, up: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor="white")
    axes = figure.add_axes((0.11, 0.14, 0.86, 0.82))
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(up, color=INK)
    axes.tick_params(colors=SOFT, length=0)
    axes.grid(axis="y", color=TRACK)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    return figure, axes


def _draw(axes: Axes, lines: Sequence[Line]) -> None:
    for place, line in enumerate(lines):
        colour, dash, mark = COLOURS[place % len(COLOURS)], DASHES[place % 4], MARKS[place % 4]
        axes.plot(line.x, line.y, label=line.name, linewidth=2, color=colour, linestyle=dash, marker=mark)


def _save(figure: Figure, path: Path) -> None:
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(path, format="svg", metadata=nothing)
    path.write_text(in_readers_fonts(path.read_text(encoding="utf-8")), encoding="utf-8")
