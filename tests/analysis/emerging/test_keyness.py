"""Signed log-likelihood, against the worked example of its authors' calculator and its own symmetries."""

import doctest
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from analysis.emerging import keyness as module
from analysis.emerging.keyness import key_words, keyness

COUNT = st.integers(0, 1000)


def test_the_examples_in_the_documentation() -> None:
    assert doctest.testmod(module).failed == 0


@given(COUNT, COUNT)
def test_the_same_share_is_no_mark(said: int, more: int) -> None:
    assert abs(keyness(said, said + more + 1, said, said + more + 1)) < 1e-6


@given(COUNT, COUNT, COUNT, COUNT)
def test_here_and_there_mirror_each_other(here: int, others: int, there: int, rest: int) -> None:
    size, away = here + others + 1, there + rest + 1
    assert abs(keyness(here, size, there, away) + keyness(there, away, here, size)) < 1e-6


def test_words_of_both_sides() -> None:
    found = key_words(Counter(dog=9, wait=1), Counter(wait=90, call=10))
    assert found["dog"] > 20
    assert found["wait"] < 0
