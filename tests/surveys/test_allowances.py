"""What all processes let through together: never more than fits, in steps of an hour, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from safekeeping.allowances import HOUR, MOST_AT_A_TIME, Allowance, Allowances, engine_beside
from safekeeping.database import make_engine
from safekeeping.settings import Settings
from surveys.responding.buckets import Buckets, Size

NOON = 500_000 * HOUR
NAME = b"answers of a survey"
quick = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Wall:
    """A clock that is set by hand; seconds since 1970."""

    at: float = NOON

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def rows(engine: Engine, settings: Settings) -> Iterator[Engine]:
    """Where the rows lie."""
    drafts = make_engine(settings.drafts)
    found = engine_beside(drafts)
    yield found
    found.dispose()
    drafts.dispose()


@pytest.fixture
def several(rows: Engine) -> Callable[..., list[Allowances]]:
    """So many processes on empty rows, each with this clock."""

    def begun(count: int, wall: Callable[[], float]) -> list[Allowances]:
        made = [Allowances(rows, wall, wall) for _ in range(count)]
        made[0].processes()  # makes the file where there is none
        with Session(rows) as session, session.begin():
            session.execute(delete(Allowance))
        return made

    return begun


def kept(rows: Engine) -> list[tuple[bytes, int, int]]:
    """Every row."""
    with Session(rows.execution_options(reading=True)) as session:
        return [(each.name, each.level, each.hour) for each in session.scalars(select(Allowance))]


@quick
@given(
    at_once=st.integers(0, 40),
    an_hour=st.integers(0, 400),
    takes=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(1, 30)), max_size=25),
)
def test_no_more_come_through_than_fit_and_flow_in(
    several: Callable[..., list[Allowances]], at_once: int, an_hour: int, takes: list[tuple[int, int, int]]
) -> None:
    wall = Wall()
    processes = several(4, wall)
    through: dict[int, int] = {}
    for which, hours, times in takes:
        wall.at += hours * HOUR + 100
        hour = int(wall.at // HOUR)
        through[hour] = through.get(hour, 0) + sum(processes[which].take(NAME, at_once, an_hour) for _ in range(times))
    assert all(each <= at_once + an_hour for each in through.values())
    passed = max(through, default=0) - min(through, default=0) + 1
    assert sum(through.values()) <= at_once + an_hour * passed


@quick
@given(
    at_once=st.integers(1, 20),
    an_hour=st.integers(1, 120),
    starts=st.integers(0, HOUR),
    pauses=st.lists(st.one_of(st.floats(0, 60), st.floats(0, 2 * HOUR)), max_size=60),
)
def test_a_process_alone_is_held_by_its_memory(
    several: Callable[..., list[Allowances]], at_once: int, an_hour: int, starts: int, pauses: list[float]
) -> None:
    """What all may let through never keeps out whom the buckets of one process let in."""
    wall = Wall(NOON + starts)
    size = Size(at_once, an_hour)
    alone, counted = Buckets(b"answers", size, 10), Buckets(b"answers", size, 10, several(1, wall)[0])
    for pause in pauses:
        wall.at += pause
        assert counted.take(b"survey", wall.at) == alone.take(b"survey", wall.at)


@pytest.mark.parametrize(("at_once", "an_hour"), [(30, 60), (0, 1), (3000, 20_000)])
def test_one_process_gets_all_there_is(
    several: Callable[..., list[Allowances]], at_once: int, an_hour: int, rows: Engine
) -> None:
    wall = Wall()
    (only,) = several(1, wall)
    assert sum(only.take(NAME, at_once, an_hour) for _ in range(at_once + an_hour + 50)) == at_once + an_hour
    assert kept(rows) == [(NAME, 0, NOON // HOUR)]
    wall.at += HOUR
    assert sum(only.take(NAME, at_once, an_hour) for _ in range(at_once + an_hour + 50)) == an_hour


def test_threads_of_several_processes_share(several: Callable[..., list[Allowances]]) -> None:
    processes = several(4, Wall())
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: processes[number % 4].take(NAME, 30, 60), range(400)))
    assert sum(taken) == 90


def test_what_one_holds_and_does_not_use_is_little(several: Callable[..., list[Allowances]], rows: Engine) -> None:
    """One process takes many at a time where there are plenty; the others still get nearly all."""
    first, second = several(2, Wall())
    assert first.take(NAME, 60, 3600)
    assert first.take(NAME, 60, 3600)  # knows by now that there are plenty, and takes a hundredth
    assert kept(rows)[0][1] == 3660 - 1 - 36
    assert sum(second.take(NAME, 60, 3600) for _ in range(4000)) == 3660 - 37
    assert MOST_AT_A_TIME >= 37


@quick
@given(jumps=st.lists(st.integers(-50, 50), max_size=20))
def test_a_clock_that_is_set_keeps_nobody_out(several: Callable[..., list[Allowances]], jumps: list[int]) -> None:
    """Set back by an hour it gives nothing; by more, what a new row holds. However far ahead it was, it goes on."""
    wall = Wall()
    first, second = several(2, wall)
    assert sum(first.take(NAME, 5, 10) for _ in range(20)) == 15
    for jump in jumps:
        wall.at += jump * HOUR
        found = sum(each.take(NAME, 5, 10) for each in (first, second) for _ in range(20))
        assert found <= {-1: 0, 0: 0, 1: 10}.get(jump, 15)
    wall.at += 2 * HOUR
    assert sum(first.take(NAME, 5, 10) for _ in range(20)) >= 10


def test_an_hour_back_gives_nothing(several: Callable[..., list[Allowances]], rows: Engine) -> None:
    """As hosts whose clocks are astride the end of an hour see it: each asks in turn, and it fills once."""
    early, late = Wall(NOON - 1), Wall(NOON + 1)
    (one,), (other,) = several(1, early), several(1, late)
    taken = [each.take(NAME, 0, 2) for _ in range(20) for each in (one, other)]
    assert sum(taken) <= 4
    assert {hour for _name, _level, hour in kept(rows)} == {NOON // HOUR}


def test_nothing_more_exact_than_the_hour_is_kept(several: Callable[..., list[Allowances]], rows: Engine) -> None:
    """Whenever in the hour they came, the same number leaves the same rows."""
    found = []
    for seconds in (1, 1800, 3599):
        (only,) = several(1, Wall(NOON + seconds))
        for _ in range(7):
            only.take(NAME, 30, 60)
        found.append(kept(rows))
    assert found[0] == found[1] == found[2] == [(NAME, 83, NOON // HOUR)]


def test_processes_are_counted_by_the_hour(several: Callable[..., list[Allowances]], rows: Engine) -> None:
    wall = Wall()
    first, second, third = several(3, wall)
    wall.at += 61
    assert [each.processes() for each in (first, second, third)] == [1, 2, 3]
    wall.at += 61
    assert [each.processes() for each in (first, second, third)] == [3, 3, 3]
    wall.at += HOUR  # the third is gone
    assert [each.processes() for each in (first, second)] == [1, 2]
    wall.at += 61
    assert first.processes() == 2
    wall.at += 2 * HOUR
    assert first.processes() == 1
    assert len(kept(rows)) == 1  # what is over is swept


def test_nobody_is_turned_away_where_the_rows_cannot_be_had(
    several: Callable[..., list[Allowances]], rows: Engine
) -> None:
    (only,) = several(1, Wall())
    with rows.begin() as connection:
        connection.execute(text("ALTER TABLE allowance RENAME TO elsewhere"))
    try:
        assert all(only.take(NAME, 1, 1) for _ in range(5))
        assert only.processes() == 1
    finally:
        with rows.begin() as connection:
            connection.execute(text("ALTER TABLE elsewhere RENAME TO allowance"))
