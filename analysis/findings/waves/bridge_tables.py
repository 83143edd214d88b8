"""From what was counted to the tables that waves are compared by, before anybody may see them. Pure.

One holds the shares of a wave by its own book, unions among them, as estimates have them. The other holds what a bridge
says: the same responses by both books, people's codes alone, and how much more the other finds, with Agresti and Min's
variance. Neither is broken down by anything, so nothing smaller than everybody is in them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analysis.findings.breakdowns import Breakdown
from analysis.findings.comparing_groups import holm
from analysis.findings.estimated_tables import CHANCE, EVERYBODY, corrected_rows
from analysis.findings.intervals import Numbers
from analysis.findings.shown import (
    ALL,
    WITHHELD,
    Estimate,
    EstimatedDifference,
    EstimatedGroup,
    EstimatedTable,
)
from analysis.findings.tallying import Tally
from analysis.findings.waves.asked_codes import Asked, Column
from analysis.findings.waves.bridge import TooFewPairs, artefact, pairs_of
from analysis.findings.waves.share_changes import Change
from analysis.findings.waves.wave_shares import OTHER, OWN
from safekeeping.languages import gettext as _

ONLY = (Breakdown("everybody", "", {"": ""}),)
OWN_TITLE, BRIDGE_TITLE = _("Shares to compare by"), _("The same responses by both code books")
BY_OWN, BY_OTHER = _("By the code book of the audit"), _("By the other code book")
_NOTHING = Estimate(None, None, None, WITHHELD, why="little")


@dataclass
class Bridged:
    """A bridge being counted: `tally` has a column by one's own book for each of `asked`, then one by the other.

    `coded`: stratum -> for each response of the bridge, for each of `asked`, whether it is coded so by both books.
    """

    asked: Sequence[Asked]
    tally: Tally
    coded: dict[str, list[list[tuple[bool, bool]]]] = field(default_factory=dict)


def own_table(tally: Tally, columns: Sequence[Column]) -> EstimatedTable:
    """Shares of everybody by one's own book."""
    codes = tuple(each.code for each in columns)
    figures = {(code.code, ALL): row[-1] for code, row in zip(codes, corrected_rows(tally, 0), strict=True)}
    return EstimatedTable("waves", OWN_TITLE, codes, (EstimatedGroup(ALL, EVERYBODY, _size(tally)),), figures)


def bridge_table(bridged: Bridged) -> EstimatedTable:
    """What a bridge says: each share by both books, and how much more the other finds, after Holm's correction."""
    rows, many = [row[-1] for row in corrected_rows(bridged.tally, 0)], len(bridged.asked)
    codes = tuple(each.code for each in bridged.asked)
    figures = {(code.code, ALL): _NOTHING for code in codes}
    for each, own, other in zip(bridged.asked, rows[:many], rows[many:], strict=True):
        figures[each.code.code, OWN] = own if each.own else _NOTHING
        figures[each.code.code, OTHER] = other
    size = _size(bridged.tally)
    named = ((OWN, BY_OWN), (OTHER, BY_OTHER), (ALL, EVERYBODY))
    groups = tuple(EstimatedGroup(name, called, size) for name, called in named)
    return EstimatedTable("bridge", BRIDGE_TITLE, codes, groups, figures, _differences(bridged))


def _size(tally: Tally) -> int:
    return int(tally.cells[0].size.sum())


def _differences(bridged: Bridged) -> tuple[EstimatedDifference, ...]:
    found = [(each.code.code, change) for each, change in _changes(bridged) if each.own]
    corrected = holm([change.p for _code, change in found])
    return tuple(
        EstimatedDifference(code, OTHER, OWN, each.points, each.low, each.high, p, p < CHANCE)
        for (code, each), p in zip(found, corrected, strict=True)
    )


def _changes(bridged: Bridged) -> Iterable[tuple[Asked, Change]]:
    """Of each of what was asked, how much more the other book finds; nothing where too few were coded by both."""
    sizes: Numbers = bridged.tally.cells[0].size.sum(axis=0)
    strata = {name: int(sizes[place]) for name, place in bridged.tally.strata.items()}
    for number, each in enumerate(bridged.asked):
        coded = ([response[number] for response in bridged.coded.get(name, ())] for name in strata)
        try:
            yield each, artefact(pairs_of(strata.values(), coded))
        except TooFewPairs:
            return
