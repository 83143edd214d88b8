"""Many workers: of one survey one job at a time, hearts that beat in long steps, lost, stopped and handed-back jobs,
and jobs whose parts are done by whoever is free."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from safekeeping import heart, high_water
from safekeeping.database import session_for
from safekeeping.job_acts import open_jobs, retry_failed, stop, try_again
from safekeeping.job_commands import jobs_command
from safekeeping.jobs import (
    HEART_STOPS,
    STOPPED,
    Bench,
    Job,
    Parts,
    Work,
    claim,
    end,
    enqueue,
    hold,
    now,
    outcome_of,
    this_hour,
)
from safekeeping.opening import open_installation
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from safekeeping.working import run_one, work
from tests.factories import vault_in_memory

ROOT = Path(__file__).resolve().parent.parent.parent
KEYS = vault_in_memory()
SURVEY, OTHER = "ab" * 16, "cd" * 16


def ask(engine: Engine, kind: str, argument: str = SURVEY) -> bytes:
    with session_for(engine) as session:
        return enqueue(session, kind, argument).id


def jobs(engine: Engine) -> dict[str, Job]:
    """Kind, with its argument for parts -> job."""
    with Session(engine.execution_options(reading=True)) as session:
        return {f"{job.kind}{job.argument[32:]}": job for job in session.scalars(select(Job))}


def run(engine: Engine, **kinds: Work) -> bool:
    return run_one(engine, KEYS, kinds, {})


def claimed(engine: Engine) -> Job | None:
    with session_for(engine) as session:
        job = claim(session)
        if job:
            session.expunge(job)
        return job


def heart_stopped(engine: Engine) -> None:
    """Whoever is at a job sleeps, or is dead."""
    with session_for(engine) as session:
        long_ago = now() - HEART_STOPS - timedelta(seconds=1)
        session.execute(update(Job).where(Job.state == "running").values(heart_at=long_ago))


def test_of_one_survey_one_job_is_done_at_a_time(engine: Engine) -> None:
    for kind in ("a", "b"):
        ask(engine, kind)
    ask(engine, "a", OTHER)
    first, second = claimed(engine), claimed(engine)
    assert first
    assert second
    assert {first.turn, second.turn} == {SURVEY, OTHER}
    assert claimed(engine) is None
    with session_for(engine) as session:
        end(session, first if first.turn == SURVEY else second, "done")
    third = claimed(engine)
    assert third
    assert third.turn == SURVEY


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_two_who_claim_at_once_do_not_get_the_same_turn(engine: Engine) -> None:
    for kind in ("a", "b"):
        ask(engine, kind)
    found: list[Job | None] = []
    with session_for(engine) as first:
        assert claim(first)
        second = threading.Thread(target=lambda: found.append(claimed(engine)))
        second.start()
        second.join(timeout=0.5)
    second.join()
    assert found == [None]


def test_a_long_step_is_not_taken_for_a_death(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safekeeping.working.BEAT_EVERY", 0.05)
    ask(engine, "a")
    beats: list[bool] = []

    def long(bench: Bench, argument: str) -> None:
        heart_stopped(engine)
        for _ in range(100):
            if jobs(engine)["a"].heart_at > now() - HEART_STOPS:
                break
            time.sleep(0.05)
        beats.append(claimed(engine) is None)

    run(engine, a=long)
    assert beats == [True]
    assert jobs(engine)["a"].state == "done"


def test_whoever_lost_a_job_writes_nothing_over_it(engine: Engine) -> None:
    ask(engine, "a")
    after: list[str] = []

    def sleeper(bench: Bench, argument: str) -> None:
        heart_stopped(engine)
        other = claimed(engine)
        assert other
        with pytest.raises(heart.Lost), session_for(engine) as session:
            bench.hold(session)
        with session_for(engine) as session:
            end(session, other, "done")
        bench.progress(1, 2)
        after.append("went on")

    assert run(engine, a=sleeper)
    assert after == []
    assert (jobs(engine)["a"].state, jobs(engine)["a"].attempts) == ("done", 2)


def test_whoever_ends_a_job_that_another_has_changes_nothing(engine: Engine) -> None:
    ask(engine, "a")

    def sleeper(bench: Bench, argument: str) -> None:
        heart_stopped(engine)
        assert claimed(engine)

    run(engine, a=sleeper)
    assert jobs(engine)["a"].state == "running"


def test_a_job_is_stopped_at_its_next_step_and_nothing_is_half_written(engine: Engine) -> None:
    job_id, done = ask(engine, "a"), []

    def stopped(bench: Bench, argument: str) -> None:
        done.append(1)
        with session_for(engine) as session:
            assert stop(session, session.get_one(Job, job_id))
        with session_for(engine) as session:
            enqueue(session, "half", "x" * 32)
            bench.hold(session)
            session.rollback()
        bench.progress(1, 2)
        done.append(2)

    run(engine, a=stopped)
    job = jobs(engine)["a"]
    assert (done, job.state, job.fault, job.stop_asked) == ([1], "failed", STOPPED, False)
    assert list(jobs(engine)) == ["a"]


def test_what_waits_is_stopped_at_once_and_can_be_tried_again(engine: Engine) -> None:
    job_id = ask(engine, "a")
    with session_for(engine) as session:
        assert stop(session, session.get_one(Job, job_id))
        assert not stop(session, session.get_one(Job, job_id))
    assert not run(engine)
    with session_for(engine) as session:
        retry_failed(session)
    assert jobs(engine)["a"].state == "failed", "what somebody stopped is not begun by a restart"
    with session_for(engine) as session:
        assert try_again(session, session.get_one(Job, job_id))
        assert not try_again(session, session.get_one(Job, job_id))
    assert run(engine, a=lambda bench, argument: None)
    assert jobs(engine)["a"].state == "done"


def test_a_stopped_job_whose_worker_is_dead_is_not_begun_again(engine: Engine) -> None:
    job_id = ask(engine, "a")
    assert claimed(engine)
    with session_for(engine) as session:
        stop(session, session.get_one(Job, job_id))
    heart_stopped(engine)
    assert claimed(engine) is None
    assert (jobs(engine)["a"].state, jobs(engine)["a"].fault) == ("failed", STOPPED)


def test_a_worker_that_is_stopped_hands_its_job_back_with_the_attempt(engine: Engine) -> None:
    ask(engine, "a")
    going = [True]

    def long(bench: Bench, argument: str) -> None:
        bench.progress(1, 3)
        going.clear()
        bench.progress(2, 3)
        raise AssertionError("it went on")

    work(engine, KEYS, {"a": long}, {}, lambda: bool(going))
    job = jobs(engine)["a"]
    assert (job.state, job.attempts, job.claim, job.heart_at.minute) == ("queued", 0, None, 0)


def test_what_was_done_clears_away_what_failed_of_the_same(engine: Engine) -> None:
    failed = ask(engine, "a")
    with session_for(engine) as session:
        session.execute(update(Job).values(state="failed"))
    ask(engine, "a")
    run(engine, a=lambda bench, argument: None)
    with Session(engine.execution_options(reading=True)) as session:
        assert session.get(Job, failed) is None
        assert open_jobs(session) == []


# Parts ----------------------------------------------------------------------------------------------

PARTS = tuple(f"{SURVEY} {number}" for number in range(4))


def spread(bench: Bench, argument: str) -> Parts | None:
    """Four parts; then what they found is put together."""
    if not bench.parts:
        return Parts("part", PARTS, 40)
    with session_for(bench.engine) as session:
        found = b"".join(outcome_of(session, each) for each in bench.parts)
        bench.hold(session)
        enqueue(session, found.decode(), argument)
    return None


def one_part(bench: Bench, argument: str) -> bytes:
    bench.progress(10, 10)
    return argument[-1:].encode()


def all_done(engine: Engine) -> None:
    while run(engine, a=spread, part=one_part, **{"0123": lambda bench, argument: None}):
        pass


def test_parts_are_done_by_whoever_is_free_and_what_follows_is_asked_for_once(engine: Engine) -> None:
    ask(engine, "a")
    run(engine, a=spread)
    claims = [claimed(engine) for _ in range(4)]
    assert sorted(job.argument for job in claims if job) == sorted(PARTS)
    ask(engine, "later")
    assert claimed(engine) is None, "nothing else of the survey before the parts are done"
    for number, job in enumerate(claims):
        assert job
        with session_for(engine) as session:
            end(session, job, "done", outcome=job.argument[-1:].encode())
        assert jobs(engine)["a"].state == "parted", number
    run(engine, a=spread)
    assert {(job.kind, job.state) for job in jobs(engine).values()} == {
        ("a", "done"),
        ("later", "queued"),
        ("0123", "queued"),
    }


def test_the_whole_says_how_far_its_parts_are(engine: Engine) -> None:
    ask(engine, "a")
    run(engine, a=spread)
    for done in (10, 20):
        run(engine, part=one_part)
        assert (jobs(engine)["a"].done, jobs(engine)["a"].total) == (done, 40)


def test_a_part_whose_worker_died_is_done_by_another(engine: Engine) -> None:
    ask(engine, "a")
    run(engine, a=spread)
    assert claimed(engine)
    heart_stopped(engine)
    all_done(engine)
    assert jobs(engine)["a"].state == "done"
    assert jobs(engine)["0123"].state == "done"


def test_a_part_that_fails_fails_the_whole_and_only_what_is_left_is_done_again(engine: Engine) -> None:
    def fails(bench: Bench, argument: str) -> None:
        raise LookupError

    ask(engine, "a")
    run(engine, a=spread)
    run(engine, part=one_part)
    while run(engine, part=fails):
        pass
    whole = jobs(engine)["a"]
    assert (whole.state, whole.fault) == ("failed", "a part of it failed")
    assert [job.kind for job in open_jobs_of(engine)] == ["a"], "parts are not listed"
    with session_for(engine) as session:
        try_again(session, session.get_one(Job, whole.id))
    done: list[str] = []

    def noted(bench: Bench, argument: str) -> bytes:
        done.append(argument)
        return one_part(bench, argument)

    while run(engine, a=spread, part=noted, **{"0123": lambda bench, argument: None}):
        pass
    assert len(done) == 3
    assert (jobs(engine)["a"].state, jobs(engine)["a"].done) == ("done", 40)
    assert [job.kind for job in jobs(engine).values() if job.part_of] == []


def open_jobs_of(engine: Engine) -> list[Job]:
    with Session(engine.execution_options(reading=True)) as session:
        return open_jobs(session)


def test_stopping_the_whole_stops_its_parts(engine: Engine) -> None:
    job_id = ask(engine, "a")
    run(engine, a=spread)
    part = claimed(engine)
    assert part
    with session_for(engine) as session:
        stop(session, session.get_one(Job, job_id))
    with session_for(engine) as session:
        hold(session, part)
        assert session.get_one(Job, part.id).stop_asked
    assert not run(engine, part=one_part)


# The hour, and processes ----------------------------------------------------------------------------


@given(st.lists(st.integers(0, 3), max_size=12))
def test_of_many_workers_one_tidies_in_an_hour(hours: list[int]) -> None:
    engine = KEYS.store.engine
    high_water.HighWater.__table__.create(engine, checkfirst=True)  # type: ignore[attr-defined]
    with session_for(engine) as session:
        session.query(high_water.HighWater).delete()
        before = None
        for hour in hours:
            mine = high_water.take_hour(session, this_hour() + timedelta(hours=hour))
            assert mine == (hour != before)
            before = hour


def heard(settings: Settings, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "HEARD_INSTANCE": str(settings.instance),
        "HEARD_DATABASE": settings.database,
        "HEARD_EXIT": "https://example.org/weather",
    }
    return subprocess.Popen([sys.executable, "-m", "app", *arguments], cwd=ROOT, env=environment)


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that in a minute")


def test_several_workers_start_together_and_stop_together(settings: Settings, keys: Vault, engine: Engine) -> None:
    ask(engine, "unknown")
    ask(engine, "unknown", OTHER)
    with heard(settings, "work", "--workers", "2") as workers:
        wait_until(lambda: {job.state for job in jobs(engine).values()} == {"failed"})
        workers.send_signal(signal.SIGTERM)
        assert workers.wait(90) == 0


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_console_lists_stops_and_tries_again(settings: Settings, keys: Vault, engine: Engine) -> None:
    job_id = ask(engine, "a").hex()
    ask(engine, "secret", OTHER)
    ask(engine, "never", "ef" * 16)
    command = jobs_command(lambda: open_installation(settings), {"never"}, "secret")

    def said(*arguments: str) -> str:
        return CliRunner().invoke(command, arguments).output

    assert job_id[:8] in said("list")
    assert "secret" not in said("list")
    assert "has not failed" in said("retry", job_id[:8])
    assert "stops at its next step" in said("stop", job_id[:8])
    assert "Nobody is at this job" in said("stop", job_id[:8])
    assert "tried again as soon as" in said("retry", job_id[:8])
    assert "must go on" in said("stop", jobs(engine)["never"].id.hex())
    assert "No job" in said("stop", "zz")
