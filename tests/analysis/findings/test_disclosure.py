"""Small groups are never shown: attacked by readers who know every rule and try every possible world."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings.disclosure import WHY, Counts, Share, Shown, protect, protect_together
from surveys.intake.rounding import THRESHOLD, rounded

SECTIONS = 2


def share_of(count: int, base: int) -> Share:
    return protect(Counts(base, base, (count,))).shares[0]


def published(groups: tuple[Counts, ...]) -> tuple[Shown, ...]:
    """Everything that is ever shown of these groups."""
    return (*(protect(each) for each in groups), protect_together(groups, len(groups[0].spoke)))


@pytest.mark.parametrize(("count", "nearest"), [(0, 0), (2, 0), (3, 5), (10, 10), (12, 10), (13, 15), (1001, 1000)])
def test_counts_are_shown_to_the_nearest_five(count: int, nearest: int) -> None:
    assert rounded(count) == nearest


@pytest.mark.parametrize(
    ("responses", "shown", "base"), [(0, None, None), (9, None, None), (10, 10, None), (19, 20, None), (20, 20, 20)]
)
def test_a_group_is_counted_from_ten_and_compared_from_twenty(
    responses: int, shown: int | None, base: int | None
) -> None:
    of_it = protect(Counts(responses, 100, (5,)))
    assert (of_it.responses, of_it.base) == (shown, base)


@pytest.mark.parametrize(("passages", "shown"), [(0, None), (9, None), (10, 10), (33, 35)])
def test_passages_are_withheld_under_ten(passages: int, shown: int | None) -> None:
    assert protect(Counts(50, passages, ())).passages == shown


def test_passages_of_a_small_group_are_withheld_however_many() -> None:
    assert protect(Counts(9, 400, ())).passages is None


@pytest.mark.parametrize(
    ("count", "base", "percent", "why"),
    [
        (5, 9, None, "group"),
        (10, 19, None, "group"),
        (10, 20, 50, ""),
        (9, 40, None, "few"),
        (0, 40, None, "few"),
        (40, 40, None, "few"),
        (31, 40, None, "few"),
        (30, 40, 75, ""),
        (12, 41, 25, ""),  # 10 of 40, not 12 of 41
        (10, 5000, 0, ""),
        (4990, 5000, 100, ""),
    ],
)
def test_a_share_needs_ten_people_on_either_side(count: int, base: int, percent: int | None, why: str) -> None:
    assert share_of(count, base) == Share(percent, why)


@pytest.mark.parametrize(
    ("percent", "words"), [(None, "withheld"), (0, "under 1 %"), (100, "over 99 %"), (1, "1 %"), (99, "99 %")]
)
def test_a_share_in_words_never_says_none_or_all(percent: int | None, words: str) -> None:
    assert Share(percent).words == words


def test_together_adds_up_what_is_shown() -> None:
    together = protect_together([Counts(200, 310, (30,)), Counts(62, 90, (12,))], 1)
    assert together == Shown(responses=260, passages=400, base=260, shares=(Share(15),))  # 40 of 260


def test_together_leaves_small_groups_out() -> None:
    shown = [Counts(200, 310, (30,)), Counts(62, 90, (12,))]
    small = [Counts(9, 12, (9,)), Counts(0, 0, (0,))]
    assert protect_together([*shown, *small], 1) == protect_together(shown, 1)


def test_together_counts_a_group_of_ten_but_does_not_compare_it() -> None:
    together = protect_together([Counts(200, 310, (30,)), Counts(14, 20, (13,))], 1)
    assert together == Shown(responses=215, passages=330, base=200, shares=(Share(15),))


def test_together_is_withheld_with_any_of_its_figures() -> None:
    together = protect_together([Counts(200, 310, (30, 50)), Counts(62, 9, (9, 20))], 2)
    assert together.responses == 260
    assert together.passages is None
    assert together.shares == (Share(None, "part"), Share(27))


def test_nothing_is_said_of_no_groups() -> None:
    assert protect_together([], 1) == Shown(None, None, None, (Share(None, "group"),))


def test_every_reason_has_words() -> None:
    groups = (Counts(200, 310, (30, 50)), Counts(62, 9, (9, 20)), Counts(3, 3, (1, 1)))
    reasons = {share.why for shown in published(groups) for share in shown.shares} - {""}
    assert reasons <= set(WHY)


# The first attacker lists every world of two groups of up to 23 people and one section, sees what each
# publishes, and keeps for each publication what a withheld number could have been.

WORLDS_OF_A_GROUP = [Counts(base, 2 * base, (count,)) for base in range(24) for count in range(base + 1)]


def test_a_reader_who_tries_every_world_finds_no_withheld_number() -> None:
    seen = {world: protect(world) for world in WORLDS_OF_A_GROUP}
    possible = defaultdict[tuple[Shown, ...], set[Counts]](set)
    for one, other in product(WORLDS_OF_A_GROUP, repeat=2):
        possible[seen[one], seen[other], protect_together((one, other), 1)].add(one)
    for (shown, *_), worlds in possible.items():
        if shown.responses is None:
            assert {world.responses for world in worlds} == set(range(THRESHOLD))
        if shown.shares[0].percent is None:
            assert len({world.spoke[0] for world in worlds}) >= THRESHOLD


# The second attacker has tables of any size: whatever was withheld could have been anything else that is
# withheld, and everything published would be the same. So what is published says nothing about it.


@st.composite
def groups(draw: st.DrawFn) -> Counts:
    responses = draw(st.one_of(st.integers(0, 30), st.integers(0, 3000)))
    spoke = tuple(draw(st.integers(0, responses)) for _ in range(SECTIONS))
    return Counts(responses, draw(st.one_of(st.integers(0, 20), st.integers(0, 9000))), spoke)


def withheld_counts(base: int) -> st.SearchStrategy[int]:
    nearly_all = st.integers(max(0, base - THRESHOLD + 1), base)
    return st.one_of(st.integers(0, min(base, THRESHOLD - 1)), nearly_all)


@st.composite
def same_but_for_the_withheld(draw: st.DrawFn, group: Counts) -> Counts:
    shown = protect(group)
    if shown.responses is None:
        responses = draw(st.integers(0, THRESHOLD - 1))
        spoke = tuple(draw(st.integers(0, responses)) for _ in group.spoke)
        return Counts(responses, draw(st.integers(0, 500)), spoke)
    passages = draw(st.integers(0, THRESHOLD - 1)) if shown.passages is None else group.passages
    changed = (
        draw(withheld_counts(group.responses)) if share.percent is None else count
        for count, share in zip(group.spoke, shown.shares, strict=True)
    )
    return Counts(group.responses, passages, tuple(changed))


@given(st.data(), st.lists(groups(), min_size=1, max_size=5))
def test_what_is_published_says_nothing_of_what_is_withheld(data: st.DataObject, table: list[Counts]) -> None:
    other = tuple(data.draw(same_but_for_the_withheld(group)) for group in table)
    assert published(tuple(table)) == published(other)


@given(st.lists(groups(), max_size=5))
def test_no_figure_stands_for_fewer_than_ten(table: list[Counts]) -> None:
    for shown in [*(protect(each) for each in table), protect_together(table, SECTIONS)]:
        assert shown.responses is None or shown.responses >= THRESHOLD
        assert shown.passages is None or shown.passages >= THRESHOLD
        assert shown.base is None or shown.base >= 2 * THRESHOLD
        assert (shown.base is not None) or all(share.percent is None for share in shown.shares)
