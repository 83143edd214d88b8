"""From probabilities to a decision and to how far it can be trusted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.linear import Groups, Linear, Numbers, Truths, fit_dense, log_odds, sigmoid

_GRID = np.round(np.arange(0.15, 0.81, 0.01), 2)
_TINY = 1e-6


def best_thresholds(chances: Numbers, truths: Truths) -> Numbers:
    """For each column the threshold with the best F1; the lowest of equals."""
    return np.array([_best(chances[:, column], truths[:, column]) for column in range(truths.shape[1])])


def by_response(cells: NDArray[Any], groups: Groups) -> NDArray[Any]:
    """The highest value of each response in each column: passages x columns -> responses x columns."""
    place = np.unique(groups, return_inverse=True)[1]
    found = np.zeros((place.max(initial=-1) + 1, cells.shape[1]), dtype=cells.dtype)
    np.maximum.at(found, place, cells)
    return found


def _best(chance: Numbers, truth: Truths) -> float:
    return float(_GRID[int(np.argmax([f1(chance > threshold, truth) for threshold in _GRID]))])


def f1(said: Truths, true: Truths) -> float:
    """F1 of one yes/no question; 0 when nothing is said and nothing true."""
    hits = int(np.sum(said & true))
    return 2 * hits / max(int(said.sum() + true.sum()), 1)


@dataclass(frozen=True)
class Confidence:
    """Platt scaling (Platt 1999) of how clear a whole set of decisions is."""

    linear: Linear
    thresholds: Numbers

    def of(self, chances: Numbers) -> Numbers:
        """Probability, for each row of section probabilities, that the chosen set is exactly right."""
        return sigmoid(self.linear.each(clearness(chances, self.thresholds)))[:, 0]


def fit_confidence(chances: Numbers, truths: Truths, thresholds: Numbers) -> Confidence:
    """Learn the confidence from out-of-fold probabilities (passages x sections) and the coders' sets."""
    right = ((chances > thresholds) == truths).all(axis=1)[:, None]
    return Confidence(fit_dense(clearness(chances, thresholds), right), thresholds)


def clearness(chances: Numbers, thresholds: Numbers) -> Numbers:
    """Three numbers for each row: log chance of the set, distance to the nearest threshold, is it empty."""
    chosen = chances > thresholds
    log_chance = np.log(np.where(chosen, chances, 1 - chances) + _TINY).sum(axis=1)
    margin = np.abs(log_odds(chances) - log_odds(thresholds)).min(axis=1)
    return np.column_stack([log_chance, margin, ~chosen.any(axis=1)]).astype(float)


def calibration_error(confidence: Numbers, right: Truths, bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015) over equal-width bins, between 0 and 1."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[which == b].mean() - right[which == b].mean()) * (which == b).mean() for b in set(which)]
    return float(sum(gaps))
