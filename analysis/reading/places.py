"""Places in passages, packed: of a hundred thousand found passages 2.5 MB are kept, and none of their words. Pure."""

from base64 import b85decode, b85encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import Struct

_PACKED = Struct(">B16sII")


@dataclass(frozen=True, slots=True)
class Place:
    """A passage of a wave (its number among those that were asked for); from where to where in it, in code points."""

    wave: int
    passage_id: bytes
    start: int = 0
    end: int = 0


class Packed:
    """Places, packed as they come: 25 bytes each."""

    def __init__(self) -> None:
        self._whole = bytearray()

    def add(self, places: Iterable[Place]) -> None:
        """Some more."""
        for each in places:
            self._whole += _PACKED.pack(each.wave, each.passage_id, each.start, each.end)

    @property
    def text(self) -> str:
        """All of them, as `packed` has it."""
        return b85encode(self._whole).decode("ascii")


def packed(places: Iterable[Place]) -> str:
    """The places as text.

    >>> list(unpacked(packed([Place(0, b"i" * 16, 3, 7)])))[0].end
    7
    """
    found = Packed()
    found.add(places)
    return found.text


def unpacked(text: str) -> Iterator[Place]:
    """What `packed` packed, in the same order."""
    return (Place(*fields) for fields in _PACKED.iter_unpack(b85decode(text)))
