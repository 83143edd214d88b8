"""Two coders side by side, without a library of numbers: where one gave what the other did not. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, product

#: In a table of confusions: nothing on this side that the other has not too.
NEITHER = ""

Cell = tuple[str, str]


def cells_of(one: frozenset[str], other: frozenset[str]) -> Iterator[Cell]:
    """The cells of a table of confusions that one passage falls into; the same codes fall on its diagonal.

    The table is symmetric: a cell names its two codes in the order of the alphabet, nothing (`""`) first.
    """
    for code in sorted(one & other) or ([NEITHER] if not one | other else []):
        yield code, code
    for here, there in product(sorted(one - other) or [NEITHER], sorted(other - one) or [NEITHER]):
        if here != there:
            yield min(here, there), max(here, there)


def confusions(pairs: Mapping[bytes, Sequence[frozenset[str]]]) -> dict[Cell, list[bytes]]:
    """Cell -> the passages behind it, of passage -> what each of its coders gave."""
    found: dict[Cell, list[bytes]] = {}
    for passage in sorted(pairs):
        for cell in sorted({cell for two in combinations(pairs[passage], 2) for cell in cells_of(*two)}):
            found.setdefault(cell, []).append(passage)
    return found


def week_of(moment: datetime) -> str:
    """The ISO week of a moment, as `2026-W47`."""
    year, week, _day = moment.isocalendar()
    return f"{year}-W{week:02d}"
