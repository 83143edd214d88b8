"""Everything of a survey that estimates need, added up in one pass over its responses, a few at a time. Pure.

For each breakdown, cells of group by stratum hold sums over all responses; of audited ones the scores are kept.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from analysis.findings.breakdowns import Breakdown
from analysis.findings.estimates import Sums
from analysis.findings.intervals import Numbers
from analysis.findings.releases.rolls import Bits, Roll, by_place
from safekeeping.vault import ID_BYTES

MISSED_UNDER = 0.5


@dataclass
class Cells:
    """Sums of one breakdown; axes (group, stratum) for `size`, and with codes last for the others."""

    breakdown: Breakdown
    size: Numbers
    scores: Numbers
    counted: Numbers

    @cached_property
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
    ids: bytearray = field(default_factory=bytearray)
    placed: "list[array[int]]" = field(init=False)

    def __post_init__(self) -> None:
        """Empty cells, and nobody yet: `ids` are those of all responses, joined, `placed` by breakdown the group of
        each."""
        self.placed = [array("B") for _each in self.breakdowns]
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
        self.ids += response_id
        for cells, placed in zip(self.cells, self.placed, strict=True):
            group = cells.places[cells.breakdown.group_of(answers)]
            placed.append(group)
            groups.append(group)
            cells.size[group, h] += 1
            cells.scores[group, h] += scores
            cells.counted[group, h] += counted
        if settled is not None:
            self.audited.append(AuditedRow(h, groups, scores, settled))

    def people(self) -> tuple[Roll, list[dict[str, Bits]]]:
        """All responses; and of each breakdown, who of them is in which group."""
        ids = np.frombuffer(bytes(self.ids), dtype=f"S{ID_BYTES}")
        order = np.argsort(ids, kind="stable")
        groups = [
            dict(zip(each.groups, by_place(np.asarray(placed)[order], len(each.groups)), strict=True))
            for each, placed in zip(self.breakdowns, self.placed, strict=True)
        ]
        return Roll(ids[order].tobytes()), groups

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
