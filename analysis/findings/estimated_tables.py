"""From sums to tables of estimates, one for each breakdown, with the differences between its groups. Pure."""

from collections.abc import Sequence
from itertools import combinations
from math import isnan, nan

from analysis.findings.comparing_groups import difference, holm
from analysis.findings.estimates import estimates
from analysis.findings.outcomes import OUTCOMES
from analysis.findings.shown import (
    ALL,
    MACHINE,
    SECTION,
    WITHHELD,
    Code,
    Estimate,
    EstimatedDifference,
    EstimatedGroup,
    EstimatedTable,
)
from analysis.findings.tallying import Tally
from safekeeping.languages import gettext as _

EVERYBODY = _("Everybody")
#: A difference holds where it would come up by chance in fewer than so many cases, over all differences of its table.
CHANCE = 0.05


def tables_of(tally: Tally, codes: Sequence[Code], uncorrected: str = "") -> list[EstimatedTable]:
    """A table for each breakdown. `uncorrected`: why there is no audit to correct by, a key; empty where there is."""
    return [_table(tally, number, codes, uncorrected) for number in range(len(tally.breakdowns))]


def _table(tally: Tally, number: int, codes: Sequence[Code], uncorrected: str) -> EstimatedTable:
    breakdown = tally.breakdowns[number]
    names = [*breakdown.groups.items(), (ALL, EVERYBODY)]
    sums = tally.sums(number)
    sizes = sums.size.sum(axis=-1)
    kept = [place for place, (value, _name) in enumerate(names) if value or sizes[place] > 0]
    groups = tuple(EstimatedGroup(*names[place], int(sizes[place])) for place in kept)
    found = _machine(tally, number, uncorrected) if uncorrected else corrected_rows(tally, number)
    figures = {(code.code, names[place][0]): found[row][place] for row, code in enumerate(codes) for place in kept}
    differences = () if uncorrected else _differences(figures, codes, groups)
    return EstimatedTable(breakdown.name, breakdown.title, tuple(codes), groups, figures, differences)


def _machine(tally: Tally, number: int, why: str) -> list[list[Estimate]]:
    """What the machine says, as it comes: no interval, for nothing says how far it is wrong."""
    shares = tally.counted_share(number)
    return [[Estimate(float(each), None, None, MACHINE, float(each), 0, why) for each in row] for row in shares]


def corrected_rows(tally: Tally, number: int) -> list[list[Estimate]]:
    """Of each code, an estimate for each group of a breakdown, everybody last: by what was audited."""
    found, raw = estimates(tally.sums(number)), tally.counted_share(number)
    rows = []
    for code in range(tally.codes):
        row = []
        for group in range(raw.shape[1]):
            kind, why = OUTCOMES[int(found.outcome[code, group])]
            values = (float(each[code, group]) for each in (found.share, found.low, found.high))
            share, low, high = (None, None, None) if kind == WITHHELD else values
            audited = int(found.audited[code, group])
            row.append(Estimate(share, low, high, kind, float(raw[code, group]), audited, why))
        rows.append(row)
    return rows


def _differences(
    figures: dict[tuple[str, str], Estimate], codes: Sequence[Code], groups: Sequence[EstimatedGroup]
) -> tuple[EstimatedDifference, ...]:
    """Of sections, between each two groups that were named and have a figure."""
    named = [group.code for group in groups if group.code not in ("", ALL)]
    found = []
    for code in (each.code for each in codes if each.level == SECTION):
        for one, other in combinations(named, 2):
            sides = [_interval(figures[code, group]) for group in (one, other)]
            if not any(isnan(share) for share, _low, _high in sides):
                found.append((code, one, other, difference(*sides)))
    corrected = holm([each.p for *_place, each in found])
    return tuple(
        EstimatedDifference(code, one, other, each.points, each.low, each.high, p, p < CHANCE)
        for (code, one, other, each), p in zip(found, corrected, strict=True)
    )


def _interval(each: Estimate) -> tuple[float, float, float]:
    if each.share is None or each.low is None or each.high is None:
        return nan, nan, nan
    return each.share, each.low, each.high
