"""Limits hold what they promise, and refuse to promise where nothing can be shown."""

import numpy as np
import pytest
from scipy.stats import beta, binom

from analysis.coding.abstention import (
    NEVER,
    Limits,
    at_most,
    learn_limits,
    least_sample,
    lowest_limit,
    surely_below,
)


def upper_bound(wrong: int, taken: int, doubt: float) -> float:
    """Clopper and Pearson's, as textbooks have it."""
    return 1.0 if wrong >= taken else float(beta.ppf(1 - doubt, wrong + 1, taken - wrong))


@pytest.mark.parametrize(("wrong", "taken"), [(0, 1), (0, 22), (1, 37), (3, 80), (9, 300), (700, 8_000), (5, 5)])
@pytest.mark.parametrize("error", [0.05, 0.1, 0.2])
def test_the_bound_is_the_textbooks(wrong: int, taken: int, error: float) -> None:
    assert at_most(wrong, taken, error) == pytest.approx(float(binom.cdf(wrong, taken, error)), rel=1e-9, abs=1e-300)
    assert surely_below(wrong, taken, error, 0.1) == (upper_bound(wrong, taken, 0.1) <= error)


@pytest.mark.parametrize(("error", "doubt", "wanted"), [(0.05, 0.1, 45), (0.05, 0.05, 59), (0.1, 0.1, 22)])
def test_the_least_sample_is_the_first_that_could_show_anything(error: float, doubt: float, wanted: int) -> None:
    assert least_sample(error, doubt) == wanted
    assert surely_below(0, wanted, error, doubt)
    assert not surely_below(0, wanted - 1, error, doubt)


def test_too_small_a_sample_promises_nothing() -> None:
    assert lowest_limit([(0.995, True)] * 21, 0.1, 0.1) == NEVER
    assert lowest_limit([(0.995, True)] * 22, 0.1, 0.1) == 0.5


def test_the_search_ends_at_the_first_limit_that_fails() -> None:
    tried = [(0.95, True)] * 100 + [(0.75, False)] * 100 + [(0.55, True)] * 100
    assert lowest_limit(tried, 0.1, 0.1) == pytest.approx(0.76)


def test_the_promise_is_kept_as_often_as_was_said() -> None:
    random = np.random.default_rng(3)
    broken = 0
    for _ in range(200):
        chances = random.random(200)
        right = random.random(200) < chances
        limit = lowest_limit(list(zip(chances.tolist(), right.tolist(), strict=True)), 0.1, 0.1)
        # The error of all decisions above a limit is known here: the mean of 1 - chance.
        broken += limit < NEVER and (1 - limit) / 2 > 0.1
    assert broken / 200 <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 200)


def test_limits_are_learnt_for_each_section_and_side() -> None:
    known = [({"A": 0.02, "B": 0.9}, {"B"})] * 30 + [({"A": 0.9, "B": 0.4}, set[str]())] * 30
    limits = learn_limits(known, ["A", "B"])
    assert (limits.present["A"], limits.absent["A"]) == (NEVER, 0.5)
    assert (limits.present["B"], limits.absent["B"]) == (0.5, 0.5)


def test_a_passage_needs_a_person_when_one_section_is_not_decided() -> None:
    limits = Limits({"A": 0.8, "B": NEVER}, {"A": 0.9, "B": 0.7})
    rows = [(0.85, 0.1), (0.05, 0.2), (0.5, 0.1), (0.85, 0.95)]
    assert [limits.needs_person({"A": a, "B": b}) for a, b in rows] == [False, False, True, True]
    assert [limits.says("A", chance) for chance in (0.8, 0.05, 0.5)] == [True, False, None]
