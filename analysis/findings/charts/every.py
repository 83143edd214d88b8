"""Every chart that tables of findings give: the one way in for jobs and reports. Drawn in the language spoken now."""

from collections.abc import Collection, Iterator, Sequence

from analysis.findings.charts.agreement import Agreed, agreement
from analysis.findings.charts.change import change
from analysis.findings.charts.chart import Chart, Plan
from analysis.findings.charts.codes_together import Together, codes_together
from analysis.findings.charts.drawing import drawn
from analysis.findings.charts.heard_from import heard_from
from analysis.findings.charts.profile import profile
from analysis.findings.charts.said import AUDIENCES, WAVES
from analysis.findings.charts.shares import of_sections, of_themes
from analysis.findings.charts.stance_balance import stance_balance
from analysis.findings.charts.theme_map import theme_map
from analysis.findings.shown import ALL, SECTION, STANCE, THEME, Code, ShownTable


def plans_of(
    tables: Sequence[ShownTable],
    *,
    asked: Collection[tuple[str, str]] = (),
    agreed: Sequence[Agreed] = (),
    together: Sequence[Together] = (),
    source: str = "",
) -> Iterator[Plan]:
    """The charts of these tables, not yet drawn, in the order to show them.

    `asked`: (section or theme, audience) that have a question, without which no coverage of the standard is drawn;
    `agreed`: how far the coders of an audit agree; `together`: codes in the same responses; `source`: where the figures
    are from, to stand below each picture.
    """
    for table in tables:
        yield from _of_table(table, asked, source)
    for number, each in enumerate(together, 1):
        yield codes_together(each, f"together-{number}", source)
    if agreed:
        yield agreement(agreed, source)


def _of_table(table: ShownTable, asked: Collection[tuple[str, str]], source: str) -> Iterator[Plan]:
    if table.name.startswith(WAVES):
        yield change(table, source)
    elif table.name in AUDIENCES:
        yield from _of_audiences(table, asked, source)
    elif _shows(table, table.at(SECTION)):
        yield profile(table, source)
        yield of_sections(table, source)
        yield from _map(table, source)


def _of_audiences(table: ShownTable, asked: Collection[tuple[str, str]], source: str) -> Iterator[Plan]:
    yield profile(table, source)
    yield of_sections(table, source)
    yield from _map(table, source)
    for section in table.at(SECTION):
        if _shows(table, [each for each in table.at(THEME) if each.section == section.code]):
            yield of_themes(table, section, source)
    if _shows(table, table.at(STANCE)):
        yield stance_balance(table, ALL, source)
    if asked:
        yield heard_from(table, asked, source)


def _map(table: ShownTable, source: str) -> Iterator[Plan]:
    if _shows(table, table.at(THEME)):
        yield theme_map(table, source)


def _shows(table: ShownTable, codes: Sequence[Code]) -> bool:
    """Whether any share of these codes is shown: a picture of words that say withheld is none."""
    return any(table.of(code.code, group.code).percent is not None for code in codes for group in table.groups)


def charts_of(
    tables: Sequence[ShownTable],
    *,
    asked: Collection[tuple[str, str]] = (),
    agreed: Sequence[Agreed] = (),
    together: Sequence[Together] = (),
    source: str = "",
) -> list[Chart]:
    """The charts of these tables, drawn. What each part is says `plans_of`. The same ones give the same bytes."""
    return [drawn(plan) for plan in plans_of(tables, asked=asked, agreed=agreed, together=together, source=source)]
