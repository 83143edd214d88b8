"""Jobs: in order, each done by one worker, taken up again after a death, and there only if their cause is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.job_acts import retry_failed
from safekeeping.jobs import HEART_STOPS, Bench, Job, claim, enqueue, latest, now
from safekeeping.working import run_one, work
from tests.factories import vault_in_memory

KEYS = vault_in_memory()


def ask(engine: Engine, *jobs: tuple[str, str]) -> None:
    """Enqueue these (kind, argument), one an hour, the last of them just now."""
    for hours, (kind, argument) in enumerate(reversed(jobs)):
        with session_for(engine) as session:
            enqueue(session, kind, argument).made_at = now() - timedelta(hours=hours)


def states(engine: Engine) -> dict[str, str]:
    """Argument -> state."""
    with Session(engine) as session:
        return {job.argument: job.state for job in session.scalars(select(Job))}


def only_job(engine: Engine) -> Job:
    with Session(engine) as session:
        return session.scalars(select(Job)).one()


def run(engine: Engine, work: Callable[[Bench, str], None]) -> bool:
    return run_one(engine, KEYS, {"note": work}, {"model folder": "here"})


def fail(bench: Bench, argument: str) -> None:
    raise LookupError("canary")


def heart_stopped(engine: Engine, ago: timedelta = HEART_STOPS + timedelta(seconds=1)) -> None:
    """A worker claimed a job and died `ago`."""
    with session_for(engine) as session:
        assert claim(session)
        session.flush()
        session.execute(update(Job).where(Job.state == "running").values(heart_at=now() - ago))


def test_jobs_are_done_in_the_order_they_were_asked_for(engine: Engine) -> None:
    done: list[str] = []
    ask(engine, ("note", "b"), ("note", "a"), ("note", "c"))
    while run(engine, lambda bench, argument: done.append(argument)):
        pass
    assert done == ["b", "a", "c"]
    assert set(states(engine).values()) == {"done"}


def test_without_a_job_there_is_nothing_to_run(engine: Engine) -> None:
    assert not run(engine, fail)


def test_a_job_has_what_it_works_with(engine: Engine) -> None:
    benches: list[Bench] = []
    ask(engine, ("note", "a"))
    run(engine, lambda bench, argument: benches.append(bench))
    (bench,) = benches
    assert (bench.engine, bench.vault, bench.context) == (engine, KEYS, {"model folder": "here"})


def test_asking_twice_gives_one(engine: Engine) -> None:
    ask(engine, ("note", "a"), ("note", "a"), ("note", "b"), ("other", "a"))
    with Session(engine) as session:
        asked = sorted((job.kind, job.argument) for job in session.scalars(select(Job)))
    assert asked == [("note", "a"), ("note", "b"), ("other", "a")]


def test_asking_while_one_runs_gives_another(engine: Engine) -> None:
    ask(engine, ("note", "a"))
    run(engine, lambda bench, argument: ask(engine, ("note", "a")))
    with Session(engine) as session:
        assert sorted(job.state for job in session.scalars(select(Job))) == ["done", "queued"]


def test_a_job_asked_for_in_a_transaction_that_fails_does_not_exist(engine: Engine) -> None:
    with Session(engine) as session:
        enqueue(session, "note", "a")
        session.rollback()
    assert states(engine) == {}


def test_a_running_job_is_not_claimed_again(engine: Engine) -> None:
    ask(engine, ("note", "a"))
    heart_stopped(engine, ago=HEART_STOPS - timedelta(seconds=5))
    assert not run(engine, fail)


def test_two_workers_claim_two_jobs(engine: Engine) -> None:
    ask(engine, ("note", "a"), ("note", "b"))
    with session_for(engine) as session:
        assert {claim(session).argument, claim(session).argument} == {"a", "b"}  # type: ignore[union-attr]
        assert claim(session) is None


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_worker_passes_over_a_job_that_another_is_claiming(engine: Engine) -> None:
    ask(engine, ("note", "a"), ("note", "b"))
    with Session(engine) as one, Session(engine) as other:
        assert [job.argument for job in (claim(one), claim(other)) if job] == ["a", "b"]


def test_a_dead_worker_s_job_is_taken_up_again(engine: Engine) -> None:
    done: list[str] = []
    ask(engine, ("note", "a"), ("note", "noise"))
    heart_stopped(engine)
    run(engine, lambda bench, argument: done.append(argument))
    assert done == ["a"]
    assert states(engine) == {"a": "done", "noise": "queued"}


def test_a_job_that_kills_its_worker_ends_after_three(engine: Engine) -> None:
    ask(engine, ("note", "a"))
    for _ in range(3):
        heart_stopped(engine)
    assert not run(engine, lambda bench, argument: None)
    assert states(engine) == {"a": "failed"}


def test_three_failures_end_a_job(engine: Engine) -> None:
    ask(engine, ("note", "a"))
    for state in ("queued", "queued", "failed"):
        assert run(engine, fail)
        assert states(engine) == {"a": state}
    assert not run(engine, fail)


def test_a_failure_keeps_the_kind_of_fault_and_no_words(engine: Engine) -> None:
    ask(engine, ("note", "a"))
    run(engine, fail)
    assert only_job(engine).fault == "LookupError"


def test_a_job_that_failed_once_can_still_be_done(engine: Engine) -> None:
    ask(engine, ("note", "a"))
    run(engine, fail)
    run(engine, lambda bench, argument: None)
    job = only_job(engine)
    assert (job.state, job.fault, job.attempts) == ("done", "", 2)


def test_a_kind_that_nobody_knows_fails(engine: Engine) -> None:
    ask(engine, ("unknown", "a"))
    for _ in range(3):
        run(engine, fail)
    assert (only_job(engine).state, only_job(engine).fault) == ("failed", "KeyError")


def test_progress_is_seen_while_the_job_runs_and_keeps_its_heart_beating(engine: Engine) -> None:
    seen: list[tuple[int, int, bool]] = []
    ask(engine, ("note", "a"))

    def half(bench: Bench, argument: str) -> None:
        before = only_job(engine).heart_at
        bench.progress(5, 10)
        job = only_job(engine)
        seen.append((job.done, job.total, job.heart_at > before))

    run(engine, half)
    assert seen == [(5, 10, True)]


def test_the_latest_job_is_the_newest_of_its_kind_and_argument(engine: Engine, session: Session) -> None:
    ask(engine, ("note", "a"))
    run(engine, lambda bench, argument: None)
    ask(engine, ("note", "noise"), ("other", "a"))
    ask(engine, ("note", "a"))
    newest = latest(session, "note", "a")
    assert newest
    assert newest.state == "queued"
    assert latest(session, "note", "nothing") is None


def test_a_job_says_no_minute(engine: Engine) -> None:
    """It may have been asked for by somebody's answer."""
    with session_for(engine) as session:
        enqueue(session, "note", "a")
    for _ in range(2):
        job = only_job(engine)
        assert [(at.minute, at.second, at.microsecond) for at in (job.made_at, job.heart_at)] == [(0, 0, 0)] * 2
        run(engine, lambda bench, argument: None)


