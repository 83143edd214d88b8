"""How fast passages are coded on one core, and that memory stays flat however many there are.

Run: ``.venv/bin/python benchmarks/coding_speed.py [passages ...]``. Each size runs in a process of its own,
side by side with plain TF-IDF and logistic regression over the same passages, and prints passages a second
(processor time) and the most memory held. The passages are those of `many_answers.py`, where none comes twice.
``answers`` cuts the answers into passages as well, as `heard code` does. Where the extra ``[encoder]`` is
installed, it is timed on 600.
"""

import itertools
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from analysis.coding.encoder import folder  # noqa: E402
from analysis.coding.model import TRAINING, load_or_train, read_training  # noqa: E402
from analysis.coding.passages import cut  # noqa: E402
from analysis.coding.suggestion import Answer  # noqa: E402
from analysis.standard.edition import load_edition  # noqa: E402
from benchmarks.many_answers import mixed_answers  # noqa: E402

SIZES = (10_000, 100_000)
ANSWERS = 1_000  # in one call, as in taking in
ENCODED = 600
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def answers(passages: int) -> Iterator[Answer]:
    """Answers with so many passages between them."""
    given = 0
    for answer in mixed_answers():
        answer = answer[: passages - given]
        given += len(answer)
        if not answer:
            return
        yield Answer(answer)


def speed(passages: int, act: Callable[[list[Answer]], object]) -> float:
    """Passages a second of processor time."""
    coming, spent = answers(passages), 0.0
    while some := list(itertools.islice(coming, ANSWERS)):
        began = time.process_time()
        act(some)
        spent += time.process_time() - began
    return passages / spent


def plain() -> Callable[[list[Answer]], object]:
    """The yardstick: TF-IDF of words and letter sequences, one logistic regression for each section."""
    texts, coded, _ = read_training(TRAINING)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3).fit(texts)
    matrix = letters.transform(texts)
    codes = load_edition("mdan").section_codes
    models = [
        LogisticRegression(solver="liblinear").fit(matrix, [code in each.sections for each in coded]) for code in codes
    ]

    def act(some: list[Answer]) -> object:
        read = letters.transform([passage for answer in some for passage in answer.passages])
        return [model.predict_proba(read) for model in models]

    return act


def measure(what: str, passages: int) -> None:
    """One line of the table."""
    act = {"default": _default, "answers": _answers, "plain": plain, "encoder": _encoder}[what]()
    rate = speed(passages, act)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:8s} {passages:9,d} passages: {rate:9,.0f} a second, {held:6,.0f} MB", flush=True)


def _default() -> Callable[[list[Answer]], object]:
    suggester = load_or_train(ROOT / "instance" / "models", load_edition("mdan"), encoded=False).suggester
    return lambda some: suggester.suggest(some, reasons=False)


def _answers() -> Callable[[list[Answer]], object]:
    suggester = load_or_train(ROOT / "instance" / "models", load_edition("mdan"), encoded=False).suggester

    def act(some: list[Answer]) -> object:
        texts = [" ".join(answer.passages) for answer in some]
        return suggester.suggest([Answer([t[a:b] for a, b in cut(t)]) for t in texts], reasons=False)

    return act


def _encoder() -> Callable[[list[Answer]], object]:
    suggester = load_or_train(ROOT / "instance" / "models", load_edition("mdan"), encoded=True).suggester
    return lambda some: suggester.suggest(some, reasons=False)


def main() -> None:
    """Each measurement in a process of its own, held to one core."""
    if len(sys.argv) == 3 and not sys.argv[1].isdigit():
        return measure(sys.argv[1], int(sys.argv[2]))
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    runs = [("plain", min(sizes)), *(("default", size) for size in sizes), ("answers", min(sizes))]
    for what, size in [*runs, *([("encoder", ENCODED)] if folder() else [])]:
        subprocess.run([sys.executable, __file__, what, str(size)], check=True, env=os.environ | ONE_CORE)
    return None


if __name__ == "__main__":
    main()
