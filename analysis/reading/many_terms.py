"""Counts of terms whose memory hardly grows: those of few people are counted on without their words.

Of a million answers there are millions of words and pairs that one person wrote; as text they would be gigabytes. A
term that fewer than `least` people have said so far goes into arrays, by 64 bits of its hash, nine bytes each. It comes
back with its full count as soon as enough have said it. So what is asked for at the end, terms of `least` people and
more, is exact; that two of ten million terms share their 64 bits has a chance of three in a million. Pure; for jobs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

#: So many terms are held as text before the rare ones are let go.
MOST = 20_000
#: `least` must fit: what is let go is counted in one byte.
LARGEST_LEAST = 250


class ManyTerms:
    """Term -> how many people said it, for the terms that `least` people have said. Raises `ValueError` for a `least`
    over 250."""

    def __init__(self, least: int, most: int = MOST) -> None:
        if least > LARGEST_LEAST:
            raise ValueError("what is let go is counted in one byte")
        self._least, self._most, self._limit = least, most, most
        self._held: Counter[str] = Counter()
        self._hashes: Any = None
        self._counts: Any = None

    def update(self, terms: Iterable[str]) -> None:
        """Count one person's terms, each once."""
        self._held.update(terms)
        if len(self._held) > self._limit:
            self._let_go()
            self._limit = max(self._most, 2 * len(self._held))

    def counted(self) -> Mapping[str, int]:
        """The terms that `least` people have said, or more, with how many; a term that is not there counts as 0."""
        if self._hashes is not None:
            self._let_go()
        return Counter({term: count for term, count in self._held.items() if count >= self._least})

    def _let_go(self) -> None:
        """Keep as text what enough have said, with what was let go of it before; and the rest as numbers."""
        import numpy as np

        terms = list(self._held)
        hashes = np.fromiter(map(hash, terms), np.int64, len(terms))
        counts = np.fromiter(self._held.values(), np.int64, len(terms))
        known, where = self._places(hashes)
        counts[known] += self._counts[where[known]] if self._counts is not None else 0
        stay = counts >= self._least
        self._forget(where[known & stay])
        self._held = Counter({terms[at]: int(counts[at]) for at in np.flatnonzero(stay)})
        self._take(hashes[~stay], counts[~stay])

    def _places(self, hashes: Any) -> tuple[Any, Any]:
        """Of each hash whether it was let go before, and where it is."""
        import numpy as np

        if self._hashes is None:
            self._hashes, self._counts = np.zeros(0, np.int64), np.zeros(0, np.uint8)
        where = np.searchsorted(self._hashes, hashes)
        inside = np.minimum(where, max(len(self._hashes) - 1, 0))
        known = self._hashes[inside] == hashes if len(self._hashes) else np.zeros(len(hashes), bool)
        return known, inside

    def _forget(self, where: Any) -> None:
        import numpy as np

        self._hashes, self._counts = np.delete(self._hashes, where), np.delete(self._counts, where)

    def _take(self, hashes: Any, counts: Any) -> None:
        """The whole counts of what is let go now, in the place of what was there."""
        import numpy as np

        known, where = self._places(hashes)
        self._counts[where[known]] = counts[known]
        joined = np.concatenate((self._hashes, hashes[~known]))
        order = np.argsort(joined, kind="stable")
        self._hashes = joined[order]
        self._counts = np.concatenate((self._counts, counts[~known].astype(np.uint8)))[order]
