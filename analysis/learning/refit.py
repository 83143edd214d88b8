"""Learning from people: whatever suggests first is corrected by what coders of this consultation decided.

One regression for each section reads the words of a passage beside what was suggested before (stacked generalisation,
Wolpert 1992, doi 10.1016/S0893-6080(05)80023-1), and counts for half: the mean of its log-odds and the earlier ones
was better than either (docs/decisions.md). It is fitted anew in seconds from all settled decisions, kept in memory
only, and its confidence comes from answers it had not seen. A section given too seldom stays as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from analysis.coding.calibration import fit_confidence
from analysis.coding.features import stems
from analysis.coding.linear import Groups, Numbers, Truths, folds, log_odds, sigmoid
from analysis.coding.origins import LOCAL
from analysis.coding.suggestion import Answer, Suggester, Suggestion
from analysis.learning.training_rows import FEWEST, FEWEST_RESPONSES
from analysis.standard.edition import Edition

FEWEST_OF_A_SECTION = 5
SPLITS = 5
SEED = 0
STRENGTH = 1.0  # scikit-learn's C
HALF = 0.5


@dataclass(frozen=True)
class Decided:
    """Settled passages side by side: words, question, the response each is from, and the sections people gave."""

    passages: tuple[str, ...]
    questions: tuple[str, ...]
    groups: Groups
    sections: tuple[tuple[str, ...], ...]

    def enough(self) -> bool:
        """Whether there is enough to learn anything from."""
        return len(self.passages) >= FEWEST and len(np.unique(self.groups)) >= FEWEST_RESPONSES

    def truths(self, edition: Edition) -> Truths:
        """What people gave: passages x sections."""
        rows = [[code in given for code in edition.section_codes] for given in self.sections]
        return np.array(rows, dtype=bool).reshape(len(rows), len(edition.section_codes))


def as_answers(decided: Decided) -> list[Answer]:
    """Each passage as an answer of its own, so that no decision on one can be read off another."""
    return [Answer([words], question) for words, question in zip(decided.passages, decided.questions, strict=True)]


def before(suggested: Sequence[Suggestion], edition: Edition) -> Numbers:
    """Log-odds of what was suggested: passages x sections. On the side of a half on which its decision is."""
    rows = [[_agreeing(each, code) for code in edition.section_codes] for each in suggested]
    return log_odds(np.array(rows).reshape(len(rows), len(edition.section_codes)))


def _agreeing(suggested: Suggestion, code: str) -> float:
    chance = suggested.sections.get(code, 0.0)
    return max(chance, 0.51) if code in suggested.chosen else min(chance, 0.49)


@dataclass(frozen=True)
class Fitted:
    """The regressions of one fit; None for a section that stays as it was suggested."""

    words: TfidfVectorizer
    models: tuple[LogisticRegression | None, ...]

    def chances(self, passages: Sequence[str], earlier: Numbers) -> Numbers:
        """Probability of each section: passages x sections. A section is suggested above a half."""
        matrix = _matrix(self.words, passages, earlier)
        columns = [
            earlier[:, place] if model is None else (earlier[:, place] + model.decision_function(matrix)) / 2
            for place, model in enumerate(self.models)
        ]
        return sigmoid(np.column_stack(columns))


def _matrix(words: TfidfVectorizer, passages: Sequence[str], earlier: Numbers) -> Any:
    return hstack([words.transform(passages), csr_matrix(earlier)], format="csr")


def fit(passages: Sequence[str], earlier: Numbers, truths: Truths) -> Fitted:
    """Learn from these passages (at least two), what was suggested for them before, and what people gave."""
    words = TfidfVectorizer(tokenizer=stems, token_pattern=None, lowercase=False, sublinear_tf=True).fit(passages)
    matrix = _matrix(words, passages, earlier)
    return Fitted(words, tuple(_one(matrix, truths[:, place]) for place in range(truths.shape[1])))


def _one(matrix: Any, truth: Truths) -> LogisticRegression | None:
    if min(int(truth.sum()), int((~truth).sum())) < FEWEST_OF_A_SECTION:
        return None
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500, solver="liblinear", random_state=SEED)
    return model.fit(matrix, truth)


def out_of_fold(decided: Decided, earlier: Numbers, truths: Truths) -> Numbers:
    """Probabilities for each passage from a fit that saw no passage of its response."""
    chances = np.zeros(truths.shape)
    for learnt, tried in folds(decided.groups, SPLITS, SEED):
        part = fit([decided.passages[row] for row in learnt], earlier[learnt], truths[learnt])
        chances[tried] = part.chances([decided.passages[row] for row in tried], earlier[tried])
    return chances


def exactly(said: Truths, truths: Truths) -> float:
    """The share of passages that get exactly the sections people gave."""
    return float((said == truths).all(axis=1).mean())


class LearntSuggester:
    """Another suggester, corrected. Raises `ValueError` where there are too few decisions (`Decided.enough`).

    `better`: on passages that were not learnt from, more sets of sections are exactly right than before.
    """

    def __init__(self, base: Suggester, edition: Edition, decided: Decided, origin: str) -> None:
        if not decided.enough():
            raise ValueError("too few decisions to learn from")
        self.base, self.edition, self.origin = base, edition, origin
        earlier = before([each for (each,) in base.suggest(as_answers(decided), reasons=False)], edition)
        truths = decided.truths(edition)
        chances = out_of_fold(decided, earlier, truths)
        self._fitted = fit(decided.passages, earlier, truths)
        self.better = exactly(chances > HALF, truths) > exactly(earlier > 0, truths)
        self._confidence = fit_confidence(chances, truths, np.full(truths.shape[1], HALF))

    def suggest(self, answers: Sequence[Answer], reasons: bool = True) -> list[list[Suggestion]]:
        """Suggestions for every passage of every answer, in the order given."""
        earlier = self.base.suggest(answers, reasons)
        flat = [each for said in earlier for each in said]
        passages = [passage for answer in answers for passage in answer.passages]
        if not flat:
            return earlier
        chances = self._fitted.chances(passages, before(flat, self.edition))
        sure = self._confidence.of(chances)
        found = iter([*map(self._corrected, flat, chances, sure)])
        return [list(islice(found, len(answer.passages))) for answer in answers]

    def _corrected(self, was: Suggestion, chances: Numbers, sure: float) -> Suggestion:
        over = chances > HALF
        codes = self.edition.section_codes
        chosen = tuple(code for code, yes in zip(codes, over, strict=True) if yes)
        if was.abstains and (was.origin.startswith(LOCAL) or not chosen):  # a model's junk stays with a person
            return replace(was, origin=was.origin or self.origin)
        themes = tuple(theme for theme in was.themes if self.edition.section_of_theme[theme] in chosen)
        by_code = dict(zip(codes, (float(chance) for chance in chances), strict=True))
        return Suggestion(by_code, chosen, themes, was.stance, max(float(sure), 0.001), was.reasons, self.origin)
