"""Which counts of a table are shown, to the nearest five, and which are withheld. Pure: what is counted, comes out.

Withheld are counts under the threshold, with none among them; a count that is everybody it could be; and then, cheapest
first and by an integer program, as many others as it takes until each withheld count can still be three different
numbers, or five at a threshold of ten, for the attacker of `attack`. Figures of other tables of the same people that
were released before are known to the attacker too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.findings.protecting.attack import NO_LIMIT, Known, Sum, solve
from analysis.findings.protecting.counts import MANY, Counts, Meaning, Place, meaning
from surveys.intake.rounding import ROUNDING, rounded

#: Threshold -> how many values a withheld count must keep. Ten is for survivors, small areas and cross tabulations.
KEPT_OPEN = {5: 3, 10: 5}
LEAST_PEOPLE = 10
_BREADTH = ROUNDING // 2
#: What withholding a margin costs, in cells, for each dimension that it is a total over.
_MARGIN_COST = 25


class TooFewPeople(ValueError):
    """There are fewer than ten people: there is no table of them."""


class NothingLeft(ValueError):
    """With what was released before, nothing of this table can be shown."""


@dataclass(frozen=True)
class ShownCounts:
    """What may be seen of `Counts`: each cell and margin to the nearest five, or None for withheld."""

    dimensions: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    shown: Mapping[Place, int | None]
    threshold: int


@dataclass(frozen=True)
class Released:
    """A table of the same people that was let out before: its true counts, and what of them was shown."""

    counts: Counts
    shown: ShownCounts


def protect_counts(table: Counts, threshold: int = 10, after: Sequence[Released] = ()) -> ShownCounts:
    """What may be seen of a table, also by whoever has those released before it.

    Raises `TooFewPeople` under ten people, and `KeyError` for a threshold that is not in `KEPT_OPEN`.
    """
    if table.total < LEAST_PEOPLE:
        raise TooFewPeople("fewer than ten people")
    return _protected(table, threshold, after, {})


#: Dimensions -> what was decided of the table of these alone.
Decided = dict[tuple[str, ...], ShownCounts]


def _protected(table: Counts, threshold: int, after: Sequence[Released], decided: Decided) -> ShownCounts:
    """Margins first, each from nothing but itself: so tables that share a margin agree on it without being compared."""
    if table.dimensions in decided:
        return decided[table.dimensions]
    fixed: dict[Meaning, int | None] = {frozenset(): rounded(table.total)}
    for margin in table.narrower():
        of_it = _protected(margin, threshold, after, decided)
        for place, count in of_it.shown.items():
            same = fixed.get(meaning(margin, place), count)
            fixed[meaning(margin, place)] = None if same is None else count
    work = _covered(table, threshold, after, fixed)
    shown = {place: None if at in work.withheld else rounded(work.true[at]) for at, place in enumerate(table.places)}
    decided[table.dimensions] = ShownCounts(table.dimensions, table.categories, shown, threshold)
    return decided[table.dimensions]


def _covered(table: Counts, threshold: int, after: Sequence[Released], fixed: Mapping[Meaning, int | None]) -> "_Work":
    """As the strongest attacker allows who leaves anything: one who knows which counts are small, and from other tables
    the margins of single dimensions to the person; else one who does not; and else margins are withheld too."""
    ways = ((fixed, True, True), (fixed, False, True), (fixed, False, False))
    for margins, knows_which, exact in ways if len(table.places) <= MANY else ways[2:]:
        work = _Work(table, threshold, after, margins, knows_which, exact)
        try:
            work.cover()
        except NothingLeft:
            continue
        return work
    work = _Work(table, threshold, after, {}, knows_which=False, exact=False)
    work.cover()
    return work


class _Work:
    """One table being protected. Its cells come first among those the attacker knows of, in the order of its places."""

    def __init__(
        self,
        table: Counts,
        threshold: int,
        after: Sequence[Released],
        fixed: Mapping[Meaning, int | None],
        knows_which: bool,
        exact: bool,
    ) -> None:
        self.knows_which = knows_which
        self.exact = exact and len(table.dimensions) > 1
        self.table, self.threshold, self.wanted = table, threshold, KEPT_OPEN[threshold]
        self.sums: list[Sum] = [[(part, 1) for part in parts] for parts in table.parts()]
        self.true = [sum(table.values[part] for part, _sign in parts) for parts in self.sums]
        self.before = {**fixed, **_shown_before(after)}
        self.out = {at for at, place in enumerate(table.places) if self.before.get(meaning(table, place)) is not None}
        self.withheld = {at for at, place in enumerate(table.places) if self._is_primary(at, place)}
        low, high = map(list, zip(*map(self._limits, range(len(self.true))), strict=True))
        truth, sums, self.audited = list(table.values), list(self.sums), set(self.withheld)
        links = {meaning(table, place): self.sums[at] for at, place in enumerate(table.places)}
        for each in after:
            parts = [[(len(truth) + part, 1) for part in parts] for parts in each.counts.parts()]
            for place, part in zip(each.counts.places, parts, strict=True):
                count = sum(each.counts.values[number - len(truth)] for number, _sign in part)
                self._know(part, self._limits_of(count, each.shown.shown[place] is None), (sums, low, high))
                self.audited |= {len(sums) - 1} if each.shown.shown[place] is None else set()
                if (same := links.setdefault(meaning(each.counts, place), part)) is not part:
                    self._know([*same, *((number, -1) for number, _sign in part)], (0, 0), (sums, low, high))
            truth += each.counts.values
        self.known = Known(sums, low, high, truth)

    def _is_primary(self, at: int, place: Place) -> bool:
        count = self.true[at]
        before = self.before.get(meaning(self.table, place), NO_LIMIT)
        if count < self.threshold or before is None or before < NO_LIMIT:
            return before is None or count < self.threshold
        number = {each: index for index, each in enumerate(self.table.places)}
        return any(self.true[number[margin]] == count for margin in self.table.margins(place))

    @staticmethod
    def _know(parts: Sum, limits: tuple[int, int], known: tuple[list[Sum], list[int], list[int]]) -> None:
        sums, low, high = known
        sums.append(parts)
        low.append(limits[0])
        high.append(limits[1])

    def _limits(self, at: int) -> tuple[int, int]:
        wide = len(self.table.dimensions) - self.table.places[at].count(None) < 2
        if self.exact and wide and at not in self.withheld:
            return self.true[at], self.true[at]
        return self._limits_of(self.true[at], at in self.withheld)

    def _limits_of(self, count: int, withheld: bool) -> tuple[int, int]:
        if withheld and not self.knows_which:
            return 0, NO_LIMIT
        if withheld:
            return (0, self.threshold - 1) if count < self.threshold else (self.threshold, NO_LIMIT)
        shown = rounded(count)
        return max(shown - _BREADTH, self.threshold), shown + _BREADTH

    def cover(self) -> None:
        """Withhold more until nothing withheld can be told."""
        while narrow := self.known.narrow(sorted(self.audited), self.wanted):
            for at in narrow:
                while len(self.known.seen[at]) < self.wanted:
                    self._open(at)
                    self.known.narrow([at], self.wanted)

    def _open(self, at: int) -> None:
        """Find one more value for a count, and withhold what that takes."""
        least, most = min(self.known.seen[at]), max(self.known.seen[at])
        aims = [aim for aim in (most + 1, least - 1) if self.known.low[at] <= aim <= self.known.high[at]]
        aims = aims if len(self.sums) <= MANY else []
        ways = [way for aim in aims if (way := self._cheapest(at, aim)) is not None]
        hidden, found = min(ways, key=lambda way: self._cost_of(way[0])) if ways else (self._beside(at), None)
        for each in hidden:
            self.withheld.add(each)
            self.audited.add(each)
            self.known.low[each], self.known.high[each] = self._limits(each)
        if found is not None:
            self.known.stand_at(found)

    def _beside(self, at: int) -> set[int]:
        """Where no other way is gone: the cell that was most in the way of one more value."""
        shown, blamed = self._all_shown(), self.known.in_the_way
        if not shown:
            raise NothingLeft("what was released before leaves nothing that could be shown")
        of_them = [each for each in shown if blamed[each]] or shown
        return {max(sorted(of_them), key=lambda each: blamed[each] / self._cost(each))}

    def _all_shown(self) -> set[int]:
        """The cells that are shown, and were not before."""
        return {at for at in range(len(self.true)) if at not in self.withheld and at not in self.out}

    def _cost(self, at: int) -> float:
        totals = self.table.places[at].count(None)
        return float(_MARGIN_COST**totals) + self.true[at] / (1 + self.table.total)

    def _cost_of(self, cells: set[int]) -> float:
        return sum(map(self._cost, sorted(cells)))

    def _cheapest(self, at: int, aim: int) -> tuple[set[int], list[int]] | None:
        """The cells to withhold at the least cost so that one cell can be `aim`, and a table where it is."""
        shown, width = sorted(self._all_shown()), len(self.known.truth)
        choice = {cell: width + index for index, cell in enumerate(shown)}
        much = self.table.total + 100
        sums: list[Sum] = []
        low: list[float] = []
        high: list[float] = []
        for cell, parts in enumerate(self.known.sums):
            if cell not in choice:
                sums, low, high = [*sums, parts], [*low, self.known.low[cell]], [*high, self.known.high[cell]]
                continue
            down = self.known.low[cell] - (self.threshold if self.knows_which else 0)
            sums += [[*parts, (choice[cell], -much)], [*parts, (choice[cell], down)], [(choice[cell], 1)]]
            low += [-NO_LIMIT, self.known.low[cell], 0]
            high += [self.known.high[cell], NO_LIMIT, 1]
        sums, low, high = [*sums, self.known.sums[at]], [*low, aim], [*high, aim]
        found = solve([0.0] * width + [self._cost(cell) for cell in shown], sums, low, high)
        return None if found is None else ({cell for cell in shown if found[choice[cell]] == 1}, found[:width])


def _shown_before(after: Sequence[Released]) -> dict[Meaning, int | None]:
    return {meaning(each.counts, place): shown for each in after for place, shown in each.shown.shown.items()}
