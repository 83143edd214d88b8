"""How far a share changed from one wave to the next, and which changes hold when many are looked at. Pure.

The waves are independent samples of people: the change is the difference of two estimates, and its variance the sum
of theirs. With many codes some differ by chance: S. Holm, "A simple sequentially rejective multiple test procedure",
1979.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist

from analysis.findings.shown import Figure
from analysis.findings.waves.student import chance_beyond, joint_df, reach

LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """An estimated share, 0..1, with its variance and the degrees of freedom of that."""

    share: float
    variance: float
    df: float = inf


@dataclass(frozen=True)
class Change:
    """The later share less the earlier one, -1..1, with its variance, its 95 % interval and a two-sided p."""

    points: float
    variance: float
    df: float
    low: float
    high: float
    p: float


def change(before: Share, after: Share) -> Change:
    """From the earlier wave to the later one."""
    df = joint_df((before.variance, before.df), (after.variance, after.df))
    return changed_by(after.share - before.share, before.variance + after.variance, df)


def changed_by(points: float, variance: float, df: float) -> Change:
    """A change with its interval, which ends at -1 and 1. Without any spread it is taken as it stands."""
    error = sqrt(max(variance, 0.0))
    wide = reach(df, LEVEL) * error
    p = chance_beyond(points / error, df) if error else float(points == 0)
    return Change(points, variance, df, max(points - wide, -1.0), min(points + wide, 1.0), p)


def hold(p: Mapping[str, float], level: float = 1 - LEVEL) -> set[str]:
    """Which of several differences hold after Holm's correction; `p`: of each."""
    found: set[str] = set()
    for left, key in zip(range(len(p), 0, -1), sorted(p, key=lambda each: p[each]), strict=True):
        if p[key] > level / left:
            break
        found.add(key)
    return found


def share_of(figure: Figure) -> Share | None:
    """What is shown, 0..1, its variance read off its interval; None where there is no interval.

    An interval by Wilson's formula is not even around its share; its width gives the variance all the same. What is
    shown is wider by what rounding can have moved it, so the change is not taken for surer than it is.
    """
    if figure.percent is None or figure.low is None or figure.high is None:
        return None
    return Share(figure.percent / 100, variance_of(figure.low, figure.high))


def variance_of(low: int, high: int) -> float:
    """Read off an interval of 95 % in points of per cent."""
    error = (high - low) / 100 / (2 * NormalDist().inv_cdf((1 + LEVEL) / 2))
    return error * error
