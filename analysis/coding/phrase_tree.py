"""Known phrases found in many passages at once: a tree of stems, walked by all places together.

Node numbers below the number of stems are single stems; every further node is a phrase one stem longer
than its parent. Looking up a step is a binary search over sorted (parent, stem) pairs, so a batch of
passages costs a handful of array operations for each stem of the longest phrase.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Phrase = tuple[str, ...]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class PhraseTree:
    """``stems``: stem -> number. ``pairs``: sorted parent * stems + stem. ``nodes``: the node of each pair."""

    stems: dict[str, int]
    pairs: Whole
    nodes: Whole

    @classmethod
    def of(cls, stems: dict[str, int], longer: Iterable[Phrase]) -> "PhraseTree":
        """A tree of these stems and of the phrases of several of them; unknown stems get no phrase."""
        steps: dict[int, int] = {}
        for phrase in longer:
            numbers = [stems.get(stem, -1) for stem in phrase]
            if min(numbers) >= 0:
                _grow(steps, numbers, len(stems))
        pairs = np.array(sorted(steps), dtype=np.int64)
        return cls(stems, pairs, np.array([steps[pair] for pair in pairs.tolist()], dtype=np.int64))

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.stems) + len(self.pairs)

    def node(self, phrase: Sequence[str]) -> int:
        """The node of a phrase, -1 where it is unknown."""
        numbers = np.array([self.stems.get(stem, -1) for stem in phrase], dtype=np.int64)
        found = [node for place, node in self.walk(numbers, np.zeros(len(numbers), dtype=np.int64)) if 0 in place]
        return int(found[-1][0]) if len(found) == len(phrase) else -1

    def walk(self, stems: Whole, passage: Whole) -> Iterator[tuple[Whole, Whole]]:
        """For each length of phrase: (places where one begins, its node).

        ``stems``: number of the stem at each place of all passages in a row, -1 where unknown;
        ``passage``: the passage each place is in.
        """
        place = np.flatnonzero(stems >= 0)
        node = stems[place]
        ahead = 0
        while len(place):
            yield place, node
            ahead += 1
            place, node = self._step(stems, passage, place, node, ahead)

    def _step(self, stems: Whole, passage: Whole, place: Whole, node: Whole, ahead: int) -> tuple[Whole, Whole]:
        inside = place + ahead < len(stems)
        place, node = place[inside], node[inside]
        goes_on = (passage[place + ahead] == passage[place]) & (stems[place + ahead] >= 0)
        place, node = place[goes_on], node[goes_on]
        if not len(self.pairs) or not len(place):
            return place[:0], node[:0]
        wanted = node * len(self.stems) + stems[place + ahead]
        at = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        known = self.pairs[at] == wanted
        return place[known], self.nodes[at[known]]


def _grow(steps: dict[int, int], numbers: list[int], stems: int) -> None:
    node = numbers[0]
    for number in numbers[1:]:
        node = steps.setdefault(node * stems + number, stems + len(steps))
