"""A moment that has surely been reached: it never falls, and it does not jump when the clock does.

What is deleted for good because time has passed is deleted only if the clock and this mark agree. The mark rises by
at most eight hours for each hour that really passed. So a server that was off for a month has caught up within days,
and a clock that is set a year ahead deletes nothing for weeks, in which people can notice.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base

#: How many hours the mark may rise in one.
FASTEST = 8
#: Clock and mark are this far apart only if something is wrong, or the server was off.
FAR_APART = timedelta(days=2)
ONLY = 1


class HighWater(Base):
    """The mark: one row."""

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
