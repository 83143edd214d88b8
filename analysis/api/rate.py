"""How often a token may be used: as much as a program needs, and too little to keep the server from people."""

import time
from collections.abc import Callable

from safekeeping.allowances import Allowances
from surveys.responding.buckets import HOUR, Buckets, Size

#: Sixty at once, and one more each second.
USUAL = Size(at_once=60, an_hour=HOUR)
#: With that size, whoever is refused may come again after so many seconds.
WAIT = 1
MOST_TOKENS = 5000


class Rate:
    """One bucket a token; `kind` tells tokens of one door from those of another. `clock` counts seconds."""

    def __init__(
        self,
        size: Size = USUAL,
        clock: Callable[[], float] = time.monotonic,
        allowances: Allowances | None = None,
        kind: bytes = b"api",
    ) -> None:
        self._buckets, self._clock = Buckets(kind, size, MOST_TOKENS, allowances), clock

    def allows(self, token_id: bytes) -> bool:
        """Count one question; False if it is one too many."""
        return self._buckets.take(token_id, self._clock())
