"""Whom figures are of: ids of responses in their own order, which is random, and a bit for each in each group.

A million responses are 16 MB and a group of them 125 kB; as sets of Python they were hundreds of MB. Only what compares
two rolls loads numpy, which no page may.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from safekeeping.vault import ID_BYTES

#: Who of a roll is in a group: bit n stands for its n-th response.
Bits = int


@dataclass(frozen=True)
class Roll(Collection[bytes]):
    """Ids of responses, each once, sorted and joined."""

    joined: bytes = b""

    def __len__(self) -> int:
        """How many they are."""
        return len(self.joined) // ID_BYTES

    def __getitem__(self, at: int) -> bytes:
        """The id at that place."""
        return self.joined[at * ID_BYTES : (at + 1) * ID_BYTES]

    def __iter__(self) -> Iterator[bytes]:
        """The ids in their order."""
        return (self[at] for at in range(len(self)))

    def __contains__(self, response_id: object) -> bool:
        """Whether a response is among them."""
        return isinstance(response_id, bytes) and self.place(response_id) is not None

    def place(self, response_id: bytes) -> int | None:
        """Where a response stands among them; None where it does not."""
        at = bisect_left(self, response_id, 0, len(self))
        return at if at < len(self) and self[at] == response_id else None

    @property
    def everybody(self) -> Bits:
        """The bits of all of them."""
        return (1 << len(self)) - 1

    def bits(self, members: Iterable[bytes]) -> Bits:
        """The bits of those of `members` that are among them."""
        mine = roll_of(members)
        return _packed(_among(self, mine)) if mine else 0

    def lacks(self, others: "Roll") -> bool:
        """Whether somebody of the others is not among them."""
        return bool(len(others)) and not _among(others, self).all()

    def only(self, chosen: Bits) -> "Roll":
        """Those whose bits are set."""
        return Roll(_array(self)[_unpacked(chosen, len(self))].tobytes())


def roll_of(response_ids: Iterable[bytes]) -> Roll:
    """A roll of some ids, in whatever order they come, each once."""
    if isinstance(response_ids, Roll):
        return response_ids
    return Roll(b"".join(sorted(set(response_ids))))


def together(one: Roll, other: Roll) -> tuple[Roll, Bits, Bits]:
    """Everybody of two rolls, and who of them is in either."""
    if one == other:
        return one, one.everybody, one.everybody
    import numpy as np

    both = Roll(np.unique(np.concatenate((_array(one), _array(other)))).tobytes())
    return both, _packed(_among(both, one)), _packed(_among(both, other))


def moved(bits: Bits, of: Roll, members: Bits, to: Roll) -> Bits:
    """The bits of a group of one roll on a wider one, in which `members` are those of the first."""
    if of == to:
        return bits
    inside = _unpacked(members, len(to))
    inside[inside] = _unpacked(bits, len(of))
    return _packed(inside)


def narrowed(bits: Bits, length: int, chosen: Bits) -> Bits:
    """The bits of a group on `Roll.only(chosen)` of a roll of that length."""
    return _packed(_unpacked(bits, length)[_unpacked(chosen, length)])


def by_place(places: Any, count: int) -> list[Bits]:
    """Of each of `count` groups who is in it; `places` (an array) says for each response in which."""
    import numpy as np

    found = np.asarray(places)
    return [_packed(found == place) for place in range(count)]


def _array(roll: Roll) -> Any:
    import numpy as np

    # compared byte by byte to the end, as the ids are all of one length
    return np.frombuffer(roll.joined, dtype=f"S{ID_BYTES}")


def _among(roll: Roll, others: Roll) -> Any:
    """For each of a roll whether it is among others."""
    import numpy as np

    if not others:
        return np.zeros(len(roll), dtype=bool)
    mine, theirs = _array(roll), _array(others)
    at = np.searchsorted(theirs, mine)
    return theirs[np.minimum(at, len(theirs) - 1)] == mine


def _packed(chosen: Any) -> Bits:
    import numpy as np

    return int.from_bytes(np.packbits(chosen, bitorder="little").tobytes(), "little")


def _unpacked(bits: Bits, length: int) -> Any:
    import numpy as np

    packed = np.frombuffer(bits.to_bytes(length // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(packed, count=length, bitorder="little").astype(bool)
