"""The trained suggester, kept on disk under a name that says exactly what it was made from."""

import contextlib
import gc
import hashlib
import json
import os
import platform
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import joblib

from analysis.coding.encoder import HEAD, folder, kept_scores
from analysis.coding.linear import Progress, quiet
from analysis.coding.suggester import SectionSuggester
from analysis.coding.suggestion import Coded
from analysis.standard.edition import Edition

TRAINING = Path(__file__).parent / "training" / "train.jsonl"
QUESTIONS = Path(__file__).parent / "training" / "questions.jsonl"
LIBRARIES = ("scikit-learn", "numpy", "scipy", "nltk")
# What the model is made by. A kept model is an image of these classes, so it goes when they change.
_MADE_BY = (
    "phrase_tree.py",
    "letter_runs.py",
    "learnt_words.py",
    "features.py",
    "linear.py",
    "wordpieces.py",
    "encoder.py",
    "encoder_graph.py",
    "calibration.py",
    "questions.py",
    "reasons.py",
    "naming.py",
    "suggester.py",
    "suggestion.py",
)
_FORMAT = 1  # of the file on disk


@dataclass(frozen=True)
class Model:
    """A trained suggester, its identity (SHA-256), and where it is kept (``None``: only in memory)."""

    suggester: SectionSuggester
    identity: str
    path: Path | None


def load_or_train(models: Path, edition: Edition, progress: Progress = quiet, encoded: bool | None = None) -> Model:
    """The suggester for this edition: from ``models`` if a sound copy is there, else trained and kept.

    It uses the sentence encoder where that is installed, unless ``encoded`` says otherwise.

    Two processes that train at once write the same bytes' worth of model under the same name, each in
    one step, so neither can see half a file. A folder that cannot be written to is no error.
    """
    encoded = folder() is not None if encoded is None else encoded
    identity = identity_of(edition, encoded)
    path = models / f"{identity}.joblib"
    suggester = _load(path)
    found = Model(suggester, identity, path) if suggester else _kept(train(edition, progress, encoded), identity, path)
    gc.collect()
    gc.freeze()  # it stays as long as the process: to look for rubbish in it again and again takes a tenth of the time
    return found


def kept_model(models: Path, edition: Edition) -> Model | None:
    """The suggester that `load_or_train` would give, where it is kept; None where it would have to be trained."""
    identity = identity_of(edition, folder() is not None)
    path = models / f"{identity}.joblib"
    suggester = _load(path)
    return Model(suggester, identity, path) if suggester else None


def train(edition: Edition, progress: Progress = quiet, encoded: bool = False) -> SectionSuggester:
    """Train on the shipped labelled data. Takes tens of seconds; ``progress`` hears of it."""
    passages, coded, groups = read_training(TRAINING)
    made = SectionSuggester(edition, encoded=encoded)
    return made.fit(passages, coded, groups, read_questions(QUESTIONS), progress, kept_scores() if encoded else None)


def read_training(path: Path) -> tuple[list[str], list[Coded], list[int]]:
    """Passages, their codes and the number of the response each belongs to, from a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        responses = [json.loads(line)["segments"] for line in lines]
    rows = [(each, number) for number, segments in enumerate(responses) for each in segments]
    coded = [Coded(tuple(s["labels"]), tuple(s["themes"]), s["stance"]) for s, _ in rows]
    return [s["text"] for s, _ in rows], coded, [number for _, number in rows]


def read_questions(path: Path) -> dict[str, tuple[str, ...]]:
    """Wordings of questions and the sections each asks about, from a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return {each["wording"]: tuple(each["sections"]) for each in map(json.loads, lines)}


def identity_of(edition: Edition, encoded: bool = False) -> str:
    """SHA-256 over all that decides what the model says: data, edition, settings, versions, format."""
    settings = {k: v for k, v in SectionSuggester(edition, encoded=encoded).get_params().items() if k != "edition"}
    parts = {
        "format": _FORMAT,
        "training": [_sha256(path) for path in (TRAINING, QUESTIONS, HEAD)[: 2 + encoded]],
        "code": [_sha256(Path(__file__).with_name(name)) for name in _MADE_BY],
        "edition": edition.sha256,
        "settings": settings,
        "python": platform.python_version_tuple()[:2],
        "libraries": {name: version(name) for name in (*LIBRARIES, "onnxruntime")[: len(LIBRARIES) + encoded]},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _load(path: Path) -> SectionSuggester | None:
    if not _ours(path):
        return None
    try:
        found = joblib.load(path)
    except Exception:  # a damaged pickle can raise anything; the remedy is always to train again
        return None
    return found if isinstance(found, SectionSuggester) and hasattr(found, "reasons_") else None


def _ours(path: Path) -> bool:
    """A pickle runs code when it is read, so only a file that nobody else can write is opened."""
    try:
        about = path.stat()
    except OSError:
        return False
    return about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _kept(suggester: SectionSuggester, identity: str, path: Path) -> Model:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(suggester, path)
    except OSError:
        return Model(suggester, identity, None)
    return Model(suggester, identity, path)


def _write(suggester: SectionSuggester, path: Path) -> None:
    """Write beside the goal, then move: mkstemp makes the file readable by its owner alone."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".model-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            joblib.dump(suggester, file, compress=1)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
