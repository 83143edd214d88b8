"""How often a token may be used: as much as a program needs, and too little to keep the server from people."""

import time
from collections.abc import Callable
from threading import Lock

from surveys.responding.buckets import HOUR, Shelf, Size

#: Sixty at once, and one more each second.
USUAL = Size(at_once=60, an_hour=HOUR)
#: With that size, whoever is refused may come again after so many seconds.
WAIT = 1
MOST_TOKENS = 5000


class Rate:
    """One bucket a token, in memory. `clock` counts seconds."""

    def __init__(self, size: Size = USUAL, clock: Callable[[], float] = time.monotonic) -> None:
        self._shelf, self._clock, self._lock = Shelf(size, MOST_TOKENS), clock, Lock()

    def allows(self, token_id: bytes) -> bool:
        """Count one question; False if it is one too many."""
        with self._lock:
            return self._shelf.take(token_id, self._clock())
