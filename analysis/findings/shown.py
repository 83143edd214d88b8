"""Findings as tables of shares: as they were estimated, and as they may be seen.

`estimating` makes an `EstimatedTable`, `letting_through` turns it into a `ShownTable`, and pages, charts, reports and
exports know of the second only. Pure.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

#: What a figure is: the machine's share corrected by an audit, people's codes of the audit alone, the machine's share
#: as it comes, or nothing that may be said.
CORRECTED, HUMAN_ONLY, MACHINE, WITHHELD = KINDS = ("corrected", "human-only", "machine", "withheld")
SECTION, THEME, STANCE = LEVELS = ("section", "theme", "stance")
#: The group of everybody who answered.
ALL = "*"


@dataclass(frozen=True)
class Code:
    """One thing that a response can speak to. `section` is the code of its section: its own, for a section.

    A stance is the code of its section, a slash and the stance: `AE/problem`.
    """

    code: str
    title: str
    level: str
    section: str


@dataclass(frozen=True)
class Estimate:
    """The share of the responses of a group that speak to a code, 0..1, with its 95 % interval.

    `share` is None where there is too little to say; `raw` is the machine's share as it comes, None where no machine
    suggested. `audited`: responses coded blind that stand behind it; `why`: a key of the words for its kind.
    """

    share: float | None
    low: float | None
    high: float | None
    kind: str
    raw: float | None = None
    audited: int = 0
    why: str = ""


@dataclass(frozen=True)
class EstimatedGroup:
    """A group and how many responses it has. Never to be seen."""

    code: str
    name: str
    size: int


@dataclass(frozen=True)
class EstimatedDifference:
    """The share of group `one` less the share of group `other`, -1..1, with its 95 % interval.

    `differs`: whether it holds after Holm's correction over all differences of its table.
    """

    code: str
    one: str
    other: str
    points: float
    low: float
    high: float
    p: float
    differs: bool


@dataclass(frozen=True)
class EstimatedTable:
    """Shares by the groups of one closed question, of the audiences, or of waves. The last group is `ALL`.

    `figures`: (code, group) -> what was estimated; every pair is there.
    """

    name: str
    title: str
    codes: tuple[Code, ...]
    groups: tuple[EstimatedGroup, ...]
    figures: Mapping[tuple[str, str], Estimate]
    differences: tuple[EstimatedDifference, ...] = ()


@dataclass(frozen=True)
class ShownGroup:
    """A group and how many responses it has, to the nearest five; None is withheld."""

    code: str
    name: str
    base: int | None


@dataclass(frozen=True)
class Figure:
    """One share as it may be seen: whole per cent, None is withheld, and then `why` says why in a key.

    `raw`: the machine's share, uncorrected. `audited`: responses coded blind behind it, to the nearest five.
    """

    percent: int | None
    low: int | None
    high: int | None
    kind: str
    raw: int | None = None
    audited: int | None = None
    why: str = ""


@dataclass(frozen=True)
class ShownDifference:
    """A difference of two shares that are both shown, in whole points of per cent, with its interval."""

    code: str
    one: str
    other: str
    points: int
    low: int
    high: int
    differs: bool


@dataclass(frozen=True)
class ShownTable:
    """What may be seen of an `EstimatedTable`. Nothing that is withheld is in here, under any name."""

    name: str
    title: str
    codes: tuple[Code, ...]
    groups: tuple[ShownGroup, ...]
    figures: Mapping[tuple[str, str], Figure]
    differences: tuple[ShownDifference, ...] = ()

    def of(self, code: str, group: str) -> Figure:
        """The figure of a code in a group. Raises `KeyError` for one that is not there."""
        return self.figures[code, group]

    def at(self, level: str) -> tuple[Code, ...]:
        """The codes of one level, in order."""
        return tuple(each for each in self.codes if each.level == level)

    def to_json(self) -> dict[str, Any]:
        """As plain tables; the same figures give the same ones."""
        return {
            "name": self.name,
            "title": self.title,
            "codes": [asdict(each) for each in self.codes],
            "groups": [asdict(each) for each in self.groups],
            "figures": [[*place, asdict(figure)] for place, figure in sorted(self.figures.items())],
            "differences": [asdict(each) for each in self.differences],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(
            told["name"],
            told["title"],
            tuple(Code(**each) for each in told["codes"]),
            tuple(ShownGroup(**each) for each in told["groups"]),
            {(code, group): Figure(**figure) for code, group, figure in told["figures"]},
            tuple(ShownDifference(**each) for each in told["differences"]),
        )

    def to_text(self) -> str:
        """As text, to be hashed or kept."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)
