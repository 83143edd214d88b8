"""The frame of a draw: every response that can be drawn, with its stratum. Pure.

Of a million responses it is 18 MB; as a dictionary of Python it was ten times that.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping

from analysis.findings.releases.rolls import Roll


class Frame(Mapping[bytes, str]):
    """Response -> stratum, from pairs that come in the order of the responses' ids. Raises `ValueError` otherwise.

    >>> Frame([(b"a" * 16, "survivor"), (b"b" * 16, "provider")])[b"b" * 16]
    'provider'
    """

    def __init__(self, pairs: Iterable[tuple[bytes, str]]) -> None:
        ids, places, last = bytearray(), array("H"), b""
        self._strata: dict[str, int] = {}
        for response_id, stratum in pairs:
            if response_id <= last:
                raise ValueError("responses must come in the order of their ids")
            last = response_id
            ids += response_id
            places.append(self._strata.setdefault(stratum, len(self._strata)))
        self.roll, self._places = Roll(bytes(ids)), places

    def __len__(self) -> int:
        """How many responses there are."""
        return len(self._places)

    def __iter__(self) -> Iterator[bytes]:
        """Their ids, in order."""
        return iter(self.roll)

    def __contains__(self, response_id: object) -> bool:
        """Whether a response is in it."""
        return response_id in self.roll

    def __getitem__(self, response_id: bytes) -> str:
        """The stratum of a response. Raises `KeyError`."""
        at = self.roll.place(response_id)
        if at is None:
            raise KeyError(response_id)
        return self.strata[self._places[at]]

    @property
    def strata(self) -> list[str]:
        """The names of its strata."""
        return list(self._strata)

    @property
    def pairs(self) -> Iterator[tuple[bytes, str]]:
        """Responses and strata, in order."""
        names = self.strata
        return zip(self.roll, (names[place] for place in self._places), strict=True)

    def sizes(self) -> dict[str, int]:
        """Stratum -> how many responses."""
        return {name: self._places.count(place) for name, place in self._strata.items()}
