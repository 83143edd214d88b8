"""Long work with progress, in the same database as what it works on.

A job is added in the transaction that makes it necessary, so it is there if and only if its cause is.
Any number of workers (`heard work`), on any number of hosts, claim one at a time; of one survey, one job at a time
(`Job.turn`), except the parts of a job that was spread over workers. A worker that dies leaves a job whose heart has
stopped; the next claim takes it up again, so every kind of job must be safe to run twice. A claim is known by a
random number: a worker that lost its job to another finds that out when it beats, holds or ends, and changes nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Index, String, delete, exists, false, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from safekeeping import vault
from safekeeping.database import Base
from safekeeping.heart import Lost

HEART_STOPS = timedelta(seconds=30)
MOST_ATTEMPTS = 3
#: Still to be done, or being done. `parted`: its parts are, and it goes on when they are done.
WAITING = ("queued", "running", "parted")
#: The fault of a job that somebody stopped: wherever one that failed is told of, so is this one.
STOPPED = "stopped"
#: Whoever has the turn of a survey.
AT_WORK = "state IN ('running', 'parted')"
TURN_LENGTH = 32  # signs of an id

log = logging.getLogger("heard.jobs")


class Job(Base):
    """One piece of long work: which kind, for what, how far. `turn`: of those with the same, one is done at a time.

    `claim` is the random number of the claim that is on; `part_of` the job whose part this is, and `outcome` what a
    part found, sealed.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_at_work", "turn", unique=True, sqlite_where=text(AT_WORK), postgresql_where=text(AT_WORK)),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=vault.random_id)
    kind: Mapped[str] = mapped_column(String(40))
    argument: Mapped[str] = mapped_column(String(200))
    turn: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(200), default="")
    stop_asked: Mapped[bool] = mapped_column(default=False)
    claim: Mapped[bytes | None]
    part_of: Mapped[bytes | None] = mapped_column(index=True)
    outcome: Mapped[bytes | None] = mapped_column(deferred=True)
    made_at: Mapped[datetime]
    heart_at: Mapped[datetime]

    @property
    def waits(self) -> bool:
        """Whether it is still to be done, or being done."""
        return self.state in WAITING


def _nothing(session: Session) -> None:
    """Where no other worker can have the job."""


@dataclass(frozen=True)
class Bench:
    """What a job works with: the database, the keys, and `progress(done, total)` to say how far it is.

    `progress` raises `Interrupted` where the job must be left, so it stands between transactions. `hold(session)` does
    so where another worker has the job by now, and keeps it ours until that transaction ends. `again`: an earlier
    attempt may have died half-way. `spreads`: the job may come back with `Parts`; `parts` are the ids of those that
    are done, once all of them are.
    """

    engine: Engine
    vault: vault.Vault
    progress: Callable[[int, int], None]
    context: dict[str, Any]
    hold: Callable[[Session], None] = _nothing
    again: bool = False
    spreads: bool = False
    parts: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Parts:
    """What a job comes back with to be spread over workers: the kind of its parts, the argument of each, different
    ones and in order, and how much there is to do in all. When they are done the job runs once more."""

    kind: str
    arguments: tuple[str, ...]
    total: int


#: A kind of work. A part of another job may come back with what it found, sealed.
Work = Callable[[Bench, str], Parts | bytes | None]


def now() -> datetime:
    """The clock that jobs use."""
    return datetime.now(UTC)


def this_hour() -> datetime:
    """The hour. A job can be set off by somebody's answer, and nothing may say when that was to the minute."""
    return now().replace(minute=0, second=0, microsecond=0)


def clock(session: Session) -> datetime:
    """The moment by which hearts are judged: that of the database, where several hosts share one."""
    if session.get_bind().dialect.name != "postgresql":
        return now()
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment


