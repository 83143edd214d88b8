"""An answer as a file of another program holds it, and where an offset in the one is in the other. Pure.

Answers are kept as they came, and offsets into them are code points. Programs disagree on two things only: whether a
line end of two characters counts once or twice, and whether a mark at the very beginning (U+FEFF) counts. So neither
is ever written: every line end is one line feed, and marks at the beginning are left out. Nothing else is changed, and
nothing is normalised, for that would move what stands behind it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property

MARK = "\ufeff"


class Written:
    """One text as it is kept, its `text` as it is written, and the way from offsets in that to this."""

    def __init__(self, kept: str) -> None:
        self.kept = kept
        self.text = kept.lstrip(MARK).replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def _left_out(self) -> list[int]:
        """Offsets in the kept text of the characters that are not written."""
        marks = len(self.kept) - len(self.kept.lstrip(MARK))
        return [*range(marks), *_found(self.kept, "\r\n")]

    def there(self, offset: int) -> int:
        """Where an offset in the kept text is in the written one.

        >>> Written("one\\r\\ntwo").there(5)
        4
        """
        return offset - bisect_left(self._left_out, offset)


def _found(text: str, what: str) -> Iterator[int]:
    at = text.find(what)
    while at >= 0:
        yield at
        at = text.find(what, at + len(what))


def utf16_units(text: str, offsets: Iterable[int]) -> list[int]:
    """Offsets in code points as browsers count them, in UTF-16 units.

    >>> utf16_units("a😀b", [1, 2, 3])
    [1, 3, 4]
    """
    return [at + sum(character > "\uffff" for character in text[:at]) for at in offsets]
