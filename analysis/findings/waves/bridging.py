"""The job that makes the shares a wave is compared by, where another wave was coded by another version of the book.

By its own book, from its audit, with unions of codes that were merged or split; and by the other book, from a bridge,
if there is a settled one. Nothing that learns reads any of this, and nothing of it is seen before it was let through.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.auditing.designing import every_sample
from analysis.auditing.label_tables import AuditDecision
from analysis.auditing.labels import Audited, AuditResult, audited, bridged
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.code_books.versions import BookVersion, versions_of
from analysis.coding.tables import Passage, Suggestion
from analysis.findings.estimating import batches, suggested
from analysis.findings.intervals import Numbers
from analysis.findings.letting_through import let_through
from analysis.findings.releases.releasing import WAVES, let_out
from analysis.findings.releases.rolls import Roll
from analysis.findings.response_scores import Frame, Said
from analysis.findings.shown import ALL, EstimatedTable
from analysis.findings.tallying import Tally
from analysis.findings.waves.asked_codes import Column, asked, columns
from analysis.findings.waves.bridge_tables import ONLY, Bridged, bridge_table, own_table
from analysis.findings.waves.matched_codes import Match, between
from analysis.findings.waves.wave_shares import KeptShares, SampleSeen, WaveFrom, keep_shares, shares_of
from safekeeping.database import session_for
from safekeeping.jobs import Bench, this_hour
from safekeeping.vault import Opener
from surveys.definition.published import GONE, PublishedSurvey
from surveys.intake.read import ReadResponse, kept_count, read_all
from surveys.intake.tables import Response


@dataclass(frozen=True)
class Sources:
    """What shares are made from: the audit and the bridge, and the books of both, with how their codes match."""

    audit: AuditResult
    bridge: AuditResult | None
    own: BookVersion
    other: BookVersion
    matched: tuple[Match, ...]
    made_from: WaveFrom


@dataclass(frozen=True)
class MadeShares:
    """Tables that nobody may see yet, and whom they are of."""

    own: EstimatedTable
    bridge: EstimatedTable | None
    people: Roll


def make_shares(bench: Bench, argument: str) -> None:
    """The job, for a survey (id in hex) and the version of the other wave (SHA-256). Safe to run again.

    Does nothing where the survey has no settled audit by another version of that book, or where figures are not due.
    """
    survey_id, against = bytes.fromhex(argument.split()[0]), argument.split()[1]
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, survey_id)
        if row is None or row.state in GONE:
            return
        opener = bench.vault.opener(survey_id)
        sources = sources_of(session, survey_id, against, opener)
        earlier = shares_of(session, survey_id, against, bench.vault)
        if sources is None or not sources.made_from.is_due_after(earlier.made_from if earlier else None):
            return
        made = _made(session, bench, sources, opener)
        session.expunge_all()
    with session_for(bench.engine) as session:
        if not let_out(session, opener, WAVES, {ALL: made.people}, this_hour()):
            bridge = let_through(made.bridge) if made.bridge else None
            kept = KeptShares(sources.own.sha256, let_through(made.own), bridge, sources.made_from)
            keep_shares(session, session.get_one(PublishedSurvey, survey_id), against, kept, this_hour())


def sources_of(session: Session, survey_id: bytes, against: str, opener: Opener) -> Sources | None:
    """What there is to make shares from; None without a settled audit by another version of the same book."""
    audit = audited(session, survey_id, opener)
    if audit is None or not audit.responses:
        return None
    every = versions_of(session, audit.standard)
    both = [next((each for each in every if each.sha256 == wanted), None) for wanted in (audit.book, against)]
    own, other = both
    if own is None or other is None or own is other:
        return None
    bridge = bridged(session, survey_id, against, opener)
    made_from = _made_from(session, survey_id, audit, bridge)
    return Sources(audit, bridge, own, other, tuple(between(own, other, every)), made_from)


def _made_from(session: Session, survey_id: bytes, audit: AuditResult, bridge: AuditResult | None) -> WaveFrom:
    of_it = select(Suggestion.model).join(Passage, Passage.id == Suggestion.passage_id)
    of_it = of_it.join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    models = tuple(sorted(session.scalars(of_it.distinct())))
    samples = {each.number: each for each in every_sample(session, survey_id)}
    coded_again = _seen(session, samples[bridge.sample], bridge) if bridge else SampleSeen()
    return WaveFrom(_seen(session, samples[audit.sample], audit), coded_again, models)


def _seen(session: Session, sample: AuditSample, found: AuditResult) -> SampleSeen:
    newest = select(func.max(AuditDecision.decided_at)).join(AuditUnit, AuditUnit.id == AuditDecision.unit_id)
    decided = session.scalar(newest.where(AuditUnit.sample_id == sample.id))
    return SampleSeen(sample.number, found.draw, decided.isoformat() if decided else "")


def _made(session: Session, bench: Bench, sources: Sources, opener: Opener) -> MadeShares:
    """Both tables, in one pass over the responses that the audit was drawn from."""
    counting = Counting(sources)
    total, done = kept_count(session, opener.survey_id), 0
    for batch in batches(read_all(session, opener.survey_id, opener)):
        mine = [response for response in batch if response.id in sources.audit.frame]
        said = suggested(session, [response.id for response in mine])
        for response in mine:
            counting.add(response, said.get(response.id, []))
        done += len(batch)
        bench.progress(done, total)
    return counting.made()


class Counting:
    """What one pass adds up."""

    def __init__(self, sources: Sources) -> None:
        self.frame, self.theirs = Frame(sources.own.edition), Frame(sources.other.edition)
        self.columns = columns(self.frame.codes, sources.matched)
        self.labels = _labels(sources.audit, self.frame)
        self.bridge = _labels(sources.bridge, self.theirs) if sources.bridge else None
        strata = {stratum.name: place for place, stratum in enumerate(sources.audit.strata)}
        wanted = asked(self.frame.codes, self.theirs.codes, sources.matched)
        self.tally = Tally(ONLY, strata, len(self.columns))
        self.bridged = Bridged(wanted, Tally(ONLY, strata, 2 * len(wanted)))

    def add(self, response: ReadResponse, said: list[Said]) -> None:
        """One response, with what is suggested for it."""
        stratum = response.audience or ""
        scores = dict(zip(self.frame.place, self.frame.scores(said), strict=True))
        counted, settled = self.frame.labels(said), self.labels.get(response.id)
        self.tally.add(
            {},
            stratum,
            np.array([_score(scores, each) for each in self.columns]),
            self._marks(counted),
            None if settled is None else self._marks(settled),
            response.id,
        )
        self._add_pair(response.id, stratum, settled)

    def _add_pair(self, response_id: bytes, stratum: str, settled: Set[str] | None) -> None:
        again = (self.bridge or {}).get(response_id)
        marks = None
        if again is not None and settled is not None:
            both = [(bool(each.own & settled), bool(each.other & again)) for each in self.bridged.asked]
            self.bridged.coded.setdefault(stratum, []).append(both)
            marks = np.array([own for own, _other in both] + [other for _own, other in both], dtype=float)
        nothing = np.zeros(2 * len(self.bridged.asked))
        self.bridged.tally.add({}, stratum, nothing, nothing, marks, response_id)

    def _marks(self, labels: Set[str]) -> Numbers:
        return np.array([bool(each.members & labels) for each in self.columns], dtype=float)

    def made(self) -> MadeShares:
        """The tables."""
        bridge = bridge_table(self.bridged) if self.bridge is not None and self.bridged.asked else None
        return MadeShares(own_table(self.tally, self.columns), bridge, self.tally.people()[0])


def _score(scores: Mapping[str, float], column: Column) -> float:
    """The machine's score of a union: the chance of any of its codes, as if they came apart from each other."""
    first, *rest = sorted(column.members)
    found = scores[first]
    for each in rest:
        found += scores[each] - found * scores[each]
    return found


def _labels(found: AuditResult, frame: Frame) -> dict[bytes, set[str]]:
    return {each.response_id: _of_response(each, frame) for each in found.responses}


def _of_response(each: Audited, frame: Frame) -> set[str]:
    return frame.labels(Said(codes.sections, codes.themes, codes.stance) for codes in each.passages.values())
