"""What the blind coders of an audit do: take or be given a seat, find their next passage, record what they give."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from analysis.auditing.label_tables import AuditCoding, AuditDecision, AuditSeat
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.auditing.seating import SEATS, next_seat, seat_balanced
from analysis.auditing.settling import Codes
from analysis.auditing.standing import Standing, codes_of
from analysis.coding.code_passages import suggestion_seen
from analysis.coding.tables import Passage
from analysis.standard.edition import Edition
from surveys.intake.tables import Response

#: How long it takes to forget what one gave: studies of coders who code the same twice leave two to four weeks.
WASHOUT = timedelta(days=30)


@dataclass(frozen=True)
class Seat:
    """A passage that somebody sits at: the response of the sample it is part of, and the passage."""

    unit: AuditUnit
    passage: Passage


def _mine(sample: AuditSample, person: bytes) -> Select[AuditUnit, Passage]:
    """Every passage of somebody's seats, response by response."""
    return (
        select(AuditUnit, Passage)
        .join(AuditSeat, AuditSeat.unit_id == AuditUnit.id)
        .join(Passage, Passage.response_id == AuditUnit.response_id)
        .join(Response, Response.id == AuditUnit.response_id)
        .where(AuditUnit.sample_id == sample.id, AuditSeat.staff_id == person, Response.set_aside.is_(False))
        .order_by(AuditUnit.id, Passage.question, Passage.start)
    )


def next_passage(session: Session, sample: AuditSample, person: bytes) -> Passage | None:
    """The first passage of somebody's seats that they have not coded."""
    found = session.execute(_mine(sample, person).where(~_coded(person)).limit(1)).first()
    return found[1] if found else None


def _coded(person: bytes | InstrumentedAttribute[bytes]) -> ColumnElement[bool]:
    """Whether somebody has coded a passage for this unit: what they gave in an earlier audit is another matter."""
    given = select(AuditCoding.id).where(AuditCoding.unit_id == AuditUnit.id, AuditCoding.passage_id == Passage.id)
    return given.where(AuditCoding.staff_id == person).correlate(AuditUnit, Passage, AuditSeat).exists()


def passages_done(session: Session, sample: AuditSample, person: bytes) -> tuple[int, int]:
    """How many passages of somebody's seats they have coded, of how many."""
    mine = _mine(sample, person).order_by(None).with_only_columns(func.count())
    return session.scalar(mine.where(_coded(person))) or 0, session.scalar(mine) or 0


def stands(session: Session, sample: AuditSample, draw: int) -> bool:
    """Whether every response of a draw is coded twice, as `Standing.open_draws` has it: by one statement, as each
    passage that is coded asks for it."""
    words = select(Passage.id).where(Passage.response_id == AuditUnit.response_id)
    seats = select(func.count()).where(AuditSeat.unit_id == AuditUnit.id).correlate(AuditUnit)
    left = words.join(AuditSeat, AuditSeat.unit_id == AuditUnit.id).where(~_coded(AuditSeat.staff_id))
    waiting = (
        select(AuditUnit.id)
        .join(Response, Response.id == AuditUnit.response_id)
        .where(AuditUnit.sample_id == sample.id, AuditUnit.draw == draw, Response.set_aside.is_(False))
        .where(words.correlate(AuditUnit).exists())
        .where(or_(seats.scalar_subquery() < len(SEATS), left.correlate(AuditUnit).exists()))
    )
    return session.scalars(waiting.limit(1)).first() is None


def last_passage(session: Session, sample: AuditSample, person: bytes) -> Passage | None:
    """The passage of this sample that somebody coded last."""
    newest = select(Passage).join(AuditCoding, AuditCoding.passage_id == Passage.id)
    newest = newest.join(AuditUnit, AuditUnit.id == AuditCoding.unit_id)
    mine = newest.where(AuditUnit.sample_id == sample.id, AuditCoding.staff_id == person)
    return session.scalars(mine.order_by(AuditCoding.coded_at.desc()).limit(1)).first()


def seat_at(session: Session, sample: AuditSample, person: bytes, passage_id: bytes) -> Seat:
    """A passage of somebody's own seats. Raises `sqlalchemy.exc.NoResultFound` for any other."""
    unit, passage = session.execute(_mine(sample, person).where(Passage.id == passage_id)).one()
    return Seat(unit, passage)


def own_codes(session: Session, seat: Seat, person: bytes) -> Codes | None:
    """What somebody gave the passage of their seat last; of nobody else."""
    mine = select(AuditCoding).where(AuditCoding.staff_id == person, AuditCoding.unit_id == seat.unit.id)
    mine = mine.where(AuditCoding.passage_id == seat.passage.id)
    row = session.scalars(mine.order_by(AuditCoding.coded_at.desc(), AuditCoding.id.desc()).limit(1)).first()
    return codes_of(row) if row else None


