"""How long somebody has been at it."""

from datetime import UTC, datetime, timedelta

import pytest

from analysis.coding.pacing import minutes_at_it

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "minutes"),
    [([], 0), ([0], 0), ([5, 12, 20], 20), ([5, 16], 5), ([11], 0), ([-3, 5], 5)],
)
def test_a_pause_of_ten_minutes_begins_anew(ago: list[int], minutes: int) -> None:
    assert minutes_at_it([NOW - timedelta(minutes=each) for each in ago], NOW) == minutes
