"""Learn what the signs of danger weigh, from hand-written examples, and write the figures down.

Run: ``.venv/bin/python -m analysis.coding.danger_training``. The same examples give the same figures. The threshold is
the highest that finds `RECALL` of the examples of danger when each is judged by weights that were learnt without it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from analysis.coding.danger import WEIGHTS, best_score, features_of, signs_in, windows
from analysis.coding.linear import Numbers, Truths, sigmoid
from analysis.coding.passages import cut

FOLDER = Path(__file__).parent / "training"
EXAMPLES, BACKGROUND = FOLDER / "danger.jsonl", FOLDER / "train.jsonl"
RECALL = 0.97
STRENGTH = 0.3  # scikit-learn's C
LIGHT = 0.1  # what a stretch of the background counts against an example
FOLDS, SEED = 10, 0
Features = frozenset[str]


@dataclass(frozen=True)
class Learnt:
    """What each feature weighs, the bias, the threshold (a probability), and scores out of fold for the examples."""

    weights: dict[str, float]
    bias: float
    threshold: float
    scores: Numbers
    background: Numbers


def read_examples() -> tuple[list[str], Truths]:
    """The examples, and which of them speak of danger now."""
    rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows], np.array([row["danger"] for row in rows])


def read_background() -> list[str]:
    """What people write who were not asked about danger: the suggester's own training data."""
    rows = [json.loads(line) for line in BACKGROUND.read_text(encoding="utf-8").splitlines()]
    return [" ".join(segment["text"] for segment in row["segments"]) for row in rows]


def stretches(text: str) -> list[Features]:
    """The features of every stretch of a text that is judged as one."""
    places = cut(text)
    return [features_of(signs_in(text[places[a][0] : places[b - 1][1]])) for a, b in windows(places)]


def learn() -> Learnt:
    """Learn from the shipped examples."""
    texts, danger = read_examples()
    examples = [features_of(signs_in(text)) for text in texts]
    answers = [stretches(text) for text in read_background()]
    names = sorted(set().union(*examples))
    matrix, behind = _matrix(examples, names), _matrix([each for answer in answers for each in answer], names)
    scores = np.zeros(len(texts))
    for learnt, tried in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(matrix, danger):
        scores[tried] = _fit(matrix[learnt], danger[learnt], behind).decision_function(matrix[tried])
    model = _fit(matrix, danger, behind)
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    bias = round(float(model.intercept_[0]), 3)
    least = np.sort(scores[danger])[int((1 - RECALL) * danger.sum())]
    background = np.array(
        [max((best_score(each, weights, bias) for each in answer), default=-30) for answer in answers]
    )
    return Learnt(weights, bias, round(float(sigmoid(least)), 4), scores, background)


def _matrix(rows: list[Features], names: list[str]) -> Numbers:
    return np.array([[name in row for name in names] for row in rows], dtype=float)


def _fit(matrix: Numbers, danger: Truths, behind: Numbers) -> Any:
    truths = np.concatenate([danger, np.zeros(len(behind), dtype=bool)])
    counted = np.concatenate([np.ones(len(danger)), np.full(len(behind), LIGHT)])
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    return model.fit(np.vstack([matrix, behind]), truths, sample_weight=counted)


def main() -> None:
    """Learn, write the figures down, and say how well they do."""
    learnt = learn()
    _texts, danger = read_examples()
    kept = {"bias": learnt.bias, "threshold": learnt.threshold, "weights": dict(sorted(learnt.weights.items()))}
    WEIGHTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    least = float(np.log(learnt.threshold / (1 - learnt.threshold)))
    shown = learnt.scores >= least
    click.echo(f"{len(danger)} examples, {int(danger.sum())} of danger; threshold {learnt.threshold}")
    click.echo(f"found out of fold: {shown[danger].mean():.3f}; near misses shown: {shown[~danger].mean():.3f}")
    click.echo(f"shown of {len(learnt.background)} ordinary responses: {(learnt.background >= least).mean():.3f}")


if __name__ == "__main__":
    main()
