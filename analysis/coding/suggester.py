"""Suggests sections, themes and stance of passages, with a calibrated confidence.

Two steps, as in stacked generalisation (Wolpert 1992, doi 10.1016/S0893-6080(05)80023-1). First, one
balanced logistic regression for each section, theme and stance reads the passage alone. Second, one small
regression for each section and stance weighs those scores together with the scores of the rest of the
response. The second step learns only from out-of-fold scores of the first, grouped by response, so that no
passage is judged by a model that saw it. Thresholds and confidence are set on out-of-fold scores as well.
With the extra ``[encoder]`` another second step reads the mean of those scores and a sentence encoder's
(``encoder.py``), and what both second steps say is averaged.
A question, where one is known, pulls a little (``questions.py``); training, ``predict`` and
``predict_proba`` read the passages alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, repeat
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from analysis.coding.calibration import best_thresholds, by_response, fit_confidence
from analysis.coding.encoder import reader
from analysis.coding.features import TextFeatures
from analysis.coding.linear import (
    Groups,
    Numbers,
    Progress,
    Truths,
    alone,
    fit_dense,
    fit_sparse,
    folds,
    quiet,
    rest_of_response,
    sigmoid,
)
from analysis.coding.naming import sets_of, themes_said
from analysis.coding.questions import QuestionReader, fit_questions
from analysis.coding.reasons import PhraseWeights
from analysis.coding.suggestion import STANCES, Answer, Coded, Suggestion
from analysis.standard.edition import Edition


class SectionSuggester(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Multi-label suggester with scikit-learn's contract.

    Parameters: ``edition`` gives the sections and themes. ``strength`` is the C of the first step.
    ``splits``: folds of the grouped cross-validation. ``context`` lets the rest of the response count.
    ``question_pull`` bounds what a question can add to the log-odds of a section; 0 switches questions off.
    ``encoded``: weigh what the sentence encoder says too; ``fit`` then needs its scores of the passages.
    ``random_state`` fixes the folds; the same input and settings give the same model.

    Attributes after ``fit``: ``features_``, ``first_``, ``second_``, ``encoded_``, ``thresholds_`` (one for each
    section, best F1 of responses out of fold), ``theme_threshold_``, ``confidence_``, ``questions_``, ``reasons_``.
    """

    def __init__(
        self,
        edition: Edition,
        strength: float = 1.0,
        splits: int = 5,
        context: bool = True,
        question_pull: float = 1.5,
        encoded: bool = False,
        random_state: int = 0,
    ) -> None:
        self.edition = edition
        self.strength = strength
        self.splits = splits
        self.context = context
        self.question_pull = question_pull
        self.encoded = encoded
        self.random_state = random_state

    def fit(
        self,
        passages: Sequence[str],
        coded: Sequence[Coded],
        groups: ArrayLike | None = None,
        questions: Mapping[str, Collection[str]] | None = None,
        progress: Progress = quiet,
        read: Numbers | None = None,
    ) -> "SectionSuggester":
        """Learn from coded passages; ``groups`` says which response each belongs to (none: each its own).

        ``questions``: wordings of questions and the sections each asks about. ``read``: the encoder's scores
        of the passages (passages x questions of the first step) by an encoder that has not seen them, not a
        number where it has; there must be passages of both kinds.
        Raises ``ValueError`` when the lengths differ or there are fewer than two responses.
        """
        if len(passages) != len(coded):
            raise ValueError(f"There are {len(passages)} passages and {len(coded)} codings; they must pair.")
        if self.encoded and (read is None or len(read) != len(passages)):
            raise ValueError("The encoder's scores do not belong to these passages; they must pair.")
        which = _groups(groups, len(passages))
        if len(np.unique(which)) < 2:
            raise ValueError("Training needs passages of at least two responses.")
        progress(0.0, "reading the training passages")
        self.features_ = TextFeatures(self.edition).fit(passages)
        matrix, truths = self.features_.transform(passages), self._truths(coded)
        scores = self._scores_out_of_fold(matrix, truths, which, progress)
        progress(0.8, "learning from all passages")
        self.first_ = fit_sparse(matrix, truths, self.strength, self.random_state)
        progress(0.95, "setting thresholds and confidence")
        chances = self._fit_second(scores, truths, which)
        if self.encoded and read is not None:
            self._fit_encoded(matrix, truths, which, read, chances)
        self.questions_ = self._fit_questions(questions or {})
        self.reasons_ = PhraseWeights.of(self.features_, self.first_.weights[:, self._sections])
        progress(1.0, "ready")
        return self

    def predict_proba(self, passages: Sequence[str], groups: ArrayLike | None = None) -> Numbers:
        """Probability of each section (passages x sections, the Standards' order)."""
        _, second = self._second_scores(passages, _groups(groups, len(passages)))
        return sigmoid(second[:, self._sections])

    def predict(self, passages: Sequence[str], groups: ArrayLike | None = None) -> NDArray[np.int64]:
        """Suggested sections as 0 and 1 (passages x sections). ``NotFittedError`` before ``fit``."""
        chances = self.predict_proba(passages, groups)
        return np.asarray(chances > self.thresholds_, dtype=np.int64)

    def suggest(self, answers: Sequence[Answer], reasons: bool = True) -> list[list[Suggestion]]:
        """Suggestions for every passage of every answer, in the order given; faster without reasons."""
        check_is_fitted(self)
        passages = [passage for answer in answers for passage in answer.passages]
        questions = [answer.question for answer in answers for _ in answer.passages]
        groups = np.array([place for place, answer in enumerate(answers) for _ in answer.passages], dtype=np.int64)
        found = iter(self._suggestions(passages, groups, questions, reasons) if passages else [])
        return [list(islice(found, len(answer.passages))) for answer in answers]

    def reasons(self, passage: str, section: str) -> tuple[tuple[int, int], ...]:
        """Spans (start, end) of the words that weighed most for the section, in code points."""
        check_is_fitted(self)
        return self.reasons_.spans(passage, [self.edition.section_codes.index(section)])

    # Columns of the first step: sections, themes, no view, stances.

    @property
    def _sections(self) -> slice:
        return slice(0, len(self.edition.section_codes))

    @property
    def _themes(self) -> slice:
        return slice(self._sections.stop, self._sections.stop + len(self.edition.theme_codes))

    @property
    def _stances(self) -> slice:
        return slice(self._themes.stop + 1, self._themes.stop + 1 + len(STANCES))

    def _truths(self, coded: Sequence[Coded]) -> Truths:
        sections, themes = self.edition.section_codes, self.edition.theme_codes
        return np.array(
            [
                [code in each.sections for code in sections]
                + [code in each.themes for code in themes]
                + [not each.sections]
                + [each.stance == stance for stance in STANCES]
                for each in coded
            ],
            dtype=bool,
        )

    def _scores_out_of_fold(self, matrix: Any, truths: Truths, groups: Groups, progress: Progress) -> Numbers:
        scores = np.zeros(truths.shape)
        for done, (learnt, tried) in enumerate(folds(groups, self.splits, self.random_state)):
            progress(0.05 + 0.75 * done / self.splits, f"trying itself out, {done + 1} of {self.splits}")
            part = fit_sparse(matrix[learnt], truths[learnt], self.strength, self.random_state)
            scores[tried] = part.scores(matrix[tried])
        return scores

    def _second_input(self, scores: Numbers, groups: Groups) -> Numbers:
        rest = rest_of_response(scores, groups) * self.context
        return np.hstack([scores, rest[:, self._sections], rest[:, self._stances], alone(groups)])

    def _wanted(self, truths: Truths) -> Truths:
        return np.hstack([truths[:, self._sections], truths[:, self._stances]])

    def _fit_second(self, scores: Numbers, truths: Truths, groups: Groups) -> Numbers:
        """Learn the second step, thresholds and confidence; its log-odds out of fold are returned."""
        numbers = self._second_input(scores, groups)
        self.second_ = fit_dense(numbers, self._wanted(truths))
        second = self._second_out_of_fold(numbers, truths, groups)
        chances = sigmoid(second[:, self._sections])
        sections = truths[:, self._sections]
        self.thresholds_ = best_thresholds(by_response(chances, groups), by_response(sections, groups))
        self._fit_chances(scores, second, truths)
        return second

    def _fit_encoded(self, matrix: Any, truths: Truths, groups: Groups, read: Numbers, second: Numbers) -> None:
        """A second step for the mean of both scores, from what neither first step nor encoder has seen.

        Thresholds stay: they come from all writers, and other writers got on better with them.
        """
        new = np.isfinite(read).all(axis=1)
        first = fit_sparse(matrix[~new], truths[~new], self.strength, self.random_state)
        both = (first.scores(matrix[new]) + read[new]) / 2
        numbers = self._second_input(both, groups[new])
        self.encoded_ = fit_dense(numbers, self._wanted(truths[new]))
        found = self._second_out_of_fold(numbers, truths[new], groups[new])
        self._fit_chances(both, (second[new] + found) / 2, truths[new])

    def _second_out_of_fold(self, numbers: Numbers, truths: Truths, groups: Groups) -> Numbers:
        wanted = self._wanted(truths)
        found = np.zeros(wanted.shape)
        for learnt, tried in folds(groups, self.splits, self.random_state + 1):
            found[tried] = fit_dense(numbers[learnt], wanted[learnt]).scores(numbers[tried])
        return found

    def _fit_chances(self, first: Numbers, second: Numbers, truths: Truths) -> None:
        """Confidence, and the threshold of themes, from scores out of fold."""
        chances = sigmoid(second[:, self._sections])
        self.confidence_ = fit_confidence(chances, truths[:, self._sections], self.thresholds_)
        themes = sigmoid(first[:, self._themes]).ravel()[:, None], truths[:, self._themes].ravel()[:, None]
        self.theme_threshold_ = float(best_thresholds(*themes)[0])

    def _fit_questions(self, questions: Mapping[str, Collection[str]]) -> QuestionReader | None:
        if not questions:
            return None
        truths = np.array([[code in codes for code in self.edition.section_codes] for codes in questions.values()])
        return fit_questions(self.features_, list(questions), truths, self.random_state)

    def _second_scores(self, passages: Sequence[str], groups: Groups) -> tuple[Numbers, Numbers]:
        """Scores of the first step (all columns, the encoder's averaged in) and of the second (sections, stances)."""
        check_is_fitted(self)
        first = self.first_.summed(self.features_.blocks(passages))
        second = self.second_.each(self._second_input(first, groups))
        if not self.encoded:
            return first, second
        both = (first + reader().scores(passages, groups)) / 2
        return both, (second + self.encoded_.each(self._second_input(both, groups))) / 2

    def _suggestions(
        self, passages: Sequence[str], groups: Groups, questions: Sequence[str], reasons: bool
    ) -> Iterator[Suggestion]:
        """Every column for the whole batch, then one suggestion for each row."""
        codes = self.edition.section_codes
        first, second = self._second_scores(passages, groups)
        chances = sigmoid(self._pulled(second[:, self._sections], passages, questions))
        over = chances > self.thresholds_
        themes = themes_said(self.edition, over, sigmoid(first[:, self._themes]), self.theme_threshold_)
        chosen = sets_of(codes, over)
        return map(
            Suggestion,
            (dict(zip(codes, row, strict=True)) for row in chances.tolist()),
            chosen,
            sets_of(self.edition.theme_codes, themes),
            map(STANCES.__getitem__, second[:, self._sections.stop :].argmax(axis=1).tolist()),
            self.confidence_.of(chances).tolist(),
            map(self._reasons_of, passages, chosen) if reasons else repeat(()),
        )

    def _pulled(self, scores: Numbers, passages: Sequence[str], questions: Sequence[str]) -> Numbers:
        if not (self.questions_ and self.question_pull and any(questions)):
            return scores
        return scores + self.questions_.pull(self.features_, questions, passages, self.question_pull)

    def _reasons_of(self, passage: str, chosen: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        return self.reasons_.spans(passage, [self.edition.section_codes.index(code) for code in chosen])


def _groups(groups: ArrayLike | None, size: int) -> Groups:
    return np.arange(size) if groups is None else np.asarray(groups, dtype=np.int64)
