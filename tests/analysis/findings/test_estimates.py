"""Estimates: against textbooks, against ppi_py, at their edges, and how often their intervals hold the truth."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings.comparing_groups import NORMAL, difference, holm
from analysis.findings.cross_fitting import cross_fitted
from analysis.findings.estimate_file import sums_of_strata
from analysis.findings.estimates import Estimated, Sums, difference_estimate, estimates, power
from analysis.findings.intervals import wilson
from analysis.findings.outcomes import OUTCOMES
from analysis.findings.sample_size import more_needed
from benchmarks import coverage

GOLDEN = json.loads((Path(__file__).parent / "golden" / "with_ppi.json").read_text(encoding="utf-8"))


def sums(sizes: list[int], y: list[list[float]], f: list[list[float]], f_all: list[float]) -> Sums:
    """From what was audited of each stratum."""
    of = np.concatenate([np.full(len(each), place) for place, each in enumerate(y)]).astype(int)
    return sums_of_strata(sizes, f_all, of, np.concatenate(y).astype(float), np.concatenate(f).astype(float))


def why(found: Estimated, group: int = -1) -> str:
    return OUTCOMES[int(found.outcome[group])][1]


@st.composite
def audits(draw: Any) -> tuple[list[int], list[list[float]], list[list[float]], list[float]]:
    """Some strata, of each of which two or more are audited, and maybe all."""
    sizes, y, f, f_all = [], [], [], []
    for _stratum in range(draw(st.integers(1, 4))):
        n = draw(st.integers(2, 40))
        left = draw(st.integers(0, 200))
        y.append(draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n)))
        f.append(draw(st.lists(st.floats(0, 1), min_size=n, max_size=n)))
        sizes.append(n + left)
        f_all.append(sum(f[-1]) + left * draw(st.floats(0, 1)))
    return sizes, y, f, f_all


@given(audits())
def test_people_alone_are_the_textbook_stratified_proportion(audit: Any) -> None:
    """W. Cochran, Sampling Techniques, 1977, 5.51 and 5.52."""
    sizes, y, _f, _f_all = audit
    share, variance = difference_estimate(sums(*audit), 0.0)
    total = sum(sizes)
    p = [sum(each) / len(each) for each in y]
    by_hand = sum(size * each for size, each in zip(sizes, p, strict=True)) / total
    spread = sum(
        (size / total) ** 2 * (1 - len(each) / size) * q * (1 - q) / (len(each) - 1)
        for size, each, q in zip(sizes, y, p, strict=True)
    )
    assert share[-1] == pytest.approx(by_hand, abs=1e-9)
    assert variance[-1] == pytest.approx(spread, abs=1e-9)


@pytest.mark.parametrize("case", GOLDEN)
def test_a_fixed_lambda_is_what_ppi_py_says(case: dict[str, Any]) -> None:
    """Its superpopulation variance less the part of the unlabelled, with n - 1 and a finite population."""
    y, f, lam = np.array(case["y"], float), np.array(case["f"]), case["lam"]
    n, size = len(y), len(f)
    share, variance = difference_estimate(sums([size], [list(y)], [list(f[:n])], [f.sum()]), lam)
    assert share[-1] == pytest.approx(case["estimate"], abs=1e-9)
    theirs = ((case["high"] - case["low"]) / 2 / NORMAL) ** 2 - lam**2 * f.var() / size
    assert variance[-1] == pytest.approx(theirs * n / (n - 1) * (1 - n / size), abs=1e-9)


@given(audits())
def test_an_interval_holds_its_share_and_what_was_seen(audit: Any) -> None:
    sizes, y, *_rest = audit
    found = estimates(sums(*audit))
    weight, _varies = power(sums(*audit))
    assert 0 <= weight <= 1
    for group, mine in enumerate([*y, [each for some in y for each in some]]):
        size = [*sizes, sum(sizes)][group]
        kind = OUTCOMES[int(found.outcome[group])][0]
        if kind == "withheld":
            assert np.isnan(found.share[group])
            assert len(mine) < 20
            continue
        low, high = found.low[group], found.high[group]
        assert 0 <= low <= found.share[group] <= high <= 1
        assert low >= sum(mine) / size - 1e-12
        assert high <= 1 - (len(mine) - sum(mine)) / size + 1e-12
        if len(mine) == size:
            assert low == pytest.approx(sum(mine) / size) == pytest.approx(high)
        elif kind == "corrected":
            assert min(sum(mine), len(mine) - sum(mine)) >= 15


@given(audits())
def test_the_order_of_strata_and_another_code_change_nothing(audit: Any) -> None:
    found = estimates(sums(*audit))
    turned = estimates(sums(*(each[::-1] for each in audit)))
    for name in ("share", "low", "high"):
        assert getattr(turned, name)[-1] == pytest.approx(getattr(found, name)[-1], abs=1e-9, nan_ok=True)


def test_the_gate_says_why() -> None:
    random = np.random.default_rng(5)

    def said(y: Any, f: Any, size: int = 1000) -> str:
        return why(estimates(sums([size], [list(y)], [list(f)], [float(np.mean(f)) * size])))

    y = (np.arange(100) < 30).astype(float)
    f = np.clip(y * 0.3 + random.random(100) * 0.6, 0, 1)
    assert said(y, f) == "corrected"
    assert said(np.arange(100) < 14, f) == "rare"
    assert said(np.arange(100) < 15, np.where(np.arange(100) < 3, 0.1, 0.9)) == "corrected"
    assert said(np.arange(100) < 15, np.where(np.arange(100) < 2, 0.1, 0.9)) == "caught"
    assert said(np.arange(100) < 86, f) == "common"
    assert said(y, np.full(100, 0.3)) == "same score"
    assert said(y[:19], f[:19]) == "too few audited"
    assert said(y, f, 100) == "whole"
    assert said(np.zeros(100), f) == said(np.ones(100) * 0, np.zeros(100)) == "rare"
    assert said(np.ones(100), f) == "common"


def test_none_of_many_is_not_taken_for_nobody() -> None:
    found = estimates(sums([1000], [[0.0] * 100], [[0.1] * 100], [100.0]))
    assert found.low[0] == 0
    assert 0.03 < found.high[0] < 0.05
    everybody = estimates(sums([1000], [[1.0] * 100], [[0.1] * 100], [100.0]))
    assert (everybody.low[0], everybody.high[0]) == (1 - found.high[0], 1)


def test_a_stratum_without_audit_widens_the_interval_or_withholds() -> None:
    y, f = [1.0] * 40 + [0.0] * 60, [0.4] * 100
    small = estimates(sums([1000, 50], [y, []], [f, []], [400.0, 10.0]))
    alone = estimates(sums([1000], [y], [f], [400.0]))
    assert why(small, 1) == "not coded"
    assert small.low[-1] < alone.low[-1] < alone.high[-1] < small.high[-1]
    large = estimates(sums([1000, 200], [y, []], [f, []], [400.0, 40.0]))
    assert why(large) == "part not audited"
    one = estimates(sums([1000, 50], [y, [1.0]], [f, [0.4]], [400.0, 20.0]))
    assert one.low[-1] < one.share[-1] < one.high[-1]


def test_wilson_is_wilson() -> None:
    """E. Wilson's interval of 10 of 50 as R's prop.test(correct = FALSE) gives it."""
    low, high = wilson(np.array([0.2]), np.array([50.0]), np.array([NORMAL]))
    assert (low[0], high[0]) == pytest.approx((0.1124375, 0.3303711), abs=1e-6)


def test_differences_and_holm() -> None:
    """R. Newcombe 1998, table II, (a): 56 of 70 against 48 of 80 is .0524 to .3339 by method 10."""
    ends = [
        wilson(np.array([share]), np.array([worth]), np.array([NORMAL])) for share, worth in ((0.8, 70.0), (0.6, 80.0))
    ]
    found = difference(
        *((share, float(low[0]), float(high[0])) for share, (low, high) in zip((0.8, 0.6), ends, strict=True))
    )
    assert (found.points, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-4)
    assert found.p < 0.05
    assert difference((0.5, 0.4, 0.6), (0.5, 0.4, 0.6)).p == 1
    assert difference((0.5, 0.5, 0.5), (0.2, 0.2, 0.2)).p == 0
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


share_with_ends = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(
    lambda three: (sorted(three)[1], sorted(three)[0], sorted(three)[2])
)


@given(share_with_ends, share_with_ends)
def test_p_is_small_exactly_where_the_interval_leaves_out_nothing(one: Any, other: Any) -> None:
    found, turned = difference(one, other), difference(other, one)
    assert found.points == -turned.points
    assert found.p == pytest.approx(turned.p)
    assert found.low <= found.points <= found.high
    if abs(found.low) > 1e-9 and abs(found.high) > 1e-9:
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


@given(st.integers(20, 400), st.integers(0, 5000), st.floats(0.01, 0.2))
def test_more_codes_narrow_an_interval_as_was_said(audited: int, left: int, within: float) -> None:
    size = audited + left
    half = NORMAL * np.sqrt(0.25 / audited * (1 - audited / size))
    more = more_needed(0.5 - half, 0.5 + half, audited, size, within)
    assert 0 <= more <= left
    now = audited + more
    assert NORMAL * np.sqrt(0.25 / now * (1 - now / size)) <= within + 1e-9
    with pytest.raises(ValueError, match="above 0"):
        more_needed(0, 1, 10, 100, 0)


def test_cross_fitting_never_scores_by_ones_own_label() -> None:
    features, sampled = np.arange(30.0)[:, None], np.arange(10)
    labels = np.zeros(10)
    labels[3] = 1

    def remember(rows: Any, known: Any) -> Any:
        table = {float(row[0]): float(label) for row, label in zip(rows, known, strict=True)}
        return lambda others: np.array([table.get(float(row[0]), 0.0) for row in others])

    scores = cross_fitted(remember, features, sampled, labels)
    assert scores.tolist() == [0.0] * 30
    mean = cross_fitted(
        lambda rows, known: lambda others: np.full(len(others), known.mean()), features, sampled, labels
    )
    assert mean[3] == 0
    assert mean[20] == pytest.approx(0.1)
    for folds, some in ((1, sampled), (5, sampled[:4])):
        with pytest.raises(ValueError, match="two folds"):
            cross_fitted(remember, features, some, labels[: len(some)], folds)


@pytest.mark.parametrize(
    "cell", [coverage.Cell(0.1, 200, "good", "equal"), coverage.Cell(0.03, 100, "poor", binary=True)]
)
def test_intervals_hold_the_truth(cell: coverage.Cell) -> None:
    found = coverage.simulate(cell, 400)
    assert all(found.coverage[found.runs > 50] >= coverage.least(400))
    assert abs(found.bias[-1]) < 0.2


def test_labels_that_were_chosen_are_no_random_sample() -> None:
    assert coverage.trap_of_chosen_labels(20) < 0.2


@pytest.mark.slow
def test_what_learnt_from_the_audit_is_not_corrected_by_it_unless_cross_fitted() -> None:
    assert coverage.trap_of_same_labels(60, crossed=False) < 0.6
    assert coverage.trap_of_same_labels(60, crossed=True) >= coverage.least(60)


@pytest.mark.slow
@pytest.mark.parametrize("machine", list(coverage.MACHINES))
@pytest.mark.parametrize("design", coverage.DESIGNS)
def test_coverage_holds_in_every_cell(machine: str, design: str) -> None:
    for share in coverage.SHARES:
        for audited in coverage.AUDITED:
            found = coverage.simulate(coverage.Cell(share, audited, machine, design), 1000)
            low = [
                each
                for each, runs in zip(found.coverage, found.runs, strict=True)
                if runs and each < coverage.least(runs)
            ]
            assert not low, (share, audited, found.coverage)
            assert abs(found.bias[-1]) < 0.2
