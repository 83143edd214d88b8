"""Changes between waves: the arithmetic, the words, and that a corrected change is right as often as it says."""

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.findings.shown import ShownDifference
from analysis.findings.waves.bridge import Pairs, TooFewPairs, artefact, pairs_of, split
from analysis.findings.waves.change_words import said_of, split_said
from analysis.findings.waves.share_changes import Change, Share, change, changed_by, hold
from analysis.findings.waves.student import chance_beyond, reach


@given(st.floats(0.001, 40), st.floats(1, 5000))
def test_the_tails_are_those_of_scipy(t: float, df: float) -> None:
    assert chance_beyond(t, df) == pytest.approx(2 * stats.t.sf(t, df), rel=1e-7, abs=1e-13)


@pytest.mark.parametrize("df", [1, 2.5, 7, 30, 400, inf])
def test_the_reach_is_that_of_scipy(df: float) -> None:
    theirs = stats.norm.ppf(0.975) if df == inf else stats.t.ppf(0.975, df)
    assert reach(df) == pytest.approx(theirs, rel=1e-8)


def test_a_change_is_the_difference_with_both_variances() -> None:
    found = change(Share(0.30, 0.0009), Share(0.38, 0.0016))
    assert (found.points, found.variance) == pytest.approx((0.08, 0.0025))
    assert (found.low, found.high) == pytest.approx((0.08 - 1.959964 * 0.05, 0.08 + 1.959964 * 0.05))
    assert found.p == pytest.approx(2 * stats.norm.sf(1.6))


def test_few_degrees_of_freedom_make_it_wider() -> None:
    wide, narrow = (change(Share(0.3, 0.001, df), Share(0.4, 0.001, df)) for df in (5, 500))
    assert wide.high - wide.low > narrow.high - narrow.low
    assert wide.df == pytest.approx(10)


def test_a_change_ends_at_one_and_without_spread_stands_as_it_is() -> None:
    assert change(Share(0.9, 1.0), Share(0.1, 1.0)).low == -1
    assert change(Share(0.2, 0.0), Share(0.5, 0.0)).p == 0
    assert change(Share(0.2, 0.0), Share(0.2, 0.0)).p == 1


def test_holm_stops_at_the_first_that_does_not_hold() -> None:
    assert hold({"A": 0.01, "B": 0.04, "C": 0.03, "D": 0.005}) == {"A", "D"}
    assert hold({"A": 0.04, "B": 0.9}) == set()
    assert hold({}) == set()


def test_an_artefact_is_the_weighed_mean_of_paired_differences() -> None:
    strata = pairs_of(
        [900, 100], [[(False, True)] * 10 + [(True, True)] * 40, [(True, False)] * 5 + [(False, False)] * 20]
    )
    assert strata == [Pairs(900, 50, 10, 0), Pairs(100, 25, 0, 5)]
    assert artefact(strata).points == pytest.approx(0.9 * 0.2 - 0.1 * 0.2)


def test_a_bridge_without_any_difference_proves_none() -> None:
    found = artefact([Pairs(5000, 60, 0, 0)])
    assert found.points == 0
    assert found.high - found.low > 0.03


def test_a_bridge_of_everybody_leaves_no_doubt() -> None:
    found = artefact([Pairs(60, 60, 6, 0)])
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize("strata", [[], [Pairs(500, 19, 1, 1)], [Pairs(500, 60, 1, 1), Pairs(100, 0, 0, 0)]])
def test_too_small_a_bridge_says_nothing(strata: list[Pairs]) -> None:
    with pytest.raises(TooFewPairs):
        artefact(strata)


def _audited(
    wave: list[tuple[bool, bool, str]], sizes: dict[str, int], draw: random.Random
) -> list[tuple[bool, bool, str]]:
    return [each for name, size in sizes.items() for each in draw.sample([row for row in wave if row[2] == name], size)]


