"""Files of answers between being brought and being taken in: sealed to the survey, and gone when that is done."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping import vault
from safekeeping.database import UNORDERED, Base
from safekeeping.vault import Opener, Vault
from surveys.definition.published import PublishedSurvey
from surveys.importing.brought import Brought
from surveys.importing.checking import Found
from surveys.importing.plan import Plan

#: A file that nobody goes on with is destroyed after so long.
WAITS = timedelta(days=1)
#: How far it is: its columns are placed; a job tries it out; that is done; a job takes it in.
PLACING, CHECKING, CHECKED, TAKING = "placing", "checking", "checked", "taking"
#: What a sealed part is, so that none can stand for another.
TABLE, PLAN, FOUND = b"table", b"plan", b"found"


class WaitingImport(Base):
    """A file that somebody brought, and how far it is. Its table, the plan for it and what a dry run found are sealed
    to the survey; `fingerprint` is keyed. `count` is how many rows it has."""

    __tablename__ = "waiting_import"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(10))
    count: Mapped[int]
    fingerprint: Mapped[bytes]
    sealed: Mapped[bytes]
    plan: Mapped[bytes]
    found: Mapped[bytes | None]
    begun_at: Mapped[datetime]


class TakenImport(Base):
    """A file that was taken in, known again by its keyed fingerprint, and about how many rows came in: full tens."""

    __tablename__ = "taken_import"
    __table_args__ = UNORDERED
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    rows: Mapped[int]


def fingerprint(keys: Vault, survey_id: bytes, content: bytes) -> bytes:
    """What a file is known again by, 32 bytes; without the keys nobody can try files against it."""
    return keys.office.mac(b"import" + survey_id + hashlib.sha256(content).digest())


def begin(
    session: Session, row: PublishedSurvey, staff_id: bytes, file: tuple[Brought, Plan, bytes], now: datetime
) -> WaitingImport:
    """Keep a file with a first plan and its fingerprint."""
    brought, plan, mark = file
    new_id = vault.random_id()
    waiting = WaitingImport(
        id=new_id,
        survey_id=row.id,
        staff_id=staff_id,
        state=PLACING,
        count=len(brought.rows),
        fingerprint=mark,
        sealed=_seal(row, new_id, TABLE, brought.to_bytes()),
        plan=_seal(row, new_id, PLAN, plan.to_bytes()),
        found=None,
        begun_at=now.replace(minute=0, second=0, microsecond=0),
    )
    session.add(waiting)
    session.flush()
    return waiting


def _seal(row: PublishedSurvey, waiting_id: bytes, part: bytes, plain: bytes) -> bytes:
    return vault.seal_entry(plain, row.public_key, row.id, waiting_id + part)


def keep_plan(session: Session, row: PublishedSurvey, waiting: WaitingImport, plan: Plan) -> None:
    """Put a plan in place of the one before; what was found by that one counts no more."""
    waiting.plan, waiting.found, waiting.state = _seal(row, waiting.id, PLAN, plan.to_bytes()), None, PLACING
    session.flush()


def keep_found(session: Session, row: PublishedSurvey, waiting: WaitingImport, found: Found) -> None:
    """Keep what a dry run found."""
    waiting.found, waiting.state = _seal(row, waiting.id, FOUND, found.to_bytes()), CHECKED
    session.flush()


def open_table(opener: Opener, waiting: WaitingImport) -> Brought:
    """The table that was brought. Raises `CannotOpen`."""
    return Brought.from_bytes(opener.entry(waiting.sealed, waiting.id + TABLE))


def open_plan(opener: Opener, waiting: WaitingImport) -> Plan:
    """The plan for it. Raises `CannotOpen`."""
    return Plan.from_bytes(opener.entry(waiting.plan, waiting.id + PLAN))


def open_found(opener: Opener, waiting: WaitingImport) -> Found | None:
    """What the last dry run found, where it was a long one. Raises `CannotOpen`."""
    return Found.from_bytes(opener.entry(waiting.found, waiting.id + FOUND)) if waiting.found else None


def waiting_of(session: Session, survey_id: bytes, staff_id: bytes) -> list[WaitingImport]:
    """The files that somebody brought for a survey and has not finished."""
    of_them = select(WaitingImport).where(WaitingImport.survey_id == survey_id, WaitingImport.staff_id == staff_id)
    return list(session.scalars(of_them.order_by(WaitingImport.begun_at, WaitingImport.id)))


def waiting_by_id(session: Session, import_id: str, lock: bool = False) -> WaitingImport | None:
    """The one of that id (hex). With `lock`, of two who take it in at once the second finds it gone."""
    try:
        key = bytes.fromhex(import_id)
    except ValueError:
        return None
    at_it = select(WaitingImport).where(WaitingImport.id == key)
    return session.scalar(at_it.with_for_update() if lock else at_it)


def throw_away(session: Session, waiting: WaitingImport) -> None:
    """Destroy a file with everything about it."""
    session.delete(waiting)
    session.flush()


def sweep_imports(session: Session, now: datetime) -> None:
    """Destroy files that nobody went on with; also those of a clock that has been set back since."""
    over = (WaitingImport.begun_at < now - WAITS) | (WaitingImport.begun_at > now + WAITS)
    session.execute(delete(WaitingImport).where(over))


def taken_before(session: Session, survey_id: bytes, mark: bytes) -> bool:
    """Whether a file of this fingerprint was taken in."""
    return session.get(TakenImport, (survey_id, mark)) is not None


def taken(session: Session, survey_id: bytes) -> list[int]:
    """About how many rows came in of each file that was taken in, the most first."""
    return sorted(session.scalars(select(TakenImport.rows).where(TakenImport.survey_id == survey_id)), reverse=True)
