"""Under a quote: who said it, in at most two words of theirs, and only what at least ten people share. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from surveys.intake.rounding import THRESHOLD

#: A name of an answer and what was answered.
Descriptor = tuple[str, str]
MOST = 2


def ways(wanted: Sequence[Descriptor]) -> list[tuple[Descriptor, ...]]:
    """What can stand under a quote, the most first: all that is wanted, each alone, nothing."""
    few = tuple(wanted[:MOST])
    alone = [(each,) for each in few] if len(few) > 1 else []
    return [few, *alone, ()] if few else [()]


@dataclass
class Shared:
    """How many people share each of some combinations, counted response by response. Never shown, nor rounded."""

    combinations: Iterable[tuple[Descriptor, ...]]
    people: int = 0
    _counts: Counter[tuple[Descriptor, ...]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.combinations = {each for each in self.combinations if each}

    def add(self, answers: dict[str, object]) -> None:
        """Count one response."""
        self.people += 1
        for each in self.combinations:
            self._counts[each] += all(answers.get(name) == value for name, value in each)

    def kept(self, wanted: Sequence[Descriptor]) -> tuple[Descriptor, ...]:
        """Of what is wanted, the most that at least ten people share together."""
        return next(way for way in ways(wanted) if not way or self._counts[way] >= THRESHOLD)
