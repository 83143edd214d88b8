"""Time to answer: each kind within what studies find, and ranges as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.minutes import KINDS, UnknownKind, in_minutes, seconds

counts = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("kind", "facts", "least", "most"),
    [
        ("one-choice", {"words": 20, "choices": 4}, 8, 12),
        ("yes-no", {"words": 12}, 5, 8),
        ("scale", {"words": 20}, 8, 12),
        ("scale-grid", {"words": 40, "rows": 4}, 25, 40),
        ("several-choices", {"words": 50, "choices": 8}, 20, 35),
        ("ranking", {"words": 40, "choices": 5}, 30, 45),
        ("long-text", {"words": 20}, 30, 90),
        ("short-text", {"words": 12}, 10, 25),
        ("information", {"words": 220}, 60, 60),
        ("calculated", {"words": 50}, 0, 0),
    ],
)
def test_each_kind_takes_about_what_studies_find(kind: str, facts: dict[str, int], least: float, most: float) -> None:
    assert least <= seconds(kind=kind, **facts) <= most


def test_a_text_with_little_room_takes_less() -> None:
    assert seconds(10, "long-text", longest=60) < seconds(10, "long-text", longest=5000) == seconds(10, "long-text")


def test_more_to_read_choose_from_or_rate_takes_longer() -> None:
    assert seconds(20, "one-choice") < seconds(40, "one-choice") < seconds(40, "one-choice", choices=9)
    assert seconds(20, "scale-grid", rows=2) < seconds(20, "scale-grid", rows=3)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownKind, match=r"“essay”.*Use one of: .*long-text"):
        seconds(5, "essay")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, (1, 1)), (0.5, (1, 1)), (1, (1, 2)), (4, (3, 5)), (7, (5, 10)), (12, (10, 15)), (28, (25, 45))],
)
def test_a_range_is_one_that_people_say(minutes: float, said: tuple[int, int]) -> None:
    assert in_minutes(minutes * 60) == said


def test_what_takes_hours_is_said_in_whole_hours() -> None:
    assert in_minutes(150 * 60) == (120, 180)
    assert in_minutes(200 * 60) == (180, 240)


@given(counts, st.sampled_from(sorted(KINDS)), counts, counts, counts)
def test_any_counts_give_a_time(words: int, kind: str, choices: int, rows: int, longest: int) -> None:
    assert 0 <= seconds(words, kind, choices, rows, longest) < 10**6


@given(st.floats(-1e12, 1e12))
def test_the_range_holds_the_estimate(estimate: float) -> None:
    low, high = in_minutes(estimate)
    assert 1 <= low <= high
    assert low / 1.2 <= max(1, estimate / 60) <= high