def enqueue(session: Session, kind: str, argument: str, turn: str = "") -> Job:
    """Ask for a job, or return the one that already waits for the same.

    `turn`: the id (hex) of the survey it is about, where its argument does not begin with that.
    """
    waiting = queued(session, kind, argument)
    if waiting:
        return waiting
    at, turn = this_hour(), turn or argument[:TURN_LENGTH]
    job = Job(kind=kind, argument=argument, turn=turn, made_at=at, heart_at=at)
    session.add(job)
    session.flush()
    return job


def queued(session: Session, kind: str, argument: str) -> Job | None:
    """The job that waits for this and is not begun."""
    same = select(Job).where(Job.kind == kind, Job.argument == argument, Job.state == "queued")
    return session.scalars(same.limit(1)).first()


def latest(session: Session, kind: str, argument: str) -> Job | None:
    """The newest job of this kind for this argument."""
    newest = select(Job).where(Job.kind == kind, Job.argument == argument)
    waits = Job.state.in_(WAITING)  # of the same hour, what is not done yet is the newer
    return session.scalars(newest.order_by(Job.made_at.desc(), waits.desc())).first()


# Claiming -------------------------------------------------------------------------------------------


def anything(session: Session) -> bool:
    """Whether a claim may find something. It locks nothing, so workers that wait disturb nobody."""
    wanted = _claimable(_dead(clock(session))) | (Job.state == "parted")
    return session.scalar(select(Job.id).where(wanted).limit(1)) is not None


def claim(session: Session, dead_too: bool = True) -> Job | None:
    """Take the oldest job whose turn it is, or whose worker has died, and mark it as running.

    A job whose worker died too often is given up: it may be what killed them. Without `dead_too` nobody is taken for
    dead.
    """
    at = clock(session)
    dead = _dead(at) if dead_too else false()
    if session.scalar(select(Job.id).where(dead | (Job.state == "parted")).limit(1)) is not None:
        _settle(session, dead)
    wanted = select(Job).where(_claimable(dead)).order_by(Job.made_at).limit(1)
    found = session.scalars(wanted.with_for_update(skip_locked=True, of=Job)).first()
    if found is None:
        return None
    try:
        with session.begin_nested():
            found.state, found.heart_at, found.claim = "running", at, vault.random_id()
            found.attempts += 1
            session.flush()
    except IntegrityError:  # another worker took the turn at the same moment
        return None
    return found


def _dead(at: datetime) -> ColumnElement[bool]:
    return (Job.state == "running") & (Job.heart_at < at - HEART_STOPS)


def _claimable(dead: ColumnElement[bool]) -> ColumnElement[bool]:
    """Each of the two lists is worked out once, however many jobs wait."""
    other, piece = aliased(Job), aliased(Job)
    taken = select(other.turn).where(other.state.in_(("running", "parted")))
    open_ = select(piece.part_of).where(piece.part_of.is_not(None), piece.state != "done")
    ready = (Job.state == "parted") & Job.id.not_in(open_)
    return ((Job.state == "queued") & Job.turn.not_in(taken)) | ready | dead


def _settle(session: Session, dead: ColumnElement[bool]) -> None:
    """Give up what died too often or was to be stopped, and what waits for parts of which one failed."""
    part, whole = aliased(Job), aliased(Job)
    parts = exists().where(part.part_of == Job.id)
    failed = parts.where(part.state == "failed")
    of_failed = exists().where(whole.id == Job.part_of, whole.state == "failed")
    parted = Job.state == "parted"
    for where, values in (
        ((dead, Job.stop_asked.is_(True)), {"state": "failed", "fault": STOPPED}),
        ((dead, Job.attempts >= MOST_ATTEMPTS), {"state": "failed", "fault": "the worker died"}),
        ((parted, failed), {"state": "failed", "fault": "a part of it failed"}),
        ((Job.state == "queued", of_failed), {"state": "failed", "fault": STOPPED}),
    ):
        session.execute(update(Job).where(*where).values(heart_at=this_hour(), **values), execution_options=NO_MEMORY)


