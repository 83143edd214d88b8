"""How long somebody has been coding, and whether a break is due: from the moments of their own acts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Who did nothing for so long has had a break.
BREAK = timedelta(minutes=10)
#: After so many minutes a break is due, where nobody has set another time.
USUAL_MINUTES = 45


@dataclass(frozen=True)
class Pace:
    """After how many minutes a break is due, and at most how many passages a day (0: as many as come)."""

    break_after: int = USUAL_MINUTES
    most_a_day: int = 0


def minutes_at_it(moments: Sequence[datetime], now: datetime) -> int:
    """Whole minutes since the first of the acts that led up to now without a break. `moments`: the newest first.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    >>> minutes_at_it([now - timedelta(minutes=ago) for ago in (1, 9, 18, 40)], now)
    18
    """
    begun = now
    for moment in moments:
        if begun - moment > BREAK:
            break
        begun = moment
    return max(int((now - begun).total_seconds() // 60), 0)
