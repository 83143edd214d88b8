"""The figures of a survey once more, from its responses and suggestions as they are now. Nothing is changed."""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.coding.tables import Passage, Suggestion
from analysis.findings.estimates_kept import estimates_of
from analysis.findings.estimating import audit_seen, estimated
from analysis.findings.first_figures import figures_from
from analysis.findings.first_table import first_table
from analysis.findings.kept_tables import said
from analysis.findings.letting_through import let_through
from analysis.findings.report import Figures, Tally
from analysis.findings.response_scores import Frame
from analysis.findings.shown import ShownTable
from analysis.reporting.inputs import Progress
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.intake.read import ReadResponse, kept_count, read_all

AT_ONCE = 400


def tables_again(session: Session, keys: Vault, row: PublishedSurvey, progress: Progress) -> tuple[ShownTable, ...]:
    """The tables of a report, made anew as jobs make them: estimates where there are some, else the first reading."""
    if estimates_of(session, row.id, keys) is None:
        return (first_table(recounted(session, keys, row, progress)),)
    survey, opener = definition_of(row), keys.opener(row.id)
    frame = Frame(edition_named(session, survey.standard))
    seen = audit_seen(session, row.id, survey, frame, opener)
    made = estimated(session, row.id, survey, frame, seen, opener, progress)
    return tuple(said(let_through(each)) for each in made.tables)


def recounted(session: Session, keys: Vault, row: PublishedSurvey, progress: Progress) -> Figures:
    """The machine's figures, as taking answers in counts them; memory does not grow with the responses."""
    survey = definition_of(row)
    edition = edition_named(session, survey.standard)
    tally, done, total = Tally(), 0, kept_count(session, row.id)
    responses = read_all(session, row.id, keys.opener(row.id))
    while some := list(islice(responses, AT_ONCE)):
        _count(session, tally, some)
        done += len(some)
        progress(done, total)
    return figures_from(tally, edition, survey.audience_names())


def _count(session: Session, tally: Tally, some: Sequence[ReadResponse]) -> None:
    mine = select(Passage.response_id, Suggestion.sections)
    mine = mine.join(Suggestion, Suggestion.passage_id == Passage.id)
    found: dict[bytes, list[list[str]]] = {}
    for response_id, sections in session.execute(mine.where(Passage.response_id.in_([each.id for each in some]))):
        found.setdefault(response_id, []).append(sections)
    for response in some:
        passages = found.get(response.id, [])
        tally.add(response.audience, len(passages), {code for sections in passages for code in sections})
