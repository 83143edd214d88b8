"""Limits hold what they promise, and refuse to promise where nothing can be shown."""

import numpy as np
import pytest
from scipy.stats import binom

from analysis.coding.abstention import NEVER, Limits, learn_limits, least_sample, lowest_limit, upper_bound


def test_the_bound_is_the_error_at_which_so_few_mistakes_are_just_unlikely_enough() -> None:
    bound = upper_bound(3, 80, 0.1)
    assert binom.cdf(3, 80, bound) == pytest.approx(0.1)
    assert upper_bound(5, 5, 0.1) == 1.0
    assert upper_bound(0, 0, 0.1) == 1.0


@pytest.mark.parametrize(("error", "doubt", "wanted"), [(0.05, 0.1, 45), (0.05, 0.05, 59), (0.1, 0.1, 22)])
def test_the_least_sample_is_the_first_that_could_show_anything(error: float, doubt: float, wanted: int) -> None:
    assert least_sample(error, doubt) == wanted
    assert upper_bound(0, wanted, doubt) <= error < upper_bound(0, wanted - 1, doubt)


def test_too_small_a_sample_promises_nothing() -> None:
    assert lowest_limit(np.full(21, 0.995), np.ones(21, dtype=bool), 0.1, 0.1) == NEVER


def test_the_search_ends_at_the_first_limit_that_fails() -> None:
    sure = np.repeat([0.95, 0.75, 0.55], 100)
    right = np.concatenate([np.ones(100, dtype=bool), np.zeros(100, dtype=bool), np.ones(100, dtype=bool)])
    assert lowest_limit(sure, right, 0.1, 0.1) == pytest.approx(0.76)


def test_the_promise_is_kept_as_often_as_was_said() -> None:
    random = np.random.default_rng(3)
    broken = 0
    for _ in range(300):
        chances = random.random((300, 1))
        truths = random.random((300, 1)) < chances
        limit = float(learn_limits(chances, truths).present[0])
        # The error of all decisions above a limit is known here: the mean of 1 - chance.
        broken += limit < NEVER and (1 - limit) / 2 > 0.1
    assert broken / 300 <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 300)


def test_a_passage_needs_a_person_when_one_section_is_not_decided() -> None:
    limits = Limits(np.array([0.8, NEVER]), np.array([0.9, 0.7]))
    chances = np.array([[0.85, 0.1], [0.05, 0.2], [0.5, 0.1], [0.85, 0.95]])
    assert limits.needs_person(chances).tolist() == [False, False, True, True]
