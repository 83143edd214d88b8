"""Counting what the machine may decide alone among many passages, or responses, from their levels (`levels`). Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.coding.abstention import Limits
from analysis.coding.levels import ABSTAINS, answers, surely

_DECIDED = bytes([0, 1, 1]).ljust(256, b"\0")
_CLEAR = bytes(int(each != ABSTAINS) for each in range(256))


@dataclass
class Tally:
    """How many there are, to how many the machine says yes or no, and of how many it decides everything.

    `exact`: of how many it decides the whole set at once.
    """

    yes: Counter[str] = field(default_factory=Counter)
    no: Counter[str] = field(default_factory=Counter)
    total: int = 0
    whole: int = 0
    exact: int = 0


class Counting:
    """Counts with the limits that were learnt; `exact` is that of whole sets."""

    def __init__(self, limits: Limits, exact: float) -> None:
        self._tables = {code: answers(limits.present[code], limits.absent[code]) for code in limits.present}
        self._exact = surely(exact)
        self.tally = Tally()

    def add(self, codes: str, rows: Iterable[bytes]) -> None:
        """Count passages (or responses) whose levels are of these codes: rows of bytes, one after another."""
        names, levels, tally = codes.split(), b"".join(rows), self.tally
        width = 1 + len(names)
        sure = levels[::width]
        whole = sure.translate(_CLEAR)
        for code, table in self._tables.items():
            said = _column(levels, names, code).translate(table) if code in names else bytes(len(sure))
            tally.yes[code] += said.count(1)
            tally.no[code] += said.count(2)
            whole = _both(whole, said.translate(_DECIDED))
        tally.total += len(sure)
        tally.whole += whole.count(1)
        tally.exact += sure.translate(self._exact).count(1)


def _column(levels: bytes, names: list[str], code: str) -> bytes:
    return levels[1 + names.index(code) :: 1 + len(names)]


def _both(one: bytes, other: bytes) -> bytes:
    """1 where both are 1: as two long numbers, for there are too many to look at one by one."""
    return (int.from_bytes(one) & int.from_bytes(other)).to_bytes(len(one))
