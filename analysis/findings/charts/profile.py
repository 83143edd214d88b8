"""Who answered: about how many responses each group has. Pure."""

from collections.abc import Sequence

from analysis.findings.charts.chart import Plan
from analysis.findings.charts.look import COLOURS, INK, LEADING, SOFT, TRACK, WORDS
from analysis.findings.charts.said import TOGETHER, base_said, by_groups, listed, slug
from analysis.findings.charts.share_rows import empty, signed
from analysis.findings.charts.shares import NOTHING
from analysis.findings.charts.sheet import END, Box, Sheet, wrapped
from analysis.findings.charts.sheet import Words as Said
from analysis.findings.shown import ALL, ShownGroup, ShownTable
from safekeeping.languages import gettext as _

LEFT, RIGHT, BAR, ROW_GAP = 142.0, 350.0, 16.0, 10.0


def profile(table: ShownTable, source: str = "") -> Plan:
    """How many responses each group of a table has, to the nearest five."""
    sheet, name = Sheet(), f"{slug(table)}-profile"
    title = _("Who answered, {by_groups}", by_groups=by_groups(table))
    groups = [group for group in table.groups if group.code != ALL]
    everybody = [group for group in table.groups if group.code == ALL]
    sheet.reading_line(_("Responses of each group, to the nearest five."))
    header = (_("Group"), _("Responses, about"))
    if not groups and not everybody:
        empty(sheet, _(NOTHING))
        return Plan(name, title, (_(NOTHING),), header, (), sheet)
    most = max((group.base or 0 for group in groups or everybody), default=0) or 1
    for group in groups or everybody:
        _bar(sheet, _called(group), group.base, most)
    if groups and everybody:
        _total(sheet, everybody[0])
    signed(sheet, source)
    cells = tuple((_called(group), base_said(group.base)) for group in (*groups, *everybody))
    return Plan(name, title, tuple(_said(groups, everybody)), header, cells, sheet)


def _called(group: ShownGroup) -> str:
    return _(TOGETHER) if group.code == ALL else group.name


def _bar(sheet: Sheet, name: str, base: int | None, most: int) -> None:
    lines = wrapped(name, WORDS, LEFT - 12)
    height = len(lines) * WORDS * LEADING + ROW_GAP
    middle = sheet.down(height) + height / 2
    sheet.stacked(lines, Said(0, middle, ""))
    if base is None:
        sheet.add(Said(LEFT + 8, middle, base_said(None), 13, SOFT, italic=True))
        return
    sheet.add(Box(LEFT, middle - BAR / 2, RIGHT - LEFT, BAR, TRACK))
    sheet.add(Box(LEFT, middle - BAR / 2, max((RIGHT - LEFT) * base / most, 1), BAR, COLOURS[0]))
    sheet.add(Said(sheet.width, middle, str(base), anchor=END))


def _total(sheet: Sheet, everybody: ShownGroup) -> None:
    middle = sheet.down(30) + 16
    sheet.add(Said(0, middle, _called(everybody), bold=True))
    sheet.add(Said(sheet.width, middle, base_said(everybody.base), colour=INK, anchor=END, bold=True))


def _said(groups: Sequence[ShownGroup], everybody: Sequence[ShownGroup]) -> list[str]:
    found = []
    if everybody and everybody[0].base is not None:
        found.append(_("About {number} responses in all.", number=everybody[0].base))
    shown = sorted((group for group in groups if group.base is not None), key=lambda group: -(group.base or 0))
    if shown:
        told = listed(f"{group.name} {group.base}" for group in shown)
        found.append(_("From the most to the fewest: {groups}.", groups=told))
    kept_back = [_called(group) for group in (*groups, *everybody) if group.base is None]
    found += [_("Withheld: {what}.", what=listed(kept_back))] if kept_back else []
    return found
