"""The plain things that go into the suggester and come out of it. Needs no other library."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the machine suggests for one passage.

    ``sections``: probability of each section, in the Standards' order. ``chosen``: the suggested set, in
    that order; empty means no view on services. ``themes``: themes of chosen sections only.
    ``confidence``: calibrated probability that ``chosen`` is exactly the set a coder would give.
    ``reasons``: spans (start, end) in code points of the passage, the words that weighed most.
    ``origin``: who suggests, where that is not the same for all passages of a run.
    """

    sections: dict[str, float]
    chosen: tuple[str, ...]
    themes: tuple[str, ...]
    stance: str
    confidence: float
    reasons: tuple[tuple[int, int], ...]
    origin: str = ""

    @property
    def abstains(self) -> bool:
        """True where nothing is suggested and a person must decide; not the same as suggesting no section."""
        return self.confidence == 0


class Suggester(Protocol):
    """Whatever suggests: the trained one, one that goes by seeds, one that learnt from people, a language model."""

    def suggest(self, answers: Sequence[Answer], reasons: bool = True) -> list[list[Suggestion]]:
        """Suggestions for every passage of every answer, in the order given."""
        ...


@dataclass(frozen=True)
class InUse:
    """A suggester that is in use, and the name under which its suggestions are kept."""

    suggester: Suggester
    identity: str


def needs_a_person(sections: Sequence[str], origin: str) -> Suggestion:
    """No suggestion at all for a passage."""
    return Suggestion(dict.fromkeys(sections, 0.0), (), (), "", 0.0, (), origin)


def apart(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order, without those that begin inside an earlier one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)
