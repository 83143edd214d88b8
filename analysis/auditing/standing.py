"""How an audit stands: its responses, who sits where, what was given blind, what was decided. Read whole, in five
statements; a sample is a few hundred responses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.label_tables import AuditCoding, AuditDecision, AuditSeat
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.auditing.settling import PAIR, Codes, Decision, Settled, differences, settle
from analysis.coding.tables import Passage
from surveys.intake.tables import Response


@dataclass(frozen=True)
class Unit:
    """One response of the sample: which draw it came with, its passages in order, and seat -> person."""

    id: bytes
    response_id: bytes
    draw: int
    passages: tuple[bytes, ...]
    seats: dict[int, bytes]

    @property
    def pair(self) -> frozenset[bytes]:
        """Who codes it."""
        return frozenset(self.seats.values())


@dataclass
class Standing:
    """The whole of it. `codes`: passage -> coder -> their newest; `moments`: the same -> when."""

    units: dict[bytes, Unit]
    codes: dict[bytes, dict[bytes, Codes]] = field(default_factory=dict)
    moments: dict[bytes, dict[bytes, datetime]] = field(default_factory=dict)
    decisions: dict[bytes, list[Decision]] = field(default_factory=dict)

    def done_by(self, unit: Unit, person: bytes) -> bool:
        """Whether somebody has coded every passage of a response."""
        return all(person in self.codes.get(passage, {}) for passage in unit.passages)

    def coded(self, unit: Unit) -> bool:
        """Whether two have coded all of a response; one without words needs nobody."""
        both = len(unit.pair) == PAIR and all(self.done_by(unit, person) for person in unit.pair)
        return both or not unit.passages

    def open_draws(self) -> frozenset[int]:
        """The draws of which every response is coded twice: from then on their codes stand, and can be settled."""
        return self._whole

    @cached_property
    def _whole(self) -> frozenset[int]:
        waiting = {unit.draw for unit in self.units.values() if not self.coded(unit)}
        return frozenset({unit.draw for unit in self.units.values()} - waiting)

    def blind(self, unit: Unit, passage: bytes) -> dict[bytes, Codes]:
        """What the two who sit there gave a passage."""
        given = self.codes.get(passage, {})
        return {person: given[person] for person in sorted(unit.pair) if person in given}

    def settled(self, unit: Unit, passage: bytes) -> Settled | None:
        """What a passage was settled as."""
        return settle(self.blind(unit, passage), self.decisions.get(passage, ()))

    def differs(self, unit: Unit, passage: bytes) -> tuple[str, ...]:
        """In what the two differ about a passage; nothing while one has not coded it."""
        given = list(self.blind(unit, passage).values())
        return differences(*given) if len(given) == PAIR else ()

    def to_settle(self, unit: Unit) -> list[bytes]:
        """The passages of a response on which the two differ."""
        return [passage for passage in unit.passages if self.differs(unit, passage)]

    def left(self, unit: Unit) -> list[bytes]:
        """Those of them that are not settled."""
        return [passage for passage in self.to_settle(unit) if self.settled(unit, passage) is None]

    def complete(self, unit: Unit) -> bool:
        """Whether a response is coded twice and every passage of it settled."""
        return self.coded(unit) and unit.draw in self.open_draws() and not self.left(unit)


def codes_of(row: AuditCoding | AuditDecision) -> Codes:
    """What a row gives."""
    return Codes(frozenset(row.sections), frozenset(row.themes), row.stance)


def standing_of(session: Session, sample: AuditSample) -> Standing:
    """How a sample stands now. Responses that were withdrawn, or do not count, are not in it."""
    standing = Standing({unit.id: unit for unit in _units(session, sample)})
    ours = select(AuditUnit.id).where(AuditUnit.sample_id == sample.id)
    coded = select(AuditCoding).where(AuditCoding.unit_id.in_(ours)).order_by(AuditCoding.coded_at, AuditCoding.id)
    for coding in session.scalars(coded):
        standing.codes.setdefault(coding.passage_id, {})[coding.staff_id] = codes_of(coding)
        standing.moments.setdefault(coding.passage_id, {})[coding.staff_id] = coding.coded_at
    decided = select(AuditDecision).where(AuditDecision.unit_id.in_(ours))
    for row in session.scalars(decided.order_by(AuditDecision.decided_at, AuditDecision.id)):
        standing.decisions.setdefault(row.passage_id, []).append(Decision(row.staff_id, codes_of(row)))
    return standing


def _units(session: Session, sample: AuditSample) -> Iterable[Unit]:
    there = select(AuditUnit).join(Response, Response.id == AuditUnit.response_id)
    there = there.where(AuditUnit.sample_id == sample.id, Response.set_aside.is_(False)).order_by(AuditUnit.id)
    responses = select(AuditUnit.response_id).where(AuditUnit.sample_id == sample.id)
    passages: dict[bytes, list[bytes]] = {}
    cut = select(Passage.response_id, Passage.id).where(Passage.response_id.in_(responses))
    for response_id, passage_id in session.execute(cut.order_by(Passage.question, Passage.start)):
        passages.setdefault(response_id, []).append(passage_id)
    seats: dict[bytes, dict[int, bytes]] = {}
    sitting = select(AuditSeat).join(AuditUnit, AuditUnit.id == AuditSeat.unit_id)
    for seat in session.scalars(sitting.where(AuditUnit.sample_id == sample.id)):
        seats.setdefault(seat.unit_id, {})[seat.seat] = seat.staff_id
    for unit in session.scalars(there):
        mine = tuple(passages.get(unit.response_id, ()))
        yield Unit(unit.id, unit.response_id, unit.draw, mine, seats.get(unit.id, {}))
