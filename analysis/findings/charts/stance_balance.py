"""How people speak of each section: problems and suggestions to the left, praise and the rest to the right. Pure.

Bars stand side by side and are not stacked: one response may hold a problem and praise, so these shares do not add up.
"""

from collections.abc import Sequence

from analysis.coding.stances import stances
from analysis.findings.charts.chart import Plan, Rows
from analysis.findings.charts.look import INK, LEADING, PAPER, SMALL, SOFT, TRACK, colour_of
from analysis.findings.charts.said import (
    figure_said,
    group_names,
    interval_said,
    kinds_said,
    listed,
    share_said,
    slug,
)
from analysis.findings.charts.share_rows import empty, heading, signed
from analysis.findings.charts.shares import NOTHING, cells_of, section_places
from analysis.findings.charts.sheet import END, HATCHED, OPEN, SOLID, START, Box, Line, Sheet
from analysis.findings.charts.sheet import Words as Said
from analysis.findings.shown import ALL, SECTION, STANCE, Code, Figure, ShownTable
from safekeeping.languages import gettext as _

#: Stance -> its side (-1 left), its lane, and the filling of its bar.
LANES = {"problem": (-1, 0, SOLID), "suggestion": (-1, 1, HATCHED), "praise": (1, 0, SOLID), "neutral": (1, 1, OPEN)}
CENTRE, REACH, BAR, LANE = 200.0, 108.0, 16.0, 40.0
STEP = 10


def stance_balance(table: ShownTable, group: str = ALL, source: str = "") -> Plan:
    """The stances of every section in one group of a table."""
    sheet, name = Sheet(), f"{slug(table)}-stances"
    title = _("How people speak of each section")
    sections = [code for code in table.at(SECTION) if _of(table, code, group)]
    sheet.reading_line(
        _("Share of responses that speak of each section in this way. One response may do so in more than one.")
    )
    if not sections or not any(each.percent for code in sections for each in _of(table, code, group).values()):
        empty(sheet, _("Every share is withheld.") if sections else _(NOTHING))
        words = _("Every share is withheld.") if sections else _(NOTHING)
        return Plan(name, title, (words,), _header(), _cells(table, sections, group), sheet)
    most = _most(table, sections, group)
    for code in sections:
        _section(sheet, table, code, group, most)
    signed(sheet, source)
    every = [each for code in sections for each in _of(table, code, group).values()]
    said = [*_said(table, sections, group), *kinds_said(every)]
    return Plan(name, title, tuple(said), _header(), _cells(table, sections, group), sheet)


def _of(table: ShownTable, section: Code, group: str) -> dict[str, Figure]:
    """Stance -> its figure, in the order of the desk, as far as the table has them."""
    codes = {each.code for each in table.at(STANCE)}
    return {
        stance: table.of(f"{section.code}/{stance}", group)
        for stance in LANES
        if f"{section.code}/{stance}" in codes and (f"{section.code}/{stance}", group) in table.figures
    }


def _most(table: ShownTable, sections: Sequence[Code], group: str) -> int:
    """The end of the scale: the next ten above the end of every interval."""
    every = [each for code in sections for each in _of(table, code, group).values() if each.percent is not None]
    return max(-(-max(each.percent or 0, each.high or 0) // STEP) * STEP for each in every) or STEP


def _section(sheet: Sheet, table: ShownTable, code: Code, group: str, most: int) -> None:
    colour = colour_of(section_places(table)[code.section])
    heading(sheet, code.title, colour)
    top = sheet.down(2 * LANE + 4)
    sheet.add(Box(CENTRE - REACH, top, 2 * REACH, 2 * LANE, TRACK))
    for stance, figure in _of(table, code, group).items():
        _lane(sheet, top, stance, figure, colour, most)
    sheet.add(Line(CENTRE, top - 2, CENTRE, top + 2 * LANE + 2, INK, 1.4))


def _lane(sheet: Sheet, top: float, stance: str, figure: Figure, colour: str, most: int) -> None:
    side, lane, filling = LANES[stance]
    middle = top + LANE * (lane + 0.5)
    anchor, edge = (START, 0.0) if side < 0 else (END, sheet.width)
    sheet.add(Said(edge, middle - SMALL * LEADING / 2, stances()[stance], 13, anchor=anchor))
    below = middle + SMALL * LEADING / 2 + 1
    if figure.percent is None:
        sheet.add(Said(edge, below, share_said(None), SMALL, SOFT, anchor, italic=True))
        return
    interval = interval_said(figure.low, figure.high)
    said = f"{share_said(figure.percent)}  {interval}" if interval else share_said(figure.percent)
    sheet.add(Said(edge, below, said, SMALL, INK, anchor))
    length = REACH * figure.percent / most
    sheet.add(Box(CENTRE - length if side < 0 else CENTRE, middle - BAR / 2, length, BAR, colour, filling))
    if figure.low is not None and figure.high is not None:
        low, high = (CENTRE + side * REACH * end / most for end in (figure.low, figure.high))
        for colour, width in ((PAPER, 4.0), (INK, 1.6)):  # light around dark: it lies on the bar and beside it
            sheet.add(Line(low, middle, high, middle, colour, width))
            sheet.add(*(Line(end, middle - 4, end, middle + 4, colour, width) for end in (low, high)))


def _said(table: ShownTable, sections: Sequence[Code], group: str) -> list[str]:
    name, called = group_names(table)[group], stances()
    found: list[str] = []
    for stance in ("problem", "praise"):
        shown = {code: each for code in sections if (each := _of(table, code, group).get(stance)) and each.percent}
        if len(shown) > 1:
            most = max(shown, key=lambda code: shown[code].percent or 0)
            words = _("“{stance}” is most frequent on {code}: {share}.")
            found.append(words.format(stance=called[stance], code=most.title, share=figure_said(shown[most])))
    found.append(_("Of whom this is said: {group}.", group=name))
    for code in sections:
        told = [f"{called[stance]} {figure_said(each)}" for stance, each in _of(table, code, group).items()]
        found.append(_("{code}: {shares}.", code=code.title, shares=listed(told)))
    return found


def _header() -> tuple[str, ...]:
    about = (_("Code"), _("What it is about"), _("How people speak of it"))
    return (*about, _("Share in %"), _("From"), _("To"), _("What the share is"))


def _cells(table: ShownTable, sections: Sequence[Code], group: str) -> Rows:
    called = stances()
    return tuple(
        (f"{code.code}/{stance}", code.title, called[stance], *cells_of(figure))
        for code in sections
        for stance, figure in _of(table, code, group).items()
    )
