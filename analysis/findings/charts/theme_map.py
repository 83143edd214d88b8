"""All themes by section: the share of each group in a cell of its own, with its number. Pure.

The number says it; the shade only leads the eye. More groups than have room beside each other go on below.
"""

from collections.abc import Iterator, Sequence

from analysis.findings.charts.chart import Plan
from analysis.findings.charts.look import LEADING, SOFT, TRACK, WORDS, colour_of, ink_on, shade_of
from analysis.findings.charts.said import (
    by_groups,
    differences_said,
    figure_said,
    group_names,
    kinds_said,
    share_said,
    slug,
    withheld_said,
)
from analysis.findings.charts.share_rows import beside_each_other, empty, signed
from analysis.findings.charts.shares import NOTHING, section_places, table_of
from analysis.findings.charts.sheet import MIDDLE, SQUARE, Box, Mark, Sheet, wrapped
from analysis.findings.charts.sheet import Words as Said
from analysis.findings.shown import ALL, SECTION, THEME, Code, Figure, ShownGroup, ShownTable
from safekeeping.languages import gettext as _

LEFT, GAP, CELL = 120.0, 2.0, 30.0
MOST_LEVEL = 3  # beside each other with their names across
HEAD = 118.0
MOST_SAID = 5


def theme_map(table: ShownTable, source: str = "") -> Plan:
    """Every section and theme of a table, in the order of the standard."""
    sheet, name = Sheet(), f"{slug(table)}-map"
    title = _("All themes {by_groups}", by_groups=by_groups(table))
    codes = [code for section in table.at(SECTION) for code in (section, *_themes(table, section))]
    sheet.reading_line(
        _("Share of responses of each group that speak to a theme, in %. The stronger the shade, the more.")
    )
    if not codes or not table.groups:
        empty(sheet, _(NOTHING))
        return Plan(name, title, (_(NOTHING),), _header(), (), sheet)
    for groups in beside_each_other(table.groups):
        _block(sheet, table, codes, groups)
    signed(sheet, source)
    said = [*_said(table, table.at(THEME)), *differences_said(table, codes), *_each(table, codes)]
    said += [
        *withheld_said(table, codes),
        *kinds_said(table.of(code.code, group.code) for code in codes for group in table.groups),
    ]
    return Plan(name, title, tuple(said), _header(), table_of(table, codes), sheet)


def _header() -> tuple[str, ...]:
    about = (_("Code"), _("What it is about"), _("Group"), _("Responses, about"))
    return (*about, _("Share in %"), _("From"), _("To"), _("What the share is"))


def _themes(table: ShownTable, section: Code) -> list[Code]:
    return [each for each in table.at(THEME) if each.section == section.code]


def _block(sheet: Sheet, table: ShownTable, codes: Sequence[Code], groups: Sequence[ShownGroup]) -> None:
    """The whole map for as many groups as have room."""
    breadth = (sheet.width - LEFT) / len(groups)
    _heads(sheet, table, groups, breadth)
    places = section_places(table)
    for code in codes:
        is_section = code.level == SECTION
        lines = wrapped(code.title, 13, LEFT - (18 if is_section else 10), 4, bold=is_section)
        height = max(CELL, len(lines) * 13 * LEADING + 6)
        sheet.down(7 if is_section else 0)
        top = sheet.down(height)
        sheet.stacked(lines, Said(15 if is_section else 2, top + height / 2, "", 13, bold=is_section))
        if is_section:
            sheet.add(Mark(5, top + height / 2, SQUARE, colour_of(places[code.section]), 4.5))
        for place, group in enumerate(groups):
            box = (LEFT + place * breadth, top, breadth, height)
            _cell(sheet, box, table.of(code.code, group.code), is_section)
    sheet.down(14)


def _heads(sheet: Sheet, table: ShownTable, groups: Sequence[ShownGroup], breadth: float) -> None:
    names = group_names(table)
    if len(groups) <= MOST_LEVEL:
        heads = [wrapped(names[group.code], 13, breadth - 6, 4) for group in groups]
        height = max(map(len, heads)) * 13 * LEADING + 6
        middle = sheet.down(height) + height / 2
        for place, lines in enumerate(heads):
            sheet.stacked(lines, Said(LEFT + (place + 0.5) * breadth, middle, "", 13, anchor=MIDDLE))
        return
    foot = sheet.down(HEAD) + HEAD - 6
    for place, group in enumerate(groups):
        lines = wrapped(names[group.code], 13, HEAD - 8, max(int(breadth / 16), 1))
        for number, line in enumerate(lines):
            x = LEFT + (place + 0.5) * breadth + (number - (len(lines) - 1) / 2) * 16
            sheet.add(Said(x, foot, line, 13, turned=True))


def _cell(sheet: Sheet, box: tuple[float, float, float, float], figure: Figure, bold: bool) -> None:
    x, y, width, height = box
    inside = (x + GAP / 2, y + GAP / 2, width - GAP, height - GAP)
    middle = (x + width / 2, y + height / 2)
    if figure.percent is None:
        sheet.add(Box(*inside, TRACK, "open"))
        sheet.inside(share_said(None), Said(*middle, "", 11, SOFT, MIDDLE, italic=True), width - GAP)
        return
    shade = shade_of(figure.percent)
    sheet.add(Box(*inside, shade))
    said = {0: "<1", 100: ">99"}.get(figure.percent, str(figure.percent))
    sheet.add(Said(*middle, said, WORDS, ink_on(shade), MIDDLE, bold))


def _said(table: ShownTable, themes: Sequence[Code]) -> Iterator[str]:
    """The themes that are spoken to most, and the one that is spoken to least, of everybody or of any group."""
    names = group_names(table)
    together = [
        (code, ALL) for code in themes if (each := table.figures.get((code.code, ALL))) and each.percent is not None
    ]
    every = [(code, group.code) for code in themes for group in table.groups if group.code != ALL]
    cells = together or [(code, group) for code, group in every if table.of(code.code, group).percent is not None]
    if not cells:
        yield _("Every share of a theme is withheld.")
        return
    ordered = sorted(cells, key=lambda cell: -(table.of(cell[0].code, cell[1]).percent or 0))
    told = [f"{code.title} ({names[group]}) {_share(table, code, group)}" for code, group in ordered[:MOST_SAID]]
    yield _("The themes spoken to most: {themes}.", themes="; ".join(told))
    if len(ordered) > MOST_SAID:
        code, group = ordered[-1]
        yield _("Least of what is shown: {theme}.", theme=f"{code.title} ({names[group]}) {_share(table, code, group)}")


def _share(table: ShownTable, code: Code, group: str) -> str:
    return figure_said(table.of(code.code, group))


def _each(table: ShownTable, codes: Sequence[Code]) -> Iterator[str]:
    """Each code: which group speaks to it most, and which least."""
    names = group_names(table)
    for code in codes:
        shown = [
            (table.of(code.code, group.code).percent or 0, names[group.code], group.code)
            for group in table.groups
            if group.code != ALL and table.of(code.code, group.code).percent is not None
        ]
        if len(shown) > 1:
            most, least = max(shown, key=lambda each: each[0]), min(shown, key=lambda each: each[0])
            yield _(
                "{code}: from {low} ({least}) to {high} ({most}).",
                code=code.title,
                low=share_said(least[0]),
                least=least[1],
                high=share_said(most[0]),
                most=most[1],
            )
