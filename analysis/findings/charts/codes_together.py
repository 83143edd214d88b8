"""Which codes stand together in responses: a square for every two, the larger the more have both. Pure.

Number and size say it. Its live twin on the pages is `analysis.reading.picture`, which needs no library.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from analysis.findings.charts.chart import Plan
from analysis.findings.charts.look import COLOURS, LEADING, LINE, PAPER, SMALL, SOFT, TRACK
from analysis.findings.charts.said import share_said
from analysis.findings.charts.share_rows import empty, signed
from analysis.findings.charts.shares import NOTHING
from analysis.findings.charts.sheet import MIDDLE, Box, Sheet, wrapped
from analysis.findings.charts.sheet import Words as Said
from safekeeping.languages import gettext as _

LEFT, MOST_CELL, MOST_SAID = 150.0, 62.0, 5


@dataclass(frozen=True)
class Together:
    """Whole per cent of the responses of a group: `singles` that speak to a code, `pairs` to both. None is withheld.

    `codes`: code -> title, in the order of the standard. A pair is there in either order, or is withheld.
    """

    group: str
    codes: Mapping[str, str]
    singles: Mapping[str, int | None]
    pairs: Mapping[tuple[str, str], int]

    def both(self, one: str, other: str) -> int | None:
        """The share that speaks to both."""
        found = self.pairs.get((one, other))
        return self.pairs.get((other, one)) if found is None else found


def codes_together(found: Together, name: str = "together", source: str = "") -> Plan:
    """The picture of the pairs."""
    sheet, title = Sheet(), _("Codes together: {group}", group=found.group)
    sheet.reading_line(
        _("Share of responses that speak to both; on the slope, to the code by itself. The larger, the more.")
    )
    header = (_("Code"), _("Together with"), _("Share in %"))
    if len(found.codes) < 2:
        empty(sheet, _(NOTHING))
        return Plan(name, title, (_(NOTHING),), header, (), sheet)
    _draw(sheet, found)
    signed(sheet, source)
    return Plan(name, title, tuple(_said(found)), header, tuple(_cells(found)), sheet)


def _every_two(codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for at, other in enumerate(codes) for one in codes[:at])


def _cells(found: Together) -> Iterator[tuple[str, ...]]:
    codes = list(found.codes)
    for code in codes:
        yield found.codes[code], "", share_said(found.singles.get(code))
    for one, other in _every_two(codes):
        yield found.codes[one], found.codes[other], share_said(found.both(one, other))


def _said(found: Together) -> Iterator[str]:
    codes = list(found.codes)
    shown = {pair: share for pair in _every_two(codes) if (share := found.both(*pair)) is not None}
    if not shown:
        yield _("Every pair is withheld.")
        return
    ranked = sorted(shown, key=lambda pair: -shown[pair])
    told = [
        f"{found.codes[one]} + {found.codes[other]} {share_said(shown[one, other])}"
        for one, other in ranked[:MOST_SAID]
    ]
    yield _("Most often together: {pairs}.", pairs="; ".join(told))
    if len(ranked) > MOST_SAID:
        one, other = ranked[-1]
        least = f"{found.codes[one]} + {found.codes[other]} {share_said(shown[one, other])}"
        yield _("Least often of what is shown: {pair}.", pair=least)
    kept_back = [
        f"{found.codes[one]} + {found.codes[other]}" for one, other in _every_two(codes) if (one, other) not in shown
    ]
    if kept_back:
        yield _("Withheld: {what}.", what="; ".join(kept_back))


def _draw(sheet: Sheet, found: Together) -> None:
    codes = list(found.codes)
    cell = min(MOST_CELL, (sheet.width - LEFT) / len(codes))
    most = max((share for pair in _every_two(codes) if (share := found.both(*pair)) is not None), default=0) or 1
    foot = sheet.down(SMALL * LEADING + 4) + SMALL * LEADING / 2
    top = sheet.down(cell * len(codes) + 6)
    for row, code in enumerate(codes):
        middle = top + (row + 0.5) * cell
        lines = wrapped(found.codes[code], SMALL, LEFT - 34, max(int(cell / (SMALL * LEADING)), 1))
        sheet.add(Said(0, middle, code, SMALL, bold=True))
        sheet.stacked(lines, Said(32, middle, "", SMALL))
        sheet.add(
            Said(LEFT + (row + 0.5) * cell, top + row * cell - (top - foot) / 2, code, SMALL, anchor=MIDDLE, bold=True)
        )
        for column in range(row + 1):
            place = (LEFT + column * cell, top + row * cell)
            _cell(sheet, place, cell, found, (codes[column], code), most)


def _cell(
    sheet: Sheet, place: tuple[float, float], cell: float, found: Together, pair: tuple[str, str], most: int
) -> None:
    (x, y), alone = place, pair[0] == pair[1]
    share = found.singles.get(pair[0]) if alone else found.both(*pair)
    sheet.add(Box(x, y, cell, cell, LINE), Box(x + 0.5, y + 0.5, cell - 1, cell - 1, TRACK if alone else PAPER))
    middle = x + cell / 2
    if share is None:
        sheet.inside(share_said(None), Said(middle, y + cell / 2, "", 11, SOFT, MIDDLE, italic=True), cell - 2)
        return
    if alone:
        sheet.add(Said(middle, y + cell / 2, share_said(share), SMALL, SOFT, MIDDLE))
        return
    side = (cell - SMALL * LEADING - 10) * sqrt(share / most)
    around = (cell - SMALL * LEADING - side) / 2
    sheet.add(Box(middle - side / 2, y + around, side, side, COLOURS[0]))
    sheet.add(Said(middle, y + cell - SMALL * LEADING / 2 - 1, share_said(share), SMALL, anchor=MIDDLE))