def test_failed_jobs_can_be_tried_again(engine: Engine) -> None:
    ask(engine, ("note", "a"), ("note", "done"))
    for _ in range(3):
        run(engine, lambda bench, argument: None if argument == "done" else fail(bench, argument))
    run(engine, lambda bench, argument: None)
    with session_for(engine) as session:
        retry_failed(session)
    assert states(engine) == {"a": "queued", "done": "done"}
    assert run(engine, lambda bench, argument: None)


def test_whoever_watches_sees_the_progress(engine: Engine) -> None:
    seen: list[tuple[int, int]] = []
    ask(engine, ("note", "a"))
    watched = {"watch": lambda done, total: seen.append((done, total))}
    run_one(engine, KEYS, {"note": lambda bench, argument: bench.progress(1, 2)}, watched)
    assert seen == [(1, 2)]


def test_a_worker_goes_on_until_told_to_stop(engine: Engine) -> None:
    done: list[str] = []
    ask(engine, ("note", "a"), ("note", "b"), ("note", "c"))
    work(engine, KEYS, {"note": lambda bench, argument: done.append(argument)}, {}, lambda: len(done) < 2)
    assert done == ["a", "b"]
    assert states(engine)["c"] == "queued"


def test_an_idle_worker_waits_and_looks_again(engine: Engine) -> None:
    looks = iter([True, False])
    work(engine, KEYS, {}, {}, lambda: next(looks))
