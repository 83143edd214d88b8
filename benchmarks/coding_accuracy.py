"""How well passages are coded: F1 of the suggester and of four baselines on texts it has never seen.

Run: ``.venv/bin/python benchmarks/coding_accuracy.py``. Trains afresh, a minute or two;
with the extra ``[encoder]`` the suggester that uses it is measured beside the default one. Draws
docs/pictures/reliability.svg. With
``--model`` the language model of ``HEARD_MODEL_ADDRESS`` and ``HEARD_MODEL_NAME`` is asked as well, text only; what it
answered is kept in ``instance/models/asked``.

A cell (passage, section) that only one of the two coders gave is left out, whatever was predicted. A
response speaks to a section when one of its passages does; a response cell is left out when its only
labels are contested. Two test sets: ``hard`` (indirect, ironic, misspelt) and ``plain`` (survey prose).
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.coding.calibration import calibration_error, f1  # noqa: E402
from analysis.coding.encoder import folder  # noqa: E402
from analysis.coding.linear import Truths  # noqa: E402
from analysis.coding.model import TRAINING, read_training, train  # noqa: E402
from analysis.coding.suggester import SectionSuggester  # noqa: E402
from analysis.coding.suggestion import STANCES, Answer, Suggester, Suggestion  # noqa: E402
from analysis.local_model.asking import Asker  # noqa: E402
from analysis.local_model.connecting import connection_of  # noqa: E402
from analysis.local_model.remembering import InFile  # noqa: E402
from analysis.local_model.suggesting import ModelSuggester  # noqa: E402
from analysis.standard.edition import Edition, load_edition  # noqa: E402
from benchmarks.card_pictures import Line, draw_reliability  # noqa: E402
from benchmarks.coding_breakdowns import (  # noqa: E402
    confidence_by_bin,
    print_abstention,
    print_groups,
    print_shares,
)
from safekeeping.settings import read_settings  # noqa: E402

SETS = {"hard": ROOT / "benchmarks/data/coding-dev.jsonl", "plain": ROOT / "benchmarks/data/plain-dev.jsonl"}
PICTURE = ROOT / "docs" / "pictures" / "reliability.svg"
Predict = Callable[[list[dict[str, Any]]], Truths]


@dataclass(frozen=True)
class Labelled:
    """A test set as arrays: passages x sections. ``sure`` is false where a label is contested."""

    responses: list[dict[str, Any]]
    true: Truths
    sure: Truths
    group: np.ndarray[Any, np.dtype[np.int64]]

    @property
    def segments(self) -> list[dict[str, Any]]:
        """All passages in order."""
        return [segment for response in self.responses for segment in response["segments"]]


def read(path: Path, codes: tuple[str, ...]) -> Labelled:
    """A labelled file."""
    responses = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    segments = [(place, each) for place, response in enumerate(responses) for each in response["segments"]]
    true = np.array([[code in each["labels"] for code in codes] for _, each in segments])
    sure = np.array([[code not in each["contested"] for code in codes] for _, each in segments])
    return Labelled(responses, true, sure, np.array([place for place, _ in segments]))


def lifted(cells: Truths, group: np.ndarray[Any, np.dtype[np.int64]]) -> Truths:
    """Passages x sections -> responses x sections."""
    found = np.zeros((group.max() + 1, cells.shape[1]), dtype=bool)
    np.logical_or.at(found, group, cells)
    return found


def scores(said: Truths, true: Truths, sure: Truths) -> list[float]:
    """F1 of each section over the cells that count."""
    return [f1(said[sure[:, k], k], true[sure[:, k], k]) for k in range(true.shape[1])]


def both_levels(said: Truths, data: Labelled) -> tuple[list[float], list[float]]:
    """F1 of each section by passage and by response."""
    true = lifted(data.true, data.group)
    sure = true | ~lifted(~data.sure, data.group)
    return scores(said, data.true, data.sure), scores(lifted(said, data.group), true, sure)


def as_cells(suggested: list[list[Suggestion]], codes: tuple[str, ...]) -> Truths:
    """The chosen sections of every passage, in order."""
    return np.array([[code in each.chosen for code in codes] for answer in suggested for each in answer])


def answers(responses: list[dict[str, Any]], with_question: bool) -> list[Answer]:
    """The responses as the suggester takes them, cut as they were for the coders."""
    return [
        Answer([each["text"] for each in response["segments"]], response["prompt"] if with_question else "")
        for response in responses
    ]


def most_frequent(codes: tuple[str, ...]) -> Predict:
    """Baseline: every passage gets the section that is most frequent in the training data."""
    _, coded, _ = read_training(TRAINING)
    counts = [sum(code in each.sections for each in coded) for code in codes]
    row = np.arange(len(codes)) == int(np.argmax(counts))
    return lambda responses: np.tile(row, (sum(len(each["segments"]) for each in responses), 1))


def logistic(codes: tuple[str, ...], words: Any, weights: str | None = None) -> Predict:
    """Baseline: words as numbers and logistic regression on the same training data, threshold 0.5."""
    passages, coded, _ = read_training(TRAINING)
    matrix = words.fit_transform(passages)
    truths = [[code in each.sections for each in coded] for code in codes]
    models = [
        LogisticRegression(max_iter=1000, class_weight=weights, solver="liblinear").fit(matrix, truth)
        for truth in truths
    ]

    def predict(responses: list[dict[str, Any]]) -> Truths:
        texts = words.transform([each["text"] for response in responses for each in response["segments"]])
        return np.column_stack([model.predict(texts) for model in models])

    return predict


def baselines(codes: tuple[str, ...]) -> dict[str, Predict]:
    """What the suggester is measured against, the strongest last."""
    both = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3)),
        ]
    )
    return {
        "most frequent section": most_frequent(codes),
        "word counts + logistic": logistic(codes, CountVectorizer()),
        "TF-IDF + logistic": logistic(codes, TfidfVectorizer()),
        "same, balanced": logistic(codes, TfidfVectorizer(), "balanced"),
        "words+letters, balanced": logistic(codes, both, "balanced"),
    }


def print_scores(name: str, said: Truths, data: Labelled) -> None:
    """One line: macro F1 and F1 of each section, by passage and by response."""
    levels = [
        f"{np.mean(level):.3f} ({' '.join(f'{each:.2f}' for each in level)})" for level in both_levels(said, data)
    ]
    print(f"  {name:28s} {levels[0]:>29s} {levels[1]:>29s}")


def print_more(suggested: list[list[Suggestion]], data: Labelled, edition: Edition) -> None:
    """Calibration of the confidence, themes and stance, by passage."""
    flat = [each for answer in suggested for each in answer]
    certain = data.sure.all(axis=1)
    right = (as_cells(suggested, edition.section_codes) == data.true).all(axis=1)[certain]
    confidence = np.array([each.confidence for each in flat])[certain]
    error = calibration_error(confidence, right)
    print(f"    exact set {right.mean():.3f}, mean confidence {confidence.mean():.3f}, calibration error {error:.3f}")
    true = np.array([[code in each["themes"] for code in edition.theme_codes] for each in data.segments])
    said = np.array([[code in each.themes for code in edition.theme_codes] for each in flat])
    print(f"    theme micro-F1 {f1(said.ravel(), true.ravel()):.3f}, stance macro-F1 {stance_f1(flat, data):.3f}")


def stance_f1(flat: list[Suggestion], data: Labelled) -> float:
    """Mean F1 of the stances, over passages where the coders agree on one."""
    pairs = [(each.stance, segment["stance"]) for each, segment in zip(flat, data.segments, strict=True)]
    said, true = np.array([pair for pair in pairs if pair[1]]).T
    return float(np.mean([f1(said == stance, true == stance) for stance in STANCES]))


def language_model(edition: Edition) -> Suggester:
    """The language model of the settings. Raises `SystemExit` where none is set."""
    connection = connection_of(read_settings(os.environ, ROOT))
    if connection is None:
        raise SystemExit("Set HEARD_MODEL_ADDRESS and HEARD_MODEL_NAME.")
    memory = InFile(ROOT / "instance" / "models" / "asked")
    return ModelSuggester(edition, connection.model, memory, Asker(connection, edition))


def print_model(asked: Suggester, data: Labelled, edition: Edition) -> None:
    """How well it does, how many passages it left to a person, and how long it took."""
    began = time.perf_counter()
    suggested = asked.suggest(answers(data.responses, False), reasons=False)
    took = time.perf_counter() - began
    print_scores("language model, text only", as_cells(suggested, edition.section_codes), data)
    print_more(suggested, data, edition)
    left = sum(each.abstains for answer in suggested for each in answer)
    print(f"    {left} passages left to a person; {took:.0f} s for what it had not been asked before")


def print_breakdowns(suggested: list[list[Suggestion]], data: Labelled, codes: tuple[str, ...]) -> Line:
    """Reliability, abstention, groups, shares; a contested label counts as what was said. Reliability as a line."""
    flat = [each for answer in suggested for each in answer]
    said = as_cells(suggested, codes)
    true = np.where(data.sure, data.true, said)
    bins = confidence_by_bin(np.array([each.confidence for each in flat]), (said == true).all(axis=1))
    left = print_abstention(flat, true, codes, data.group)
    print_groups([(each, s) for each in data.responses for s in each["segments"]], said, true, flat, left)
    print_shares(said, true, codes, data.group)
    return Line("", [said for said, _right, _n in bins], [right for _said, right, _n in bins])


def suggesters(edition: Edition) -> dict[str, SectionSuggester]:
    """The default suggester, and the one with the encoder where that is installed."""
    began = time.perf_counter()
    found = {"suggester": train(edition)}
    print(f"Trained in {time.perf_counter() - began:.1f} s. Macro F1, then F1 of {', '.join(edition.section_codes)}.")
    if folder() is not None:
        found["with the encoder"] = train(edition, encoded=True)
    return found


def main() -> None:
    """Train, then print every figure."""
    edition = load_edition("mdan")
    asked = language_model(edition) if "--model" in sys.argv[1:] else None
    codes = edition.section_codes
    trained = suggesters(edition)
    against = baselines(codes)
    reliable: list[Line] = []
    for name, path in SETS.items():
        data = read(path, codes)
        print(f"\n{name}: {len(data.responses)} responses, {len(data.true)} passages")
        print(f"  {'':28s} {'by passage':>29s} {'by response':>29s}")
        for label, predict in against.items():
            print_scores(label, predict(data.responses), data)
        for label, suggester in trained.items():
            for with_question in (False, True):
                suggested = suggester.suggest(answers(data.responses, with_question), reasons=False)
                print_scores(
                    label + (", question" if with_question else ", text only"), as_cells(suggested, codes), data
                )
                print_more(suggested, data, edition)
                if not with_question:
                    reliable.append(replace(print_breakdowns(suggested, data, codes), name=f"{name}, {label}"))
        if asked is not None:
            print_model(asked, data, edition)
    draw_reliability(PICTURE, reliable)


if __name__ == "__main__":
    main()
