"""How likely what somebody wrote speaks of danger to somebody now: a sum of signs that can be read, sign by sign. Pure.

It sends nobody anywhere. It puts a passage first before whoever looks after safety, so it would rather show ten too many
than miss one. Each sign that is there (`danger_signs.SIGNS`) adds what it weighs; so do pairs of signs that mean more
together, such as violence and “tonight”. The weights and the threshold were learnt from hand-written examples by
logistic regression (``danger_training.py``) and are kept as figures anybody can read (``training/danger-weights.json``).
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from analysis.coding.danger_signs import FIGURES, SIGNS
from analysis.coding.identifier import made_plain

WEIGHTS = Path(__file__).parent / "training" / "danger-weights.json"
Span = tuple[int, int]
_WINDOW = 3  # passages read together: what is done and when it was done often stand in neighbouring sentences

_PATTERNS = {name: re.compile(pattern) for name, (_said, pattern) in SIGNS.items()}
#: Kinds of sign, of which pairs are looked at.
WHAT = frozenset(("harm", "injury", "threat", "weapon", "suicide", "stalked", "held", "planned", "present violence", "fear"))
WHEN = frozenset(("now", "lately", "coming", "still", "home with them"))
AGAINST = frozenset(("past", "safe now", "not so", "services", "in general"))
#: Signs that are no reason to show a passage, only part of the sum.
_NOT_SHOWN = AGAINST | {"about me", "about one"}


@dataclass(frozen=True)
class Danger:
    """How likely it is (0 to 1), whether that is enough to show it, and where the words stand that spoke for it."""

    chance: float
    shown: bool
    spans: tuple[Span, ...] = ()
    passages: tuple[int, ...] = ()


def _signs_in(text: str) -> dict[str, list[Span]]:
    """Sign -> where it stands; manners of speaking are no signs."""
    small = made_plain(text).lower()
    if len(small) != len(text):  # a letter that is two in small letters would move all that follows
        small = "".join(low if len(low := sign.lower()) == 1 else sign for sign in made_plain(text))
    literal = FIGURES.sub(lambda match: " " * len(match[0]), small)
    found = {name: [match.span() for match in pattern.finditer(literal)] for name, pattern in _PATTERNS.items()}
    return {name: spans for name, spans in found.items() if spans}


def features_of(signs: Sequence[str] | dict[str, list[Span]]) -> frozenset[str]:
    """The signs that are there, the kinds they belong to, and the pairs that mean more together."""
    there = frozenset(signs)
    what, when, against = there & WHAT, there & WHEN, there & AGAINST
    found = set(there)
    found |= {name for name, kind in (("any what", what), ("any when", when), ("any against", against)) if kind}
    found |= {name for name, kind in (("two of what", what), ("two of when", when), ("two against", against)) if len(kind) > 1}
    found |= {name for name, kind in (("three of what", what), ("three of when", when)) if len(kind) > 2}
    kinds = [name for name, kind in (("what", what), ("when", when), ("against", against)) if kind]
    kinds += [name for name in ("about me", "about one", "child", "no answer") if name in there]
    found |= {f"{first} & {second}" for first, second in combinations(kinds, 2)}
    return frozenset(found)


@lru_cache
def _learnt() -> tuple[dict[str, float], float, float]:
    kept = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return kept["weights"], kept["bias"], kept["threshold"]


def chance_of(features: frozenset[str]) -> float:
    """What the weights make of the features of one stretch."""
    weights, bias, _threshold = _learnt()
    score = bias + sum(weights.get(name, 0.0) for name in sorted(features))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def windows(passages: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Runs of up to three neighbouring passages, as (first, behind the last)."""
    size = min(_WINDOW, len(passages))
    for first in range(len(passages) - size + 1):
        yield first, first + size


def danger_in(text: str, passages: Sequence[Span]) -> Danger:
    """The likeliest stretch of an answer. `passages` are its passages in order (`passages.cut`).

    Spans are offsets into the answer, in code points, end exclusive, in order; `passages` counts from 0.
    """
    best = Danger(0.0, shown=False)
    threshold = _learnt()[2]
    for first, behind in windows(passages):
        start, end = passages[first][0], passages[behind - 1][1]
        signs = _signs_in(text[start:end])
        chance = chance_of(features_of(signs))
        if chance > best.chance:
            spans = tuple((start + a, start + b) for a, b in _joined(signs))
            best = Danger(chance, chance >= threshold, spans, _holding(passages, range(first, behind), spans))
    return best


def _joined(signs: dict[str, list[Span]]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(span for name, spans in signs.items() if name not in _NOT_SHOWN for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _holding(passages: Sequence[Span], among: range, spans: Sequence[Span]) -> tuple[int, ...]:
    """The passages in which a word stands that spoke for it; all of them where none does."""
    holding = tuple(at for at in among if any(passages[at][0] <= start < passages[at][1] for start, _end in spans))
    return holding or tuple(among)
