"""A table of counts with all its margins, as numbered cells, each the sum of some of the innermost ones. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

#: Cells from which on exact ways take too long, and simpler ones are gone that withhold more.
MANY = 130
#: The place of a cell along each dimension: the number of a category, or `None` where it is a total over all of them.
Place = tuple[int | None, ...]


@dataclass(frozen=True)
class Counts:
    """People counted by one or more dimensions. `categories`: those of each dimension, in order.

    `counts`: categories -> number of people; whatever is not listed is nobody. Never to be seen.
    """

    dimensions: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    counts: Mapping[tuple[str, ...], int]

    @property
    def total(self) -> int:
        """How many people it counts."""
        return sum(self.counts.values())

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """All cells: along each dimension the categories in order and last the total."""
        return tuple(product(*((*range(len(each)), None) for each in self.categories)))

    @cached_property
    def innermost(self) -> tuple[tuple[int, ...], ...]:
        """The cells that are no margin, in order."""
        return tuple(product(*(range(len(each)) for each in self.categories)))

    @cached_property
    def values(self) -> tuple[int, ...]:
        """The true count of each of the `innermost`."""
        return tuple(self.counts.get(self.named(place), 0) for place in self.innermost)

    def named(self, place: Sequence[int]) -> tuple[str, ...]:
        """The categories of an innermost cell."""
        return tuple(each[at] for each, at in zip(self.categories, place, strict=True))

    def parts(self) -> list[list[int]]:
        """For each of the `places`, which of the `innermost` add up to it."""
        number = {place: at for at, place in enumerate(self.places)}
        parts: list[list[int]] = [[] for _place in self.places]
        for at, place in enumerate(self.innermost):
            for above in product(*((each, None) for each in place)):
                parts[number[above]].append(at)
        return parts

    def narrower(self) -> list["Counts"]:
        """The tables that are margins of it: of all dimensions but one; of one only, where there are many cells."""
        every = range(len(self.dimensions))
        if len(self.dimensions) < 2:
            return []
        if prod(len(each) + 1 for each in self.categories) > MANY:
            return [self._of((at,)) for at in every]
        return [self._of(tuple(other for other in every if other != at)) for at in every]

    def _of(self, dimensions: tuple[int, ...]) -> "Counts":
        counts: dict[tuple[str, ...], int] = {}
        for place, count in self.counts.items():
            kept = tuple(place[at] for at in dimensions)
            counts[kept] = counts.get(kept, 0) + count
        return Counts(
            tuple(self.dimensions[at] for at in dimensions), tuple(self.categories[at] for at in dimensions), counts
        )

    def margins(self, place: Place) -> list[Place]:
        """The cells that a cell is a part of, one dimension on, where that dimension has more categories than one."""
        wider = [at for at, each in enumerate(place) if each is not None and len(self.categories[at]) > 1]
        return [(*place[:at], None, *place[at + 1 :]) for at in wider]


#: What a cell is for everybody who may know of it: the dimensions it is not a total over, each with its category.
Meaning = frozenset[tuple[str, str]]


def meaning(table: Counts, place: Place) -> Meaning:
    """What a cell counts, so that the same one can be found in another table of the same people."""
    named = zip(table.dimensions, table.categories, place, strict=True)
    return frozenset((name, each[at]) for name, each, at in named if at is not None)
