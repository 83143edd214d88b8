"""What keeps programs from filling a survey, without knowing who anybody is and without turning a person away.

No address and no device is looked at. What comes as a program's would is kept like any other answer and set aside until
a researcher has looked; nobody who sends is told. Each process has buckets, sketches and verdicts in its memory, gone
with it; what all processes let through in an hour they count together (safekeeping/allowances.py). Whoever sends again
and meets another process is judged anew: that one has not seen their words, and only what is kept is counted.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import current_app

from safekeeping.allowances import Allowances
from surveys.responding.buckets import Buckets, Size
from surveys.responding.likeness import Likeness, alone

EVERYWHERE = b""
#: Surveys whose buckets are held at a time.
SURVEYS = 1000
#: All surveys together may have so many times what one may.
TOGETHER = 5


#: Seconds that nobody needs less than, in all and for each answer.
LEAST, LEAST_EACH = 3.0, 0.5
#: How long a verdict is held, so that who sends again after a fault is judged once; and how many at most.
HELD, MOST_HELD = 4 * 3600.0, 20_000
#: How far this machine's clock may drift, in seconds, before it was moved; and how many such moves are remembered.
DRIFT, MOVES = 2.0, 8


@dataclass(frozen=True)
class Sizes:
    """What one survey may have, answers, starts and tries of a code; and the least seconds, in all and an answer."""

    answers: Size
    starts: Size
    tries: Size
    least: float = LEAST
    least_each: float = LEAST_EACH


def sizes_for(busiest_hour: int) -> Sizes:
    """The sizes for surveys that so many people are expected to answer in the busiest hour."""
    return Sizes(
        answers=Size(max(30, busiest_hour / 2), busiest_hour),
        starts=Size(max(3_000, busiest_hour / 2), max(20_000, 4 * busiest_hour)),
        tries=Size(60, 240),
    )


USUAL = sizes_for(60)


@dataclass(frozen=True)
class Sent:
    """What somebody sends, as far as it is looked at.

    `began` and `now` are seconds since 1970; `caught` says that they filled in what nobody can see; `invited` that they
    used a ticket: there can be no more of those than were given out.
    """

    survey_id: bytes
    nonce: bytes
    answers: Mapping[str, Any]
    began: int
    now: float
    caught: bool
    invited: bool = False


class _Limit:
    """One bucket for each survey and one for all of them; `kind` names what is counted."""

    def __init__(self, kind: bytes, size: Size, allowances: Allowances | None) -> None:
        together = Size(TOGETHER * size.at_once, TOGETHER * size.an_hour)
        self._each = Buckets(kind, size, SURVEYS, allowances)
        self._all = Buckets(kind, together, 1, allowances)

    def take(self, survey_id: bytes, now: float) -> bool:
        return self._each.take(survey_id, now) and self._all.take(EVERYWHERE, now)


class _Ages:
    """How old a form is by the kindest of clocks: the time of day may be set while somebody answers."""

    def __init__(self) -> None:
        self._offsets: dict[float, float] = {}  # time of day less clock -> when that was so last, by the clock

    def note(self, time_of_day: float, clock: float) -> None:
        offset = time_of_day - clock
        known = next((each for each in self._offsets if abs(each - offset) <= DRIFT), offset)
        lasting = {each: seen for each, seen in self._offsets.items() if clock - seen < HELD}
        self._offsets = dict(list((lasting | {known: clock}).items())[-MOVES:])

    def age(self, began: float, time_of_day: float, clock: float) -> float:
        self.note(time_of_day, clock)
        return max(clock - (began - offset) for offset in self._offsets)


class Gate:
    """One for the process. `clock` gives seconds that only go forward; `allowances` what all processes count together,
    where there can be several."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sizes: Sizes = USUAL,
        allowances: Allowances | None = None,
    ) -> None:
        self._clock, self._sizes = clock, sizes
        self._lock = Lock()
        self._answers = _Limit(b"answers", sizes.answers, allowances)
        self._starts = _Limit(b"starts", sizes.starts, allowances)
        self._tries = _Limit(b"tries", sizes.tries, allowances)
        self._processes = allowances.processes if allowances else alone
        closed = Size(sizes.answers.at_once / 2, sizes.answers.an_hour / 2)
        self._likeness = Likeness(closed, processes=self._processes)
        self._ages = _Ages()
        self._verdicts: OrderedDict[bytes, tuple[bool, float]] = OrderedDict()

    def may_start(self, survey_id: bytes, now: float) -> bool:
        """Whether one more draft may be begun, so that nobody can fill the place where they are. `now` as in `Sent`."""
        with self._lock:
            self._ages.note(now, self._clock())
        self._processes()  # says that this one is there, before anybody's words are compared
        return self._starts.take(survey_id, self._clock())

    def may_try_code(self, survey_id: bytes) -> bool:
        """Whether one more code may be tried: each takes the server a good part of a second."""
        return self._tries.take(survey_id, self._clock())

    def sets_aside(self, sent: Sent) -> bool:
        """Whether this came as a program's would. The same of whoever sends again with the same nonce.

        What is seen to be a program's takes nothing from what people may send.
        """
        now = self._clock()
        with self._lock:
            self._forget(now)
            if sent.nonce not in self._verdicts:
                self._verdicts[sent.nonce] = (self._judged(sent, now), now)
            return self._verdicts[sent.nonce][0]

    def _judged(self, sent: Sent, now: float) -> bool:
        if sent.caught or self._is_hasty(sent, now) or self._likeness.is_repeated(sent.survey_id, sent.answers, now):
            return True
        return not (sent.invited or self._answers.take(sent.survey_id, now))

    def _is_hasty(self, sent: Sent, now: float) -> bool:
        """Faster than anybody reads. A draft that does not say when it was begun is not judged by that."""
        age = self._ages.age(sent.began, sent.now, now)
        least = max(self._sizes.least, self._sizes.least_each * len(sent.answers))
        return bool(sent.began) and 0 <= age < least

    def _forget(self, now: float) -> None:
        while self._verdicts:
            nonce, (_, came) = next(iter(self._verdicts.items()))
            if len(self._verdicts) < MOST_HELD and now - came < HELD:
                return
            del self._verdicts[nonce]


def gate() -> Gate:
    """The gate of this process."""
    found: Gate = current_app.extensions["gate"]
    return found


def may_try_code(survey_id: bytes) -> bool:
    """Whether one more code may be tried at this survey; if not, say that it is busy and keep what was typed."""
    return gate().may_try_code(survey_id)