#: These statements change rows that no session looks at.
NO_MEMORY = {"synchronize_session": False}


# While it is done -----------------------------------------------------------------------------------


def beat(session: Session, job: Job, **far: int) -> bool:
    """Say that the worker of this claim lives, and how far it is (`done`, `total`). Whether somebody wants it stopped.

    Raises `Lost`.
    """
    mine = update(Job).where(Job.id == job.id, Job.claim == job.claim)
    told = mine.values(heart_at=clock(session), **far).returning(Job.stop_asked)
    asked = session.execute(told, execution_options=NO_MEMORY).scalar()
    if asked is None:
        raise Lost
    return asked


def hold(session: Session, job: Job) -> None:
    """Nobody else takes the job before this transaction ends. Raises `Lost` where somebody has."""
    mine = select(Job.id).where(Job.id == job.id, Job.claim == job.claim).with_for_update()
    if session.scalar(mine) is None:
        raise Lost


def end(session: Session, job: Job, state: str, fault: str = "", outcome: bytes | None = None) -> None:
    """Note how it ended: `done`, `failed` (why: `fault`), or `queued` to be done again. Raises `Lost`.

    What a part did counts as done of the whole. What failed of the same before is mended where it is done now.
    """
    hold(session, job)
    row = session.get_one(Job, job.id)
    row.state, row.fault, row.outcome, row.heart_at = state, fault, outcome, this_hour()
    row.claim, row.stop_asked, row.attempts = None, False, job.attempts
    session.flush()
    if state != "done":
        return
    if row.part_of:
        more = update(Job).where(Job.id == row.part_of).values(done=Job.done + row.total)
        session.execute(more, execution_options=NO_MEMORY)
        return
    same = select(Job.id).where(Job.kind == job.kind, Job.argument == job.argument, Job.state == "failed")
    failed = list(session.scalars(same))
    if failed or row.total:
        forget_parts(session, [*failed, row.id])
        session.execute(delete(Job).where(Job.id.in_(failed)), execution_options=NO_MEMORY)


def forget_parts(session: Session, jobs: list[bytes]) -> None:
    """Take away the parts of jobs, with what they found."""
    session.execute(delete(Job).where(Job.part_of.in_(jobs)), execution_options=NO_MEMORY)


def part(session: Session, job: Job, parts: Parts) -> None:
    """Put the parts of a job where workers find them; it waits for them. Raises `Lost`."""
    hold(session, job)
    forget_parts(session, [job.id])
    row = session.get_one(Job, job.id)
    row.state, row.claim, row.attempts, row.done, row.total = "parted", None, 0, 0, parts.total
    row.heart_at = this_hour()
    session.add_all(
        Job(kind=parts.kind, argument=each, turn=each, part_of=job.id, made_at=row.made_at, heart_at=row.heart_at)
        for each in parts.arguments
    )
    session.flush()


def waits_for_parts(session: Session, job: Job) -> bool:
    """Whether parts of a job that was claimed are still to be done, as where it is tried again. It is put back to wait
    for them."""
    left = select(Job.id).where(Job.part_of == job.id, Job.state != "done").limit(1)
    if not job.total or session.scalar(left) is None:  # one that was spread has said how much there is
        return False
    job.state, job.claim, job.attempts, job.heart_at = "parted", None, 0, this_hour()
    session.flush()
    return True


def finished_parts(session: Session, job: Job) -> tuple[bytes, ...]:
    """The ids of the parts of a job, in their order, where all are done."""
    rows = session.execute(select(Job.id, Job.state).where(Job.part_of == job.id).order_by(Job.argument)).all()
    return tuple(found for found, _state in rows) if all(state == "done" for _found, state in rows) else ()


def outcome_of(session: Session, part_id: bytes) -> bytes:
    """What a part found, sealed."""
    return session.scalar(select(Job.outcome).where(Job.id == part_id)) or b""
