"""The job that estimates: suggestions on all responses, corrected by what the audit of the survey settled on.

The figures are of the responses that were there when the audit was drawn, for only those could be drawn; of all of them
where there is no audit. Nothing that learns reads any of this.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.auditing.designing import newest_sample
from analysis.auditing.label_tables import AuditDecision
from analysis.auditing.labels import Audited, audited
from analysis.auditing.sample_tables import AuditUnit
from analysis.code_books.carrying import Carrying
from analysis.code_books.versions import edition_named
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.findings.breakdowns import breakdowns
from analysis.findings.estimated_tables import tables_of
from analysis.findings.estimates_kept import KeptEstimates, MadeFrom, estimates_of, keep_estimates
from analysis.findings.intervals import Numbers
from analysis.findings.letting_through import let_through
from analysis.findings.outcomes import NO_AUDIT, OTHER_BOOK
from analysis.findings.releases.differences import Release
from analysis.findings.releases.release_tables import latest
from analysis.findings.releases.releasing import FINDINGS, ids_of, let_out_over, of_those_left
from analysis.findings.releases.rolls import Roll
from analysis.findings.response_scores import Frame, Said
from analysis.findings.shown import ALL, EstimatedTable, ShownTable
from analysis.findings.tallying import Tally
from safekeeping.database import session_for
from safekeeping.jobs import Bench, this_hour
from safekeeping.vault import Opener
from surveys.definition.published import GONE, PublishedSurvey, definition_of
from surveys.definition.survey import AUDIENCE, Survey
from surveys.intake.read import ReadResponse, kept_count, read_all
from surveys.intake.tables import Response

BATCH = 200  # responses
#: The one stratum where nothing was drawn.
EVERYBODY = ""


@dataclass(frozen=True)
class AuditSeen:
    """What an audit says of a survey: response -> its codes; the strata; who could be drawn; and how it stands.

    `uncorrected`: why it corrects nothing, a key of `outcomes`; empty where it does.
    """

    labels: Mapping[bytes, frozenset[str]]
    strata: tuple[str, ...]
    frame: Roll | None
    sample: int = 0
    draw: int = 0
    decided: str = ""
    uncorrected: str = ""


@dataclass(frozen=True)
class Made:
    """Tables that nobody may see yet, and what they were added up from."""

    tables: list[EstimatedTable]
    tally: Tally


def estimate(bench: Bench, survey_id: str) -> None:
    """The job, for the survey of this id (hex). Does nothing where figures are not due. Safe to run again."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, bytes.fromhex(survey_id))
        if row is None or row.state in GONE:
            return
        opener = bench.vault.opener(row.id)
        survey, frame = definition_of(row), Frame(edition_named(session, definition_of(row).standard))
        earlier = estimates_of(session, row.id, bench.vault)
        seen = audit_seen(session, row.id, survey, frame, opener)
        now = made_from(session, row.id, seen)
        if not now.responses or not now.is_due_after(earlier.made_from if earlier else None):
            return
        made = estimated(session, row.id, survey, frame, seen, opener, bench.progress)
        session.expunge_all()
    with session_for(bench.engine) as session:
        shown = tuple(_let_out(session, opener, made, earlier.tables if earlier else ()))
        if shown:
            keep_estimates(session, session.get_one(PublishedSurvey, row.id), KeptEstimates(shown, now), this_hour())


def _let_out(session: Session, opener: Opener, made: Made, earlier: Iterable[ShownTable]) -> Iterator[ShownTable]:
    """Every table that may be let out beside what was before; of the others the earlier one, where there is one."""
    before = {table.name: table for table in earlier}
    people, every = made.tally.people()
    for table, groups in zip(made.tables, every, strict=True):
        name = FINDINGS if table.name == AUDIENCE else table.name
        release = Release(name, people, {**groups, ALL: people.everybody})
        if not let_out_over(session, opener, of_those_left(session, opener.survey_id, release), this_hour()):
            yield let_through(table)
        elif table.name in before:
            yield before[table.name]


def made_from(session: Session, survey_id: bytes, seen: AuditSeen) -> MadeFrom:
    """What figures would be made from now."""
    there = select(func.count()).select_from(Response)
    count = session.scalar(there.where(Response.survey_id == survey_id, Response.set_aside.is_(False))) or 0
    of_it = select(Suggestion.model).join(Passage, Passage.id == Suggestion.passage_id)
    of_it = of_it.join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    models = tuple(sorted(session.scalars(of_it.distinct())))
    if seen.uncorrected:
        return MadeFrom(count, models)
    later = seen.frame is not None and seen.frame.lacks(ids_of(session, survey_id, Response.set_aside.is_(False)))
    return MadeFrom(count, models, seen.sample, seen.draw, seen.decided, later)


