"""An attacker of published tables who knows every rule, and shares no code with what protects them.

It has the published cells only: what they are called, what is shown, what is withheld. Each shown number stands for
five counts, fewer at the threshold; each withheld one for any count at all. Every innermost cell is a whole number,
every margin their sum. Least and most come from an integer program; so does each value between, where few are left.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

#: The categories of a cell by dimension, without those it is a total over -> what was published of it.
Published = Mapping[frozenset[tuple[str, str]], int | None]


class Attacker:
    """Holds some published tables of the same people; cells of the same meaning are the same count."""

    def __init__(self, tables: Sequence[Published], threshold: int) -> None:
        self.rows: list[dict[int, int]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.cells: list[tuple[frozenset[tuple[str, str]], dict[int, int], bool]] = []
        self.width = 0
        known: dict[frozenset[tuple[str, str]], dict[int, int]] = {}
        for table in tables:
            self._read(table, threshold, known)

    def _read(self, table: Published, threshold: int, known: dict[frozenset[tuple[str, str]], dict[int, int]]) -> None:
        deepest = max(map(len, table))
        inner = [cell for cell in table if len(cell) == deepest]
        number = {cell: self.width + at for at, cell in enumerate(inner)}
        self.width += len(inner)
        for cell, shown in table.items():
            row = {number[each]: 1 for each in inner if cell <= each}
            if cell in known:
                self._bound({**known[cell], **dict.fromkeys(row, -1)}, 0, 0)
            known.setdefault(cell, row)
            if shown is not None:
                least = 0 if shown == 0 else max(shown - 2, threshold)
                self._bound(row, least, shown + 2 if shown else 0)
            self.cells.append((cell, row, shown is None))

    def _bound(self, row: dict[int, int], low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _solve(self, cost: np.ndarray, more: tuple[dict[int, int], int] | None = None) -> float | None:
        rows = self.rows + ([more[0]] if more else [])
        low, high = self.low + ([more[1]] if more else []), self.high + ([more[1]] if more else [])
        at = [(row, column, sign) for row, parts in enumerate(rows) for column, sign in parts.items()]
        lines, columns, signs = zip(*at, strict=True)
        matrix = csr_matrix((np.array(signs, float), (lines, columns)), shape=(len(rows), self.width))
        found = milp(
            cost,
            integrality=np.ones(self.width),
            bounds=Bounds(0, 10_000),
            constraints=LinearConstraint(matrix, np.array(low, float), np.array(high, float)),
        )
        assert found.status in (0, 2), found.message
        return None if found.x is None else float(found.fun)

    def values_left(self, enough: int) -> dict[frozenset[tuple[str, str]], int]:
        """How many values each withheld cell can still have, up to `enough`."""
        return {cell: self._left(row, enough) for cell, row, withheld in self.cells if withheld}

    def _left(self, row: dict[int, int], enough: int) -> int:
        cost = np.zeros(self.width)
        cost[list(row)] = 1
        least, most = self._solve(cost), self._solve(-cost)
        assert least is not None, "what is published contradicts itself"
        assert most is not None
        low, high = round(least), round(-most)
        if high - low + 1 < enough:
            return high - low + 1
        nothing, left = np.zeros(self.width), 2
        for value in range(low + 1, high):
            if left >= enough:
                break
            left += self._solve(nothing, (row, value)) is not None
        return left
