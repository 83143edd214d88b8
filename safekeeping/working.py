"""Workers: they claim jobs and do them, until told to stop. What a worker was doing then, another one goes on with."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from safekeeping import vault
from safekeeping.database import session_for
from safekeeping.heart import HandedBack, Heart, Interrupted, Lost, StopAsked
from safekeeping.jobs import (
    HEART_STOPS,
    MOST_ATTEMPTS,
    STOPPED,
    Bench,
    Job,
    Parts,
    Work,
    anything,
    beat,
    claim,
    end,
    finished_parts,
    hold,
    part,
    this_hour,
    waits_for_parts,
)

LOOK_EVERY = 1.0  # seconds
BEAT_EVERY = HEART_STOPS.total_seconds() / 6

log = logging.getLogger("heard.jobs")


def _always() -> bool:
    return True


def run_one(
    engine: Engine,
    keys: vault.Vault,
    kinds: dict[str, Work],
    context: dict[str, Any],
    go_on: Callable[[], bool] = _always,
) -> bool:
    """Claim one job and do it. False if there was none. Once `go_on()` is false, it is handed back at its next step."""
    job = _claimed(engine)
    if job is None:
        return False
    log.info("job started")
    try:
        with _at_bench(engine, keys, context, job, go_on) as bench:
            outcome = kinds[job.kind](bench, job.argument)
        _over(engine, job, outcome)
    except Interrupted as why:
        _left(engine, job, why)
    except Exception as fault:
        log.exception("job failed")
        state = "failed" if job.attempts >= MOST_ATTEMPTS else "queued"
        _ended(engine, job, state, fault=type(fault).__name__)
    else:
        log.info("job done")
    return True


def _claimed(engine: Engine) -> Job | None:
    with Session(engine.execution_options(reading=True)) as reading:
        if not anything(reading):
            return None
    asked = time.monotonic()
    with session_for(engine) as session:
        session.connection()
        # where SQLite let us wait for somebody's long writing, hearts could not beat either
        job = claim(session, dead_too=time.monotonic() - asked < BEAT_EVERY)
        if job is None:
            return None
        parted = waits_for_parts(session, job)
        session.expunge(job)
    return _claimed(engine) if parted else job


@contextmanager
def _at_bench(
    engine: Engine, keys: vault.Vault, context: dict[str, Any], job: Job, go_on: Callable[[], bool]
) -> Iterator[Bench]:
    """The bench for a job, with a heart that beats meanwhile."""

    def tell(**far: int) -> None:
        with session_for(engine) as session:
            stop = beat(session, job, **far)
        if stop:
            raise StopAsked

    def progress(done: int, total: int) -> None:
        heart.check()
        tell(done=done, total=total)
        if not go_on():
            raise HandedBack
        if context.get("watch"):
            context["watch"](done, total)

    parts: tuple[bytes, ...] = ()
    if job.total:  # it may have been spread
        with Session(engine.execution_options(reading=True)) as reading:
            parts = finished_parts(reading, job)
    with Heart(tell, BEAT_EVERY) as heart:
        again, spreads = job.attempts > 1, job.part_of is None
        yield Bench(engine, keys, progress, context, lambda session: hold(session, job), again, spreads, parts)


def _over(engine: Engine, job: Job, outcome: Parts | bytes | None) -> None:
    with session_for(engine) as session:
        if isinstance(outcome, Parts):
            part(session, job, outcome)
        else:
            end(session, job, "done", outcome=outcome)


def _left(engine: Engine, job: Job, why: Interrupted) -> None:
    """Stopped by somebody, handed back with its attempt, or another's by now."""
    if isinstance(why, HandedBack):
        job.attempts -= 1
        log.info("job handed back")
        _ended(engine, job, "queued")
    elif isinstance(why, StopAsked):
        log.info("job stopped")
        _ended(engine, job, "failed", STOPPED)
    else:
        log.warning("job lost")


def _ended(engine: Engine, job: Job, state: str, fault: str = "") -> None:
    try:
        with session_for(engine) as session:
            end(session, job, state, fault)
    except Lost:
        log.warning("job lost")


def work(
    engine: Engine,
    keys: vault.Vault,
    kinds: dict[str, Work],
    context: dict[str, Any],
    go_on: Callable[[], bool],
    tidy: Callable[[], None] = lambda: None,
) -> None:
    """Do jobs as they come until `go_on()` is false; `tidy()` at the start and then once every hour."""
    every_hour(go_on, tidy, lambda: run_one(engine, keys, kinds, context, go_on))


def every_hour(
    go_on: Callable[[], bool], tidy: Callable[[], None], work_once: Callable[[], bool] = lambda: False
) -> None:
    """Until `go_on()` is false: `tidy()` at the start and once every hour, and in between `work_once()`, which says
    whether there was anything to do. A database that is away for a while is waited for."""
    tidied = None
    while go_on():
        try:
            if this_hour() != tidied:
                tidy()
                tidied = this_hour()
            busy = work_once()
        except OperationalError:
            log.warning("database away")
            busy = False
        if not busy:
            time.sleep(LOOK_EVERY)
