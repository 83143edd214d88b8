"""Differences between groups or waves: with intervals from those of the two shares, and Holm's correction. Pure.

The interval of a difference is put together from the ends of two intervals (R. Newcombe 1998, method 10; G. Zou and
A. Donner 2008), so that it is right for rare codes too; for common ones it is the square root of the summed variances.
The p-value is that of the same interval: it is under .05 exactly where the interval leaves out nothing (S. Holm 1979
for many at once).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

#: Of the normal distribution, for 95 %.
NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Difference:
    """A share less another, with its 95 % interval, -1..1, and its p-value."""

    points: float
    low: float
    high: float
    p: float


Interval = tuple[float, float, float]  # share, low, high


def difference(one: Interval, other: Interval) -> Difference:
    """The first share less the second, from (share, low, high) of two groups that do not overlap."""
    (a, low_a, high_a), (b, low_b, high_b) = one, other
    points = a - b
    down, up = sqrt((a - low_a) ** 2 + (high_b - b) ** 2), sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    towards_nothing = down if points > 0 else up
    p = 1.0 if points == 0 else _both_tails(NORMAL * abs(points) / towards_nothing) if towards_nothing > 0 else 0.0
    return Difference(points, max(points - down, -1.0), min(points + up, 1.0), p)


def _both_tails(z: float) -> float:
    return erfc(z / sqrt(2))


def holm(values: Sequence[float]) -> list[float]:
    """p-values made larger so that all of them together are wrong in 5 % of cases at most; in the order given."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    found, largest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[place]))
        found[place] = largest
    return found
