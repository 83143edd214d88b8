"""Who answers next: threads of one process take turns, and processes share the connections out among them.

Threads of one process share one lock on Python, and an answer lets go of it some thirty times, for microseconds. Where
another thread waits, it goes to and fro each time: 68 system calls a request, 12 in turn, 2 alone.

All processes take connections from one socket, so chance may give most of them to one, also all of a proxy's. A process
that has more to do than the others ends a connection with an answer now and then, and whoever comes again may come to
another. What was asked is answered, and nobody sees it.
"""

import threading
from collections.abc import Iterable
from multiprocessing.sharedctypes import RawArray
from typing import Any

from safekeeping.headers import Wsgi

#: Seconds for which a thread waits until another has answered; most answers take a tenth of it.
PATIENCE = 0.02
#: Answers of all processes between two looks at who gave how many.
LOOK_AFTER = 64
#: Times the answers of an even share that one process may give.
UNEVEN = 1.2


class Answered:
    """How many answers each process has given since the start, in memory that all of them see.

    Made before the processes are. They write without a lock, each its own number.
    """

    def __init__(self, processes: int) -> None:
        self.counts = RawArray("Q", processes)


class Share:
    """What one process (`me`, from 0) has of the work."""

    def __init__(self, answered: Answered, me: int) -> None:
        self._counts, self._me = answered.counts, me
        self._before = list(self._counts)

    def count(self) -> None:
        """One answer more."""
        self._counts[self._me] += 1

    def is_too_much(self) -> bool:
        """Whether it gave more than its share of the answers since the last time that there were enough to tell."""
        now = list(self._counts)
        given = [after - before for after, before in zip(now, self._before, strict=True)]
        if sum(given) < LOOK_AFTER:
            return False
        self._before = now
        return bool(given[self._me] * len(given) > UNEVEN * sum(given))


class InTurn:
    """An application whose threads take turns. Whoever has waited `PATIENCE` goes on too, so that an answer which takes
    long holds up nobody."""

    def __init__(self, wsgi: Wsgi, share: Share) -> None:
        self._wsgi, self._share, self._turn = wsgi, share, threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer when it is this thread's turn."""
        self._share.count()
        at_once = self._turn.acquire(blocking=False)
        had = at_once or self._turn.acquire(timeout=PATIENCE)
        try:
            if at_once or not self._share.is_too_much():
                return self._wsgi(environ, start_response)
            return self._wsgi(environ, _as_the_last(start_response))
        finally:
            if had:
                self._turn.release()


def _as_the_last(start_response: Any) -> Any:
    """The connection ends with this answer."""

    def start(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
        return start_response(status, [*headers, ("Connection", "close")], *fault)

    return start
