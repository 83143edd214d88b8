"""Scores that were learnt from the audit itself, so that the audit may still correct them.

A model that has seen the answers it is judged by looks right on them, and a correction by them corrects nothing
(coverage .013). So each audited response is scored by a model that was learnt without its part of the audit, and all
others by the average of those models (T. Zrnic and E. Candès 2024, cross-prediction). Pure.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.findings.intervals import Numbers

FOLDS = 5

#: Learns from features and labels (rows go along), and gives what scores the features of others, 0..1.
Fit = Callable[[Any, Any], Callable[[Any], Numbers]]


def cross_fitted(fit: Fit, features: Any, sampled: Any, labels: Any, folds: int = FOLDS, seed: int = 0) -> Numbers:
    """The scores of all rows of `features`: out of fold for those at the places `sampled`, else the folds' average.

    `labels` go along with `sampled`. The same seed gives the same folds. Raises `ValueError` for fewer than two folds,
    or fewer labels than folds.
    """
    sampled, labels = np.asarray(sampled), np.asarray(labels)
    if folds < 2 or len(sampled) < folds:
        raise ValueError("cross-fitting needs two folds or more, and a label for each of them")
    order = np.random.default_rng(seed).permutation(len(sampled)) % folds
    scores = np.zeros(len(features))
    own = np.zeros(len(sampled))
    for fold in range(folds):
        left_out = order == fold
        predicted = np.asarray(fit(features[sampled[~left_out]], labels[~left_out])(features), dtype=float)
        scores += predicted / folds
        own[left_out] = predicted[sampled[left_out]]
    scores[sampled] = own
    return scores
