"""Which passages need a person: how sure is sure enough, with a guarantee.

For each section, "present" and "absent" apart, the lowest limit is sought at which the error among the
decisions taken is below what was asked. Limits are tried from the strictest down and the search ends at the
first that fails (fixed-sequence testing), each by the exact upper bound of Clopper and Pearson (1934). So the
chance that the error is above ``error`` is at most ``doubt`` for each section and side, as long as the
passages that follow are drawn like those the limits were learnt from: a random sample, coded by people who
saw no suggestion, of the same consultation.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from analysis.coding.linear import Numbers, Truths

_LIMITS = np.round(np.arange(0.99, 0.495, -0.01), 2)  # of the chance that the decision is right
NEVER = 2.0  # a limit that nothing reaches


@dataclass(frozen=True)
class Limits:
    """For each section the least chance of being right at which the machine may decide alone."""

    present: Numbers
    absent: Numbers

    def needs_person(self, chances: Numbers) -> Truths:
        """Passages (of passages x sections) where at least one section is not decided."""
        decided = (chances >= self.present) | (1 - chances >= self.absent)
        return np.asarray(~decided.all(axis=1))


def learn_limits(chances: Numbers, truths: Truths, error: float = 0.1, doubt: float = 0.1) -> Limits:
    """Limits from a random sample (passages x sections) that people have coded without suggestions."""
    sections = range(truths.shape[1])
    present = [lowest_limit(chances[:, k], truths[:, k], error, doubt) for k in sections]
    absent = [lowest_limit(1 - chances[:, k], ~truths[:, k], error, doubt) for k in sections]
    return Limits(np.array(present), np.array(absent))


def lowest_limit(sure: Numbers, right: Truths, error: float, doubt: float) -> float:
    """The lowest limit whose error is surely small enough; ``NEVER`` where there is none.

    Limits that too few passages reach to prove anything are not tried: that is decided without looking at
    who was right, so the guarantee stands.
    """
    found = NEVER
    for limit in _LIMITS[_reached(sure) >= least_sample(error, doubt)]:
        taken = right[sure >= limit]
        if upper_bound(int((~taken).sum()), len(taken), doubt) > error:
            break
        found = float(limit)
    return found


def least_sample(error: float, doubt: float) -> int:
    """How many decisions without one error are needed to prove that the error is below ``error``."""
    return int(np.ceil(np.log(doubt) / np.log(1 - error)))


def upper_bound(wrong: int, taken: int, doubt: float) -> float:
    """Clopper and Pearson's upper bound of the error; 1 where all are wrong or none was taken."""
    return 1.0 if wrong >= taken else float(beta.ppf(1 - doubt, wrong + 1, taken - wrong))


def _reached(sure: Numbers) -> Numbers:
    return np.array([np.sum(sure >= limit) for limit in _LIMITS])
