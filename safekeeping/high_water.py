"""A moment that has surely been reached: it never falls, and it does not jump when the clock does.

What is deleted for good because time has passed is deleted only if the clock and this mark agree. The mark rises by
at most eight hours for each hour that really passed. So a server that was off for a month has caught up within days,
and a clock that is set a year ahead deletes nothing for weeks, in which people can notice.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base

#: How many hours the mark may rise in one.
FASTEST = 8
#: Clock and mark are this far apart only if something is wrong, or the server was off.
FAR_APART = timedelta(days=2)
ONLY = 1
#: The row that says which hour was tidied.
TIDIED = 2


class HighWater(Base):
    """The mark, in the row `ONLY`; and in the row `TIDIED` the hour that a worker tidied last."""

    __tablename__ = "high_water"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=ONLY)
    at: Mapped[datetime]


class Stopwatch:
    """How much time really passed, whatever is done to the clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last = monotonic()

    def passed(self) -> timedelta:
        """Since this was last asked, or made."""
        before, self._last = self._last, self._monotonic()
        return timedelta(seconds=self._last - before)


def raise_mark(session: Session, now: datetime, passed: timedelta) -> datetime:
    """Raise the mark towards `now`, as far as the time that really `passed` allows. The mark, as it is then."""
    row = session.get(HighWater, ONLY, with_for_update=True)
    if row is None:
        row = HighWater(at=now)
        session.add(row)
    row.at = max(row.at, min(now, row.at + FASTEST * passed))
    session.flush()
    return row.at


def take_hour(session: Session, hour: datetime) -> bool:
    """Whether this worker is the one of many to tidy in this hour. Each of them raising the mark would raise it too
    fast."""
    mine = update(HighWater).where(HighWater.id == TIDIED, HighWater.at != hour).values(at=hour).returning(HighWater.id)
    if session.execute(mine, execution_options={"synchronize_session": False}).scalar() is not None:
        return True
    if session.get(HighWater, TIDIED) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(HighWater(id=TIDIED, at=hour))
    except IntegrityError:
        return False
    return True


def mark(session: Session) -> datetime | None:
    """The mark; None where no worker has run yet."""
    row = session.get(HighWater, ONLY)
    return row.at if row else None


def surely(session: Session, now: datetime) -> datetime:
    """The moment that clock and mark agree has been reached; long ago where there is no mark."""
    at = mark(session)
    return min(now, at) if at else datetime.min.replace(tzinfo=UTC)


def latest(session: Session, now: datetime) -> datetime:
    """The later of clock and mark: what is dated so is never dated too early."""
    at = mark(session)
    return max(now, at) if at else now


def far_mark(session: Session, now: datetime) -> datetime | None:
    """The mark, where it is so far from the clock that people should look why; else None."""
    at = mark(session)
    return at if at and abs(now - at) > FAR_APART else None
