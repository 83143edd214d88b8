"""How well coders agree, with chance taken out: measures on a table of who chose what, and their intervals.

A table of counts has a row for each item and a column for each value: how many coders gave the item that value. Coders
may have left items out. What cannot be said is None, never 1: where everybody gave everything the same value, no
measure that takes chance out says anything.

Sources: J. Cohen 1960; J. Fleiss 1971; K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011);
R. Passonneau 2006 (MASI); K. Gwet, "Handbook of Inter-Rater Reliability" (4th ed., 2014) for items that not everybody
coded; D. Cicchetti and A. Feinstein 1990 for agreement on what is there and on what is not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Labels = frozenset[str]
Counts = NDArray[np.float64]
Weights = NDArray[np.float64]

DRAWS, SEED, LEVEL = 2_000, 20_260_101, 0.95
#: Where more of the draws than this say nothing, no interval is given.
MOST_UNDEFINED = 0.05


@dataclass(frozen=True)
class Estimate:
    """A measure and its bootstrap interval; each None where it is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


def masi(one: Labels, other: Labels) -> float:
    """The distance of two sets of labels, 0 to 1 (Passonneau 2006). Two empty sets are the same."""
    if one == other:
        return 0.0
    common = one & other
    if not common:
        return 1.0
    thirds = 2 if one <= other or other <= one else 1
    parts = 3 * len(one | other)
    return (parts - thirds * len(common)) / parts


def nominal(one: object, other: object) -> float:
    """The distance of two values that are the same or are not."""
    return float(one != other)


def counted(items: Sequence[Sequence[object]], values: Sequence[object]) -> Counts:
    """The table of counts, items x values, from what was given to each item."""
    place = {value: index for index, value in enumerate(values)}
    table = np.zeros((len(items), len(values)))
    for row, given in enumerate(items):
        for value in given:
            table[row, place[value]] += 1
    return table


def distances(values: Sequence[Labels], distance: Callable[[Labels, Labels], float]) -> Counts:
    """How far each value is from each other one."""
    return np.array([[distance(one, other) for other in values] for one in values]).reshape(len(values), len(values))


class Table:
    """A table of counts, and every measure on it for several weightings of the items at once.

    `weights` are draws x items; each measure gives one number a draw, NaN where it is undefined.
    """

    def __init__(self, counts: Counts, apart: Counts | None = None) -> None:
        """`apart` (values x values) says how far values are from each other; each from each by 1 if not said."""
        self._counts = counts
        self._apart = 1 - np.eye(counts.shape[1]) if apart is None else apart
        self._raters = counts.sum(axis=1)
        self._shared = self._raters >= 2

    def agreement(self, weights: Weights) -> NDArray[np.float64]:
        """The share of pairs of coders who gave an item the same, the mean of all items that two or more coded."""
        pairs = self._raters * (self._raters - 1)
        same = (self._counts * (self._counts - 1)).sum(axis=1)
        each = np.divide(same, pairs, out=np.zeros_like(same), where=self._shared)
        return over(weights @ each, weights @ self._shared)

    def _shares(self, weights: Weights) -> NDArray[np.float64]:
        """How often each value is given, draws x values: the mean over items of its share of the item's coders."""
        coded = self._raters > 0
        of_item = np.divide(self._counts, self._raters[:, None], out=np.zeros_like(self._counts), where=coded[:, None])
        return over(weights @ of_item, (weights @ coded)[:, None])

    def fleiss(self, weights: Weights) -> NDArray[np.float64]:
        """Fleiss' kappa; where not everybody coded everything, in Gwet's form (2014, section 2.4)."""
        by_chance = (self._shares(weights) ** 2).sum(axis=1)
        return over(self.agreement(weights) - by_chance, 1 - by_chance)

    def gwet(self, weights: Weights) -> NDArray[np.float64]:
        """Gwet's AC1 (2008), which holds where one value is rare."""
        share, values = self._shares(weights), self._counts.shape[1]
        by_chance = (share * (1 - share)).sum(axis=1) / max(values - 1, 1)
        return over(self.agreement(weights) - by_chance, 1 - by_chance) if values > 1 else _nothing(weights)

    def alpha(self, weights: Weights) -> NDArray[np.float64]:
        """Krippendorff's alpha with the table's distances. Items that fewer than two coded do not count."""
        counts, raters = self._counts[self._shared], self._raters[self._shared]
        kept = weights[:, self._shared]
        each = (counts @ self._apart * counts).sum(axis=1) / (raters - 1)
        pairable, given = kept @ raters, kept @ counts
        observed = over(kept @ each, pairable)
        expected = over((given @ self._apart * given).sum(axis=1), pairable * (pairable - 1))
        return 1 - over(observed, expected)

    def on(self, value: int) -> Callable[[Weights], NDArray[np.float64]]:
        """Agreement on one value: of those who gave it, the share of the others on the same item who gave it too."""
        counts, raters = self._counts[self._shared, value], self._raters[self._shared]
        both = counts * (counts - 1) / (raters - 1)

        def measure(weights: Weights) -> NDArray[np.float64]:
            kept = weights[:, self._shared]
            return over(kept @ both, kept @ counts)

        return measure


def over(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """A division that says nothing (NaN) where there is nothing, or next to nothing, to divide by."""
    below = np.broadcast_to(np.where(np.abs(below) > 1e-12, below, np.nan), np.shape(above))
    return np.asarray(above / below)


def _nothing(weights: Weights) -> NDArray[np.float64]:
    return np.full(len(weights), np.nan)


def kappa(pairs: Sequence[tuple[object, object]]) -> float | None:
    """Cohen's kappa of two coders on the items that both coded; None where it is undefined."""
    if not pairs:
        return None
    count, values = len(pairs), {value for pair in pairs for value in pair}
    observed = Fraction(sum(one == other for one, other in pairs), count)
    ones, others = zip(*pairs, strict=True)
    by_chance = sum((Fraction(ones.count(value) * others.count(value), count**2) for value in values), Fraction())
    return None if by_chance == 1 else float((observed - by_chance) / (1 - by_chance))


def draws(groups: Sequence[object]) -> Weights:
    """Bootstrap weights, draws x items: whole groups (respondents) are drawn, for their answers belong together."""
    places = {name: place for place, name in enumerate(dict.fromkeys(groups))}
    member = np.array([places[group] for group in groups])
    chance = np.random.Generator(np.random.PCG64(SEED))
    drawn = chance.multinomial(len(places), np.full(len(places), 1 / len(places)), size=DRAWS)
    return np.asarray(drawn[:, member], dtype=float)


def estimate(measure: Callable[[Weights], NDArray[np.float64]], drawn: Weights) -> Estimate:
    """A measure on the items as they are, with the interval from its draws."""
    (value,) = measure(np.ones((1, drawn.shape[1])))
    if np.isnan(value):
        return Estimate(None)
    found = measure(drawn)
    found = found[~np.isnan(found)]
    if len(found) < (1 - MOST_UNDEFINED) * len(drawn):
        return Estimate(float(value))
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(value), float(low), float(high))
