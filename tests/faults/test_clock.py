"""Attack B4: the clock is changed. Nothing is deleted early, and nothing lasts longer than was promised.

Real time and the clock on the wall are handed in; a case moves the wall and lets real time run on.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from safekeeping import high_water
from safekeeping.clock import STEP, SteadyClock
from safekeeping.cookies import new_secret
from safekeeping.database import Base, make_engine, make_throwaway_tables
from safekeeping.high_water import Stopwatch
from safekeeping.staff import IDLE, LONGEST, StaffSession, add_staff, make_link, signed_in, spend_link, sweep_sessions
from safekeeping.vault import Vault
from surveys.definition.published import CLOSED, OPEN, SHREDDED, PublishedSurvey
from surveys.intake.retention import keep_schedule, months_after
from surveys.launching.publishing import close, open_again
from surveys.responding import drafts
from surveys.responding.drafts import LASTS
from tests.factories import published_survey, submitted, vault_in_memory

#: An hour before the clocks of the United Kingdom go back, and a day before they go forward.
AUTUMN, SPRING = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365.25)
#: How the clock is changed: by how much. Heard counts in UTC, where summer time is no change at all.
CHANGES = {
    "an hour back": -HOUR,
    "an hour ahead": HOUR,
    "summer time": timedelta(),
    "400 days ahead": 400 * DAY,
    "ten years back": -10 * YEAR,
}
#: A draft's promise is in whole hours.
DRAFT_LASTS = LASTS + HOUR + STEP


class World:
    """Real time, and the clock of the server, which somebody changes."""

    def __init__(self, begins: datetime) -> None:
        self.real, self._off = begins, timedelta()
        self._begins = begins
        self.restart()

    def wall(self) -> datetime:
        """What the clock says."""
        return self.real + self._off

    def seconds(self) -> float:
        """What cannot be set."""
        return (self.real - self._begins).total_seconds()

    def set_clock(self, by: timedelta) -> None:
        """Change the clock by so much."""
        self._off += by

    def restart(self) -> None:
        """A new process: it knows only what the clock says now."""
        self.steady = SteadyClock(self.wall, self.seconds)
        self.watch = Stopwatch(self.seconds)


@pytest.fixture(params=[AUTUMN, SPRING], ids=["autumn", "spring"])
def world(request: pytest.FixtureRequest) -> World:
    """Around the days on which summer time ends and begins."""
    return World(request.param)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Tables that are gone with the test: no disk is waited for in the years that pass here."""
    engine = make_engine("sqlite://")
    Base.metadata.create_all(engine)
    make_throwaway_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def memory(engine: Engine) -> Iterator[Session]:
    """A session on them."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


# Drafts and sign-ins: 2 days x 5 changes x 2 kinds, each with and without a restart -----------------


def draft_life(world: World, session: Session, change: timedelta, restart: bool) -> timedelta:
    """How long a draft really opens that was saved just before the clock was changed."""
    secret = new_secret()
    drafts.save(session, secret, drafts.begin(b"s" * 16, "one", world.steady.now()), world.steady.now())
    began = world.real
    world.real += HOUR / 2
    world.set_clock(change)
    if restart:
        world.restart()
    while drafts.load(session, secret, b"s" * 16, world.steady.now()) and world.real - began < 3 * LASTS:
        world.real += HOUR / 12
    drafts.sweep(session, world.steady.now())
    assert drafts.load(session, secret, b"s" * 16, world.steady.now()) is None
    return world.real - began


def session_life(world: World, session: Session, change: timedelta, restart: bool) -> timedelta:
    """How long somebody really stays signed in who clicks every ten minutes while the clock is changed."""
    person = add_staff(session, "Ann", ("author",))
    secret = spend_link(session, make_link(session, person, world.steady.now()), world.steady.now())
    assert secret
    began = world.real
    world.real += HOUR / 2 - HOUR / 12
    world.set_clock(change)
    if restart:
        world.restart()
    while signed_in(session, secret, world.steady.now()) and world.real - began < 3 * LONGEST:
        world.real += HOUR / 6
    sweep_sessions(session, world.steady.now())
    assert session.query(StaffSession).count() == 0
    return world.real - began


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_draft_lasts_too_long(world: World, memory: Session, change: timedelta) -> None:
    life = draft_life(world, memory, change, restart=False)
    assert life <= DRAFT_LASTS + HOUR / 12
    if abs(change) <= HOUR:
        assert life >= LASTS - HOUR, "a small change takes nobody's words"


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_draft_lasts_too_long_where_the_server_is_started_again(
    world: World, memory: Session, change: timedelta
) -> None:
    """A new process cannot know of an hour that the clock was set back: then it is that hour longer, and no more."""
    life = draft_life(world, memory, change, restart=True)
    assert life <= DRAFT_LASTS + (HOUR if change == -HOUR else timedelta()) + HOUR / 12


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nobody_stays_signed_in_too_long(world: World, memory: Session, change: timedelta) -> None:
    life = session_life(world, memory, change, restart=False)
    assert life <= LONGEST + HOUR / 6
    if abs(change) < IDLE:
        assert life >= LONGEST - HOUR


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nobody_stays_signed_in_too_long_where_the_server_is_started_again(
    world: World, memory: Session, change: timedelta
) -> None:
    assert session_life(world, memory, change, restart=True) <= LONGEST + HOUR / 6


# Retention ------------------------------------------------------------------------------------------


@pytest.fixture
def kept(memory: Session) -> tuple[Vault, PublishedSurvey]:
    """A survey with answers, to be closed."""
    keys = vault_in_memory()
    row = published_survey(memory, keys)
    submitted(memory, row, 12)
    memory.commit()
    return keys, row


def run(world: World, engine: Engine, keys: Vault, real: timedelta, every: timedelta) -> datetime | None:
    """Let the worker run for so long; when, in real time, it deleted something."""
    until = world.real + real
    while world.real < until:
        world.real = min(world.real + every, until)
        if keep_schedule(engine, keys, (), world.wall(), world.watch.passed()):
            return world.real
    return None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(
    "when",
    ["before closing", "while off"]
    + [pytest.param(when, marks=pytest.mark.slow) for when in ("after closing", "and back again")],
)
def test_no_answer_is_deleted_early(
    kept: tuple[Vault, PublishedSurvey], engine: Engine, memory: Session, change: timedelta, when: str
) -> None:
    """However the clock is changed, answers are there until 24 months after the survey really closed."""
    keys, row = kept
    world = World(AUTUMN)
    run(world, engine, keys, DAY, 2 * HOUR)
    if when == "before closing":
        world.set_clock(change)
    closed = world.real.date()
    close(memory, row, world.wall())
    memory.commit()
    run(world, engine, keys, DAY, 2 * HOUR)
    if when != "before closing":
        world.set_clock(change)
    if when == "while off":
        world.real += 30 * DAY
        world.restart()
    noticed = run(world, engine, keys, 21 * DAY, 12 * HOUR)  # three weeks in which somebody can notice
    assert noticed is None
    if when == "and back again" or change < timedelta():
        world.set_clock(-change)
    elif change > DAY:
        with Session(engine.execution_options(reading=True)) as reading:
            assert high_water.far_mark(reading, world.wall()), "staff are told"
        world.set_clock(-change)
    due = months_after(closed, 24)
    assert run(world, engine, keys, datetime.combine(due, time(), UTC) - world.real - 3 * DAY, 14 * DAY) is None
    deleted = run(world, engine, keys, 2 * YEAR, 2 * DAY)
    assert deleted is not None, "and in the end they are deleted"
    assert deleted.date() > due


def test_a_clock_a_year_ahead_deletes_nothing_for_weeks(
    kept: tuple[Vault, PublishedSurvey], engine: Engine, memory: Session
) -> None:
    """Nobody notices, nobody mends it: even so it takes more than seven weeks for each 400 days."""
    keys, row = kept
    world = World(AUTUMN)
    run(world, engine, keys, DAY, HOUR)
    close(memory, row, world.wall())
    memory.commit()
    world.set_clock(800 * DAY)
    deleted = run(world, engine, keys, YEAR, 6 * HOUR)
    assert deleted is not None
    assert timedelta(days=85) < deleted - AUTUMN < timedelta(days=120)


def test_closing_twice_does_not_move_the_day_and_opening_again_takes_it_away(
    kept: tuple[Vault, PublishedSurvey], memory: Session
) -> None:
    _keys, row = kept
    close(memory, row, AUTUMN)
    close(memory, row, SPRING)
    assert row.closed_on == AUTUMN.date()
    open_again(row)
    assert [row.state, row.closed_on] == [OPEN, None]
    close(memory, row, SPRING)
    assert [row.state, row.closed_on] == [CLOSED, SPRING.date()]
    row.state = SHREDDED
    open_again(row)
    close(memory, row, AUTUMN)
    assert [row.state, row.closed_on] == [SHREDDED, SPRING.date()]
    memory.rollback()
