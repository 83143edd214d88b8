"""Everything of a survey that estimates need, added up in one pass over its responses, a few at a time. Pure.

For each breakdown, cells of group by stratum hold sums over all responses; of audited ones the scores are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.findings.breakdowns import Breakdown
from analysis.findings.estimates import Sums
from analysis.findings.intervals import Numbers

MISSED_UNDER = 0.5


@dataclass
class Cells:
    """Sums of one breakdown; axes (group, stratum) for `size`, and with codes last for the others."""

    breakdown: Breakdown
    size: Numbers
    scores: Numbers
    counted: Numbers

    @property
    def places(self) -> dict[str, int]:
        """Value of a group -> its place."""
        return {value: place for place, value in enumerate(self.breakdown.groups)}


@dataclass
class AuditedRow:
    """One audited response: its stratum, its group in each breakdown, the machine's scores, what people settled on."""

    stratum: int
    groups: list[int]
    scores: Numbers
    settled: Numbers


@dataclass
class Tally:
    """What one pass adds up: `strata` name -> place, and so many `codes`."""

    breakdowns: Sequence[Breakdown]
    strata: Mapping[str, int]
    codes: int
    cells: list[Cells] = field(init=False)
    audited: list[AuditedRow] = field(default_factory=list)
    members: list[dict[str, list[bytes]]] = field(init=False)

    def __post_init__(self) -> None:
        """Empty cells, and groups without members: of each breakdown, group -> ids of its responses."""
        self.members = [{value: [] for value in each.groups} for each in self.breakdowns]
        shape = (len(self.strata), self.codes)
        self.cells = [
            Cells(
                each, np.zeros((len(each.groups), shape[0])), *(np.zeros((len(each.groups), *shape)) for _both in "fc")
            )
            for each in self.breakdowns
        ]

    def add(
        self,
        answers: Mapping[str, Any],
        stratum: str,
        scores: Numbers,
        counted: Numbers,
        settled: Numbers | None = None,
        response_id: bytes = b"",
    ) -> None:
        """A response: machine scores and the codes it suggests (0 or 1); what people settled on, if it was audited."""
        h = self.strata[stratum]
        groups = []
        for cells, members in zip(self.cells, self.members, strict=True):
            value = cells.breakdown.group_of(answers)
            group = cells.places[value]
            members[value].append(response_id)
            groups.append(group)
            cells.size[group, h] += 1
            cells.scores[group, h] += scores
            cells.counted[group, h] += counted
        if settled is not None:
            self.audited.append(AuditedRow(h, groups, scores, settled))

    def sums(self, number: int) -> Sums:
        """The sums of a breakdown, axes (code, group, stratum); the last group is everybody."""
        cells = self.cells[number]
        shape = (*cells.size.shape, self.codes)
        found = {name: np.zeros(shape) for name in ("y", "f", "ff", "yf", "missed")}
        mine = np.zeros(cells.size.shape)
        for row in self.audited:
            place = row.groups[number], row.stratum
            mine[place] += 1
            y, f = row.settled, row.scores
            values = {"y": y, "f": f, "ff": f * f, "yf": y * f, "missed": y * (f < MISSED_UNDER)}
            for name, each in values.items():
                found[name][place] += each
        size = _with_everybody(cells.size)
        every = _with_everybody(mine)
        return Sums(
            frame=size[-1],
            drawn=every[-1],
            size=size,
            mine=every,
            f_all=_codes_first(cells.scores),
            **{name: _codes_first(each) for name, each in found.items()},
        )

    def counted_share(self, number: int) -> Numbers:
        """The share of responses that the machine suggests a code for, axes (code, group)."""
        cells = self.cells[number]
        counted = _codes_first(cells.counted).sum(axis=-1)
        found: Numbers = counted / np.maximum(_with_everybody(cells.size).sum(axis=-1), 1)
        return found


def _with_everybody(each: Numbers) -> Numbers:
    return np.concatenate([each, each.sum(axis=0, keepdims=True)])


def _codes_first(each: Numbers) -> Numbers:
    return np.moveaxis(_with_everybody(each), -1, 0)
