"""How long a survey takes to answer: seconds for one question, and the range of minutes to tell people.

Rules of thumb throughout. They lead to about the same totals as the sources below and are no measurement of anybody:
people differ more than questions do, and somebody who writes about their own life takes as long as they need.

Sources:
- Brysbaert, *How many words do we read per minute?*, Journal of Memory and Language 109, 2019: 238 words of
  non-fiction a minute; most adults 175 to 300.
- Pew Research Center, *How we keep our online surveys from running too long*, 2022: an ordinary question takes about
  10 seconds with its reading, one line of a grid less, a demanding open question up to minutes.
- Yan and Tourangeau, *Fast times and easy questions*, Applied Cognitive Psychology 22, 2008: more words and more
  choices take longer.
- Palin and others, *How do people type on mobile devices?*, MobileHCI 2019: 36 words a minute, 3 characters a second.
"""

import math
from dataclasses import dataclass

#: A little below the published 238: not everybody reads in their first language, or undisturbed.
WORDS_A_MINUTE = 220
CHARACTERS_A_SECOND = 3
#: Longer than this is never counted for reading or writing, so that one slip in a file cannot give a year.
SANE = 100_000


class UnknownKind(ValueError):
    """There is no such kind of question. The message lists the kinds."""


@dataclass(frozen=True)
class Pace:
    """Seconds to think and answer after reading: once, for every choice offered, and for every row."""

    once: float
    each_choice: float = 0
    each_row: float = 0


#: Rules of thumb; see the sources above. With some 20 words to read (5 s), one choice comes to Pew's 10 s.
PACES = {
    "audience": Pace(5, each_choice=0.3),
    "one-choice": Pace(4, each_choice=0.3),
    "several-choices": Pace(4, each_choice=1),  # every box is a decision of its own
    "yes-no": Pace(3),
    "scale": Pace(5),
    "scale-grid": Pace(2, each_row=5),
    "ranking": Pace(5, each_choice=4),  # each thing is compared with those already placed
    "number": Pace(8),
    "date": Pace(10),
    "postcode-area": Pace(6),
    "short-text": Pace(15),
    "long-text": Pace(60),  # middle of the 30 to 90 seconds that open questions take
    "consent": Pace(5),
    "clause-view": Pace(12),
    "information": Pace(0),
}
#: What is worked out for people and never asked of them.
NOT_SHOWN = frozenset({"calculated"})
KINDS = frozenset(PACES) | NOT_SHOWN

#: Numbers of minutes that people say; above them, whole hours.
SAID = (1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 45, 60, 75, 90, 120)
#: How far below and above the estimate the range goes, before it is rounded to numbers people say.
LOW, HIGH = 0.85, 1.1


def seconds(words: int, kind: str, choices: int = 0, rows: int = 0, longest: int = 0) -> float:
    """Seconds to read and answer one question of `kind`.

    `words`: all that is read with it: wording, hint, labels, rows. `choices`: those offered. `rows`: lines of a grid.
    `longest`: the most characters a text may have, 0 if that is not limited; nobody writes for a minute where there
    is room for three words. Numbers below 0 count as 0. Raises `UnknownKind`.
    """
    if kind not in KINDS:
        raise UnknownKind(f"There is no kind of question “{kind}”. Use one of: {', '.join(sorted(KINDS))}.")
    if kind in NOT_SHOWN:
        return 0.0
    pace = PACES[kind]
    answering = pace.once + pace.each_choice * _sane(choices) + pace.each_row * _sane(rows)
    return _sane(words) * 60 / WORDS_A_MINUTE + _limited(answering, _sane(longest))


def in_minutes(seconds: float) -> tuple[int, int]:
    """The low and high end of how many minutes to tell people; (10, 15) is “10 to 15 minutes”.

    From 15 % less to 10 % more than the estimate, in numbers people say: the nearest for the low end, the next above
    for the high end, because a survey that takes longer than was said is left. Up to 54 seconds it is (1, 1): about
    a minute. `seconds` is finite; below 0 counts as 0.

    >>> in_minutes(12 * 60)
    (10, 15)
    """
    minutes = max(0.0, seconds) / 60
    if minutes * HIGH <= SAID[0]:
        return SAID[0], SAID[0]
    low = _said_nearest(minutes * LOW)
    return low, _said_above(max(minutes * HIGH, low + 1))


def _sane(count: int) -> int:
    return min(max(0, count), SANE)


def _limited(answering: float, longest: int) -> float:
    """A text with little room takes no longer than thinking for five seconds and filling it."""
    return min(answering, 5 + longest / CHARACTERS_A_SECOND) if longest else answering


def _said_nearest(minutes: float) -> int:
    if minutes > SAID[-1]:
        return round(minutes / 60) * 60
    return min(SAID, key=lambda said: abs(said - minutes))


def _said_above(minutes: float) -> int:
    return next((said for said in SAID if said >= minutes), math.ceil(minutes / 60) * 60)
