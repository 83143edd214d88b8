"""Shares with their intervals: of every section, or of the themes of one, by group. Pure."""

from collections.abc import Sequence

from analysis.findings.charts.chart import Plan, Rows
from analysis.findings.charts.look import colour_of
from analysis.findings.charts.said import (
    KINDS_SAID,
    base_said,
    by_groups,
    differences_said,
    figure_said,
    group_names,
    kinds_said,
    share_said,
    slug,
    withheld_said,
)
from analysis.findings.charts.share_rows import Row, empty, heading, key, rows, scale
from analysis.findings.charts.sheet import Sheet
from analysis.findings.shown import ALL, SECTION, Code, Figure, ShownTable
from safekeeping.languages import gettext as _

NOTHING = _("There is nothing to show yet.")


def section_places(table: ShownTable) -> dict[str, int]:
    """Section -> its place among the sections of a table, which gives its colour."""
    return {code: place for place, code in enumerate(dict.fromkeys(each.section for each in table.codes))}


def shares(table: ShownTable, codes: Sequence[Code], name: str, title: str, source: str = "") -> Plan:
    """The shares of these codes in every group of a table."""
    sheet, names, places = Sheet(), group_names(table), section_places(table)
    sheet.reading_line(_("Share of responses that speak to each, by group, on a line from 0 to 100 %."))
    if not codes or not table.groups:
        empty(sheet, _(NOTHING))
        return Plan(name, title, (_(NOTHING),), _header(), (), sheet)
    scale(sheet)
    for code in codes:
        colour = colour_of(places[code.section])
        heading(sheet, code.title, colour)
        rows(
            sheet,
            [Row(names[group.code], table.of(code.code, group.code), group.code == ALL) for group in table.groups],
            colour,
        )
    every = [table.of(code.code, group.code) for code in codes for group in table.groups]
    key(sheet, every, source)
    said = [*_extremes(table, codes), *differences_said(table, codes)]
    said += [sentence for code in codes for sentence in _each(table, code)]
    said += [*withheld_said(table, codes), *kinds_said(every)]
    return Plan(name, title, tuple(said), _header(), table_of(table, codes), sheet)


def _header() -> tuple[str, ...]:
    return (
        _("Code"),
        _("What it is about"),
        _("Group"),
        _("Responses, about"),
        _("Share in %"),
        _("From"),
        _("To"),
        _("What the share is"),
    )


def table_of(table: ShownTable, codes: Sequence[Code]) -> Rows:
    """Every share of these codes, a row each."""
    names = group_names(table)
    return tuple(
        (code.code, code.title, names[group.code], base_said(group.base), *cells_of(table.of(code.code, group.code)))
        for code in codes
        for group in table.groups
    )


def cells_of(figure: Figure) -> tuple[str, str, str, str]:
    """A figure in cells: the share, both ends of its interval, and what it is."""
    if figure.percent is None:
        return (share_said(None), "", "", _(KINDS_SAID["withheld"]))
    low, high = ("" if end is None else str(end) for end in (figure.low, figure.high))
    exact = figure.percent not in (0, 100)
    return (str(figure.percent) if exact else share_said(figure.percent), low, high, _(KINDS_SAID[figure.kind]))


def _extremes(table: ShownTable, codes: Sequence[Code]) -> list[str]:
    known = {code: table.figures.get((code.code, ALL)) for code in codes}
    shown = {code: each for code, each in known.items() if each is not None and each.percent is not None}
    if len(shown) < 2:
        return _largest_of_all(table, codes)
    by_share = sorted(shown, key=lambda code: (-(shown[code].percent or 0), codes.index(code)))
    most, least = by_share[0], by_share[-1]
    words = _("Of all responses most speak to {most}, {share}, and fewest to {least}, {other}.")
    if any(code not in shown for code in codes):  # those withheld may be more, or fewer
        words = _("Of what is shown, most responses speak to {most}, {share}, and fewest to {least}, {other}.")
    return [
        words.format(
            most=most.title,
            share=figure_said(shown[most]),
            least=least.title,
            other=figure_said(shown[least]),
        )
    ]


def _largest_of_all(table: ShownTable, codes: Sequence[Code]) -> list[str]:
    names = group_names(table)
    shown = [
        (table.of(code.code, group.code), code, names[group.code])
        for code in codes
        for group in table.groups
        if table.of(code.code, group.code).percent is not None
    ]
    if not shown:
        return [_("Every share is withheld.")]
    figure, code, group = max(shown, key=lambda each: each[0].percent or 0)
    most = _(
        "The largest share that is shown is that of {group} on {code}: {share}.",
        group=group,
        code=code.title,
        share=figure_said(figure),
    )
    return [most]


def _each(table: ShownTable, code: Code) -> list[str]:
    names = group_names(table)
    shown = {
        names[group.code]: figure
        for group in table.groups
        if (figure := table.of(code.code, group.code)).percent is not None and group.code != ALL
    }
    by_share = sorted(shown, key=lambda name: -(shown[name].percent or 0))
    if not by_share:
        return []
    told = "; ".join(f"{name} {figure_said(shown[name])}" for name in by_share)
    return [_("{code}: {shares}.", code=code.title, shares=told)]


def of_sections(table: ShownTable, source: str = "") -> Plan:
    """The shares of every section."""
    title = _("Sections {by_groups}", by_groups=by_groups(table))
    return shares(table, table.at(SECTION), f"{slug(table)}-sections", title, source)


def of_themes(table: ShownTable, section: Code, source: str = "") -> Plan:
    """The shares of the themes of one section."""
    themes = [each for each in table.at("theme") if each.section == section.code]
    title = _("Themes of {section} {by_groups}", section=section.title, by_groups=by_groups(table))
    return shares(table, themes, f"{slug(table)}-themes-{section.code}", title, source)
