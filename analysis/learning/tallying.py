"""Counting what the machine may decide alone among many passages, or responses, from their levels (`levels`). Pure."""

from collections import Counter
from dataclasses import dataclass, field

from analysis.coding.abstention import Limits
from analysis.coding.levels import answers, clear, surely

_DECIDED = bytes([0, 1, 1]).ljust(256, b"\0")


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

    def add(self, codes: str, signs: str) -> None:
        """Count passages (or responses) whose levels in these codes stand one after another."""
        names, levels, tally = codes.split(), signs.encode("latin-1"), self.tally
        sure = levels[:: 1 + len(names)]
        whole = sure.translate(clear())
        for code, table in self._tables.items():
            said = bytes(len(sure))
            if code in names:
                said = levels[1 + names.index(code) :: 1 + len(names)].translate(table)
            tally.yes[code] += said.count(1)
            tally.no[code] += said.count(2)
            whole = _both(whole, said.translate(_DECIDED))
        tally.total += len(sure)
        tally.whole += whole.count(1)
        tally.exact += sure.translate(self._exact).count(1)


def _both(one: bytes, other: bytes) -> bytes:
    """1 where both are 1: as two long numbers, for there are too many to look at one by one."""
    return (int.from_bytes(one) & int.from_bytes(other)).to_bytes(len(one))