def _share(sample: list[tuple[bool, bool, str]], which: int, frame: dict[str, int]) -> Share:
    """The stratified share with its textbook variance."""
    share = variance = 0.0
    for name, size in frame.items():
        said = [bool(row[which]) for row in sample if row[2] == name]
        part, weight = sum(said) / len(said), size / sum(frame.values())
        share += weight * part
        variance += weight**2 * (1 - len(said) / size) * part * (1 - part) / (len(said) - 1)
    return Share(share, variance, len(sample) - len(frame))


def _wave(draw: random.Random, shares: dict[str, float], gained: float, lost: float) -> list[tuple[bool, bool, str]]:
    """Responses as (under the older book, under the newer book, stratum)."""
    found = []
    for name, share in shares.items():
        for _ in range(400 if name == "survivor" else 200):
            old = draw.random() < share
            found.append((old, draw.random() >= lost if old else draw.random() < gained, name))
    return found


@pytest.mark.parametrize(("gained", "lost"), [(0.15, 0.0), pytest.param(0.03, 0.2, marks=pytest.mark.slow)])
def test_a_corrected_change_holds_the_truth_as_often_as_it_says(gained: float, lost: float) -> None:
    draw, frame, trials = random.Random(7), {"survivor": 400, "provider": 200}, 300
    covered = misled = 0
    for _ in range(trials):
        first = _wave(draw, {"survivor": 0.3, "provider": 0.5}, gained, lost)
        second = _wave(draw, {"survivor": 0.35, "provider": 0.5}, gained, lost)
        truth = (sum(row[1] for row in second) - sum(row[1] for row in first)) / 600
        one = _audited(first, {"survivor": 100, "provider": 60}, draw)
        other = _audited(second, {"survivor": 100, "provider": 60}, draw)
        bridge = _audited(one, {"survivor": 50, "provider": 30}, draw)
        coded = [[(old, new) for old, new, stratum in bridge if stratum == name] for name in frame]
        seen = change(_share(one, 0, frame), _share(other, 1, frame))
        found = split(seen, artefact(pairs_of(frame.values(), coded)))
        covered += found.left.low <= truth <= found.left.high
        misled += not seen.low <= truth <= seen.high
    assert covered / trials >= 0.93
    if gained > lost:
        assert misled / trials > 0.2  # without the bridge the book is taken for people


def _change(points: float, low: float = 0.0, high: float = 0.0) -> Change:
    return Change(points, 0.0, inf, low, high, 0.0)


@pytest.mark.parametrize(
    ("seen", "book", "words"),
    [
        (
            0.08,
            0.03,
            "The share rose by 8 points. 3 of these points come from the new wording of the code. Without "
            "that, it rose by 5 points. The change lies between +1 and +9 points.",
        ),
        (
            -0.08,
            -0.01,
            "The share fell by 8 points. 1 of these points comes from the new wording of the code. Without "
            "that, it fell by 7 points. The change lies between +1 and +9 points.",
        ),
        (
            0.02,
            0.05,
            "The share rose by 2 points. The new wording of the code alone would have raised it by 5 points. "
            "Without that, it fell by 3 points. The change lies between +1 and +9 points.",
        ),
        (
            0.01,
            -0.04,
            "The share rose by 1 point. The new wording of the code alone would have lowered it by 4 points. "
            "Without that, it rose by 5 points. The change lies between +1 and +9 points.",
        ),
        (
            0.001,
            0.002,
            "The share stayed within a point of what it was. Less than a point of that comes from the "
            "new wording of the code. Without that, it stayed within a point of what it was. The change lies between "
            "+1 and +9 points.",
        ),
    ],
)
def test_a_change_taken_apart_in_words(seen: float, book: float, words: str) -> None:
    found = split(_change(seen), _change(book))
    told = split_said(type(found)(found.seen, found.artefact, _change(seen - book, 0.01, 0.09)), holds=True)
    assert told == words


def test_what_may_be_chance_is_called_so() -> None:
    told = said_of(ShownDifference("AE", "after", "before", 3, -2, 8, differs=False))
    assert told == "The share rose by 3 points. The change lies between -2 and +8 points. It may be chance."


def test_nothing_is_certain_of_a_change_by_chance_alone() -> None:
    assert changed_by(0.0, 0.01, 20).p == pytest.approx(1)
