"""How large a sample is, and how it is shared: sums, minimums and widths."""

from itertools import pairwise
from math import isclose

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.auditing.allocating import half_width, needed, not_said, proportional

few = settings(max_examples=25, deadline=None)
sizes = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 5_000), min_size=1)


@few
@given(sizes, st.integers(0, 20_000), st.integers(0, 60))
def test_a_share_is_never_more_than_there_is_nor_less_than_the_least(
    sizes: dict[str, int], total: int, least: int
) -> None:
    shared = proportional(sizes, total, least)
    assert shared.keys() == sizes.keys()
    for name, size in sizes.items():
        assert min(least, size) <= shared[name] <= size
    fewest = sum(min(least, size) for size in sizes.values())
    assert sum(shared.values()) == min(max(total, fewest), sum(sizes.values()))


@few
@given(sizes, st.integers(0, 20_000), st.integers(0, 60))
def test_a_larger_audience_has_no_smaller_share(sizes: dict[str, int], total: int, least: int) -> None:
    shared = proportional(sizes, total, least)
    ordered = sorted(sizes, key=lambda name: (sizes[name], shared[name]))
    assert all(shared[small] <= shared[large] + 1 for small, large in pairwise(ordered))


def test_the_worked_example() -> None:
    about = {"survivor": 800, "provider": 150, "commissioner": 40, "associate": 10}
    assert proportional(about, 300) == {"survivor": 219, "provider": 41, "commissioner": 30, "associate": 10}


@few
@given(st.integers(1, 5_000), st.integers(1, 5_000), st.floats(0.01, 0.99))
def test_a_width_leads_back_to_its_size(drawn: int, more: int, share: float) -> None:
    size = drawn + more
    width = half_width(drawn, size, share)
    assert width is not None
    assert drawn <= needed(width * 0.999999, size, share) <= drawn + 1


def test_what_would_give_a_small_audience_away_is_not_said_either() -> None:
    assert not_said({"survivor": 60, "provider": 40}, 10) == set()
    assert not_said({"survivor": 60, "provider": 40, "family": 4}, 10) == {"family", "provider"}
    assert not_said({"survivor": 60, "provider": 4, "family": 7}, 10) == {"family", "provider"}
    assert not_said({"family": 4, "nobody": 0}, 10) == {"family", "nobody"}


def test_widths_by_hand() -> None:
    assert isclose(half_width(100, 10**9) or 0, 0.098, abs_tol=1e-4)
    assert half_width(50, 50) == 0
    assert half_width(0, 50) is None
    assert half_width(60, 50) is None
    assert needed(0.05, 10**9) == 385
    assert needed(0.05, 1_000) == 278
    assert needed(0.05, 0) == 0
