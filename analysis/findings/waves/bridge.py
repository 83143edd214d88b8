"""A bridge between two code books: how much of a change is the book's and how much is people's. Pure.

A bridge sample is a stratified random sample of one wave whose responses were coded under both books by people who saw
neither the other coding nor the machine's. What the newer book finds less what the older one finds, in the same
responses, is the book's part of the change: the artefact. The rest is what is left of the change without it. Added to
the share under the older book, the artefact gives the share of that wave under the newer one (`carried`): the
difference estimator of two-phase sampling (W. Cochran, "Sampling Techniques", 3rd ed. 1977, 12.2 and 12.9).

The artefact is a stratified mean of paired differences, each -1, 0 or 1, with the finite-population correction. Its
variance is that of A. Agresti and Y. Min, "Simple improved confidence intervals for comparing matched proportions",
Statistics in Medicine 2005: half a response is added to each of the four kinds of pairs, so that a bridge in which
nothing differed is not taken for proof that nothing does. A stratum all of which was coded under both adds none.

The bridge lies within the audit sample, so it and the earlier share are not independent. Of people's codes y and y' the
covariance of y and y' - y is never above 0: what a book takes away was there before, what it adds was not. So the sum
of variances is more than enough; where a machine corrects, y - lambda f takes the place of y, and simulations hold it
to the same (`tests/analysis/findings/test_bridging.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.findings.waves.share_changes import Change, Share, changed_by
from analysis.findings.waves.student import joint_df

#: Fewer responses coded under both books say too little.
LEAST_PAIRS = 20
#: Strata with too few pairs may hold this part of all responses; of them the book may have made anything.
MOST_APART = 0.1


@dataclass(frozen=True)
class Pairs:
    """One stratum: `size` responses in all, `both` coded under both books; of these `gained` have the code under the
    newer book only, and `lost` under the older one only."""

    size: int
    both: int
    gained: int
    lost: int


@dataclass(frozen=True)
class Split:
    """A change taken apart, each with its interval: as it was seen, the part of the book, and what is left of it."""

    seen: Change
    artefact: Change
    left: Change


class TooFewPairs(ValueError):
    """The bridge is too small, or a stratum has responses and no pair."""


def pairs_of(sizes: Iterable[int], coded: Iterable[Iterable[tuple[bool, bool]]]) -> list[Pairs]:
    """Counted from (older book, newer book) of each response, stratum by stratum."""
    found = []
    for size, stratum in zip(sizes, coded, strict=True):
        both = list(stratum)
        gained = sum(new and not old for old, new in both)
        found.append(Pairs(size, len(both), gained, sum(old and not new for old, new in both)))
    return found


def artefact(strata: Iterable[Pairs]) -> Change:
    """How much higher a share is under the newer book, in the same responses. Raises `TooFewPairs`.

    Strata of which fewer than two were coded under both, and not all, are left out; for them an even spread from wholly
    lost to wholly gained is added, which has a variance of a third.
    """
    every = [each for each in strata if each.size]
    used = [each for each in every if each.both > 1 or each.both == each.size]
    total, pairs = sum(each.size for each in every), sum(each.both for each in used)
    apart = 1 - sum(each.size for each in used) / max(total, 1)
    if pairs < LEAST_PAIRS or apart > MOST_APART:
        raise TooFewPairs(f"{pairs} pairs")
    points = sum(each.size / total * (each.gained - each.lost) / each.both for each in used)
    variance = sum((each.size / total) ** 2 * _variance(each, pairs) for each in used) + apart**2 / 3
    return changed_by(points, variance, max(pairs - len(used), 1))


def carried(before: Share, book: Change) -> Share:
    """The share of the earlier wave, as it would be under the newer book: within 0..1, with both variances."""
    df = joint_df((before.variance, before.df), (book.variance, book.df))
    return Share(min(max(before.share + book.points, 0.0), 1.0), before.variance + book.variance, df)


def split(seen: Change, book: Change) -> Split:
    """What was seen from wave to wave, each under its own book, taken apart by the artefact."""
    df = joint_df((seen.variance, seen.df), (book.variance, book.df))
    return Split(seen, book, changed_by(seen.points - book.points, seen.variance + book.variance, df))


def _variance(each: Pairs, pairs: int) -> float:
    """Of the mean difference of one stratum; its part of the added pairs is its part of all pairs."""
    if each.both == each.size:
        return 0.0
    added = each.both / pairs
    both, gained, lost = each.both + 2 * added, each.gained + added / 2, each.lost + added / 2
    spread = (gained + lost) / both - ((gained - lost) / both) ** 2
    return (1 - each.both / each.size) * spread / (each.both - 1)
