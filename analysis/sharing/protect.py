"""Disclosure control of a data file: nobody stands alone in what is known about people. Pure and deterministic.

Of the variables about the person, every combination that is left in the file is held by ten people at least
(k-anonymity, Samarati and Sweeney 1998). It is reached cell by cell: rows of the smallest combinations lose one cell,
the one that joins them to the largest group, then another where that is not enough.

Rows that lose a cell because their combination is rare are joined by ten to nineteen rows that did not need to, where
there are so many. How many is known to nobody without the keys: so a withheld cell does not say that what stood there
was rare, and the size of the group does not say how many were.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from analysis.sharing.variables import WITHHELD
from surveys.intake.rounding import THRESHOLD

#: The numbers of rows, as compact as numbers can be.
Places: TypeAlias = "array[int]"
#: One row's values of the variables about the person.
Cells = tuple[int, ...]
#: How many rows more than ten join, 0 to 9, for a pattern: it follows from the keys.
More = Callable[[Cells], int]


class TooFew(ValueError):
    """There are fewer than ten rows: nothing of them may be shown."""


def protected(rows: Sequence[Cells], more: More = lambda pattern: 0) -> list[Cells]:
    """The rows with cells withheld until every combination is held by ten. Raises `TooFew` under ten rows.

    Which rows join others goes by their order, so that should be random.
    """
    if len(rows) < THRESHOLD:
        raise TooFew("fewer than ten rows")
    grouping = _Grouping(rows, more)
    grouping.withhold()
    shown = list(rows)
    for cells, members in grouping.done():
        for member in members:
            shown[member] = cells
    return shown


class _Grouping:
    """Groups of rows: those large enough as they are, those still too small, and those made of withheld cells."""

    def __init__(self, rows: Sequence[Cells], more: More) -> None:
        groups: dict[Cells, Places] = defaultdict(lambda: array("I"))
        for place, cells in enumerate(rows):
            groups[cells].append(place)
        self.width, self.more = len(rows[0]), more
        self.large = {cells: members for cells, members in groups.items() if len(members) >= THRESHOLD}
        self.small = {cells: members for cells, members in groups.items() if len(members) < THRESHOLD}
        self.made: dict[Cells, Places] = {}
        self.fitting: dict[Cells, list[Cells]] = {}
        self.spare: dict[Cells, int] = {}

    def done(self) -> Iterator[tuple[Cells, Places]]:
        yield from self.large.items()
        yield from self.made.items()

    def withhold(self) -> None:
        """One more cell of what is too small, until nothing is."""
        for level in range(1, self.width + 1):
            self._look_at(level)
            joined: dict[Cells, Places] = defaultdict(lambda: array("I"))
            for cells in sorted(self.small, key=lambda cells: (len(self.small[cells]), cells)):
                joined[self._pattern(cells, joined)] += self.small[cells]
            self.small = {}
            for pattern in sorted(joined):
                self._settle(pattern, joined[pattern], last=level == self.width)

    def _look_at(self, level: int) -> None:
        """For patterns with so many cells withheld: which large groups agree with each, and how many rows they can
        give and still be ten."""
        fitting: dict[Cells, list[Cells]] = defaultdict(list)
        for places in combinations(range(self.width), level):
            for cells in self.large:
                fitting[tuple(WITHHELD if at in places else cell for at, cell in enumerate(cells))].append(cells)
        self.fitting = fitting
        self.spare = {pattern: sum(len(self.large[each]) - THRESHOLD for each in of) for pattern, of in fitting.items()}

    def _pattern(self, cells: Cells, joined: dict[Cells, Places]) -> Cells:
        """The cells with one more withheld: the one that brings them among the most others."""
        ways = [
            (*cells[:place], WITHHELD, *cells[place + 1 :]) for place in range(self.width) if cells[place] != WITHHELD
        ]
        return max(ways, key=lambda way: (len(joined.get(way, ())) + self.spare.get(way, 0), way))

    def _settle(self, pattern: Cells, members: Places, last: bool) -> None:
        if pattern in self.made:  # it was large enough before these came
            self.made[pattern] += members
            return
        wanted = THRESHOLD + self.more(pattern)
        givers = self._givers(pattern)
        if sum(len(self.large[cells]) - THRESHOLD for cells in givers) >= wanted:
            self.made[pattern] = members + self._taken(givers, wanted)
        elif last:
            self.made[pattern] = members + self._dissolved(wanted)
        else:
            self.small[pattern] = members

    def _givers(self, pattern: Cells) -> list[Cells]:
        """The large groups that agree with a pattern, the largest first."""
        return sorted(self.fitting.get(pattern, ()), key=lambda cells: (-len(self.large[cells]), cells))

    def _taken(self, givers: list[Cells], wanted: int) -> Places:
        taken = array("I")
        for cells in givers:
            part = min(wanted - len(taken), len(self.large[cells]) - THRESHOLD)
            taken += self.large[cells][:part]
            self.large[cells] = self.large[cells][part:]
        return taken

    def _dissolved(self, wanted: int) -> Places:
        """Whole groups, the smallest first, where nothing less will do."""
        taken = array("I")
        while len(taken) < wanted and (self.large or self.made):
            of = self.large or self.made
            cells = min(of, key=lambda cells: (len(of[cells]), cells))
            taken += of.pop(cells)
        return taken


def smallest_group(rows: Sequence[Cells]) -> int:
    """The fewest rows that share a combination: the check after the work. 0 where there are no rows."""
    counts: dict[Cells, int] = defaultdict(int)
    for cells in rows:
        counts[cells] += 1
    return min(counts.values(), default=0)
