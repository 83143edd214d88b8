"""An exercise for whoever is new to coding: settled passages, coded blind, then held against what was settled.

With a dozen passages a coefficient says nothing that could be relied on, so what is said is how many were given the
same, and which were not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.blind_coding import checked
from analysis.auditing.label_tables import Practice, PracticeCoding
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.settling import Codes, differences
from analysis.auditing.standing import Standing
from analysis.coding.tables import Passage
from analysis.standard.edition import Edition

FEWEST, USUAL, MOST = 5, 12, 40


@dataclass(frozen=True)
class Compared:
    """One passage of an exercise: what was given, what it was settled as, and in what these differ."""

    passage_id: bytes
    given: Codes
    settled: Codes
    differs: tuple[str, ...]


def settled_codes(standing: Standing) -> dict[bytes, Codes]:
    """Passage -> what it was settled as, of draws that are coded twice throughout."""
    ready = standing.open_draws()
    found = {}
    for unit in standing.units.values():
        for passage in unit.passages if unit.draw in ready else ():
            if settled := standing.settled(unit, passage):
                found[passage] = settled.codes
    return found


def fit_for(standing: Standing, person: bytes) -> list[bytes]:
    """Settled passages that somebody has not coded or settled themselves, in an order of their own."""
    known = {passage for unit in standing.units.values() if person in unit.pair for passage in unit.passages}
    known |= {passage for passage, made in standing.decisions.items() if person in {each.by for each in made}}
    left = settled_codes(standing).keys() - known
    return sorted(left, key=lambda passage: sha256(person + passage).digest())


def begin(session: Session, sample: AuditSample, person: bytes, passages: Iterable[bytes], now: datetime) -> Practice:
    """An exercise with these passages."""
    ids = [each.hex() for each in passages]
    row = Practice(sample_id=sample.id, staff_id=person, passages=ids, begun_at=now)
    session.add(row)
    session.flush()
    return row


def newest_practice(session: Session, sample: AuditSample, person: bytes) -> Practice | None:
    """Somebody's newest exercise."""
    mine = select(Practice).where(Practice.sample_id == sample.id, Practice.staff_id == person)
    return session.scalars(mine.order_by(Practice.begun_at.desc()).limit(1)).first()


def passages_of(session: Session, practice: Practice) -> list[Passage]:
    """The passages of an exercise that are still there, in its order."""
    ids = [bytes.fromhex(each) for each in practice.passages]
    found = {each.id: each for each in session.scalars(select(Passage).where(Passage.id.in_(ids)))}
    return [found[each] for each in ids if each in found]


def given(session: Session, practice: Practice) -> dict[bytes, Codes]:
    """What was given so far."""
    rows = session.scalars(select(PracticeCoding).where(PracticeCoding.practice_id == practice.id))
    return {row.passage_id: Codes(frozenset(row.sections), frozenset(row.themes), row.stance) for row in rows}


def record(
    session: Session, practice: Practice, passage_id: bytes, codes: Codes, edition: Edition, now: datetime
) -> None:
    """Keep what is given to a passage, once: what was settled is shown at the end, and would be copied."""
    sections, themes = checked(codes, edition)
    row = PracticeCoding(practice_id=practice.id, passage_id=passage_id, coded_at=now)
    row.sections, row.themes, row.stance = sections, themes, codes.stance
    session.merge(row)
    session.flush()


def compared(session: Session, practice: Practice, standing: Standing) -> list[Compared]:
    """Every passage that was given and is settled, in the exercise's order."""
    settled, mine = settled_codes(standing), given(session, practice)
    ids = [each.id for each in passages_of(session, practice)]
    return [
        Compared(each, mine[each], settled[each], differences(mine[each], settled[each]))
        for each in ids
        if each in mine and each in settled
    ]
