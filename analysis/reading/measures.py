"""How strongly two things go together, and whether that is chance. Pure; worked examples are checked by tests.

Log-likelihood: Dunning 1993 (aclanthology.org/J93-1003), Rayson & Garside 2000 (doi 10.3115/1117729.1117730). logDice:
Rychlý 2008. Log ratio: Hardie 2014, with half a word where there is none. Holm 1979 for looking at many at once.
"""

from collections.abc import Mapping, Sequence
from math import erfc, log, log2, sqrt

CERTAIN = 0.01  # after Holm


def likelihood(both: int, one: int, other: int, total: int) -> float:
    """Signed log-likelihood of a two-by-two table: how often both are there, either, and how many there are in all.

    Negative where they are together less often than by chance. 0 where chance leaves no choice.

    >>> round(likelihood(10, 20, 20, 100), 2)
    12.07
    """
    cells = (both, one - both, other - both, total - one - other + both)
    rows, columns = (one, total - one), (other, total - other)
    if min(*cells, *rows, *columns) < 0 or not all((*rows, *columns)):
        return 0.0
    expected = [row * column / total for row in rows for column in columns]
    strength = 2 * sum(seen * log(seen / by_chance) for seen, by_chance in zip(cells, expected, strict=True) if seen)
    return max(strength, 0.0) * (1 if both > expected[0] else -1)


def log_dice(both: int, one: int, other: int) -> float:
    """14 where two words are only ever together, one less for each halving; does not grow with the text.

    >>> log_dice(8, 8, 8), log_dice(4, 8, 8)
    (14.0, 13.0)
    """
    return 14 + log2(2 * both / (one + other)) if both else float("-inf")


def log_ratio(here: int, size: int, there: int, rest: int) -> float:
    """How many times a word's share doubles from there to here: 1 is twice as often, -1 half as often.

    >>> log_ratio(20, 1000, 10, 1000)
    1.0
    """
    if not size or not rest:
        return 0.0
    return log2(((here or 0.5) / size) / ((there or 0.5) / rest))


def chance(strength: float) -> float:
    """How likely a log-likelihood of this size is by chance: chi-squared with one degree of freedom.

    >>> round(chance(3.841), 3), round(chance(-6.635), 3)
    (0.05, 0.01)
    """
    return erfc(sqrt(abs(strength) / 2))


def holm(chances: Sequence[float]) -> list[float]:
    """Each chance for having looked at all of them, in the same order; never under what it was.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, highest = [0.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda at: chances[at])):
        highest = max(highest, min(1.0, chances[place] * (len(chances) - rank)))
        adjusted[place] = highest
    return adjusted


def jaccard(both: int, one: int, other: int) -> float:
    """Of all that have either, the share that has both; 0 where there is nothing.

    >>> jaccard(2, 3, 3)
    0.5
    """
    either = one + other - both
    return both / either if either else 0.0


def certain(chances: Mapping[str, float]) -> set[str]:
    """Those that are hardly chance, for having looked at all."""
    names = list(chances)
    return {name for name, left in zip(names, holm([chances[each] for each in names]), strict=True) if left < CERTAIN}