def checked(codes: Codes, edition: Edition) -> tuple[list[str], list[str]]:
    """Sections and themes in the Standards' order. A theme brings its section along; unknown codes drop out."""
    sections, themes = edition.sections_and_themes({*codes.sections, *codes.themes})
    return list(sections), list(themes)


def record(session: Session, seat: Seat, person: bytes, codes: Codes, edition: Edition, now: datetime) -> None:
    """Add what somebody gives a passage of their seat."""
    sections, themes = checked(codes, edition)
    given = {"sections": sections, "themes": themes, "stance": codes.stance}
    session.add(AuditCoding(unit_id=seat.unit.id, passage_id=seat.passage.id, staff_id=person, coded_at=now, **given))
    session.flush()


def seen(session: Session, sample: AuditSample) -> set[tuple[bytes, bytes]]:
    """(unit, person) of everybody who did anything to a passage of it on the ordinary desk, beside its suggestion."""
    unit_of = _unit_of(session, sample)
    return {(unit_of[response_id], person) for response_id, person in suggestion_seen(session, unit_of)}


def remembered(session: Session, sample: AuditSample, now: datetime) -> set[tuple[bytes, bytes]]:
    """(unit, person) of everybody who coded or decided on it in another sample too lately to have forgotten it.

    Of a bridge only: what it measures is how two books differ, and whoever remembers what they gave by the one gives it
    by the other too. So nobody sits at the same response again within `WASHOUT`.
    """
    found: set[tuple[bytes, bytes]] = set()
    if not sample.is_bridge:
        return found
    unit_of = _unit_of(session, sample)
    for table, when in ((AuditCoding, AuditCoding.coded_at), (AuditDecision, AuditDecision.decided_at)):
        given = select(AuditUnit.response_id, table.staff_id).join(AuditUnit, AuditUnit.id == table.unit_id)
        given = given.join(AuditSample, AuditSample.id == AuditUnit.sample_id)
        others = given.where(AuditSample.survey_id == sample.survey_id, AuditSample.id != sample.id)
        rows = session.execute(others.where(when > now - WASHOUT).distinct())
        found |= {(unit_of[response_id], person) for response_id, person in rows if response_id in unit_of}
    return found


def _unit_of(session: Session, sample: AuditSample) -> dict[bytes, bytes]:
    units = select(AuditUnit.response_id, AuditUnit.id).where(AuditUnit.sample_id == sample.id)
    return {response: unit for response, unit in session.execute(units)}  # noqa: C416 (rows are no pairs to mypy)


def share_out(
    session: Session,
    standing: Standing,
    barred: Collection[tuple[bytes, bytes]],
    people: Collection[bytes],
    by: bytes,
    now: datetime,
) -> int:
    """Give every free seat to one of these people, about as much to each; how many seats were given."""
    units = [unit.id for unit in standing.units.values() if unit.passages]
    seats = {unit.id: unit.seats for unit in standing.units.values()}
    given = seat_balanced(units, seats, sorted(people), barred)
    rows = [AuditSeat(unit_id=unit, seat=seat, staff_id=who, given_by=by, given_at=now) for unit, seat, who in given]
    session.add_all(rows)
    session.flush()
    return len(given)


def seat_for(standing: Standing, barred: Collection[tuple[bytes, bytes]], person: bytes) -> tuple[bytes, int] | None:
    """The next free seat that somebody may have: (unit, seat)."""
    units = [unit.id for unit in standing.units.values() if unit.passages]
    return next_seat(units, {unit.id: unit.seats for unit in standing.units.values()}, person, barred)


def take_seat(
    session: Session, standing: Standing, barred: Collection[tuple[bytes, bytes]], person: bytes, now: datetime
) -> bool:
    """Take the next free seat for oneself; False where there is none that one may have."""
    found = seat_for(standing, barred, person)
    if found is None:
        return False
    session.add(AuditSeat(unit_id=found[0], seat=found[1], staff_id=person, given_by=None, given_at=now))
    session.flush()
    return True


def give_back(session: Session, standing: Standing, person: bytes) -> int:
    """Free the seats of somebody whose responses they have not finished; how many. What they gave stays kept."""
    count = 0
    for unit in standing.units.values():
        if person in unit.pair and not standing.done_by(unit, person):
            row = session.scalars(
                select(AuditSeat).where(AuditSeat.unit_id == unit.id, AuditSeat.staff_id == person)
            ).one()
            session.delete(row)
            count += 1
    session.flush()
    return count
