"""What the wording of a question tells of the sections its answers will speak to: a weak prior.

"Training." to a question on how services are run is about the workforce (rule 4 of the coding frame). The
pull is bounded and fades with the length of the answer, so it settles elliptical answers and never
overrules clear words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.coding.features import TextFeatures, word_spans
from analysis.coding.linear import Linear, Numbers, Truths, fit_sparse, log_odds, sigmoid

_STRENGTH = 10.0  # few and short texts: the default strength would leave every question undecided
_SHORT = 8  # words


@dataclass(frozen=True)
class QuestionReader:
    """Reads question wordings. ``usual``: how often a section is asked for in the questions it learnt from."""

    linear: Linear
    usual: Numbers

    def pull(self, features: TextFeatures, questions: Sequence[str], passages: Sequence[str], bound: float) -> Numbers:
        """What to add to the log-odds of each section (passages x sections), between -bound and bound.

        It is full for passages of up to eight words and half for sixteen; 0 where there is no question.
        """
        wordings = sorted(set(questions))
        read = sigmoid(self.linear.scores(features.transform(wordings)))
        shift = np.clip(log_odds(read) - log_odds(self.usual), -bound, bound)
        shift[[not wording.strip() for wording in wordings]] = 0.0
        rows = np.searchsorted(wordings, questions)
        return np.asarray(shift[rows] * np.array([_weight(passage) for passage in passages])[:, None])


def _weight(passage: str) -> float:
    return min(1.0, _SHORT / max(len(word_spans(passage)), 1))


def fit_questions(features: TextFeatures, wordings: Sequence[str], truths: Truths, seed: int) -> QuestionReader:
    """Learn from labelled question wordings (questions x sections), over the features of passages."""
    usual = np.clip(truths.mean(axis=0), 0.01, 0.99)
    return QuestionReader(fit_sparse(features.transform(wordings), truths, _STRENGTH, seed), usual)
