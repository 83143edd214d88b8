"""Withdrawing, the whole of it: what was sent, and the words of it that findings show."""

from sqlalchemy import select

from analysis.coding.counting import forget_counts
from analysis.coding.desk_tables import PassageMemo
from analysis.emerging.candidates import EmergingGroups, forget_groups
from analysis.findings.tables import Findings, forget_sources
from analysis.quoting.ledger import end_missing
from analysis.quoting.tables import ProposedQuote, QuoteRelease, QuoteReplacement, QuoteReview, QuoteVersion
from analysis.reading.tables import SavedQuery, forget_found
from analysis.reporting.made_reports import MadeReport, ReportFile, forget_reports
from analysis.sharing.made_files import Export, forget_outdated
from analysis.sharing.wave import WaveMember
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.rewriting import wipe
from safekeeping.vault import Destroyed
from surveys.definition.published import PublishedSurvey
from surveys.intake import withdraw as intake
from surveys.intake.tables import Response

#: Small tables that held what was withdrawn.
QUOTES = (QuoteRelease, QuoteReview, QuoteReplacement, QuoteVersion, ProposedQuote)
FILES = (ReportFile, MadeReport, Export)
WITH_WORDS = (Findings, EmergingGroups, SavedQuery, *FILES, WaveMember, PassageMemo, *QUOTES)


def withdraw(bench: Bench, survey_id: str) -> None:
    """The job: take out what was withdrawn from the survey of this id (hex). Safe to run again at any point.

    The figures are not made anew for it alone: what changed in them between two readings would be one person's answers.
    Quotes of it go with it, and the ledger says which reports must be made again. Data files that hold the answers can
    be opened by nobody from here on. What was fetched before cannot be called back.
    """
    intake.withdraw(bench, survey_id)
    with session_for(bench.engine) as session:
        row = session.get(PublishedSurvey, bytes.fromhex(survey_id))
        if row is None:  # a trial that has ended
            return
        kept = {found.hex() for found in session.scalars(select(Response.id).where(Response.survey_id == row.id))}
        forget_outdated(session)
        if row.consultation_id:
            forget_found(session, row.consultation_id)
        forget_counts(session, row.id)
        end_missing(session, row.id)
        try:
            forget_sources(session, bench.vault, row.public_key, row.id, kept)
            forget_groups(session, bench.vault, row.id)
            forget_reports(session, bench.vault, row.id, kept)
        except Destroyed:  # nobody can read the words any more
            return
    wipe(bench.engine, [each.metadata.tables[each.__tablename__] for each in WITH_WORDS])
