"""Test J: 500 made-up texts with 2,000 planted identifiers. What is found, and what is left in quotes.

The two people are simulated (`benchmarks/quotes.py` says how), so the last figure is about the pages that show them
what to look at, and not about people.
"""

import pytest

from benchmarks.planted_texts import planted_texts
from benchmarks.quotes import NAMES, STRUCTURED_NAME, measure


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_planted_identifiers_are_found_and_none_is_released(count: int) -> None:
    texts = planted_texts()
    assert (len(texts), sum(len(text.marks) for text in texts)) == (500, 2000)
    found = measure(texts[:count])
    assert min(found.there[STRUCTURED_NAME], found.there[NAMES]) > 1.5 * count
    assert found.recall(STRUCTURED_NAME) >= 0.99
    assert found.recall(NAMES) >= 0.90
    assert found.recall("name") >= 0.90
    assert found.after_first > 0, "the second person has something to find"
    assert found.after_second == []
