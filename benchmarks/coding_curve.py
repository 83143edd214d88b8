"""How accuracy grows with training responses: the suggester beside TF-IDF + logistic regression, table and picture.

Run: ``.venv/bin/python benchmarks/coding_curve.py``. It trains the suggester some thirteen times, about five minutes
of one core, prints each figure as it comes, and draws docs/pictures/learning-curve.svg. Of each size three random draws
of whole responses, the same for both; each is printed, their mean is drawn. Texts only, the test sets
and the macro F1 by response of ``coding_accuracy.py``.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.coding.linear import Truths  # noqa: E402
from analysis.coding.model import TRAINING, read_training  # noqa: E402
from analysis.coding.suggester import SectionSuggester  # noqa: E402
from analysis.coding.suggestion import Coded  # noqa: E402
from analysis.standard.edition import load_edition  # noqa: E402
from benchmarks.card_pictures import Line, draw_lines  # noqa: E402
from benchmarks.coding_accuracy import SETS, Labelled, answers, as_cells, both_levels, read  # noqa: E402

SIZES = (500, 1_000, 2_000, 4_000)
DRAWS = 3
OURS, PLAIN = "Heard", "TF-IDF + logistic regression"
PICTURE = ROOT / "docs" / "pictures" / "learning-curve.svg"


@dataclass(frozen=True)
class Drawn:
    """Some of the training responses: their passages, codes and responses."""

    passages: list[str]
    coded: list[Coded]
    groups: list[int]


@dataclass(frozen=True)
class Measured:
    """Macro F1 by response of one learner, on one test set, after so many training responses of one draw."""

    learner: str
    test: str
    responses: int
    f1: float


def some(everything: Drawn, wanted: int, seed: int) -> Drawn:
    """That many whole responses at random. Draws of one seed lie within each other."""
    order = np.random.default_rng(seed).permutation(len(set(everything.groups)))
    kept = set(order[:wanted].tolist())
    rows = [row for row, group in enumerate(everything.groups) if group in kept]
    columns = (everything.passages, everything.coded, everything.groups)
    return Drawn(*([column[row] for row in rows] for column in columns))  # type: ignore[arg-type]


def draws(everything: Drawn) -> Iterator[tuple[int, Drawn]]:
    """Each size and what was drawn for it; all of it once."""
    for seed in range(DRAWS):
        for size in SIZES:
            yield size, some(everything, size, seed)
    yield len(set(everything.groups)), everything


def by_suggester(drawn: Drawn, data: dict[str, Labelled], edition: Any) -> dict[str, Truths]:
    """What the suggester says after learning from these."""
    fitted = SectionSuggester(edition).fit(drawn.passages, drawn.coded, drawn.groups)
    return {
        test: as_cells(fitted.suggest(answers(each.responses, False), reasons=False), edition.section_codes)
        for test, each in data.items()
    }


def by_words(drawn: Drawn, data: dict[str, Labelled], edition: Any) -> dict[str, Truths]:
    """What TF-IDF with logistic regression says."""
    words = TfidfVectorizer()
    matrix = words.fit_transform(drawn.passages)
    models = [
        LogisticRegression(max_iter=1000, solver="liblinear").fit(
            matrix, [code in each.sections for each in drawn.coded]
        )
        for code in edition.section_codes
    ]
    texts = {test: words.transform([segment["text"] for segment in each.segments]) for test, each in data.items()}
    return {test: np.column_stack([model.predict(rows) for model in models]) for test, rows in texts.items()}


LEARNERS = {OURS: by_suggester, PLAIN: by_words}


def measure() -> Iterator[Measured]:
    """Every figure, as it is found."""
    edition = load_edition("mdan")
    data = {test: read(path, edition.section_codes) for test, path in SETS.items()}
    for size, drawn in draws(Drawn(*read_training(TRAINING))):
        for learner, say in LEARNERS.items():
            for test, said in say(drawn, data, edition).items():
                yield Measured(learner, test, size, float(np.mean(both_levels(said, data[test])[1])))


def lines(found: Sequence[Measured]) -> list[Line]:
    """One line for each learner and test set: sizes and mean F1."""
    sizes = sorted({each.responses for each in found})
    return [
        Line(f"{learner}, {test}", sizes, [float(np.mean(figures(found, learner, test, size))) for size in sizes])
        for test in SETS
        for learner in LEARNERS
    ]


def figures(found: Sequence[Measured], learner: str, test: str, size: int) -> list[float]:
    """The figures of the draws of one size."""
    return [m.f1 for m in found if (m.learner, m.test, m.responses) == (learner, test, size)]


def main() -> None:
    """Measure, print, draw."""
    found = []
    for each in measure():
        print(f"{each.responses:5d} responses, {each.test:5s} {each.learner:30s} {each.f1:.3f}", flush=True)
        found.append(each)
    for line in lines(found):
        print(f"{line.name:38s} " + "  ".join(f"{x}: {y:.3f}" for x, y in zip(line.x, line.y, strict=True)))
    draw_lines(PICTURE, lines(found), "Training responses", "Macro F1 by response")


if __name__ == "__main__":
    main()
