"""How much more coding would still help: how often suggestions are right after learning from few decisions or many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt

import numpy as np

from analysis.coding.linear import Groups, Numbers, Truths, folds
from analysis.learning.refit import HALF, SEED, SPLITS, Decided, fit

SMALLEST = 10  # decisions
HELPS = 2.0  # percentage points that the last doubling must bring to be worth the work


@dataclass(frozen=True)
class Point:
    """After learning from `decisions` (0: from none), `percent` of `tried` passages got exactly people's sections."""

    decisions: int
    percent: float
    tried: int

    @property
    def give_or_take(self) -> float:
        """Half the width of a 95 % interval, in percentage points (binomial)."""
        share = self.percent / 100
        return 196 * sqrt(share * (1 - share) / self.tried)


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


def described(points: Sequence[Point]) -> str:
    """The curve in words: for those who do not see it, and for those who want to know what it means."""
    if not points:
        return "There is nothing to show yet."
    first, *rest = points
    sentences = [
        f"Without any decision of yours, {first.percent:.0f} of 100 passages get exactly the sections that people gave."
    ]
    sentences += [f"After {point.decisions} decisions: {point.percent:.0f}." for point in rest]
    return " ".join(sentences)


def advice(points: Sequence[Point]) -> str:
    """What follows for the work: whether more coding would still help."""
    if len(points) < 3:
        return "There are too few decisions to say whether more would help."
    gain = points[-1].percent - points[-2].percent
    since = points[-1].percent - points[0].percent
    if gain >= HELPS:
        return (
            f"The last step, from {points[-2].decisions} to {points[-1].decisions} decisions, brought {gain:.0f} more "
            "in 100. Coding more would still help."
        )
    if since >= HELPS:
        return (
            "The last decisions brought little more. What else is coded makes the figures surer, not the suggestions."
        )
    return (
        "Suggestions have not become better by these decisions so far, and stay as they were. They may need many more, "
        "or clearer sections."
    )
