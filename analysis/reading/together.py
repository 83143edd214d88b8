"""Which codes stand together: in one passage, and in one response. Pure; counts are symmetric by construction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from analysis.reading.measures import certain, chance, jaccard, likelihood


@dataclass(frozen=True)
class Pair:
    """Two codes, in the order of the standard: how many have both; of either the share with both; and whether they are
    together more often (+1) or less often (-1) than chance would have it, or nothing certain can be said (0)."""

    one: str
    other: str
    both: int
    jaccard: float
    beyond_chance: int


@dataclass
class Sets:
    """Counts of sets of codes: how many have each code, how many each two, and how many there are."""

    total: int = 0
    singles: Counter[str] = field(default_factory=Counter)
    doubles: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, codes: Iterable[str]) -> None:
        """Count one passage or response by the codes that it has."""
        here = sorted(set(codes))
        self.total += 1
        self.singles.update(here)
        self.doubles.update(combinations(here, 2))

    def both(self, one: str, other: str) -> int:
        """How many have both; of a code with itself, how many have it."""
        return self.singles[one] if one == other else self.doubles[min(one, other), max(one, other)]

    def pairs(self, codes: Sequence[str]) -> list[Pair]:
        """Every two of these codes, tested together (log-likelihood, 1 % after Holm)."""
        every = list(combinations(codes, 2))
        strength = {
            f"{one} {other}": likelihood(self.both(one, other), self.singles[one], self.singles[other], self.total)
            for one, other in every
        }
        sure = certain({name: chance(each) for name, each in strength.items()})
        return [self._pair(one, other, strength[f"{one} {other}"], f"{one} {other}" in sure) for one, other in every]

    def _pair(self, one: str, other: str, strength: float, sure: bool) -> Pair:
        both = self.both(one, other)
        share = jaccard(both, self.singles[one], self.singles[other])
        return Pair(one, other, both, share, (1 if strength > 0 else -1) if sure else 0)


@dataclass
class Standing:
    """Counts by passage and by response. The passages of a response must come one after the other."""

    passages: Sets = field(default_factory=Sets)
    responses: Sets = field(default_factory=Sets)
    _now: bytes = b""
    _codes: set[str] = field(default_factory=set)

    def add(self, response_id: bytes, codes: Iterable[str]) -> None:
        """Count one passage."""
        if response_id != self._now:
            self.finish()
            self._now = response_id
        here = set(codes)
        self.passages.add(here)
        self._codes |= here

    def finish(self) -> None:
        """Count the last response too."""
        if self._now:
            self.responses.add(self._codes)
        self._now, self._codes = b"", set()
