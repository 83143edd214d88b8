"""The mark never falls, never jumps, and catches up; the steady clock bridges small steps back and no others."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from safekeeping import high_water
from safekeeping.clock import SteadyClock
from safekeeping.high_water import HighWater, Stopwatch

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def in_memory() -> Session:
    engine: Engine = create_engine("sqlite://")
    HighWater.metadata.create_all(engine, tables=[HighWater.metadata.tables["high_water"]])
    return Session(engine)


def test_it_begins_with_the_clock(session: Session) -> None:
    assert high_water.mark(session) is None
    assert high_water.surely(session, NOW).year == 1
    assert high_water.latest(session, NOW) == NOW
    assert high_water.raise_mark(session, NOW, timedelta()) == NOW
    assert high_water.surely(session, NOW) == NOW


@pytest.mark.parametrize(
    ("clock", "passed", "risen"),
    [
        (HOUR, HOUR, HOUR),
        (HOUR, timedelta(), timedelta()),
        (400 * DAY, HOUR, 8 * HOUR),
        (-3650 * DAY, HOUR, timedelta()),
        (-HOUR, HOUR, timedelta()),
        (30 * DAY, 4 * DAY, 30 * DAY),
    ],
    ids=["an hour", "no time passed", "set ahead", "set back ten years", "set back an hour", "was off a month"],
)
def test_how_far_it_rises(session: Session, clock: timedelta, passed: timedelta, risen: timedelta) -> None:
    high_water.raise_mark(session, NOW, timedelta())
    assert high_water.raise_mark(session, NOW + clock, passed) == NOW + risen


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-5000, 5000), st.integers(0, 48)), max_size=20))
def test_it_never_falls_and_never_outruns_clock_or_time(steps: list[tuple[int, int]]) -> None:
    with in_memory() as session:
        at = high_water.raise_mark(session, NOW, timedelta())
        for days, hours in steps:
            now, before = NOW + days * DAY, at
            at = high_water.raise_mark(session, now, hours * HOUR)
            assert before <= at <= max(before, now)
            assert at - before <= 8 * hours * HOUR


@pytest.mark.parametrize(("apart", "told"), [(2 * DAY, False), (2.1 * DAY, True), (-2 * DAY, False), (-3 * DAY, True)])
def test_people_are_told_when_it_is_far_from_the_clock(session: Session, apart: timedelta, told: bool) -> None:
    assert high_water.far_mark(session, NOW) is None
    high_water.raise_mark(session, NOW, timedelta())
    assert (high_water.far_mark(session, NOW + apart) == NOW) is told


def test_a_stopwatch_counts_from_the_last_time_it_was_asked() -> None:
    seconds = iter([100.0, 160.0, 161.0])
    watch = Stopwatch(lambda: next(seconds))
    assert [watch.passed(), watch.passed()] == [timedelta(minutes=1), timedelta(seconds=1)]


@pytest.mark.parametrize(
    ("wall", "real", "says"),
    [
        (HOUR, HOUR, HOUR),
        (2 * HOUR, HOUR, 2 * HOUR),
        (timedelta(), HOUR, HOUR),
        (-HOUR, HOUR, HOUR),
        (-3650 * DAY, HOUR, -3650 * DAY),
        (400 * DAY, HOUR, 400 * DAY),
    ],
)
def test_the_steady_clock(wall: timedelta, real: timedelta, says: timedelta) -> None:
    walls, seconds = iter([NOW, NOW + wall]), iter([0.0, real.total_seconds()])
    assert SteadyClock(lambda: next(walls), lambda: next(seconds)).now() == NOW + says


def test_of_many_workers_one_tidies_in_an_hour(session: Session) -> None:
    """So the mark, which is raised by whoever tidies, does not rise faster where there are more of them."""
    told = [high_water.take_hour(session, hour) for hour in (NOW, NOW, NOW + HOUR, NOW + HOUR, NOW + HOUR)]
    assert told == [True, False, True, False, False]
