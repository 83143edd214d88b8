"""Coverage of the standard: which part of it was heard from whom, who was not asked, and where too few spoke. Pure.

Nobody and a few look the same here on purpose: to tell them apart would tell of the few.
"""

from collections.abc import Collection, Iterator, Sequence

from analysis.findings.charts.chart import Plan
from analysis.findings.charts.look import INK, LEADING, LINE, SMALL, SOFT, TRACK, colour_of
from analysis.findings.charts.said import group_names, listed, share_said, slug
from analysis.findings.charts.share_rows import beside_each_other, empty, signed
from analysis.findings.charts.shares import NOTHING, section_places
from analysis.findings.charts.sheet import DOT, RING, SQUARE, Box, Line, Mark, Sheet, wrapped
from analysis.findings.charts.sheet import Words as Said
from analysis.findings.shown import ALL, SECTION, Code, ShownGroup, ShownTable
from safekeeping.languages import gettext as _

HEARD, ASKED, NOT_ASKED = STATES = ("heard", "asked", "not asked")
#: What a cell says, in the key and in the table.
STATES_SAID = {
    HEARD: _("heard: the share is shown"),
    ASKED: _("asked, but too few spoke of it to show"),
    NOT_ASKED: _("not asked, and too few spoke of it to show"),
}
LEFT, ROW, HEAD = 142.0, 26.0, 118.0


def heard_from(table: ShownTable, asked: Collection[tuple[str, str]], source: str = "") -> Plan:
    """Every section and theme of a table by its groups. `asked`: (section or theme, group) with a question about it."""
    sheet, title = Sheet(), _("Which part of the standard was heard from whom")
    name = f"{slug(table)}-heard"
    groups = [group for group in table.groups if group.code != ALL]
    codes = list(_codes(table))
    sheet.reading_line(_("Each part of the standard, and each group: whether enough people spoke of it to be shown."))
    header = (_("Code"), _("What it is about"), _("Group"), _("Heard"), _("Share in %"))
    if not codes or not groups:
        empty(sheet, _(NOTHING))
        return Plan(name, title, (_(NOTHING),), header, (), sheet)
    states = {(code.code, group.code): state_of(table, asked, code, group) for code in codes for group in groups}
    _key(sheet)
    for some in beside_each_other(groups):
        _block(sheet, table, codes, some, states)
    signed(sheet, source)
    names = group_names(table)
    cells = tuple(
        (
            code.code,
            code.title,
            names[group.code],
            _(STATES_SAID[states[code.code, group.code]]),
            share_said(table.of(code.code, group.code).percent),
        )
        for code in codes
        for group in groups
    )
    said = [*_said(codes, groups, states, names)]
    return Plan(name, title, tuple(said), header, cells, sheet)


def _codes(table: ShownTable) -> Iterator[Code]:
    for section in table.at(SECTION):
        yield section
        yield from (each for each in table.at("theme") if each.section == section.code)


def state_of(table: ShownTable, asked: Collection[tuple[str, str]], code: Code, group: ShownGroup) -> str:
    """Heard, or else whether that group was asked about it: about the theme, or about its section."""
    if table.of(code.code, group.code).percent is not None:
        return HEARD
    return ASKED if {(code.code, group.code), (code.section, group.code)} & set(asked) else NOT_ASKED


def _key(sheet: Sheet) -> None:
    for state in STATES:
        _sign(sheet, 7, sheet.height + 8, state, INK)
        sheet.paragraph(_(STATES_SAID[state]), Said(22, 0, "", SMALL, SOFT))
        sheet.down(2)
    sheet.down(6)


def _sign(sheet: Sheet, x: float, y: float, state: str, colour: str) -> None:
    if state == NOT_ASKED:
        sheet.add(Line(x - 5, y, x + 5, y, SOFT, 2))
    else:
        sheet.add(Mark(x, y, DOT if state == HEARD else RING, colour, 5.5 if state == HEARD else 4.5))


def _block(
    sheet: Sheet,
    table: ShownTable,
    codes: Sequence[Code],
    groups: Sequence[ShownGroup],
    states: dict[tuple[str, str], str],
) -> None:
    breadth, names, places = (sheet.width - LEFT) / len(groups), group_names(table), section_places(table)
    foot = sheet.down(HEAD) + HEAD - 6
    for place, group in enumerate(groups):
        lines = wrapped(names[group.code], 13, HEAD - 8, max(int(breadth / 16), 1))
        for number, line in enumerate(lines):
            x = LEFT + (place + 0.5) * breadth + (number - (len(lines) - 1) / 2) * 16
            sheet.add(Said(x, foot, line, 13, turned=True))
    for code in codes:
        is_section, colour = code.level == SECTION, colour_of(places[code.section])
        lines = wrapped(code.title, 13, LEFT - (18 if is_section else 10), 4, bold=is_section)
        height = max(ROW, len(lines) * 13 * LEADING + 6)
        sheet.down(7 if is_section else 0)
        top = sheet.down(height)
        if is_section:
            sheet.add(Box(0, top, sheet.width, height, TRACK), Mark(7, top + height / 2, SQUARE, colour, 4.5))
        sheet.add(Line(0, top + height, sheet.width, top + height, LINE, 0.6))
        sheet.stacked(lines, Said(17 if is_section else 2, top + height / 2, "", 13, bold=is_section))
        for place, group in enumerate(groups):
            _sign(sheet, LEFT + (place + 0.5) * breadth, top + height / 2, states[code.code, group.code], colour)
    sheet.down(14)


def _said(
    codes: Sequence[Code], groups: Sequence[ShownGroup], states: dict[tuple[str, str], str], names: dict[str, str]
) -> Iterator[str]:
    by_all = [each.title for each in codes if all(states[each.code, group.code] == HEARD for group in groups)]
    by_none = [each.title for each in codes if not any(states[each.code, group.code] == HEARD for group in groups)]
    if len(by_all) == len(codes):
        yield _("Every part was heard from every group.")
        return
    yield (
        _("Heard from every group: {codes}.", codes=listed(by_all))
        if by_all
        else _("No part was heard from every group.")
    )
    if by_none:
        yield _("Heard from no group: {codes}.", codes=listed(by_none))
    for group in groups:
        for state, words in (
            (ASKED, _("{group} were asked, and too few spoke of: {codes}.")),
            (NOT_ASKED, _("{group} were not asked, and too few spoke of: {codes}.")),
        ):
            found = [each.title for each in codes if states[each.code, group.code] == state]
            if found:
                yield words.format(group=names[group.code], codes=listed(found))
