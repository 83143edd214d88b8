"""What the blind coders of an audit do: take or be given a seat, find their next passage, record what they give."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analysis.auditing.label_tables import AuditCoding, AuditSeat
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.auditing.seating import next_seat, seat_balanced
from analysis.auditing.settling import Codes
from analysis.auditing.standing import Standing, codes_of
from analysis.coding.code_passages import suggestion_seen
from analysis.coding.tables import Passage
from analysis.standard.edition import Edition
from surveys.intake.tables import Response


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
    done = select(AuditCoding.passage_id).where(AuditCoding.staff_id == person)
    found = session.execute(_mine(sample, person).where(Passage.id.not_in(done)).limit(1)).first()
    return found[1] if found else None


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


def own_codes(session: Session, person: bytes, passages: Collection[bytes]) -> dict[bytes, Codes]:
    """What somebody gave these passages, newest; of nobody else."""
    rows = select(AuditCoding).where(AuditCoding.staff_id == person, AuditCoding.passage_id.in_(passages))
    return {row.passage_id: codes_of(row) for row in session.scalars(rows.order_by(AuditCoding.coded_at))}


def checked(codes: Codes, edition: Edition) -> tuple[list[str], list[str]]:
    """Sections and themes in the Standards' order. A theme brings its section along; unknown codes drop out."""
    themes = [code for code in edition.theme_codes if code in codes.themes]
    sections = edition.in_order({*codes.sections, *(edition.section_of_theme[code] for code in themes)})
    return list(sections), themes


def record(session: Session, seat: Seat, person: bytes, codes: Codes, edition: Edition, now: datetime) -> None:
    """Add what somebody gives a passage of their seat."""
    sections, themes = checked(codes, edition)
    given = {"sections": sections, "themes": themes, "stance": codes.stance}
    session.add(AuditCoding(unit_id=seat.unit.id, passage_id=seat.passage.id, staff_id=person, coded_at=now, **given))
    session.flush()


def seen(session: Session, sample: AuditSample) -> set[tuple[bytes, bytes]]:
    """(unit, person) of everybody who coded a passage of it on the ordinary desk, with the suggestion before them."""
    units = select(AuditUnit.response_id, AuditUnit.id).where(AuditUnit.sample_id == sample.id)
    unit_of = {response: unit for response, unit in session.execute(units)}  # noqa: C416 (rows are no pairs to mypy)
    return {(unit_of[response_id], person) for response_id, person in suggestion_seen(session, unit_of)}


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


def take_seat(
    session: Session, standing: Standing, barred: Collection[tuple[bytes, bytes]], person: bytes, now: datetime
) -> bool:
    """Take the next free seat for oneself; False where there is none that one may have."""
    units = [unit.id for unit in standing.units.values() if unit.passages]
    found = next_seat(units, {unit.id: unit.seats for unit in standing.units.values()}, person, barred)
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
