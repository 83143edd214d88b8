"""The first findings, counted from suggestions alone, as a table to be charted; and who was asked about what. Pure."""

from analysis.findings.disclosure import Share
from analysis.findings.report import Figures, Group
from analysis.findings.shown import ALL, MACHINE, SECTION, WITHHELD, Code, Figure, ShownGroup, ShownTable
from safekeeping.languages import gettext as _
from surveys.definition.path import is_for
from surveys.definition.questions import AnyQuestion, ClauseView
from surveys.definition.survey import Survey

NAME, NOT_SAID = "audience", "(not said)"


def first_table(figures: Figures) -> ShownTable:
    """The sections by audience, uncorrected and without intervals. Names are in the language spoken now."""
    codes = tuple(Code(each.code, each.title, SECTION, each.code) for each in figures.sections)
    rows = {_code_of(row, figures): row for row in figures.rows}
    groups = tuple(ShownGroup(code, row.called, row.base) for code, row in rows.items())
    shares = {
        (section.code, code): _figure(row.shares[place])
        for place, section in enumerate(codes)
        for code, row in rows.items()
    }
    return ShownTable(NAME, _("audience"), codes, groups, shares)


def _code_of(row: Group, figures: Figures) -> str:
    return ALL if row is figures.everyone else row.code or NOT_SAID


def _figure(share: Share) -> Figure:
    if share.percent is None:
        return Figure(None, None, None, WITHHELD, why=share.why)
    return Figure(share.percent, None, None, MACHINE, share.percent)


def asked_of(survey: Survey) -> set[tuple[str, str]]:
    """Every (section or theme, audience) that a question of the survey is about."""
    return {
        (code, audience)
        for page in survey.pages
        for question in page.questions
        for code in _about(question)
        for audience in survey.audience_names()
        if is_for(page.audiences, audience) and is_for(question.audiences, audience)
    }


def _about(question: AnyQuestion) -> tuple[str, ...]:
    return (*question.speaks_to, *([question.clause] if isinstance(question, ClauseView) else []))
