"""How likely what somebody wrote speaks of danger to somebody now: a sum of signs, to be read sign by sign. Pure.

It sends nobody anywhere. It puts a passage first before whoever looks after safety, so it would rather show two too
many than miss one. Each sign that is there (`danger_signs.SIGNS`) adds what it weighs; so do pairs of signs that mean
more together, such as violence and “tonight”. The weights and the threshold were learnt from hand-written examples by
logistic regression (``danger_training.py``) and are figures anybody can read (``training/danger-weights.json``).
"""

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from analysis.coding.danger_signs import AGAINST, PAIRED, SHOWN, SIGNS, WHAT, WHEN
from analysis.coding.figures_of_speech import FIGURES
from analysis.coding.identifier import made_plain, whole_signs

WEIGHTS = Path(__file__).parent / "training" / "danger-weights.json"
Span = tuple[int, int]
_WINDOW = 3  # passages read together: what is done and when it was done often stand in neighbouring sentences
_PATTERNS = {name: re.compile(pattern) for name, pattern in SIGNS.items()}
_FIGURES = re.compile(FIGURES)


@dataclass(frozen=True)
class Danger:
    """How likely it is (0 to 1), whether that is enough to show it, and where it stands.

    `spans`: the words that spoke for it, as offsets into the answer. `passages`: those that hold them, counted from 0.
    """

    chance: float
    shown: bool
    spans: tuple[Span, ...] = ()
    passages: tuple[int, ...] = ()


def signs_in(text: str) -> dict[str, list[Span]]:
    """Sign -> where it stands in a text. Manners of speaking are no signs."""
    small = _small(made_plain(text))
    literal = _FIGURES.sub(lambda match: " " * len(match[0]), small)
    found = {name: [match.span() for match in pattern.finditer(literal)] for name, pattern in _PATTERNS.items()}
    return {name: spans for name, spans in found.items() if spans}


def _small(text: str) -> str:
    """A text in small letters, each sign by itself, so that every sign stays in its place."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)


def features_of(signs: Collection[str]) -> frozenset[str]:
    """The signs that are there, how many of a kind, and the pairs that mean more together."""
    kinds = {"what": WHAT.intersection(signs), "when": WHEN.intersection(signs), "against": AGAINST.intersection(signs)}
    counted = {f"{word} {kind}" for kind, there in kinds.items() for word in COUNTED[: len(there)]}
    paired = sorted([*(kind for kind, there in kinds.items() if there), *PAIRED.intersection(signs)])
    return frozenset((*signs, *counted, *(f"{first} & {second}" for first, second in combinations(paired, 2))))


#: One sign of a kind, two, three; more are no more.
COUNTED = ("any", "two of", "three of")


def best_score(features: Collection[str], weights: Mapping[str, float], bias: float) -> float:
    """The log-odds that these features speak for."""
    return bias + sum(weights.get(name, 0.0) for name in sorted(features))


@lru_cache
def learnt() -> tuple[dict[str, float], float, float]:
    """Weights, bias and threshold as they are shipped."""
    kept = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return kept["weights"], kept["bias"], kept["threshold"]


def windows(passages: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Runs of up to three neighbouring passages, as (first, behind the last)."""
    size = min(_WINDOW, len(passages))
    return ((first, first + size) for first in range(len(passages) - size + 1) if size)


def danger_in(text: str, passages: Sequence[Span]) -> Danger:
    """The likeliest stretch of an answer. `passages` are its passages in order (`passages.cut`)."""
    weights, bias, threshold = learnt()
    best = Danger(0.0, shown=False)
    for first, behind in windows(passages):
        start, end = passages[first][0], passages[behind - 1][1]
        signs = signs_in(text[start:end])
        score = best_score(features_of(signs), weights, bias)
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
        if chance > best.chance:
            spans = tuple(whole_signs(text, start + a, start + b) for a, b in _joined(signs))
            best = Danger(chance, chance >= threshold, spans, _holding(passages, range(first, behind), spans))
    return best


def _joined(signs: Mapping[str, list[Span]]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(span for name, spans in signs.items() if name in SHOWN for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _holding(passages: Sequence[Span], among: range, spans: Sequence[Span]) -> tuple[int, ...]:
    """The passages in which a word stands that spoke for it; all of them where none does."""
    holding = tuple(at for at in among if any(passages[at][0] <= start < passages[at][1] for start, _end in spans))
    return holding or tuple(among)
