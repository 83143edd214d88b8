"""The job that draws the charts of a survey's findings, in every language of the desk, and keeps them with these."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analysis.auditing.agreement_words import agreed_in
from analysis.auditing.designing import newest_sample
from analysis.auditing.label_tables import AuditAgreement
from analysis.code_books.versions import edition_named
from analysis.findings.charts.chart import Chart, Plan
from analysis.findings.charts.codes_together import Together
from analysis.findings.charts.drawing import drawn
from analysis.findings.charts.every import plans_of
from analysis.findings.first_table import asked_of
from analysis.findings.kept_charts import keep_charts
from analysis.findings.kept_tables import tables_of
from analysis.findings.report import Figures
from analysis.findings.tables import Findings, opened
from analysis.reading.figures_kept import figures_of
from analysis.reading.shown_figures import TOGETHER
from analysis.reading.shown_figures import Figures as ReadingShown
from analysis.reading.tables import ReadingFigures
from analysis.standard.edition import Edition
from safekeeping.database import session_for
from safekeeping.jobs import Bench, latest
from safekeeping.languages import at_the_desk, speaking
from safekeeping.languages import gettext as _
from safekeeping.vault import Destroyed, Vault
from surveys.definition.published import GONE, PublishedSurvey, definition_of
from surveys.definition.survey import Survey

#: Kinds of work that make what is drawn.
MAKING = ("count words", "estimate")


def draw_charts(bench: Bench, survey_id: str) -> None:
    """The job, for the survey of this id (hex). Safe to run again; findings made meanwhile have a job of their own."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, bytes.fromhex(survey_id))
        found = session.get(Findings, bytes.fromhex(survey_id))
        if row is None or found is None or row.state in GONE or _more_is_coming(session, survey_id):
            return
        try:
            figures = opened(found, bench.vault).figures
            plans = plans_for(session, bench.vault, row, figures)
        except Destroyed:
            return
    charts = _drawn(bench, plans)
    with session_for(bench.engine) as session:
        _keep_beside(session, bench.vault, bytes.fromhex(survey_id), figures, charts)


def _more_is_coming(session: Session, survey_id: str) -> bool:
    """Whether a job waits that makes what is drawn, and asks for this one when it is done."""
    jobs = (latest(session, kind, survey_id) for kind in MAKING)
    return any(job is not None and job.waits for job in jobs)


def _keep_beside(
    session: Session, keys: Vault, survey_id: bytes, figures: Figures, charts: dict[str, list[Chart]]
) -> None:
    """Keep the charts, if the findings that they show are still the newest."""
    row, found = session.get(PublishedSurvey, survey_id), session.get(Findings, survey_id)
    if row is None or found is None or row.state in GONE:
        return
    if opened(found, keys).figures == figures:
        keep_charts(session, row, charts)


def _drawn(bench: Bench, plans: dict[str, list[Plan]]) -> dict[str, list[Chart]]:
    """Language -> its charts."""
    total, done = sum(map(len, plans.values())), 0
    found: dict[str, list[Chart]] = {}
    for tag, every in plans.items():
        charts = []
        for plan in every:
            charts.append(drawn(plan))
            done += 1
            bench.progress(done, total)
        found[tag] = charts
    return found


def plans_for(session: Session, keys: Vault, row: PublishedSurvey, figures: Figures) -> dict[str, list[Plan]]:
    """Language of the desk -> the charts to draw."""
    survey = definition_of(row)
    edition = edition_named(session, survey.standard)
    counted = session.get(ReadingFigures, row.id)
    read = figures_of(counted, keys) if counted else None
    sample = newest_sample(session, row.id)
    audited = session.get(AuditAgreement, sample.id) if sample else None
    titles = {section.code: section.title for section in edition.sections}
    found = {}
    for tag in at_the_desk():
        with speaking(tag):
            found[tag] = list(
                plans_of(
                    tables_of(session, row.id, keys, figures),
                    asked=asked_of(survey),
                    agreed=agreed_in(audited.figures, titles) if audited else (),
                    together=together_in(read, survey, edition) if read else (),
                    source=survey.title,
                )
            )
    return found


def together_in(figures: ReadingShown, survey: Survey, edition: Edition) -> Sequence[Together]:
    """Sections in the same responses: of everybody where that is shown, else of the audience with the most to show."""
    codes = {section.code: section.title for section in edition.sections}
    shown = {
        group: {both: share for both, share in pairs.items() if set(both) <= set(codes)}
        for group, pairs in figures.pairs.items()
    }
    best = max(shown, key=lambda group: (group == TOGETHER and bool(shown[group]), len(shown[group])), default="")
    if not best or not shown[best]:
        return ()
    called = {**survey.audience_names(), TOGETHER: _("everybody")}
    singles = {code: figures.codes.get(best, {}).get(code) for code in codes}
    return (Together(called.get(best, best), codes, singles, shown[best]),)
