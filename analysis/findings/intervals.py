"""Intervals of 95 % for a share of a finite group: Wilson's, with the number of answers that its variance is worth.

E. B. Wilson 1927; with an effective sample size, E. Korn and B. Graubard 1998, and N. Dean and M. Pagano 2015. Where
few spoke to a code, Wilson's lower end is too high (L. Brown, T. Cai and A. DasGupta 2001): there the exact one-sided
end of 5 % counts (C. Clopper and E. Pearson 1934), and where nearly all did, the same at the upper end.
A share of N responses is a whole number of them, at least those that were seen to speak to it and at most all but those
that were seen not to: ends are moved outwards to the next whole number, and then inwards to these. Pure.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

Numbers = NDArray[np.float64]

LEVEL = 0.95
#: How far a share times the number of responses may be off a whole number by rounding alone.
_NEAR = 1e-9


def quantile(freedom: Numbers) -> Numbers:
    """The factor of Student's t for an interval of 95 %, at least one degree of freedom."""
    found: Numbers = stdtrit(np.maximum(freedom, 1.0), (1 + LEVEL) / 2)
    return found


def wilson(share: Numbers, worth: Numbers, factor: Numbers) -> tuple[Numbers, Numbers]:
    """Both ends, for shares (0..1) that are worth so many answers (0 or more, may be infinite)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(np.isinf(worth), 0.0, factor**2 / worth)
        middle = (share + spread / 2) / (1 + spread)
        half = np.sqrt(np.maximum(share * (1 - share) * spread + spread**2 / 4, 0.0)) / (1 + spread)
    low, high = np.where(worth > 0, middle - half, 0.0), np.where(worth > 0, middle + half, 1.0)
    low = np.minimum(low, _rare(share, worth))
    high = np.maximum(high, 1 - _rare(1 - share, worth))
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def _rare(share: Numbers, worth: Numbers) -> Numbers:
    """The lower end for something rare: the smallest share for which so many, or more, come up in 5 % of cases."""
    sure = np.isinf(worth) | (share <= 0) | (worth <= 0)
    of = np.where(sure, 1.0, worth)
    count = np.where(sure, 1.0, share * of)
    return np.where(sure, np.where(np.isinf(worth), share, 0.0), betaincinv(count, of - count + 1, 1 - LEVEL))


def of_whole_numbers(low: Numbers, high: Numbers, size: Any, seen: Any, seen_not: Any) -> tuple[Numbers, Numbers]:
    """Ends as shares of `size` responses, of which `seen` are known to be counted, and `seen_not` not to be."""
    of = np.maximum(size, 1.0)
    low = np.maximum(np.floor(low * of + _NEAR), seen) / of
    high = np.minimum(np.ceil(high * of - _NEAR), of - seen_not) / of
    return low, high
