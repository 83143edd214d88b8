"""Change between waves: the share of each section in each wave, one below the other, joined by a line. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from analysis.findings.charts.chart import Plan
from analysis.findings.charts.look import LEADING, SMALL, SOFT, colour_of
from analysis.findings.charts.said import figure_said, group_names, kinds_said, slug, withheld_said
from analysis.findings.charts.share_rows import Row, empty, heading, key, rows, scale
from analysis.findings.charts.shares import NOTHING, cells_of, section_places
from analysis.findings.charts.sheet import Line, Sheet
from analysis.findings.charts.sheet import Words as Said
from analysis.findings.shown import ALL, SECTION, Code, ShownDifference, ShownGroup, ShownTable
from safekeeping.languages import gettext as _


def change(table: ShownTable, source: str = "") -> Plan:
    """The sections of a table whose groups are waves, the earliest first."""
    sheet, names = Sheet(), group_names(table)
    title, name = table.title, f"{slug(table)}-change"
    waves = [group for group in table.groups if group.code != ALL]
    codes = table.at(SECTION)
    sheet.reading_line(_("Share of responses that speak to each section, wave by wave, on a line from 0 to 100 %."))
    if not waves or not codes:
        empty(sheet, _(NOTHING))
        return Plan(name, title, (_(NOTHING),), _header(), (), sheet)
    scale(sheet)
    for code in codes:
        _section(sheet, table, code, waves)
    every = [table.of(code.code, wave.code) for code in codes for wave in waves]
    key(sheet, every, source)
    seen = ShownTable(table.name, table.title, codes, tuple(waves), table.figures, table.differences)
    said = [*_said(table, codes, waves), *withheld_said(seen, codes, names), *kinds_said(every)]
    cells = tuple(
        (
            code.code,
            code.title,
            names[wave.code],
            *cells_of(table.of(code.code, wave.code)),
            *_changed(table, code, wave),
        )
        for code in codes
        for wave in waves
    )
    return Plan(name, title, tuple(said), _header(), cells, sheet)


def _header() -> tuple[str, ...]:
    share = (_("Code"), _("What it is about"), _("Wave"), _("Share in %"), _("From"), _("To"), _("What the share is"))
    return (*share, _("Change in points since"), _("Change"), _("From"), _("To"), _("Certain"))


def forwards(table: ShownTable, code: Code) -> list[ShownDifference]:
    """The changes of a code, each said from the earlier wave (`other`) to the later one (`one`)."""
    order = [group.code for group in table.groups]
    found = []
    for each in table.differences:
        if each.code != code.code or ALL in (each.one, each.other):
            continue
        if order.index(each.one) < order.index(each.other):
            turned = -each.points, -each.high, -each.low
            each = ShownDifference(each.code, each.other, each.one, *turned, each.differs)
        found.append(each)
    return sorted(found, key=lambda each: (order.index(each.one), -order.index(each.other)))


def signed_number(points: int) -> str:
    """A change with its sign: a real minus, which no spreadsheet takes for a formula."""
    return f"{points:+d}".replace("-", "−") if points else "0"


def _changed(table: ShownTable, code: Code, wave: ShownGroup) -> tuple[str, ...]:
    """The change of a wave since the one before it, or the one nearest before it that it was compared with."""
    found = [each for each in forwards(table, code) if each.one == wave.code]
    if not found:
        return ("", "", "", "", "")
    each, certain = found[0], _("yes") if found[0].differs else _("no")
    return (
        group_names(table)[each.other],
        signed_number(each.points),
        signed_number(each.low),
        signed_number(each.high),
        certain,
    )


def _section(sheet: Sheet, table: ShownTable, code: Code, waves: Sequence[ShownGroup]) -> None:
    colour, names = colour_of(section_places(table)[code.section]), group_names(table)
    heading(sheet, code.title, colour)
    before = len(sheet.drawn)
    points = rows(sheet, [Row(names[wave.code], table.of(code.code, wave.code)) for wave in waves], colour)
    if len(points) == len(waves):  # a line over a wave that is withheld would say where it lies
        joined = [Line(*one, *other, colour, 1.2, dashed=True) for one, other in pairwise(points)]
        sheet.drawn[before:before] = joined
    for each in forwards(table, code):
        if points:
            sheet.paragraph(_in_points(each, names), Said(19, 0, "", SMALL, SOFT), lines=3)
    sheet.down(SMALL * LEADING / 2)


def _in_points(each: ShownDifference, names: dict[str, str]) -> str:
    sign = _("more than chance") if each.differs else _("may be chance")
    return _(
        "{points} points since {wave} ({low} to {high}): {sign}",
        points=signed_number(each.points),
        wave=names[each.other],
        low=signed_number(each.low),
        high=signed_number(each.high),
        sign=sign,
    )


def _said(table: ShownTable, codes: Sequence[Code], waves: Sequence[ShownGroup]) -> list[str]:
    names = group_names(table)
    changes = [(code, each) for code in codes for each in forwards(table, code)]
    certain = sorted((each for each in changes if each[1].differs), key=lambda each: -abs(each[1].points))
    first = [_("No change is certain.")] if changes and not certain else []
    if certain:
        told = [f"{code.title} {_in_points(each, names)}" for code, each in certain]
        first = [_("Changes that hold, the largest first: {what}.", what="; ".join(told))]
    rest = []
    for code in codes:
        shown = [(names[wave.code], table.of(code.code, wave.code)) for wave in waves]
        told_shares = [f"{name} {figure_said(figure)}" for name, figure in shown if figure.percent is not None]
        if told_shares:
            rest.append(_("{code}: {shares}.", code=code.title, shares="; ".join(told_shares)))
    uncertain = [f"{code.title} {_in_points(each, names)}" for code, each in changes if not each.differs]
    rest += [_("Changes that may be chance: {what}.", what="; ".join(uncertain))] if uncertain else []
    return [*first, *rest]
