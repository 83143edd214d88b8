"""How well suggestions begin without labelled examples, and how fast people's decisions make them better.

Run: ``.venv/bin/python benchmarks/seeds_accuracy.py``. The one standard with labels is taken as if it had none: its own
wording alone, then with a quarter of its cues as the seeds a researcher might type. Then decisions on part of the test
responses are learnt from and the others are tried, over wording and seeds and over the trained suggester. Sections by
passage; passages that the two coders contest are left out.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.coding.calibration import calibration_error, f1  # noqa: E402
from analysis.coding.linear import Groups, folds, sigmoid  # noqa: E402
from analysis.coding.model import TRAINING, load_or_train, read_training  # noqa: E402
from analysis.coding.suggestion import Suggester, Suggestion  # noqa: E402
from analysis.learning.curve import learning_curve  # noqa: E402
from analysis.learning.refit import Decided, LearntSuggester, as_answers, before  # noqa: E402
from analysis.learning.seeding import SeedSuggester  # noqa: E402
from analysis.learning.seeds import Seeds  # noqa: E402
from analysis.standard.edition import Edition, load_edition  # noqa: E402
from benchmarks.coding_accuracy import SETS, read  # noqa: E402


def unlabelled(edition: Edition) -> tuple[Edition, Seeds]:
    """The edition without its cues, and every fourth cue as seeds."""
    bare = tuple(
        replace(section, themes=tuple(replace(theme, cues=()) for theme in section.themes))
        for section in edition.sections
    )
    seeds = {theme.code: theme.cues[::4] for section in edition.sections for theme in section.themes}
    return replace(edition, sections=bare), seeds


def test_set(name: str, edition: Edition) -> Decided:
    """A test set as decisions, without what is contested."""
    data = read(SETS[name], edition.section_codes)
    rows = np.flatnonzero(data.sure.all(axis=1))
    texts = [(response["prompt"], each) for response in data.responses for each in response["segments"]]
    return Decided(
        tuple(texts[row][1]["text"] for row in rows),
        tuple(texts[row][0] for row in rows),
        data.group[rows],
        tuple(tuple(texts[row][1]["labels"]) for row in rows),
    )


def part(decided: Decided, rows: Groups) -> Decided:
    """Some of them."""
    return Decided(
        tuple(decided.passages[row] for row in rows),
        tuple(decided.questions[row] for row in rows),
        decided.groups[rows],
        tuple(decided.sections[row] for row in rows),
    )


def flat(suggester: Suggester, decided: Decided) -> list[Suggestion]:
    """One suggestion for each passage, read with its question and without the rest of its answer."""
    return [each for (each,) in suggester.suggest(as_answers(decided), reasons=False)]


def scored(suggested: list[Suggestion], decided: Decided, edition: Edition) -> str:
    """Macro F1, exact sets, share without a suggestion, and calibration, in one line."""
    truths = decided.truths(edition)
    said = np.array([[code in each.chosen for code in edition.section_codes] for each in suggested])
    sure = np.array([each.confidence for each in suggested])
    right = (said == truths).all(axis=1)
    spoke = sure > 0
    if not spoke.any():
        return "no suggestion at all"
    macro = np.mean([f1(said[:, k], truths[:, k]) for k in range(truths.shape[1])])
    return (
        f"macro F1 {macro:.3f}, exact {right.mean():.3f}, no suggestion {1 - spoke.mean():.2f}, exact where it "
        f"suggests {right[spoke].mean():.3f} (sure {sure[spoke].mean():.2f}, calibration error "
        f"{calibration_error(sure[spoke], right[spoke]):.3f})"
    )


def fitted(suggester: SeedSuggester, edition: Edition) -> str:
    """The constants of `analysis.learning.seeding` that the training passages would give."""
    from sklearn.linear_model import LogisticRegression

    passages, coded, _groups = read_training(TRAINING)
    hits, likeness = suggester.scores(passages)
    of = [place for place, section in enumerate(edition.sections) for _theme in section.themes]
    of += range(len(edition.sections))
    best = np.stack([likeness[:, [s == k for s in of]].max(axis=1) for k in range(len(edition.sections))], axis=1)
    truths = np.array([[code in each.sections for code in edition.section_codes] for each in coded])
    model = LogisticRegression().fit(np.column_stack([np.log1p(hits).ravel(), best.ravel()]), truths.ravel())
    return f"start {model.intercept_[0]:.2f}, hits {model.coef_[0][0]:.2f}, likeness {model.coef_[0][1]:.2f}"


def learnt(base: Suggester, decided: Decided, edition: Edition, share: float) -> str:
    """Learn from a share of the responses, try on the others; the mean over folds."""
    lines, began = [], time.perf_counter()
    for many, few in folds(decided.groups, 4, 0):
        rows, tried = (many, few) if share > 0.5 else (few, many)
        after = LearntSuggester(base, edition, part(decided, rows), "learnt:")
        lines.append((len(rows), scored(flat(after, part(decided, tried)), part(decided, tried), edition)))
    took = (time.perf_counter() - began) / len(lines)
    return "\n".join(f"      {rows} decisions: {line}" for rows, line in lines) + f"\n      {took:.1f} s each"


def main() -> None:
    """Print every figure."""
    edition = load_edition("mdan")
    bare, seeds = unlabelled(edition)
    usual = read_training(TRAINING)[0]
    trained = load_or_train(ROOT / "instance" / "models", edition).suggester
    begun = {"wording alone": SeedSuggester(bare, {}, usual), "wording and seeds": SeedSuggester(bare, seeds, usual)}
    for name, suggester in begun.items():
        print(f"{name}: fitted on the labels it does not use: {fitted(suggester, edition)}")
    for name in SETS:
        decided = test_set(name, edition)
        print(f"\n{name}: {len(decided.passages)} passages")
        every: dict[str, Suggester] = {**begun, "trained": trained}
        for label, begins in every.items():
            print(f"  {label}: {scored(flat(begins, decided), decided, edition)}")
        bases: dict[str, Suggester] = {"wording and seeds": begun["wording and seeds"], "trained": trained}
        for label, base in bases.items():
            print(f"    learning over {label}")
            print(learnt(base, decided, edition, 0.25))
            print(learnt(base, decided, edition, 0.75))
            earlier = before([each for (each,) in base.suggest(as_answers(decided), reasons=False)], edition)
            points = learning_curve(decided, earlier, decided.truths(edition))
            print("      curve: " + ", ".join(f"{each.decisions}: {each.percent:.0f}" for each in points))
            print(f"      mean chance {sigmoid(earlier).mean():.2f}, true {decided.truths(edition).mean():.2f}")


if __name__ == "__main__":
    main()
