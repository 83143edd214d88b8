"""From what was estimated to what may be seen: the one way for a table of findings. Pure; for jobs, not for pages.

Of each code, those of each group who spoke and who did not are a table of counts with its margins (`protecting`). A
share is shown where both its counts are. Percentages come from rounded counts alone; an interval lies around the
percentage that is shown, wider by what rounding can have moved it, so that its ends say nothing more.
"""

from collections.abc import Mapping
from math import ceil

from analysis.findings.disclosure import LEAST_BASE
from analysis.findings.protecting.counts import Counts
from analysis.findings.protecting.withholding import TooFewPeople, protect_counts
from analysis.findings.shown import (
    ALL,
    WITHHELD,
    Estimate,
    EstimatedDifference,
    EstimatedTable,
    Figure,
    ShownDifference,
    ShownGroup,
    ShownTable,
)
from surveys.intake.rounding import ROUNDING, THRESHOLD, rounded

SPOKE, NOT, OTHERS = "spoke", "did not", "(others)"
#: Group -> how many.
Sizes = dict[str, int]


def let_through(table: EstimatedTable, threshold: int = THRESHOLD) -> ShownTable:
    """What may be seen of a table. Raises `KeyError` for a threshold other than 5 and 10."""
    sizes = {group.code: group.size for group in table.groups}
    bases = shown_bases(sizes, threshold)
    groups = tuple(ShownGroup(each.code, each.name, bases[each.code]) for each in table.groups)
    figures: dict[tuple[str, str], Figure] = {}
    for code in table.codes:
        of_it = {group: table.figures[code.code, group] for group in sizes}
        within = {group: table.figures.get((code.section, group)) for group in sizes}
        shares = {group: _nested(each.share, _share(within[group])) for group, each in of_it.items()}
        raws = {group: _nested(each.raw, _raw(within[group])) for group, each in of_it.items()}
        percents = _percents(shares, sizes, bases, threshold)
        raw_percents = percents if raws == shares else _percents(raws, sizes, bases, threshold)
        for group, estimate in of_it.items():
            figure = _figure(estimate, sizes[group], percents.get(group), raw_percents.get(group))
            figures[code.code, group] = figure
    differences = tuple(
        _difference(each, figures, sizes)
        for each in table.differences
        if all(figures[each.code, group].percent is not None for group in (each.one, each.other))
    )
    return ShownTable(table.name, table.title, table.codes, groups, figures, differences)


def _share(estimate: Estimate | None) -> float | None:
    return estimate.share if estimate else None


def _raw(estimate: Estimate | None) -> float | None:
    return estimate.raw if estimate else None


def _nested(share: float | None, of_section: float | None) -> float | None:
    """Whoever speaks to a theme speaks to its section."""
    return share if share is None or of_section is None else min(share, of_section)


def _parts(sizes: Sizes) -> Sizes | None:
    """The groups that add up to everybody, with whoever is in none; None where they overlap.

    A group of nobody adds nothing. It is withheld like a small one, and hides no other: who was asked is public.
    """
    parts = {group: size for group, size in sizes.items() if group != ALL and size}
    others = sizes.get(ALL, sum(parts.values())) - sum(parts.values())
    return None if others < 0 else {**parts, **({OTHERS: others} if others else {})}


def shown_bases(sizes: Sizes, threshold: int = THRESHOLD) -> dict[str, int | None]:
    """Group -> how many it is of, to the nearest five, or None where that is withheld; `ALL` is everybody."""
    shown = {group: rounded(size) if size >= THRESHOLD else None for group, size in sizes.items()}
    parts = _parts(sizes)
    if not parts or sum(parts.values()) < THRESHOLD:
        return shown
    names = tuple(parts)
    of_them = protect_counts(Counts(("group",), (names,), {(name,): size for name, size in parts.items()}), threshold)
    allowed = {name: of_them.shown[at,] for at, name in enumerate(names)} | {ALL: of_them.shown[None,]}
    return {group: base if allowed.get(group) is not None else None for group, base in shown.items()}


