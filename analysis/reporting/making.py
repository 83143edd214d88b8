"""The job that makes a report: gathers, draws, writes each form, and keeps every file sealed. Safe to run again."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from analysis.quoting.ledger import note_use
from analysis.reporting.composing import compose
from analysis.reporting.document import Report
from analysis.reporting.formats import FORMS
from analysis.reporting.gathering import Gathered, gather
from analysis.reporting.inputs import Progress
from analysis.reporting.made_reports import MadeReport, ReportFile, seal_beside
from analysis.reporting.manifest import hash_of
from analysis.reporting.report_charts import charts_of
from analysis.sharing.made_files import forget_made, sealed_file
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.languages import speaking
from safekeeping.vault import Destroyed, Vault, random_id
from surveys.definition.published import GONE, PublishedSurvey, local_day


def make_report(bench: Bench, report_id: str) -> None:
    """Make the report of this id (hex). `bench.context["drafts"]` is the engine of the store where its files go."""
    with Session(bench.engine.execution_options(reading=True)) as reading:
        asked = reading.get(MadeReport, bytes.fromhex(report_id))
        row = reading.get(PublishedSurvey, asked.survey_id) if asked else None
        if asked is None or row is None or row.state in GONE or asked.sealed:
            return
        with speaking(asked.language):
            day = local_day(reading, row, asked.asked_at)
            steps = len(asked.forms) + 2
            try:
                gathered = gather(reading, bench.vault, row, day, lambda _done, _total: bench.progress(0, steps))
            except Destroyed:
                return
            bench.progress(1, steps)
            report = written_from(gathered, asked.parts)
            files = _files(bench, asked, report, steps)
        sealed = seal_beside(row.public_key, row.id, gathered.sources, report.manifest)
    _keep(bench, asked.id, sealed, files, gathered.used)


def report_on(
    session: Session, keys: Vault, row: PublishedSurvey, day: date, parts: Collection[str], progress: Progress
) -> Report:
    """A report of a survey, in the language spoken now. Raises `NothingYet`."""
    return written_from(gather(session, keys, row, day, progress), parts)


def written_from(gathered: Gathered, parts: Collection[str]) -> Report:
    """The report, with its charts drawn and their data hashed."""
    facts = replace(gathered.facts, charts=charts_of(gathered.facts))
    hashes = {f"chart {number}": hash_of([*each.rows]) for number, each in enumerate(facts.charts.every, 1)}
    return compose(replace(facts, manifest=replace(facts.manifest, charts=hashes)), parts)


def _files(bench: Bench, asked: MadeReport, report: Report, steps: int) -> list[ReportFile]:
    drafts, made = bench.context["drafts"], []
    forget_made(drafts, asked.id)
    for number, form in enumerate(asked.forms):
        bench.progress(2 + number, steps)
        row = ReportFile(id=random_id(), report_id=asked.id, form=form)
        with sealed_file(drafts, row, asked.id, bench.vault.office) as out:
            out.write(FORMS[form].write(report))
        made.append(row)
    return made


def _keep(bench: Bench, report_id: bytes, sealed: bytes, files: list[ReportFile], used: Mapping[str, str]) -> None:
    with session_for(bench.engine) as session:
        row = session.get(MadeReport, report_id)
        if row is None:  # it was deleted while it was made
            return
        session.execute(delete(ReportFile).where(ReportFile.report_id == report_id))
        session.add_all(files)
        row.sealed = sealed
        note_use(session, row.survey_id, used, f"{row.asked_at:%Y-%m-%d} {row.language}", row.asked_by, row.asked_at)
