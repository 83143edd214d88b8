"""Learn what the signs of danger weigh, from hand-written examples, and write the figures down.

Run: ``python -m analysis.coding.danger_training``. The same examples give the same figures, byte for byte.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from analysis.coding.danger import WEIGHTS, _signs_in, features_of, windows
from analysis.coding.linear import Numbers, Truths
from analysis.coding.passages import cut

FOLDER = Path(__file__).parent / "training"
EXAMPLES, BACKGROUND = FOLDER / "danger.jsonl", FOLDER / "train.jsonl"
RECALL = 0.95  # the threshold is the highest that reaches this on examples the weights were not learnt from
STRENGTH = 0.3
SEED = 0


def read_examples() -> tuple[list[str], Truths]:
    """The examples, and which of them speak of danger now."""
    rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows], np.array([row["danger"] for row in rows])


def read_background() -> list[str]:
    """What people write who were not asked about danger: the suggester's own training data."""
    rows = [json.loads(line) for line in BACKGROUND.read_text(encoding="utf-8").splitlines()]
    return [" ".join(segment["text"] for segment in row["segments"]) for row in rows]
