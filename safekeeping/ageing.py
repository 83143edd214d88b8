"""Which backups are kept: all of the last day, then the last of each day, and none beyond its days.

The newest is never deleted, however old: it may be all there is.
"""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from safekeeping.backing_up import ANSWERS, DAYS, KEYS, NAMED, PART
from safekeeping.sealed_stream import BadBackup, read_head

EVERY = timedelta(days=1)
#: What was being written this long ago, in seconds, was stopped.
STOPPED_AFTER = 2 * 3600
_NAME = re.compile(r"(heard-\d{4}-\d\d-\d\d-\d\d)\.(answers|keys)")


@dataclass(frozen=True)
class Kept:
    """A backup file: where, of which hour, for how many days it is kept."""

    path: Path
    at: datetime
    days: int


def backups_in(goal: Path, kind: str) -> list[Kept]:
    """The files of that kind (`answers` or `keys`) by their names, oldest first."""
    found = []
    for path in (goal / kind).glob("heard-*"):
        name = _NAME.fullmatch(path.name)
        if name and name[2] == kind:
            at = _at(name[1])
            found += [Kept(path, at, _days(path, kind))] if at else []
    return sorted(found, key=lambda each: each.at)


def _at(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, NAMED).replace(tzinfo=UTC)
    except ValueError:
        return None


def _days(path: Path, kind: str) -> int:
    """As the file says, but never longer than its kind."""
    try:
        return min(int(read_head(path)["days"]), DAYS[kind])
    except (BadBackup, KeyError, TypeError, ValueError):
        return DAYS[kind]


def over(kept: Iterable[Kept], now: datetime) -> list[Kept]:
    """Those that are to be deleted. `kept` are of one kind."""
    newest_first = sorted(kept, key=lambda each: each.at, reverse=True)
    days: set[date] = set()
    gone = []
    for number, each in enumerate(newest_first):
        age, day = now - each.at, each.at.date()
        a_later_one_that_day = age > EVERY and day in days
        if number and (age >= timedelta(days=each.days) or a_later_one_that_day):
            gone.append(each)
        days.add(day)
    return gone


def prune(goal: Path, now: datetime, clock_is_sure: bool) -> int:
    """Delete what is over, and what was left half-written. How many files of backups that were.

    Where clock and high water mark disagree, answers stay; keys go by the clock, because people were promised it.
    """
    kinds = (ANSWERS, KEYS) if clock_is_sure else (KEYS,)
    gone = [each for kind in kinds for each in over(backups_in(goal, kind), now)]
    for each in gone:
        each.path.unlink(missing_ok=True)
    for kind in DAYS:
        for path in (goal / kind).glob(f".heard-*{PART}"):
            if time.time() - path.stat().st_mtime > STOPPED_AFTER:
                path.unlink(missing_ok=True)
    return len(gone)
