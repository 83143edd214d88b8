"""Data files hold nobody alone: tried by brute force on random data, and by readers who know every rule."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sharing.coarse import amount, merged_ends
from analysis.sharing.protect import TooFew, protected
from analysis.sharing.variables import WITHHELD

LEAST = 10
rows = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.tuples(*[st.sampled_from([1, 1, 1, 1, 2, 2, 3, -99]) for _ in range(width)]), max_size=300
    )
)


def held_by_fewer(shown: list[tuple[int, ...]]) -> list[tuple[object, ...]]:
    """Every combination of every choice of columns that fewer than ten rows show, what is withheld aside."""
    found: list[tuple[object, ...]] = []
    for size in range(1, len(shown[0]) + 1):
        for places in combinations(range(len(shown[0])), size):
            counts = Counter(tuple(row[place] for place in places) for row in shown)
            found += [(places, seen) for seen, count in counts.items() if count < LEAST]
    return found


@settings(max_examples=150)
@given(rows=rows, extra=st.integers(0, 9))
def test_every_combination_is_held_by_ten(rows: list[tuple[int, ...]], extra: int) -> None:
    if len(rows) < LEAST:
        with pytest.raises(TooFew):
            protected(rows)
        return
    shown = protected(rows, lambda pattern: extra)
    assert not held_by_fewer(shown)
    for before, after in zip(rows, shown, strict=True):
        assert all(new in (old, WITHHELD) for old, new in zip(before, after, strict=True))
    assert shown == protected(rows, lambda pattern: extra)


@settings(max_examples=100)
@given(rare=st.integers(1, 9), common=st.integers(40, 80), extra=st.integers(0, 9))
def test_a_withheld_cell_does_not_say_what_stood_there(rare: int, common: int, extra: int) -> None:
    """More of those withheld had the common answer than the rare one; how many more follows from the keys."""
    rows = [(1,)] * common + [(2,)] * rare
    shown = protected(rows, lambda pattern: extra)
    withheld = [old for old, new in zip(rows, shown, strict=True) if new == (WITHHELD,)]
    assert withheld.count((1,)) == LEAST + extra > withheld.count((2,)) == rare


def test_what_is_common_stays() -> None:
    rows = [(1, 1)] * 200 + [(1, 2)] * 100 + [(2, 1)] * 9
    shown = protected(rows)
    assert sum(WITHHELD in row for row in shown) <= 9 + 10 + 9


def test_nothing_is_withheld_where_nothing_is_rare() -> None:
    rows = [(1, 1)] * 10 + [(2, 1)] * 10
    assert protected(rows) == rows


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), max_size=200))
def test_ten_people_stand_at_each_end(numbers: list[float]) -> None:
    coarse = [amount(each) for each in numbers]
    ends = merged_ends(coarse)
    if len(coarse) < LEAST:
        assert ends is None
        return
    assert ends is not None
    shown = [ends.held(each) for each in coarse]
    assert min(shown.count(min(shown)), shown.count(max(shown))) >= LEAST


@pytest.mark.parametrize(
    ("exact", "coarse"), [(0, 0), (7.4, 7), (9.6, 10), (11, 10), (12.5, 15), (99, 100), (123_456, 120_000), (-46, -45)]
)
def test_amounts_are_coarse(exact: float, coarse: int) -> None:
    assert amount(exact) == coarse
