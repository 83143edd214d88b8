"""Two waves side by side as one table of findings, made of what may be seen of each. Pure.

Every figure here is shown with its own wave too, and the people of two waves are not the same, so a comparison tells
nothing that the two tables do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.findings.shown import (
    ALL,
    CORRECTED,
    HUMAN_ONLY,
    LEVELS,
    WITHHELD,
    Code,
    Figure,
    ShownDifference,
    ShownGroup,
    ShownTable,
)
from analysis.findings.waves.matched_codes import Match, union
from analysis.findings.waves.share_changes import Share, change, hold, share_of
from safekeeping.languages import gettext as _

BEFORE, AFTER = "before", "after"
#: Kinds of figures that people's codes stand behind.
BY_PEOPLE = (CORRECTED, HUMAN_ONLY)
_NOTHING = Figure(None, None, None, WITHHELD)


@dataclass(frozen=True)
class Compared:
    """One code of the comparison: its name in the table of each wave, and as it is called in the comparison."""

    before: str
    after: str
    code: Code


def compared(matched: Iterable[Match], one: ShownTable, other: ShownTable) -> list[Compared]:
    """The codes, and the stances of sections, that both tables have a figure for; a union goes by its joint name."""
    here, there = ({code.code: code for code in table.codes} for table in (one, other))
    found = []
    for match in matched:
        if match.comparable:
            before, after = union(match.before), union(match.after)
            stances = [each.code.removeprefix(after) for each in other.codes if each.code.startswith(f"{after}/")]
            found += [
                Compared(before + end, after + end, there[after + end])
                for end in ("", *stances)
                if before + end in here and after + end in there
            ]
    return sorted(found, key=lambda each: LEVELS.index(each.code.level))


def wave_table(
    one: ShownTable,
    other: ShownTable,
    codes: Sequence[Compared],
    names: tuple[str, str],
    group: str = ALL,
    instead: Mapping[tuple[str, str], Figure] | None = None,
) -> ShownTable:
    """Both waves of a group that both tables have, with the changes; `names`: what the waves are called.

    `instead`: (code, wave) -> the figure that a bridge gives in place of what is in the table of the wave.
    """
    tables = {BEFORE: one, AFTER: other}
    groups = tuple(
        ShownGroup(wave, name, next(each.base for each in table.groups if each.code == group))
        for (wave, table), name in zip(tables.items(), names, strict=True)
    )
    figures = {(each.code.code, BEFORE): one.figures.get((each.before, group), _NOTHING) for each in codes}
    figures |= {(each.code.code, AFTER): other.figures.get((each.after, group), _NOTHING) for each in codes}
    figures |= instead or {}
    title, every = _("Change between two waves"), tuple(each.code for each in codes)
    return ShownTable(f"waves {group}", title, every, groups, figures, tuple(_differences(every, figures)))


def _differences(codes: Iterable[Code], figures: Mapping[tuple[str, str], Figure]) -> list[ShownDifference]:
    """The later wave less the earlier one, of what people stand behind: the machine may err otherwise elsewhere."""
    pairs: dict[str, tuple[Share, Share]] = {}
    for code in codes:
        both = [figures[code.code, wave] for wave in (BEFORE, AFTER)]
        shares = [share_of(each) for each in both if each.kind in BY_PEOPLE]
        before, after = shares if len(shares) == len(both) else (None, None)
        if before and after:
            pairs[code.code] = before, after
    found = {code: change(*both) for code, both in pairs.items()}
    holding = hold({code: each.p for code, each in found.items()})
    return [
        ShownDifference(
            code,
            AFTER,
            BEFORE,
            round(100 * each.points),
            round(100 * each.low),
            round(100 * each.high),
            code in holding,
        )
        for code, each in found.items()
    ]
