"""The manifest of a report: hashes of all that went in and of every figure that came out; and how two compare. Pure.

A manifest holds no count and no answer. Figures are hashed as they are shown, so that its hashes tell nothing that the
report does not.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Self

from analysis.findings.shown import ShownTable

FORM = "heard report manifest 1"
#: So many hexadecimal digits of a SHA-256 name a figure: 64 bits, enough to tell figures apart.
SHORT = 16


class NotAManifest(ValueError):
    """The text is no manifest. The message says what to hand over instead."""


@dataclass(frozen=True)
class Manifest:
    """`inputs`: what went in -> hash or identity. `figures`: `table/code/group` -> hash; `charts`: name -> hash."""

    survey: str
    made_on: str
    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    figures: Mapping[str, str]
    charts: Mapping[str, str] = field(default_factory=dict)

    def to_text(self) -> str:
        """As JSON; the same manifest gives the same text."""
        told = {"form": FORM, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @property
    def mark(self) -> str:
        """SHA-256 of the whole, as hexadecimal digits."""
        return sha256(self.to_text().encode()).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What `to_text` wrote. Raises `NotAManifest`."""
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        if not isinstance(told, dict) or told.pop("form", None) != FORM:
            raise NotAManifest(
                "This is not the manifest of a report. Hand over a report made by Heard, or its .json file."
            )
        try:
            return cls(**{name: _checked(name, value) for name, value in told.items()})
        except TypeError:
            raise NotAManifest("This manifest is not whole. Fetch the report once more.") from None


def _checked(name: str, value: Any) -> Any:
    if name in ("survey", "made_on"):
        whole = isinstance(value, str)
    else:
        whole = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    if not whole:
        raise TypeError(name)
    return value


def hash_of(value: object) -> str:
    """The SHA-256 (hex) of plain lists, tables, texts and numbers."""
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def figure_hashes(tables: Iterable[ShownTable]) -> dict[str, str]:
    """`table/code/group` -> the hash of that figure; differences are `table/code/one-other`, sizes `table//group`.

    No title or name is in a hash: a report in another language has the same figures.
    """
    found: dict[str, str] = {}
    for table in tables:
        for (code, group), figure in table.figures.items():
            found[f"{table.name}/{code}/{group}"] = hash_of(asdict(figure))[:SHORT]
        for each in table.differences:
            found[f"{table.name}/{each.code}/{each.one}-{each.other}"] = hash_of(asdict(each))[:SHORT]
        for each_group in table.groups:
            found[f"{table.name}//{each_group.code}"] = hash_of([each_group.code, each_group.base])[:SHORT]
    return found


@dataclass(frozen=True)
class Compared:
    """What is not the same in two manifests: names of figures and of inputs."""

    same: int
    other: tuple[str, ...]
    missing: tuple[str, ...]
    new: tuple[str, ...]
    inputs: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every figure is the same."""
        return not (self.other or self.missing or self.new)


def compare(printed: Manifest, now: Manifest) -> Compared:
    """A printed manifest against one made now. Charts are drawn from figures, so figures are what is compared."""
    both = printed.figures.keys() & now.figures.keys()
    names = sorted({*printed.inputs, *now.inputs})
    return Compared(
        same=sum(printed.figures[each] == now.figures[each] for each in both),
        other=tuple(sorted(each for each in both if printed.figures[each] != now.figures[each])),
        missing=tuple(sorted(printed.figures.keys() - now.figures.keys())),
        new=tuple(sorted(now.figures.keys() - printed.figures.keys())),
        inputs=tuple(each for each in names if printed.inputs.get(each) != now.inputs.get(each)),
    )
