"""Tables of findings: what is let through, and that it survives being kept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.findings.letting_through import let_through
from analysis.findings.shown import (
    ALL,
    CORRECTED,
    SECTION,
    Code,
    Estimate,
    EstimatedDifference,
    EstimatedGroup,
    EstimatedTable,
    ShownTable,
)

ACCESS = Code("AE", "Access and Engagement", SECTION, "AE")


def table(shares: dict[str, float], sizes: dict[str, int]) -> EstimatedTable:
    """One section by groups."""
    return EstimatedTable(
        "audience",
        "Audience",
        (ACCESS,),
        tuple(EstimatedGroup(name, name, size) for name, size in sizes.items()),
        {("AE", name): Estimate(share, share - 0.05, share + 0.05, CORRECTED) for name, share in shares.items()},
        (EstimatedDifference("AE", "survivor", "provider", 0.1, 0.0, 0.2, 0.04, True),),
    )


def test_figures_of_groups_large_enough_are_shown_and_kept_the_same() -> None:
    shown = let_through(
        table({"survivor": 0.5, "provider": 0.4, ALL: 0.45}, {"survivor": 103, "provider": 100, ALL: 203})
    )
    assert shown.of("AE", "survivor").percent == 48, "50 of 105, the counts to the nearest five"
    assert shown.groups[0].base == 105
    assert [each.points for each in shown.differences] == [8]
    assert ShownTable.from_json(shown.to_json()) == shown


def test_small_groups_and_what_would_give_them_away_are_withheld() -> None:
    shown = let_through(
        table({"survivor": 0.5, "provider": 0.4, ALL: 0.45}, {"survivor": 103, "provider": 9, ALL: 112})
    )
    assert shown.of("AE", "provider").why == "group"
    assert shown.groups[1].base is None
    assert shown.differences == ()
    assert "9" not in {str(each.base) for each in shown.groups}


def test_percentages_and_intervals_come_from_rounded_counts_alone() -> None:
    sizes = {"survivor": 103, "provider": 100, ALL: 203}
    seen = {
        let_through(table({"survivor": count / 103, "provider": 0.4, ALL: 0.45}, sizes)).of("AE", "survivor")
        for count in (48, 49, 50, 51, 52)
    }
    assert len(seen) == 1, "neither the share nor its interval tells which of five counts it was"


def test_an_interval_still_holds_what_was_estimated() -> None:
    figure = let_through(
        table({"survivor": 0.52, "provider": 0.4, ALL: 0.45}, {"survivor": 42, "provider": 100, ALL: 142})
    ).of("AE", "survivor")
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= 47
    assert figure.high >= 57


def test_no_theme_is_larger_than_its_section() -> None:
    theme = Code("AE1", "Waiting", "theme", "AE")
    one = table({"survivor": 0.4, ALL: 0.4}, {"survivor": 100, ALL: 100})
    higher = {("AE1", group): Estimate(0.45, 0.4, 0.5, CORRECTED) for group in ("survivor", ALL)}
    shown = let_through(EstimatedTable(one.name, one.title, (ACCESS, theme), one.groups, {**one.figures, **higher}))
    assert shown.of("AE1", ALL).percent == shown.of("AE", ALL).percent == 40


@given(
    st.lists(st.integers(0, 80), min_size=2, max_size=4),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_nothing_of_a_small_group_and_no_small_count_is_shown(sizes: list[int], shares: list[float]) -> None:
    named = {f"g{at}": size for at, size in enumerate(sizes)}
    spoke = {name: round(share * size) for (name, size), share in zip(named.items(), shares, strict=False)}
    total = sum(sizes)
    of_all = {ALL: sum(spoke.values()) / max(total, 1)}
    figures = {name: count / max(named[name], 1) for name, count in spoke.items()}
    plain = table({**figures, **of_all}, {**named, ALL: total})
    shown = let_through(EstimatedTable(plain.name, plain.title, plain.codes, plain.groups, plain.figures))
    for name, size in named.items():
        figure = shown.of("AE", name)
        if size < 20 or min(spoke[name], size - spoke[name]) < 10:
            assert (figure.percent, figure.low, figure.high, figure.raw, figure.audited) == (None,) * 5
    assert all(each.base is None for each in shown.groups if {**named, ALL: total}[each.code] < 10)
