"""Codes that stand together, as a picture: a square for every two, the larger the more of those with either have both.

Size and number say it, colour only repeats it; + and − say where it is hardly chance. The largest square fills its
cell. The picture is drawn here, as it is small and needs no library; in the dark it is light on dark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any
from xml.sax.saxutils import escape

from analysis.findings.charts.look import COLOURS, DARK, FONTS, INK, LINE, SOFT, TRACK
from analysis.reading.together import Pair
from safekeeping.languages import gettext as _

CELL, LEFT, TOP = 62, 52, 28
LARGEST = 36  # the side of the largest square
MOST_SAID = 5
STYLE = (
    f"text{{font-size:13px;font-family:{FONTS};fill:{INK}}}.soft{{fill:{SOFT};font-size:11px}}"
    f".grid{{fill:none;stroke:{LINE}}}.both{{fill:{COLOURS[0]}}}.self{{fill:{TRACK}}}"
    f"@media screen and (prefers-color-scheme:dark){{text{{fill:{DARK[INK]}}}.soft{{fill:{DARK[SOFT]}}}"
    f".grid{{stroke:{DARK[LINE]}}}.both{{fill:{DARK[COLOURS[0]]}}}.self{{fill:{DARK[TRACK]}}}}}"
)


@dataclass(frozen=True)
class Matrix:
    """The codes, how many have each, every pair of them (withheld ones are not there), and how many there are in all.

    `percent` says that figures are whole per cent and not counts.
    """

    codes: tuple[str, ...]
    singles: Mapping[str, int | None]
    pairs: Mapping[tuple[str, str], Pair]
    total: int
    percent: bool = False

    def cell(self, one: str, other: str) -> Pair | None:
        """The pair in a cell, whichever way round; None for a code with itself, or where it is withheld."""
        return self.pairs.get((one, other)) or self.pairs.get((other, one))

    @property
    def ranked(self) -> list[Pair]:
        """The pairs that occur, the most shared first."""
        found = [pair for pair in self.pairs.values() if pair.both]
        return sorted(found, key=lambda pair: (-pair.jaccard, -pair.both, pair.one, pair.other))


def matrix_of(codes: Sequence[str], kept: Mapping[str, Any]) -> Matrix:
    """The matrix in kept counts."""
    pairs = [Pair(**each) for each in kept["pairs"]]
    singles = dict(zip(codes, kept["singles"], strict=True))
    return Matrix(tuple(codes), singles, {(each.one, each.other): each for each in pairs}, kept["total"])


def in_words(matrix: Matrix, called: Mapping[str, str], unit: str) -> str:
    """The picture as sentences, for whoever does not see it: the pairs that share most, and whether that is chance."""
    ranked = matrix.ranked[:MOST_SAID]
    if not ranked:
        return _("No two of these codes stand together.")
    said = [_pair_said(pair, matrix, called) for pair in ranked]
    begin = _("Of all passages with either code, the share that has both:")
    begin_answers = _("Of all answers with either code, the share that has both:")
    return f"{begin if unit == 'passages' else begin_answers} {'; '.join(said)}."


def _pair_said(pair: Pair, matrix: Matrix, called: Mapping[str, str]) -> str:
    names = {"one": called.get(pair.one, pair.one), "other": called.get(pair.other, pair.other)}
    share = round(100 * pair.jaccard)
    more = {1: _(", more often than by chance"), -1: _(", less often than by chance"), 0: ""}[pair.beyond_chance]
    return _("{one} and {other} {share} %", share=share, **names) + more


def picture(matrix: Matrix, called: Mapping[str, str], unit: str) -> str:
    """The picture as SVG, with its text alternative inside. The same figures give the same bytes."""
    size = len(matrix.codes)
    width, height = LEFT + size * CELL + 2, TOP + size * CELL + 2
    marks = [_cell(matrix, row, column) for row in range(size) for column in range(row + 1)]
    heads = [_head(code, place) for place, code in enumerate(matrix.codes)]
    title, words = escape(_("Codes together")), escape(in_words(matrix, called, unit))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="t d"><title id="t">{title}</title><desc id="d">{words}</desc>'
        f"<style>{STYLE}</style>{''.join(heads)}{''.join(marks)}</svg>"
    )


def _head(code: str, place: int) -> str:
    across, down = LEFT + place * CELL + CELL / 2, TOP + place * CELL + CELL / 2
    return (
        f'<text x="{across:g}" y="{down - CELL / 2 - 8:g}" text-anchor="middle">{escape(code)}</text>'
        f'<text x="{LEFT - 8}" y="{down + 4:g}" text-anchor="end">{escape(code)}</text>'
    )


def _cell(matrix: Matrix, row: int, column: int) -> str:
    left, top = LEFT + column * CELL, TOP + row * CELL
    frame = f'<rect class="grid" x="{left}" y="{top}" width="{CELL}" height="{CELL}"/>'
    middle = (left + CELL / 2, top + CELL / 2)
    if row == column:
        return frame.replace("grid", "grid self") + _number(matrix.singles[matrix.codes[row]], middle, "soft", matrix)
    pair = matrix.cell(matrix.codes[column], matrix.codes[row])
    if pair is None:
        return frame + _number(None, middle, "soft", matrix)
    most = max((each.jaccard for each in matrix.pairs.values()), default=0) or 1
    side = LARGEST * sqrt(pair.jaccard / most)
    across, down = middle[0] - side / 2, top + 4 + (LARGEST - side) / 2
    square = f'<rect class="both" x="{across:.1f}" y="{down:.1f}" width="{side:.1f}" height="{side:.1f}"/>'
    sign = {1: " +", -1: " −", 0: ""}[pair.beyond_chance]
    return frame + (square if pair.both else "") + _number(pair.both, (middle[0], top + CELL - 11), "", matrix, sign)


def _number(count: int | None, middle: tuple[float, float], look: str, matrix: Matrix, sign: str = "") -> str:
    said = "–" if count is None else f"{count} %" if matrix.percent else str(count)
    return f'<text class="{look}" x="{middle[0]:g}" y="{middle[1] + 4:g}" text-anchor="middle">{said}{sign}</text>'
