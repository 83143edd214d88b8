"""A standard as it is written: numbered clauses in a tree of sections, standards and requirements, edition by edition.

A code book says by which codes answers are read; this says what services are held to. A clause keeps its id for life,
also where a later edition gives it another number; `earlier` says which clauses of the edition before it comes from.
Pure.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

SECTION, STANDARD, REQUIREMENT = LEVELS = ("section", "standard", "requirement")
_GIVEN = "https://heard.invalid/standards/"


@dataclass(frozen=True)
class Clause:
    """One entry of a standard. `number` is what people call it (A4.3); no other of its edition has it.

    `wording`: the text of a requirement, empty where only its holder may give it. `evidence`: what is sought as
    evidence that it is met. `aims` and `stages` are codes of the edition's. `codes`: codes of the edition's frame by
    which answers are read for it. `earlier`: ids of clauses of the edition before that it comes from (none: it is new).
    """

    id: str
    number: str
    title: str
    level: str
    wording: str = ""
    purpose: str = ""
    evidence: str = ""
    guidance: str = ""
    aims: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    children: tuple["Clause", ...] = ()


@dataclass(frozen=True)
class Aim:
    """What a standard is for, such as the safety of victims."""

    code: str
    title: str


@dataclass(frozen=True)
class Stage:
    """One step of accreditation: which clauses belong to it they say themselves. `years`: renewed after so many."""

    code: str
    title: str
    years: int = 3


@dataclass(frozen=True)
class StandardText:
    """One edition of a standard. `name` is the standard's short name, the same in every edition; `edition` counts
    from 1. `frame`: the code book by which answers about it are coded, `published`: an ISO day or a year, or empty."""

    name: str
    title: str
    publisher: str
    edition: int
    frame: str
    clauses: tuple[Clause, ...]
    published: str = ""
    years: int = 3
    aims: tuple[Aim, ...] = ()
    stages: tuple[Stage, ...] = ()
    glossary: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    def walk(self) -> Iterator["PlacedClause"]:
        """Every clause where it stands, parents before children, in order."""
        return _walked(self.clauses, ())

    def placed(self) -> dict[str, "PlacedClause"]:
        """Id -> the clause in its place."""
        return {each.clause.id: each for each in self.walk()}

    def by_number(self) -> dict[str, "PlacedClause"]:
        """Number -> the clause in its place."""
        return {each.clause.number: each for each in self.walk()}

    def lowest(self) -> tuple["PlacedClause", ...]:
        """The clauses with none below them: what is decided one by one."""
        return tuple(each for each in self.walk() if not each.clause.children)

    def standards(self) -> tuple["PlacedClause", ...]:
        """The numbered standards, in order."""
        return tuple(each for each in self.walk() if each.clause.level == STANDARD)

    def to_json(self) -> dict[str, Any]:
        """As plain tables, without what is empty."""
        return _full(asdict(self))

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        parts = {
            "clauses": tuple(map(_clause, told.get("clauses", ()))),
            "aims": tuple(Aim(**each) for each in told.get("aims", ())),
            "stages": tuple(Stage(**each) for each in told.get("stages", ())),
            "gone": tuple(told.get("gone", ())),
        }
        return cls(**{"publisher": "", **told, **parts})

    def to_text(self) -> str:
        """JSON that is the same for the same content."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """SHA-256 of `to_text`, in hex."""
        return hashlib.sha256(self.to_text().encode()).hexdigest()


@dataclass(frozen=True)
class PlacedClause:
    """A clause where it stands: `above` are those it lies in, its section first."""

    clause: Clause
    above: tuple[Clause, ...]

    @property
    def section(self) -> Clause:
        """The section it belongs to: itself, where it is one."""
        return (*self.above, self.clause)[0]

    @property
    def standard(self) -> Clause:
        """The standard it belongs to: itself, where it is one; a section is its own."""
        return (*self.above, self.clause)[:2][-1]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the frame by which answers are read for it: its own, or those of the nearest above."""
        return next((each.codes for each in (self.clause, *reversed(self.above)) if each.codes), ())


def clause_id(name: str, number: str, edition: int = 1) -> str:
    """The id of a clause that begins with this number in that edition of the standard of that name."""
    return str(uuid5(NAMESPACE_URL, f"{_GIVEN}{name}/{edition}/{number}"))


def _walked(clauses: tuple[Clause, ...], above: tuple[Clause, ...]) -> Iterator[PlacedClause]:
    for clause in clauses:
        yield PlacedClause(clause, above)
        yield from _walked(clause.children, (*above, clause))


def _clause(told: Mapping[str, Any]) -> Clause:
    lists = {name: tuple(told.get(name, ())) for name in ("aims", "stages", "codes", "earlier")}
    return Clause(**{"title": "", **told, **lists, "children": tuple(map(_clause, told.get("children", ())))})


def _full(told: dict[str, Any]) -> dict[str, Any]:
    full = {name: _full_in(value) for name, value in told.items()}
    return {name: value for name, value in full.items() if value not in ("", [], {})}


def _full_in(value: Any) -> Any:
    if isinstance(value, dict):
        return _full(value)
    return [_full_in(each) for each in value] if isinstance(value, list | tuple) else value
