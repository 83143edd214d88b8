"""What the sentence encoder mends and what it breaks, and what bounds it: on the test sets of ``coding_accuracy.py``.

Run: ``.venv/bin/python benchmarks/encoder_errors.py`` with the extra ``[encoder]``. Text only, by response. Macro F1
of the two coders against each other; of the suggester without and with the encoder; of the head of the encoder
alone; of each with the thresholds that would have been best for the very test set, which no choice of thresholds
can beat; how many responses get a section right only with the encoder or only without it; and how the encoder's gain
grows with its teaching, where ``teach_encoder.py`` has left its trial encoder, which read two thirds of the responses.
"""

import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.coding.calibration import best_thresholds, by_response, f1  # noqa: E402
from analysis.coding.encoder import Encoder, kept_scores, reader  # noqa: E402
from analysis.coding.linear import Numbers, Truths, sigmoid  # noqa: E402
from analysis.coding.model import TRAINING, load_or_train, read_training  # noqa: E402
from analysis.coding.suggester import SectionSuggester  # noqa: E402
from analysis.standard.edition import load_edition  # noqa: E402
from benchmarks.coding_accuracy import SETS, Labelled, lifted, read, scores  # noqa: E402

NAMES = (("without the encoder", False), ("with the encoder", True))
TRIAL = ROOT / "instance" / "models" / "trial-encoder.npz"
Cells = tuple[Truths, Truths]


def two_coders(data: Labelled) -> float:
    """Macro F1 of one coder against the other: what both gave, and what only one of them gave."""
    both = lifted(data.true, data.group)
    one = lifted(data.true | ~data.sure, data.group) & ~both
    return float(np.mean(2 * both.sum(axis=0) / (2 * both.sum(axis=0) + one.sum(axis=0))))


def cells(data: Labelled) -> Cells:
    """Responses x sections: what is true, and what counts."""
    true = lifted(data.true, data.group)
    return true, true | ~lifted(~data.sure, data.group)


def at_best(chances: Numbers, true: Truths, sure: Truths) -> float:
    """Macro F1 with the thresholds that are best for these very responses."""
    found = []
    for k in range(true.shape[1]):
        chance, truth = chances[sure[:, k], k : k + 1], true[sure[:, k], k : k + 1]
        found.append(f1(chance[:, 0] > best_thresholds(chance, truth)[0], truth[:, 0]))
    return float(np.mean(found))


def line(name: str, chances: Numbers, thresholds: Numbers, counted: Cells) -> Truths:
    """Print one suggester; returns what it says of each response."""
    said = chances > thresholds
    print(f"  {name:34s} {np.mean(scores(said, *counted)):.3f}   best thresholds {at_best(chances, *counted):.3f}")
    return said


def head_alone(data: Labelled, codes: int) -> tuple[Numbers, Numbers]:
    """Chances by response of the encoder's head and nothing else, and its thresholds from the passages it never saw."""
    _, coded, groups = read_training(TRAINING)
    truths = SectionSuggester(load_edition("mdan"))._truths(coded)[:, :codes]
    kept = kept_scores()[:, :codes]
    unseen = np.isfinite(kept).all(axis=1)
    group = np.array(groups)[unseen]
    thresholds = best_thresholds(by_response(sigmoid(kept[unseen]), group), by_response(truths[unseen], group))
    found = reader().scores([each["text"] for each in data.segments], data.group)[:, :codes]
    return by_response(sigmoid(found), data.group), thresholds


def show(data: Labelled, made: dict[str, SectionSuggester]) -> None:
    """All lines for one test set."""
    counted, said = cells(data), {}
    texts = [each["text"] for each in data.segments]
    print(f"  {'one coder against the other':34s} {two_coders(data):.3f}")
    for name, suggester in made.items():
        chances = by_response(suggester.predict_proba(texts, data.group), data.group)
        said[name] = line(name, chances, suggester.thresholds_, counted)
    line("the encoder's head alone", *head_alone(data, counted[0].shape[1]), counted)
    true, sure = counted
    without, with_it = (sure & (each == true) for each in list(said.values())[:2])
    print("  section by section, responses right only with it:", (with_it & ~without).sum(axis=0).tolist(), end="")
    print("; only without it:", (without & ~with_it).sum(axis=0).tolist(), end="")
    print("; wrong with both:", (sure & ~with_it & ~without).sum(axis=0).tolist())


def trial_of(suggester: SectionSuggester, data: Labelled) -> Numbers:
    """Chances by response where the encoder is the one that read two thirds of the responses."""
    texts = [each["text"] for each in data.segments]
    with patch("analysis.coding.suggester.reader", lambda: Encoder(reader().path, TRIAL)):
        return by_response(suggester.predict_proba(texts, data.group), data.group)


def main() -> None:
    """Both test sets."""
    edition = load_edition("mdan")
    kept = {name: load_or_train(ROOT / "instance" / "models", edition, encoded=on).suggester for name, on in NAMES}
    for name, path in SETS.items():
        print(name)
        data = read(path, edition.section_codes)
        show(data, kept)
        if TRIAL.exists():
            suggester = kept["with the encoder"]
            line("with the trial encoder", trial_of(suggester, data), suggester.thresholds_, cells(data))


if __name__ == "__main__":
    main()