def audit_seen(session: Session, survey_id: bytes, survey: Survey, frame: Frame, opener: Opener) -> AuditSeen:
    """What the newest audit says, in codes of the newest version of the standard."""
    found, sample = audited(session, survey_id, opener), newest_sample(session, survey_id)
    nothing = AuditSeen({}, (EVERYBODY,), None, uncorrected=NO_AUDIT)
    if found is None or sample is None or not found.responses:
        return nothing
    if found.standard != survey.standard:
        return AuditSeen({}, (EVERYBODY,), None, uncorrected=OTHER_BOOK)
    carrying = Carrying(session, found.standard)
    labels = {each.response_id: _labels(each, carrying, found.book, frame) for each in found.responses}
    whole = {each: codes for each, codes in labels.items() if codes is not None}
    if len(whole) < len(labels):  # those that are left would be no random sample
        return AuditSeen({}, (EVERYBODY,), None, uncorrected=OTHER_BOOK)
    newest = select(func.max(AuditDecision.decided_at)).join(AuditUnit, AuditUnit.id == AuditDecision.unit_id)
    decided = session.scalar(newest.where(AuditUnit.sample_id == sample.id))
    strata = tuple(stratum.name for stratum in found.strata)
    when = decided.isoformat() if decided else ""
    return AuditSeen(whole, strata, found.frame, sample.number, found.draw, when)


def _labels(each: Audited, carrying: Carrying, book: str, frame: Frame) -> frozenset[str] | None:
    """The codes of a response; None where people must look at a passage again."""
    said = []
    for codes in each.passages.values():
        now = carrying.carried(Coding(sections=[*codes.sections], themes=[*codes.themes], book=book))
        if now is None:
            return None
        said.append(Said(now.sections, now.themes, codes.stance))
    return frozenset(frame.labels(said))


def estimated(
    session: Session,
    survey_id: bytes,
    survey: Survey,
    frame: Frame,
    seen: AuditSeen,
    opener: Opener,
    progress: Callable[[int, int], None],
) -> Made:
    """A table for each breakdown, in one pass over the responses: of those the audit was drawn from, else of those
    whom findings are of, else of all."""
    tally = Tally(breakdowns(survey), {name: place for place, name in enumerate(seen.strata)}, len(frame.codes))
    total, done = kept_count(session, survey_id), 0
    people = seen.frame or _counted(session, opener)
    for batch in batches(read_all(session, survey_id, opener)):
        said = suggested(session, [response.id for response in batch])
        for response in batch:
            if people is None or response.id in people:
                _count(tally, frame, seen, response, said.get(response.id, ()))
        done += len(batch)
        progress(done, total)
    return Made(tables_of(tally, frame.codes, seen.uncorrected), tally)


def _counted(session: Session, opener: Opener) -> Roll | None:
    """The responses whom the findings that were let out last are of."""
    found = latest(session, opener, FINDINGS)
    return found.people if found else None


def _count(tally: Tally, frame: Frame, seen: AuditSeen, response: ReadResponse, said: Sequence[Said]) -> None:
    stratum = EVERYBODY if seen.uncorrected else response.audience or ""
    labels = seen.labels.get(response.id)
    settled = None if labels is None else _marks(frame, labels)
    scores, counted = np.array(frame.scores(said)), _marks(frame, frame.labels(said))
    tally.add(response.answers, stratum, scores, counted, settled, response.id)


def _marks(frame: Frame, codes: frozenset[str] | set[str]) -> Numbers:
    found = np.zeros(len(frame.codes))
    found[[frame.place[each] for each in codes]] = 1
    return found


def batches(responses: Iterator[ReadResponse]) -> Iterator[list[ReadResponse]]:
    """A few responses at a time."""
    while batch := list(islice(responses, BATCH)):
        yield batch


def suggested(session: Session, responses: Sequence[bytes]) -> dict[bytes, list[Said]]:
    """Response -> what is suggested for its passages."""
    columns = (Suggestion.sections, Suggestion.themes, Suggestion.stance, Suggestion.probabilities)
    asked = select(Passage.response_id, *columns).join(Suggestion, Suggestion.passage_id == Passage.id)
    rows = session.execute(asked.where(Passage.response_id.in_(responses)).order_by(Passage.response_id))
    found: dict[bytes, list[Said]] = {}
    for response, sections, themes, stance, chances in rows:
        found.setdefault(response, []).append(Said(sections, themes, stance, chances))
    return found
