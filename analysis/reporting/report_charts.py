"""The charts of a report, each in the part where it belongs: drawn as for the pages of findings."""

from collections.abc import Iterator

from analysis.findings.charts.agreement import agreement
from analysis.findings.charts.chart import Plan
from analysis.findings.charts.drawing import drawn
from analysis.findings.charts.heard_from import heard_from
from analysis.findings.charts.profile import profile
from analysis.findings.charts.said import AUDIENCES
from analysis.findings.charts.shares import of_sections, of_themes
from analysis.findings.charts.stance_balance import stance_balance
from analysis.findings.charts.theme_map import theme_map
from analysis.findings.shown import ALL, STANCE, THEME
from analysis.reporting.document import Chart
from analysis.reporting.facts import Drawn, Facts


def charts_of(facts: Facts) -> Drawn:
    """Every chart that these facts give, drawn in the language spoken now."""
    table, source = facts.main, facts.survey.title
    return Drawn(
        people=_chart(profile(table, source)),
        together=tuple(map(_chart, _of_all(facts))),
        of_section={code.code: _chart(of_themes(table, code, source)) for code in facts.sections if table.at(THEME)},
        themes=tuple(map(_chart, _of_themes(facts))),
        methods=(_chart(agreement(facts.agreed, source)),) if facts.agreed else (),
    )


def _of_all(facts: Facts) -> Iterator[Plan]:
    table, source = facts.main, facts.survey.title
    yield of_sections(table, source)
    if table.at(STANCE):
        yield stance_balance(table, ALL, source)


def _of_themes(facts: Facts) -> Iterator[Plan]:
    table, source = facts.main, facts.survey.title
    if table.at(THEME):
        yield theme_map(table, source)
    if table.name in AUDIENCES and facts.asked:
        yield heard_from(table, facts.asked, source)


def _chart(plan: Plan) -> Chart:
    chart = drawn(plan)
    return Chart(chart.svg, chart.png, chart.title, chart.words, chart.header, chart.rows, chart.csv)
