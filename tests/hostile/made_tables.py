"""Random tables of counts, alone and in pairs that share a margin."""

import random
from itertools import product

from analysis.findings.protecting.counts import Counts, meaning
from analysis.findings.protecting.withholding import ShownCounts
from tests.hostile.attacker import Published

TWO_WAY = ((4, 4), (4, 4), (3, 5), (2, 2), (2, 6), (3, 3))
SIZES = (*TWO_WAY, *TWO_WAY, (2, 2, 2), (2, 3, 2), (2, 3, 3), (2, 2, 2, 2))
BASES = (20, 60, 150, 300)


def made_table(
    chance: random.Random, sizes: tuple[int, ...], base: int, evenness: float = 1.0, empty: float = 0.0
) -> Counts:
    """A table of so many categories along each dimension, with so many people in it; a part of the cells empty."""
    categories = tuple(tuple(f"{chr(97 + at)}{each}" for each in range(size)) for at, size in enumerate(sizes))
    cells = list(product(*categories))
    weights = [1e-9 + chance.gammavariate(evenness, 1) * (chance.random() >= empty) for _cell in cells]
    counts: dict[tuple[str, ...], int] = {}
    for cell in chance.choices(cells, weights, k=base):
        counts[cell] = counts.get(cell, 0) + 1
    return Counts(tuple("ABCD"[: len(sizes)]), categories, counts)


def any_table(chance: random.Random) -> Counts:
    """A table of any of the sizes."""
    return made_table(
        chance, chance.choice(SIZES), chance.choice(BASES), chance.choice((0.4, 1.0, 3.0)), chance.choice((0, 0, 0.2))
    )


def any_pair(chance: random.Random) -> tuple[Counts, Counts]:
    """Two tables of the same people that share one dimension."""
    sizes = (chance.choice((2, 3, 4)), chance.choice((2, 3, 4)), chance.choice((2, 3, 4)))
    whole = made_table(chance, sizes, chance.choice(BASES[1:]), chance.choice((0.4, 1.0, 3.0)))
    return _two_of(whole, 1), _two_of(whole, 2)


def _two_of(whole: Counts, other: int) -> Counts:
    counts: dict[tuple[str, ...], int] = {}
    for place, count in whole.counts.items():
        kept = place[0], place[other]
        counts[kept] = counts.get(kept, 0) + count
    return Counts(
        (whole.dimensions[0], whole.dimensions[other]), (whole.categories[0], whole.categories[other]), counts
    )


def published(table: Counts, shown: ShownCounts) -> Published:
    """What everybody sees of it."""
    return {meaning(table, place): count for place, count in shown.shown.items()}
