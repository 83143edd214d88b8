"""What all processes on all hosts let through together: one row for each thing that is counted, in whole hours.

A row holds what is left and the hour it is left in, and nothing more exact: how many may come *at once* is for the
memory of each process (surveys/responding/buckets.py). So that few have to ask, a process takes several at a time where
there are plenty; what it has not used is gone with the hour. On SQLite the rows lie in a file of their own, because a
request that holds the file of unfinished answers could not write there beside itself. Where they cannot be had, the
memory of each process alone decides: nobody is turned away for it.
"""

import logging
import secrets
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from safekeeping.database import UNORDERED, Throwaway, make_engine
from safekeeping.settings import file_of

HOUR = 3600
#: Hosts' clocks may be astride the end of an hour. A row that is further ahead was written by a clock that was wrong.
ASTRIDE = 1
#: One in so many of what is left is taken at a time, and never more than this.
PART, MOST_AT_A_TIME = 100, 64
#: Names that a process has something of at a time.
MOST_HELD = 10_000
#: How a process says that it is there, and for how many seconds it believes how many there are.
PROCESS, BELIEVED = b"process", 60.0
NAME = "allowances.sqlite"

log = logging.getLogger("heard")


class Allowance(Throwaway):
    """What is left of one thing in the hour `hour` (whole hours since 1970)."""

    __tablename__ = "allowance"
    __table_args__ = UNORDERED
    name: Mapped[bytes] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(BigInteger)
    hour: Mapped[int]


#: What a row comes to when the hours since have been let in: what was left, no more of it than may come at once, and
#: what each hour gives. A row of the hour to come is as it is; one further ahead was written by a clock that was wrong.
_FULL = "CAST(:at_once AS BIGINT) + :an_hour"
_CARRIED = "allowance.level + CAST(:an_hour AS BIGINT) * (:hour - allowance.hour - 1)"
_FILLED = f"""CASE WHEN allowance.hour BETWEEN :hour AND :hour + {ASTRIDE} THEN allowance.level
    WHEN allowance.hour > :hour THEN {_FULL}
    ELSE :an_hour + CASE WHEN {_CARRIED} > :at_once THEN :at_once ELSE {_CARRIED} END END"""
_TAKE = text(
    f"""INSERT INTO allowance (name, level, hour) VALUES (:name, {_FULL} - :count, :hour)
    ON CONFLICT (name) DO UPDATE SET level = {_FILLED} - :count,
        hour = CASE WHEN allowance.hour = :hour + {ASTRIDE} THEN allowance.hour ELSE :hour END
    WHERE {_FILLED} >= :count RETURNING level"""  # noqa: S608 (nothing in it comes from outside)
)
_HERE = text(
    """INSERT INTO allowance (name, level, hour) VALUES (:name, 0, :hour)
    ON CONFLICT (name) DO UPDATE SET hour = :hour"""
)
_COUNT = text("SELECT count(*) FROM allowance WHERE hour = :hour AND substr(name, 1, :length) = :prefix")
#: A row that was left alone for an hour is as full as a new one.
_SWEEP = text(f"DELETE FROM allowance WHERE hour < :hour - 1 OR hour > :hour + {ASTRIDE}")  # noqa: S608


@dataclass
class _Held:
    """What a process has of a name in an hour; `left` is what the row had then. None left, none to be had."""

    hour: int
    count: int
    left: int


def engine_beside(drafts: Engine) -> Engine:
    """The engine on these rows, where unfinished answers are at `drafts`."""
    path = file_of(drafts.url.render_as_string(hide_password=False))
    if path is None:
        return drafts.execution_options(isolation_level="AUTOCOMMIT")
    engine = make_engine(f"sqlite:///{path.with_name(NAME)}")
    event.listen(engine, "connect", _settle)
    return engine


def _settle(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    """Losing these rows loses nothing, so nobody waits for a disk; and nobody waits very long for anybody."""
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA busy_timeout=5000")


def _make(engine: Engine) -> None:
    """The file and its table, where they are missing; for nobody else to read."""
    if engine.url.database:
        Path(engine.url.database).touch(mode=0o600)
    Allowance.metadata.create_all(engine, [Allowance.metadata.tables[Allowance.__tablename__]])


class Allowances:
    """One for the process. `wall` gives seconds since 1970; `clock` seconds that only go forward."""

    def __init__(
        self, engine: Engine, wall: Callable[[], float] = time.time, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.engine, self._wall, self._clock = engine, wall, clock
        self._lock = Lock()
        self._held: OrderedDict[bytes, _Held] = OrderedDict()
        self._name = PROCESS + secrets.token_bytes(16)
        self._believed: tuple[float, int] | None = None
        self._is_made = engine.dialect.name != "sqlite"

    def take(self, name: bytes, at_once: float, an_hour: float) -> bool:
        """Take one of what all may have: `an_hour` each hour, and `at_once` of what was left before."""
        hour = int(self._wall() // HOUR)
        wanted = self._wanted(name, hour)
        if wanted is None:
            return True
        if wanted == 0:
            return False
        if at_once + an_hour < 1:
            return False
        asked: dict[str, Any] = {"name": name, "at_once": int(at_once), "an_hour": int(an_hour), "hour": hour}
        try:
            left, count = self._fetched(asked, wanted)
        except SQLAlchemyError as fault:
            log.error("could not keep", exc_info=fault)
            return True
        self._hold(name, hour, count - 1 if count else 0, left)
        return count > 0

    def _wanted(self, name: bytes, hour: int) -> int | None:
        """How many to ask for; 0 where there are none this hour; None where one was here and is taken."""
        with self._lock:
            held = self._held.get(name)
            if held is None or held.hour != hour:
                return 1
            if held.count:
                held.count -= 1
                return None
            return min(MOST_AT_A_TIME, max(1, held.left // PART)) if held.left else 0

    def _fetched(self, asked: Mapping[str, Any], wanted: int) -> tuple[int, int]:
        """What is left in the row, and how many were taken from it: `wanted`, or one, or none."""
        with self._connect() as connection:
            for count in dict.fromkeys((wanted, 1)):
                left = connection.scalar(_TAKE, {**asked, "count": count})
                if left is not None:
                    return int(left), count
        return 0, 0

    def _hold(self, name: bytes, hour: int, count: int, left: int) -> None:
        with self._lock:
            held = self._held.get(name)
            already = held.count if held and held.hour == hour else 0
            self._held[name] = _Held(hour, already + count, left)
            self._held.move_to_end(name)
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)

    def processes(self) -> int:
        """How many processes have asked this in this hour, this one among them; 1 where that cannot be known."""
        now = self._clock()
        if self._believed is None or now - self._believed[0] >= BELIEVED:
            self._believed = (now, self._counted())
        return self._believed[1]

    def _counted(self) -> int:
        hour = int(self._wall() // HOUR)
        try:
            with self._connect() as connection:
                connection.execute(_SWEEP, {"hour": hour})
                connection.execute(_HERE, {"name": self._name, "hour": hour})
                asked = {"hour": hour, "length": len(PROCESS), "prefix": PROCESS}
                return max(1, connection.scalar(_COUNT, asked) or 0)
        except SQLAlchemyError as fault:
            log.error("could not keep", exc_info=fault)
            return 1

    def _connect(self) -> AbstractContextManager[Connection]:
        if not self._is_made:
            _make(self.engine)
            self._is_made = True
        return self.engine.begin()
