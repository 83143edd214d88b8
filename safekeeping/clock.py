"""A clock that does not go back: what is to last an hour lasts no longer because somebody set the clock back.

While this process runs, it counts the time that really passed, so that nobody loses their place either. Where the
clock was set back by more than a day, or the process is a new one, the clock on the wall counts: then an end further
in the future than any can be was written before, and is over.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

#: Clocks are set right by small steps; nobody loses anything for these.
STEP = timedelta(minutes=5)
#: Set back by more than this, the clock was wrong before and is right now.
BRIDGED = timedelta(days=1)


def _wall() -> datetime:
    return datetime.now(UTC)


class SteadyClock:
    """The time, from a clock on the wall and one that counts seconds and cannot be set."""

    def __init__(self, wall: Callable[[], datetime] = _wall, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._start, self._begun = wall(), monotonic()

    def now(self) -> datetime:
        """This moment: what the wall says, or more where it was set back a little since the start."""
        wall, counted = self._wall(), self._start + timedelta(seconds=self._monotonic() - self._begun)
        return counted if timedelta() < counted - wall <= BRIDGED else wall


_CLOCK = SteadyClock()


def steady_now() -> datetime:
    """This moment, by the clock of this process."""
    return _CLOCK.now()
