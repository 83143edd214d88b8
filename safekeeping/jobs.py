"""Long work with progress, in the same database as what it works on.

A job is added in the transaction that makes it necessary, so it is there if and only if its cause is.
A worker (`heard work`) claims one at a time. A worker that dies leaves a job whose heart has stopped; the next
claim takes it up again, so every kind of job must be safe to run twice.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping import vault
from safekeeping.database import Base, session_for

HEART_STOPS = timedelta(minutes=2)
MOST_ATTEMPTS = 3
LOOK_EVERY = 1.0  # seconds
WAITING = ("queued", "running")

log = logging.getLogger("heard.jobs")


class Job(Base):
    """One piece of long work: which kind, for what, how far."""

    __tablename__ = "job"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=vault.random_id)
    kind: Mapped[str] = mapped_column(String(40))
    argument: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]
    heart_at: Mapped[datetime]

    @property
    def waits(self) -> bool:
        """Whether it is still to be done, or being done."""
        return self.state in WAITING


@dataclass(frozen=True)
class Bench:
    """What a job works with: the database, the keys, and `progress(done, total)` to say how far it is."""

    engine: Engine
    vault: vault.Vault
    progress: Callable[[int, int], None]
    context: dict[str, Any]


Work = Callable[[Bench, str], None]


def now() -> datetime:
    """The clock that jobs use."""
    return datetime.now(UTC)


def this_hour() -> datetime:
    """The hour. A job can be set off by somebody's answer, and nothing may say when that was to the minute."""
    return now().replace(minute=0, second=0, microsecond=0)


def enqueue(session: Session, kind: str, argument: str) -> Job:
    """Ask for a job, or return the one that already waits for the same."""
    waiting = session.scalar(select(Job).where(Job.kind == kind, Job.argument == argument, Job.state == "queued"))
    if waiting:
        return waiting
    job = Job(kind=kind, argument=argument, made_at=this_hour(), heart_at=this_hour())
    session.add(job)
    session.flush()
    return job


def retry_failed(session: Session) -> None:
    """Let failed jobs be tried again: what made them fail may be mended by now."""
    session.execute(update(Job).where(Job.state == "failed").values(state="queued", attempts=0))


def latest(session: Session, kind: str, argument: str) -> Job | None:
    """The newest job of this kind for this argument."""
    newest = select(Job).where(Job.kind == kind, Job.argument == argument)
    waits = Job.state.in_(WAITING)  # of the same hour, what is not done yet is the newer
    return session.scalars(newest.order_by(Job.made_at.desc(), waits.desc())).first()


def claim(session: Session) -> Job | None:
    """Take the oldest job that waits, or whose worker has died, and mark it as running.

    A job whose worker died too often is given up: it may be what killed them.
    """
    dead = (Job.state == "running") & (Job.heart_at < now() - HEART_STOPS)
    given_up = update(Job).where(dead, Job.attempts >= MOST_ATTEMPTS)
    session.execute(given_up.values(state="failed", fault="the worker died"))
    found = session.scalars(
        select(Job)
        .where((Job.state == "queued") | dead)
        .order_by(Job.made_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found:
        found.state, found.heart_at = "running", now()
        found.attempts += 1
        session.flush()
    return found


def run_one(engine: Engine, keys: vault.Vault, kinds: dict[str, Work], context: dict[str, Any]) -> bool:
    """Claim one job and do it. False if there was none."""
    with session_for(engine) as session:
        job = claim(session)
        if job is None:
            return False
        session.expunge(job)
    log.info("job started")

    def progress(done: int, total: int) -> None:
        _beat(engine, job.id, done, total)
        if context.get("watch"):
            context["watch"](done, total)

    bench = Bench(engine, keys, progress, context)
    try:
        kinds[job.kind](bench, job.argument)
    except Exception as fault:
        log.exception("job failed")
        _end(engine, job, "failed" if job.attempts >= MOST_ATTEMPTS else "queued", type(fault).__name__)
    else:
        log.info("job done")
        _end(engine, job, "done", "")
    return True


def work(
    engine: Engine,
    keys: vault.Vault,
    kinds: dict[str, Work],
    context: dict[str, Any],
    go_on: Callable[[], bool],
    tidy: Callable[[], None] = lambda: None,
) -> None:
    """Do jobs as they come until `go_on()` is false; `tidy()` at the start and then once every hour."""
    every_hour(go_on, tidy, lambda: run_one(engine, keys, kinds, context))


def every_hour(
    go_on: Callable[[], bool], tidy: Callable[[], None], work_once: Callable[[], bool] = lambda: False
) -> None:
    """Until `go_on()` is false: `tidy()` at the start and once every hour, and in between `work_once()`, which says
    whether there was anything to do."""
    tidied = None
    while go_on():
        if this_hour() != tidied:
            tidy()
            tidied = this_hour()
        if not work_once():
            time.sleep(LOOK_EVERY)


def _beat(engine: Engine, job_id: bytes, done: int, total: int) -> None:
    with session_for(engine) as session:
        session.execute(update(Job).where(Job.id == job_id).values(done=done, total=total, heart_at=now()))


def _end(engine: Engine, job: Job, state: str, fault: str) -> None:
    with session_for(engine) as session:
        ended = update(Job).where(Job.id == job.id)
        session.execute(ended.values(state=state, fault=fault, heart_at=this_hour()))
