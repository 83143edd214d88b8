"""Terms of many people are counted exactly, although the words of rare ones are let go."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reading.many_terms import ManyTerms

people = st.lists(st.sets(st.sampled_from([*"abcdefghijklmnop"]), max_size=6), max_size=60)


@given(people, st.integers(1, 5), st.integers(1, 8))
def test_what_enough_have_said_is_counted_to_the_last(said: list[set[str]], least: int, most: int) -> None:
    kept, plain = ManyTerms(least, most), Counter[str]()
    for terms in said:
        kept.update(terms)
        plain.update(terms)
    assert kept.counted() == {term: count for term, count in plain.items() if count >= least}
    assert kept.counted()["never said"] == 0


def test_little_is_held_of_what_one_person_said() -> None:
    kept = ManyTerms(10, most=100)
    for number in range(5000):
        kept.update({f"word{number}", "everybody"})
    assert kept.counted() == {"everybody": 5000}
    assert len(kept._held) < 200


def test_more_than_fits_into_a_byte_is_refused() -> None:
    with pytest.raises(ValueError, match="byte"):
        ManyTerms(251)
