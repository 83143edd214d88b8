"""The plain things that go into the suggester and come out of it. Needs no other library."""

from collections.abc import Sequence
from dataclasses import dataclass

STANCES = ("praise", "problem", "suggestion", "neutral")


@dataclass(frozen=True)
class Coded:
    """What people decided of one passage: codes of sections and themes, and one of ``STANCES``."""

    sections: tuple[str, ...]
    themes: tuple[str, ...]
    stance: str


@dataclass(frozen=True)
class Answer:
    """One answer as its passages in order, with the words of the question where they are known."""

    passages: Sequence[str]
    question: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What the machine suggests for one passage.

    ``sections``: probability of each section, in the Standards' order. ``chosen``: the suggested set, in
    that order; empty means no view on services. ``themes``: themes of chosen sections only.
    ``confidence``: calibrated probability that ``chosen`` is exactly the set a coder would give.
    ``reasons``: spans (start, end) in code points of the passage, the words that weighed most.
    """

    sections: dict[str, float]
    chosen: tuple[str, ...]
    themes: tuple[str, ...]
    stance: str
    confidence: float
    reasons: tuple[tuple[int, int], ...]
