"""The measures, against published tables, scipy and NLTK."""

import doctest
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder
from scipy.stats import chi2_contingency
from scipy.stats.contingency import expected_freq

from analysis.emerging.keyness import keyness
from analysis.reading import concordance, measures, places, text_query, words
from analysis.reading.counting import Beside, Tally, keys, terms
from analysis.reading.measures import chance, holm, likelihood, log_dice
from analysis.reading.text_query import Phrase, Wanted
from analysis.reading.together import Sets
from analysis.reading.words import words_of

#: The strongest pairs of words in the table of Dunning 1993, with the four counts behind each.
DUNNING = (
    (270.72, 110, 2442, 111, 29114),
    (263.90, 29, 13, 123, 31612),
    (256.84, 31, 23, 139, 31584),
    (167.23, 10, 0, 3, 31764),
)
cells = st.integers(0, 2000)
letters = st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=80)


@pytest.mark.parametrize("module", [concordance, measures, places, text_query, words])
def test_the_examples_in_the_modules_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(("published", "both", "only_one", "only_other", "neither"), DUNNING)
def test_the_table_of_dunning(published: float, both: int, only_one: int, only_other: int, neither: int) -> None:
    total = both + only_one + only_other + neither
    assert likelihood(both, both + only_one, both + only_other, total) == pytest.approx(published, abs=0.005)


def test_what_the_calculator_of_rayson_gives() -> None:
    """His own example of KEEP among learners and native speakers, a million words each; and one with unequal sizes."""
    million = 1_000_000
    assert round(keyness(392, million, 170, million)) == 90
    assert round(keyness(348, million, 99, million)) == 147
    assert round(keyness(9, million, 32, million)) == -14
    assert round(keyness(52, 50_000, 57, 75_000), 2) == 2.65


@settings(deadline=None)
@given(cells, cells, cells, cells)
def test_it_is_the_log_likelihood_of_scipy(both: int, one: int, other: int, neither: int) -> None:
    table = [[both, one], [other, neither]]
    ours = likelihood(both, both + one, both + other, both + one + other + neither)
    if not all((both + one, other + neither, both + other, one + neither)):
        assert ours == 0
        return
    found = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    assert abs(ours) == pytest.approx(found.statistic, abs=1e-6, rel=1e-6)
    assert chance(ours) == pytest.approx(found.pvalue, abs=1e-9)
    by_chance = float(expected_freq(table)[0, 0])
    assert abs(ours) < 1e-6 or (ours > 0) == (both > by_chance)


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500), st.integers(1, 5000))
def test_pairs_of_words_are_scored_as_by_nltk(both: int, only_one: int, only_other: int, neither: int) -> None:
    """NLTK has the same sum, with a speck added to each cell so that none is empty."""
    one, other, total = both + only_one, both + only_other, both + only_one + only_other + neither
    theirs = BigramAssocMeasures.likelihood_ratio(both, (one, other), total)
    assert abs(likelihood(both, one, other, total)) == pytest.approx(theirs, abs=1e-6)


@settings(deadline=None)
@given(letters)
def test_log_dice_is_that_of_nltk(said: list[str]) -> None:
    finder = BigramCollocationFinder.from_words(said)
    theirs = dict(finder.score_ngrams(BigramAssocMeasures.dice))
    for (one, other), both in finder.ngram_fd.items():
        ours = log_dice(both, finder.word_fd[one], finder.word_fd[other])
        assert 2 ** (ours - 14) == pytest.approx(theirs[one, other])


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_never_under_what_it_was_and_keeps_the_order(chances: list[float]) -> None:
    adjusted = holm(chances)
    assert all(new >= old and new <= 1 for new, old in zip(adjusted, chances, strict=True))
    by_old = sorted(range(len(chances)), key=lambda at: chances[at])
    assert [adjusted[at] for at in by_old] == sorted(adjusted)


@settings(deadline=None)
@given(st.lists(st.sets(st.sampled_from("ABCD")), max_size=40))
def test_codes_together_are_symmetric_and_add_up(codings: list[set[str]]) -> None:
    sets = Sets()
    for codes in codings:
        sets.add(codes)
    for one in "ABCD":
        for other in "ABCD":
            assert sets.both(one, other) == sets.both(other, one) == sum({one, other} <= codes for codes in codings)
    forward = {frozenset((pair.one, pair.other)): (pair.both, pair.jaccard) for pair in sets.pairs("ABCD")}
    assert forward == {frozenset((pair.one, pair.other)): (pair.both, pair.jaccard) for pair in sets.pairs("DCBA")}
    assert all(0 <= pair.jaccard <= 1 for pair in sets.pairs("ABCD"))


def counted(*responses: tuple[str, ...], pairs: bool = False) -> Tally:
    tally = Tally()
    for number, passages in enumerate(responses):
        for text in passages:
            found = words_of(text)
            tally.add(bytes([number + 1]), terms(found, pairs, False), len(found.forms))
    return tally


def test_one_talkative_person_is_one_person() -> None:
    tally = counted(("hamster hamster", "hamster"), ("hamster of mine",), ("the waiting list",))
    first = tally.counted()[0]
    assert (first.word, first.times, first.responses) == ("hamster", 4, 2)
    assert (tally.people, tally.size) == (3, 9)
    assert "the" not in tally.times


def test_phrases_do_not_reach_across_little_words() -> None:
    tally = counted(("the waiting list was long waiting list",), pairs=True)
    assert tally.times == Counter({"waiting list": 2})


def test_what_one_person_says_marks_no_group() -> None:
    here = counted(("hamster " * 30,), ("poster here",), ("poster there",))
    there = counted(("waiting list",), ("waiting list",))
    found = {key.word: key for key in keys(here, there)}
    assert "hamster" not in found
    assert found["poster"].likelihood > 0 > found["waiting"].likelihood
    assert (found["waiting"].responses_here, found["waiting"].responses_there) == (0, 2)


def test_neighbours_are_counted_within_the_window_and_never_as_themselves() -> None:
    beside = Beside([Phrase((Wanted("list"),))], 2)
    for number in range(4):
        beside.add(bytes([number]), words_of("nothing here waiting a list month later hamster"))
    found = {each.word: each for each in beside.neighbours(little=False)}
    assert set(found) == {"waiting", "month", "later"}
    assert (found["waiting"].near, found["waiting"].times, found["waiting"].responses) == (4, 4, 4)
    assert found["waiting"].log_dice == 14
    assert beside.node == 4
