"""How fast passages are coded on one core, and that memory stays flat however many there are.

Run: ``.venv/bin/python benchmarks/coding_speed.py [passages ...]``. Each size runs in a process of its own and prints
passages a second, of the processor's time and of the clock's, and the most memory held. The passages are those of
`many_answers.py`, where none comes twice. ``answers`` cuts the answers into passages as well, as `heard code` does.
``side by side`` takes turns, a thousand answers each, with plain TF-IDF and logistic regression over the same
passages, so that what else the machine does slows both: its ratio is the figure to go by on a shared machine.
Where the extra ``[encoder]`` is installed, it is timed on 600.
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


def speeds(passages: int, *acts: Callable[[list[Answer]], object]) -> list[tuple[float, float]]:
    """Passages a second of processor time and of the clock, for each of these that take turns."""
    coming, spent = answers(passages), [[0.0, 0.0] for _ in acts]
    while some := list(itertools.islice(coming, ANSWERS)):
        for act, times in zip(acts, spent, strict=True):
            began, clock = time.process_time(), time.perf_counter()
            act(some)
            times[0] += time.process_time() - began
            times[1] += time.perf_counter() - clock
    return [(passages / used, passages / clock) for used, clock in spent]


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
    [(rate, clock)] = speeds(passages, ACTS[what]())
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rates = f"{rate:9,.0f} a second of the processor, {clock:9,.0f} of the clock"
    print(f"{what:12s} {passages:9,d} passages: {rates}, {held:6,.0f} MB", flush=True)


def side_by_side(what: str, passages: int) -> None:
    """The default suggester and the yardstick, taking turns."""
    (rate, clock), (plain_rate, plain_clock) = speeds(passages, _default(), plain())
    print(
        f"{what} {passages:9,d} passages: default {rate:,.0f}, plain {plain_rate:,.0f} a second of the processor "
        f"({clock:,.0f} and {plain_clock:,.0f} of the clock), ratio {rate / plain_rate:.2f}",
        flush=True,
    )


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


ACTS = {"default": _default, "answers": _answers, "plain": plain, "encoder": _encoder}
SIDE_BY_SIDE = "side by side"


def main() -> None:
    """Each measurement in a process of its own, held to one core."""
    if len(sys.argv) == 3 and not sys.argv[1].isdigit():
        return (side_by_side if sys.argv[1] == SIDE_BY_SIDE else measure)(sys.argv[1], int(sys.argv[2]))
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    runs = [("plain", min(sizes)), *(("default", size) for size in sizes), ("answers", min(sizes))]
    runs.append((SIDE_BY_SIDE, min(sizes)))
    for what, size in [*runs, *([("encoder", ENCODED)] if folder() else [])]:
        subprocess.run([sys.executable, __file__, what, str(size)], check=True, env=os.environ | ONE_CORE)
    return None


if __name__ == "__main__":
    main()
