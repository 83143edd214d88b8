"""Buckets: how many may come, at once and by the hour. Each is handed the clock's reading, in seconds."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from safekeeping.allowances import Allowances

HOUR = 3600.0


@dataclass(frozen=True)
class Size:
    """How many a bucket lets through at once, and how many more it gets in an hour."""

    at_once: float
    an_hour: float


class Bucket:
    """Full at first. `take` says whether one more may come."""

    def __init__(self, size: Size, now: float) -> None:
        self.size = size
        self.level = float(size.at_once)
        self._filled_at = now

    def fill(self, now: float) -> None:
        """Let in what has come since. A clock that was put back gives nothing and takes nothing."""
        gone_by = max(0.0, now - self._filled_at)
        self._filled_at = now
        self.level = min(float(self.size.at_once), self.level + gone_by * self.size.an_hour / HOUR)

    def take(self, now: float, count: float = 1) -> bool:
        """Take so many out, or all that fit in where that is fewer; False if there are not so many, or not one."""
        self.fill(now)
        count = max(1.0, min(count, self.size.at_once))
        if self.level < count:
            return False
        self.level -= count
        return True


class Shelf:
    """Buckets by name, no more than `most`: the one that was not asked for longest goes first, and comes back full."""

    def __init__(self, size: Size, most: int) -> None:
        self._size, self._most = size, most
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: bytes, now: float, count: float = 1) -> bool:
        """Take so many out of the bucket of this name; False if there are not so many (see `Bucket.take`)."""
        bucket = self._buckets.setdefault(name, Bucket(self._size, now))
        self._buckets.move_to_end(name)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket.take(now, count)


class Buckets:
    """Buckets by name in the memory of this process, and where there are `allowances`, what all processes together may
    let through under the same names in an hour. `kind` tells these names from others'.

    A process that is alone is held by its memory: a bucket never lets more through in an hour of the clock than what is
    at once in it and flows in, and that is what the allowance holds.
    """

    def __init__(self, kind: bytes, size: Size, most: int, allowances: Allowances | None = None) -> None:
        self._kind, self._size, self._allowances = kind, size, allowances
        self._shelf, self._lock = Shelf(size, most), Lock()

    def take(self, name: bytes, now: float) -> bool:
        """Take one; False if there is none. Nothing is locked while the other processes' count is asked for."""
        with self._lock:
            if not self._shelf.take(name, now):
                return False
        asked = (self._kind + b" " + name, self._size.at_once, self._size.an_hour)
        return self._allowances is None or self._allowances.take(*asked)
