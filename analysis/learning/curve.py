"""How much more coding would still help: how often suggestions are right after learning from few decisions or many."""

from collections.abc import Iterator
from hashlib import sha256

import numpy as np

from analysis.coding.linear import Groups, Numbers, Truths, folds
from analysis.learning.curve_said import Point
from analysis.learning.refit import HALF, SEED, SPLITS, Decided, fit

SMALLEST = 10  # decisions


def learning_curve(decided: Decided, earlier: Numbers, truths: Truths) -> list[Point]:
    """One point for no decisions at all, then for 10, 20, 40 … up to all that cross-validation leaves to learn from.

    `earlier` are log-odds of what is suggested without any decision. The same decisions give the same points.
    """
    right_before = ((earlier > 0) == truths).all(axis=1)
    points = [Point(0, 100 * float(right_before.mean()), len(truths))]
    most = int(len(truths) * (SPLITS - 1) / SPLITS)
    for size in _sizes(most):
        right = np.concatenate([_right(decided, earlier, truths, *fold) for fold in _few(decided, size)])
        points.append(Point(size, 100 * float(right.mean()), len(right)))
    return points


def _sizes(most: int) -> Iterator[int]:
    size = SMALLEST
    while size < most:
        yield size
        size *= 2
    yield most


def _few(decided: Decided, size: int) -> Iterator[tuple[Groups, Groups]]:
    """The folds, with `size` passages to learn from: whole responses first come, in an order that is by chance."""
    for learnt, tried in folds(decided.groups, SPLITS, SEED):
        by_chance = sorted(learnt, key=lambda row: sha256(f"{decided.groups[row]} {row}".encode()).digest())
        yield np.array(by_chance[:size]), tried


def _right(decided: Decided, earlier: Numbers, truths: Truths, learnt: Groups, tried: Groups) -> Truths:
    """Which of the passages tried get exactly people's sections, from a fit on those learnt from."""
    part = fit([decided.passages[row] for row in learnt], earlier[learnt], truths[learnt])
    said = part.chances([decided.passages[row] for row in tried], earlier[tried]) > HALF
    return np.asarray((said == truths[tried]).all(axis=1))
