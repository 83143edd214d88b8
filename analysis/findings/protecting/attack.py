"""The attacker: what a withheld count can still be, for whoever has all that is shown and knows every rule. Exact.

It is given more than anybody can have: which of the withheld cells are small and which are withheld to cover them. A
value counts as possible only when a whole table was found that has it and fits with everything known, to the last
person; most such tables are found by walking from one to the next, the others by an integer program (HiGHS).
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from itertools import accumulate
from typing import Any

from analysis.findings.protecting.counts import MANY

#: No upper limit.
NO_LIMIT = 10**9
#: How many counts a step of the walk may set right before it is given up, and how many are looked at for each.
_REPAIRS, _LOOKED_AT = 8, 10
#: Steps without anything new before the walk leaves a cell to the integer program.
_PATIENCE = 5
#: How often the integer program looks for tables that are far off in many cells at once, to walk on from there.
_ROUNDS = 3
#: Branches of an integer program before it is given up: what was not found then counts as impossible. No clock, so that
#: the same table gives the same result.
_BRANCHES = 20

#: One cell: the numbers that add up to it, each with its sign.
Sum = Sequence[tuple[int, int]]


@dataclass
class Known:
    """All that is known: each cell is a sum of unknown numbers, from `low` to `high`. `truth` is what they are."""

    sums: list[Sum]
    low: list[int]
    high: list[int]
    truth: list[int]
    seen: list[set[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.values, self.at = list(self.truth), [0] * len(self.sums)
        self.of: list[list[tuple[int, int]]] = [[] for _number in self.truth]
        for cell, parts in enumerate(self.sums):
            for number, sign in parts:
                self.of[number].append((cell, sign))
                self.at[cell] += sign * self.truth[number]
        self.seen = [{value} for value in self.at]
        self.patience = _PATIENCE if len(self.sums) <= MANY else 2 * _PATIENCE
        self.in_the_way: Counter[int] = Counter()
        self.inside: dict[int, dict[int, int]] = {}
        self.chance = random.Random(len(self.sums))  # noqa: S311  the same table gives the same result

    def narrow(self, cells: Sequence[int], wanted: int) -> list[int]:
        """Those of some cells for which fewer values than `wanted` were found possible."""
        left = [cell for cell in cells if self._walked(cell, wanted) < wanted]
        for _round in range(_ROUNDS if len(self.sums) <= MANY else 0):
            if not left:
                break
            self._jump(left)
            left = [cell for cell in left if self._walked(cell, wanted) < wanted]
        return left

    def _jump(self, cells: Sequence[int]) -> None:
        """Go to a table where each of some cells is far more or far less than another, by chance."""
        cost = [0.0] * len(self.truth)
        for cell in cells:
            way = self.chance.choice((-1, 1))
            for number, sign in self.sums[cell]:
                cost[number] += way * sign
        found = solve(cost, self.sums, self.low, self.high, gap=0.3)
        if found is not None:
            self.stand_at(found)

    def _walked(self, cell: int, wanted: int) -> int:
        self.in_the_way.clear()
        for step in (1, -1):
            patience = self.patience
            while len(self.seen[cell]) < wanted and patience:
                before = len(self.seen[cell])
                went = self._step(cell, step)
                patience = self.patience if went and len(self.seen[cell]) > before else patience - 1
        return len(self.seen[cell])

    def _step(self, cell: int, step: int) -> bool:
        """One more or one fewer in a cell, and elsewhere whatever that asks for. Whether such a table was found."""
        moved: list[tuple[int, int]] = []
        mine = self._inside(cell)
        number, sign = self.chance.choice(self.sums[cell])
        self._move(number, sign * step, moved)
        broken = self._broken_among(self.of[number])
        for _repair in range(_REPAIRS):
            if not broken:
                break
            found = self._repair(min(broken), mine, step)
            if found is None:
                break
            self._move(*found, moved)
            broken = {each for each in broken if self._is_broken(each)} | self._broken_among(self.of[found[0]])
        if not broken:
            self._note(moved)
            return True
        self.in_the_way.update(broken)
        for number, by in reversed(moved):
            self._move(number, -by, [])
        return False

    def _inside(self, cell: int) -> dict[int, int]:
        if cell not in self.inside:
            self.inside[cell] = dict(self.sums[cell])
        return self.inside[cell]

    def _repair(self, wrong: int, mine: dict[int, int], step: int) -> tuple[int, int] | None:
        """The number whose change brings a broken cell nearer and breaks least; never back from where we came."""
        way = 1 if self.at[wrong] < self.low[wrong] else -1
        parts, best, least = self.sums[wrong], None, NO_LIMIT
        for _look in range(min(len(parts), _LOOKED_AT)):
            number, sign = parts[int(self.chance.random() * len(parts))]
            by = sign * way
            if self.values[number] + by >= 0 and mine.get(number, 0) * by != -step:
                harm = self._harm(number, by)
                if harm < least:
                    best, least = (number, by), harm
        return best

    def _harm(self, number: int, by: int) -> int:
        """How many cells are out of what is known because of a change of one number, less those it brings nearer."""
        harm = 0
        for cell, sign in self.of[number]:
            now = self.at[cell]
            if (by * sign > 0 and now >= self.high[cell]) or (by * sign < 0 and now <= self.low[cell]):
                harm += 1
            elif now > self.high[cell] or now < self.low[cell]:
                harm -= 1
        return harm

    def _move(self, number: int, by: int, moved: list[tuple[int, int]]) -> None:
        moved.append((number, by))
        self.values[number] += by
        for cell, sign in self.of[number]:
            self.at[cell] += sign * by

    def _is_broken(self, cell: int) -> bool:
        return not self.low[cell] <= self.at[cell] <= self.high[cell]

    def _broken_among(self, cells: Iterable[tuple[int, int]]) -> set[int]:
        return {cell for cell, _sign in cells if self._is_broken(cell)}

    def _note(self, moved: Sequence[tuple[int, int]]) -> None:
        for number, _by in moved:
            for cell, _sign in self.of[number]:
                self.seen[cell].add(self.at[cell])

    def stand_at(self, values: Sequence[int]) -> None:
        """Go to a table that was found, once every sum in it is checked in whole numbers."""
        at = [sum(sign * values[number] for number, sign in parts) for parts in self.sums]
        fits = all(low <= each <= high for low, each, high in zip(self.low, at, self.high, strict=True))
        if not fits or min(values) < 0:
            raise ArithmeticError("the integer program found a table that does not fit")
        self.values, self.at = list(values), at
        for seen, value in zip(self.seen, at, strict=True):
            seen.add(value)


def matrix(sums: Sequence[Sum], width: int) -> Any:
    """The sums as a sparse matrix of that many columns."""
    columns = [number for parts in sums for number, _sign in parts]
    signs = [float(sign) for parts in sums for _number, sign in parts]
    starts = [0, *accumulate(map(len, sums))]
    return import_module("scipy.sparse").csr_array((signs, columns, starts), shape=(len(sums), width))


def solve(
    cost: Sequence[float], sums: Sequence[Sum], low: Sequence[float], high: Sequence[float], gap: float = 0.0
) -> list[int] | None:
    """Whole numbers from 0 on that cost least, or to within a `gap` of it, with every sum from `low` to `high`.

    None where there are none or where that was not settled in time. Numbers that are to be 0 or 1 have a sum of their
    own that says so.
    """
    optimize, infinite = import_module("scipy.optimize"), float("inf")
    limits = [infinite if each >= NO_LIMIT else each for each in high]
    floors = [-infinite if each <= -NO_LIMIT else each for each in low]
    found = optimize.milp(
        list(cost),
        integrality=[1] * len(cost),
        bounds=optimize.Bounds(0, infinite),
        constraints=optimize.LinearConstraint(matrix(sums, len(cost)), floors, limits),
        options={"node_limit": _BRANCHES, "mip_rel_gap": gap},
    )
    return None if found.x is None else [round(float(each)) for each in found.x]
