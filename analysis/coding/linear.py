"""Balanced logistic regressions, many yes/no questions over one sparse matrix, and their folds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
Groups = NDArray[np.int64]
Progress = Callable[[float, str], None]

_TINY = 1e-6
_NEVER = 6.0  # log-odds given to a question that has only one answer in the training data


def quiet(_share: float, _what: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Linear:
    """Fitted questions. ``weights``: features x questions; ``bias``: one for each question."""

    weights: Numbers
    bias: Numbers

    def scores(self, matrix: Any) -> Numbers:
        """Log-odds, passages x questions."""
        return np.asarray(matrix @ self.weights) + self.bias

    def each(self, numbers: Numbers) -> Numbers:
        """The same for a few columns of plain numbers, with one sum for each row whatever stands beside it.

        Libraries that multiply whole matrices cut large ones otherwise than small ones: the last digit would change.
        """
        found = np.broadcast_to(self.bias, (len(numbers), len(self.bias)))
        for column, weights in enumerate(self.weights):
            found = found + numbers[:, column, None] * weights
        return found

    def summed(self, blocks: Iterable[Any]) -> Numbers:
        """Log-odds where the columns of the matrix come in blocks, one after another."""
        found, first = self.bias, 0
        for block in blocks:
            found = found + block @ self.weights[first : first + block.shape[1]]
            first += block.shape[1]
        return np.asarray(found)


def fit_sparse(matrix: Any, truths: Truths, strength: float, seed: int) -> Linear:
    """One balanced logistic regression for each column of ``truths`` (passages x questions).

    ``strength`` is scikit-learn's C. The dual solver is three times as fast here; it draws random
    numbers from one source for the whole process, so the questions are fitted one after another.
    """
    model = LogisticRegression(
        C=strength, class_weight="balanced", solver="liblinear", dual=True, max_iter=500, random_state=seed
    )
    return _side_by_side([_fit_one(matrix, truths[:, c], model) for c in range(truths.shape[1])])


def fit_dense(numbers: Numbers, truths: Truths) -> Linear:
    """One plain logistic regression for each column of ``truths``, on standardised numbers.

    Unbalanced on purpose: its probabilities are then close to calibrated.
    """
    middle, spread = numbers.mean(axis=0), numbers.std(axis=0)
    spread[spread == 0] = 1.0
    standard = (numbers - middle) / spread
    questions = range(truths.shape[1])
    found = _side_by_side([_fit_one(standard, truths[:, c], LogisticRegression(max_iter=1000)) for c in questions])
    weights = found.weights / spread[:, None]
    return Linear(weights, found.bias - middle @ weights)


def _side_by_side(fitted: list[tuple[Numbers, float]]) -> Linear:
    return Linear(np.column_stack([weights for weights, _ in fitted]), np.array([bias for _, bias in fitted]))


def _fit_one(matrix: Any, truth: Truths, model: LogisticRegression) -> tuple[Numbers, float]:
    if truth.all() or not truth.any():
        return np.zeros(matrix.shape[1]), _NEVER if truth.all() else -_NEVER
    fitted = model.fit(matrix, truth)
    return fitted.coef_[0], float(fitted.intercept_[0])


def folds(groups: Groups, wanted: int, seed: int) -> Iterator[tuple[Groups, Groups]]:
    """(Rows to learn from, rows to try on), with all passages of one response on the same side."""
    responses = len(np.unique(groups))
    return iter(GroupKFold(min(wanted, responses), shuffle=True, random_state=seed).split(groups, groups=groups))


def sigmoid(log_odds: Numbers) -> Numbers:
    """Probability of log-odds, safe for large ones."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))


def log_odds(chance: Numbers) -> Numbers:
    """The other way round, safe for 0 and 1."""
    return np.log(chance + _TINY) - np.log(1 - chance + _TINY)


def rest_of_response(scores: Numbers, groups: Groups) -> Numbers:
    """Mean score of the other passages of each passage's response; zero where it stands alone."""
    place = np.unique(groups, return_inverse=True)[1]
    size = np.bincount(place)[place][:, None]
    total = np.zeros((place.max(initial=-1) + 1, scores.shape[1]))
    np.add.at(total, place, scores)
    return np.asarray((total[place] - scores) / np.maximum(size - 1, 1))


def alone(groups: Groups) -> Numbers:
    """One column: 1 where the passage is its response's only one, else 0."""
    place = np.unique(groups, return_inverse=True)[1]
    return np.asarray(np.bincount(place, minlength=1)[place] == 1, dtype=float)[:, None]
