"""Published tables under attack by an exact solver that knows every rule; and plans to subtract one from another."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.findings.protecting.counts import Counts
from analysis.findings.protecting.withholding import KEPT_OPEN, Released, protect_counts
from analysis.findings.releases.differences import release_over, too_close
from tests.hostile.attacker import Attacker
from tests.hostile.made_plans import any_plan, people
from tests.hostile.made_tables import any_pair, any_table, made_table, published


def attack(chance: random.Random, threshold: int, *tables: Counts) -> None:
    """Tables that are each protected by itself keep open what they withhold, even together."""
    out = [published(table, protect_counts(table, threshold)) for table in tables]
    wanted = KEPT_OPEN[threshold]
    left = Attacker(out, threshold).values_left(wanted)
    assert not {cell: values for cell, values in left.items() if values < wanted}


def test_the_attacker_finds_what_is_not_protected() -> None:
    """A single withheld cell beside exact totals: so the attacker is one."""
    out = [frozenset({("A", "a"), ("B", "x")}), frozenset({("A", "a"), ("B", "y")}), frozenset({("A", "a")})]
    attacker = Attacker([dict(zip(out, (40, None, 45), strict=True))], 5)
    attacker.low, attacker.high = [40, 43], [40, 43]
    assert attacker.values_left(3) == {out[1]: 1}


@pytest.mark.parametrize("threshold", KEPT_OPEN)
@pytest.mark.parametrize("seed", range(4))
def test_a_few_tables(seed: int, threshold: int) -> None:
    chance = random.Random(seed)
    attack(chance, threshold, made_table(chance, (3, 4), chance.choice((40, 150)), 0.7, 0.1))


@given(st.lists(st.integers(0, 25), min_size=6, max_size=6), st.sampled_from(sorted(KEPT_OPEN)))
@settings(max_examples=15, deadline=None)
def test_any_small_table(counts: list[int], threshold: int) -> None:
    cells = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x"), ("c", "y")]
    table = Counts(("A", "B"), (("a", "b", "c"), ("x", "y")), dict(zip(cells, counts, strict=True)))
    if table.total >= 10:
        attack(random.Random(0), threshold, table)


@pytest.mark.parametrize("seed", range(3))
def test_two_tables_that_share_a_margin(seed: int) -> None:
    chance = random.Random(seed)
    attack(chance, chance.choice((5, 10)), *any_pair(chance))


def test_a_table_after_another_of_the_same_people_agrees_with_it() -> None:
    one, two = any_pair(random.Random(4))
    first = protect_counts(one, 10)
    second = protect_counts(two, 10, [Released(one, first)])
    here, there = published(one, first), published(two, second)
    assert {cell: here[cell] for cell in here.keys() & there.keys()} == {
        cell: there[cell] for cell in here.keys() & there.keys()
    }
    assert all(each >= 5 for each in Attacker([here, there], 10).values_left(5).values())


def test_plans_to_single_people_out_are_refused() -> None:
    for seed in range(300):
        out, last, few = any_plan(random.Random(seed))
        assert too_close(last, out), (seed, few)


def test_what_tells_of_nobody_is_let_out() -> None:
    chance = random.Random(1)
    everybody = people(chance, 60)
    first = release_over("one", everybody, {"all": everybody, "some": everybody[:30]})
    ten_more = everybody[3:] + people(chance, 10)
    assert not too_close(first, [first])
    assert not too_close(release_over("one", ten_more, {"all": ten_more}), [first])
    others = everybody[20:50]
    assert not too_close(release_over("two", everybody, {"others": others}), [first]), "neither lies inside the other"


@pytest.mark.slow
def test_many_tables_and_pairs() -> None:
    chance = random.Random(8)
    for _table in range(60):
        attack(chance, chance.choice((5, 10)), any_table(chance))
    for _pair in range(30):
        attack(chance, chance.choice((5, 10)), *any_pair(chance))


@pytest.mark.attack
def test_as_many_tables_and_pairs_as_was_promised() -> None:
    chance = random.Random(9)
    for _table in range(5000):
        attack(chance, chance.choice((5, 10)), any_table(chance))
    for _pair in range(500):
        attack(chance, chance.choice((5, 10)), *any_pair(chance))


def test_a_group_that_was_small_does_not_hold_figures_back_for_good() -> None:
    """24 and 3 at first, then 40 and 14: the difference of 3 lay in one table before, which was protected."""
    chance = random.Random(1)
    old, more = people(chance, 27), people(chance, 27)
    first = release_over("findings", old, {"a": old[:24], "*": old})
    later = {"a": old[:24] + more[:16], "b": old[24:] + more[16:], "*": old + more}
    assert too_close(release_over("findings", old + more, later), [first]) == []
    nearly = old[:24] + more[:4]
    assert too_close(release_over("findings", old + more, {**later, "a": nearly}), [first])
