"""Which decisions the machine may take alone: how sure is sure enough, with a guarantee. Pure.

For each section, "present" and "absent" apart, the lowest limit is sought at which the error among the
decisions taken is below what was asked. Limits are tried from the strictest down and the search ends at the
first that fails (fixed-sequence testing), each by the exact upper bound of Clopper and Pearson (1934). So the
chance that the error is above ``error`` is at most ``doubt`` for each section and side, as long as what
follows is drawn like what the limits were learnt from: a random sample, each independent of the others, coded
by people who saw no suggestion, of the same consultation.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, exp, lgamma, log, log1p

LIMITS = tuple(step / 100 for step in range(99, 49, -1))  # of the chance that the decision is right
NEVER = 2.0  # a limit that nothing reaches

Decision = tuple[float, bool]  # how sure the machine is, and whether people decided the same


@dataclass(frozen=True)
class Limits:
    """For each section the least chance of being right at which the machine may decide alone."""

    present: Mapping[str, float]
    absent: Mapping[str, float]

    def says(self, code: str, chance: float) -> bool | None:
        """Whether a section is there; None where a person must say."""
        if chance >= self.present[code]:
            return True
        return False if 1 - chance >= self.absent[code] else None

    def needs_person(self, chances: Mapping[str, float]) -> bool:
        """Whether at least one section of a passage is not decided."""
        return any(self.says(code, chances[code]) is None for code in self.present)


def learn_limits(
    known: Iterable[tuple[Mapping[str, float], Collection[str]]],
    codes: Sequence[str],
    error: float = 0.1,
    doubt: float = 0.1,
) -> Limits:
    """Limits from a random sample: the chances of each, and the sections that people gave it without suggestions."""
    known = list(known)
    present = {code: lowest_limit(decisions(known, code, there=True), error, doubt) for code in codes}
    absent = {code: lowest_limit(decisions(known, code, there=False), error, doubt) for code in codes}
    return Limits(present, absent)


def decisions(
    known: Iterable[tuple[Mapping[str, float], Collection[str]]], code: str, *, there: bool
) -> list[Decision]:
    """How sure the machine would be to say that a section is there (or is not), and whether it would be right."""
    return [(chances[code] if there else 1 - chances[code], (code in given) == there) for chances, given in known]


def lowest_limit(tried: Iterable[Decision], error: float, doubt: float) -> float:
    """The lowest limit whose error is surely small enough; ``NEVER`` where there is none.

    Limits that too few decisions reach to prove anything are not tried: that is decided without looking at
    who was right, so the guarantee stands.
    """
    surest = sorted(tried, key=lambda each: -each[0])
    downwards = [-sure for sure, _right in surest]
    wrong = [0, *accumulate(not right for _sure, right in surest)]
    found, least = NEVER, least_sample(error, doubt)
    for limit in LIMITS:
        taken = bisect_right(downwards, -limit)
        if taken < least:
            continue
        if not surely_below(wrong[taken], taken, error, doubt):
            break
        found = limit
    return found


def least_sample(error: float, doubt: float) -> int:
    """How many decisions without one error are needed to prove that the error is below ``error``."""
    return ceil(log(doubt) / log(1 - error))


def surely_below(wrong: int, taken: int, error: float, doubt: float) -> bool:
    """Whether Clopper and Pearson's upper bound of the error, at ``1 - doubt``, is no more than ``error``.

    It is where so few mistakes among so many would come about with a chance of at most ``doubt`` if the error were
    ``error`` (binomial), which needs no inverse of the beta distribution.
    """
    return wrong < taken and at_most(wrong, taken, error) <= doubt


def at_most(wrong: int, taken: int, error: float) -> float:
    """The chance of at most so many mistakes among so many decisions (binomial)."""
    odds, none, whole = log(error) - log1p(-error), taken * log1p(-error), lgamma(taken + 1)
    return sum(
        exp(whole - lgamma(each + 1) - lgamma(taken - each + 1) + each * odds + none) for each in range(wrong + 1)
    )