def _percents(
    shares: Mapping[str, float | None], sizes: Sizes, bases: Mapping[str, int | None], threshold: int
) -> dict[str, int]:
    """Group -> the share that may be shown, in whole per cent of rounded counts."""
    spoke = {group: round((share or 0) * sizes[group]) for group, share in shares.items()}
    if not any(_are_many(spoke[group], sizes[group], threshold) for group in sizes):
        return {}  # and so there is nothing to protect
    both = _both_shown(spoke, sizes, threshold)
    found = {}
    for group in both:
        base = bases[group]
        if shares[group] is not None and base is not None and _are_many(spoke[group], sizes[group], threshold):
            found[group] = min(round(100 * rounded(spoke[group]) / base), 100)
    return found


def _are_many(count: int, size: int, threshold: int) -> bool:
    return size >= LEAST_BASE and min(count, size - count) >= threshold


def _both_shown(spoke: Sizes, sizes: Sizes, threshold: int) -> set[str]:
    """The groups of whom both counts may be shown, beside those of all the others."""
    parts = _parts(sizes)
    if parts is None:  # they overlap, so nothing adds up to anything
        return set(sizes)
    if not parts:
        return set()
    inside = {group: spoke[group] for group in parts if group != OTHERS}
    if OTHERS in parts:
        inside[OTHERS] = min(max(spoke.get(ALL, 0) - sum(inside.values()), 0), parts[OTHERS])
    names = tuple(parts)
    counts: dict[tuple[str, ...], int] = {(name, SPOKE): inside[name] for name in names}
    counts |= {(name, NOT): max(parts[name] - inside[name], 0) for name in names}
    try:
        shown = protect_counts(Counts(("group", "said"), (names, (SPOKE, NOT)), counts), threshold).shown
    except TooFewPeople:
        return set()
    number: dict[str, int | None] = {name: at for at, name in enumerate(names)} | {ALL: None}
    counted = [group for group in sizes if group in number]
    return {group for group in counted if None not in (shown[number[group], 0], shown[number[group], 1])}


def _figure(estimate: Estimate, size: int, percent: int | None, raw: int | None) -> Figure:
    if size < LEAST_BASE:
        return Figure(None, None, None, WITHHELD, why="group")
    if estimate.share is None:
        return Figure(None, None, None, WITHHELD, why=estimate.why or "little")
    if percent is None:
        return Figure(None, None, None, WITHHELD, why="cover")
    low, high = _interval(estimate, percent, _slack(size))
    audited = rounded(estimate.audited) if estimate.audited >= THRESHOLD else None
    return Figure(percent, low, high, estimate.kind, raw, audited, estimate.why)


def _interval(estimate: Estimate, percent: int, slack: int) -> tuple[int | None, int | None]:
    """Both ends around the percentage that is shown; what the machine says uncorrected has none."""
    if estimate.share is None or estimate.low is None or estimate.high is None:
        return None, None
    low = max(percent - _points(estimate.share - estimate.low) - slack, 0)
    return low, min(percent + _points(estimate.high - estimate.share) + slack, 100)


def _points(part: float) -> int:
    """Of a share from 0 to 1, whole points of per cent, upwards."""
    return max(ceil(round(100 * part, 6)), 0)


def _slack(size: int) -> int:
    """By how many points of per cent the rounding of a count to five can have moved a share."""
    return ceil(50 * ROUNDING / rounded(size))


def _difference(each: EstimatedDifference, figures: Mapping[tuple[str, str], Figure], sizes: Sizes) -> ShownDifference:
    """Of two percentages as they are shown; its interval around that."""
    one, other = (figures[each.code, group].percent or 0 for group in (each.one, each.other))
    slack = _slack(sizes[each.one]) + _slack(sizes[each.other])
    points = one - other
    low = max(points - _points(each.points - each.low) - slack, -100)
    high = min(points + _points(each.high - each.points) + slack, 100)
    return ShownDifference(each.code, each.one, each.other, points, low, high, each.differs)
