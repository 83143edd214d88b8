"""Buckets: how many may come, at once and by the hour. Each is handed the clock's reading, in seconds."""

from collections import OrderedDict
from dataclasses import dataclass

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

    def take(self, now: float) -> bool:
        """Take one out; False if there is none."""
        self.fill(now)
        if self.level < 1:
            return False
        self.level -= 1
        return True


class Shelf:
    """Buckets by name, no more than `most`: the one that was not asked for longest goes first, and comes back full."""

    def __init__(self, size: Size, most: int) -> None:
        self._size, self._most = size, most
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: bytes, now: float) -> bool:
        """Take one out of the bucket of this name; False if there is none."""
        bucket = self._buckets.setdefault(name, Bucket(self._size, now))
        self._buckets.move_to_end(name)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket.take(now)
