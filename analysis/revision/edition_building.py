"""The next edition of a standard, built from the edition under revision and what was adopted. Pure.

- A clause keeps its id for life, whatever it says and whatever its number becomes. In the next edition its `earlier`
  is its own id, and the ids of those it takes in where clauses are merged (field `earlier` of a decision: ids or
  numbers). A new one has none, or those it was split from.
- What is removed goes with all below it, and its id goes into `gone`. Where a removal and another decision about the
  same clause were both adopted, the clause stays: nothing is lost by a contradiction, which the checks name.
- A new clause goes to the end of those below its parent, or behind the clause that its field `after` names. Where its
  parent goes, it goes to the nearest clause above that stays.
- Numbers: see `analysis.revision.numbering`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.revision.numbering import CLOSED, KEPT, Numbered, numbered
from analysis.revision.tables import ADD, CHANGE, KEEP, REMOVE
from analysis.standard.clauses import LEVELS, REQUIREMENT, Clause, StandardText, clause_id

#: Fields of a clause that a decision may set: texts as they stand, lists with commas or spaces between their codes.
TEXTS = ("title", "wording", "purpose", "evidence", "guidance")
LISTS = ("aims", "stages", "codes")
GAPS = (KEPT, CLOSED)


@dataclass(frozen=True)
class Settled:
    """One proposal as an edition is built from it. `fields`: as it was decided. `pieces`: the evidence pinned to it.

    `open`: nobody has decided on it yet; `adopted`: it was decided, and is to be done.
    """

    number: int
    kind: str
    clause_id: str = ""
    parent_id: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    adopted: bool = True
    open: bool = False
    pieces: tuple[str, ...] = ()


def next_text(old: StandardText, settled: Iterable[Settled], gaps: str = KEPT) -> StandardText:
    """The edition after `old`. `gaps`: one of `GAPS`, what becomes of numbers where clauses were removed."""
    building = _Building(old, sorted((each for each in settled if each.adopted), key=lambda each: each.number))
    clauses = building.clauses(gaps)
    there = {each.clause.id for each in replace(old, clauses=clauses).walk()}
    removed = (each.clause.id for each in old.walk() if each.clause.id not in there)
    return replace(
        old, edition=old.edition + 1, clauses=clauses, published="", gone=tuple(dict.fromkeys((*old.gone, *removed)))
    )


def removed_ids(old: StandardText, settled: Iterable[Settled]) -> frozenset[str]:
    """The ids of the clauses that go, with all below them."""
    adopted = [each for each in settled if each.adopted]
    kept = {each.clause_id for each in adopted if each.kind in (CHANGE, KEEP)}
    going = {each.clause_id for each in adopted if each.kind == REMOVE} - kept
    return frozenset(
        each.clause.id for each in old.walk() if {each.clause.id, *(above.id for above in each.above)} & going
    )


def ids_named(old: StandardText, told: str) -> tuple[str, ...]:
    """The ids of the clauses that a text names by their ids or numbers; what names none is left out."""
    ids, numbers = old.placed(), old.by_number()
    found = (
        each if each in ids else numbers[each].clause.id
        for each in told.replace(",", " ").split()
        if each in ids or each in numbers
    )
    return tuple(dict.fromkeys(found))


class _Building:
    """One edition while it is built."""

    def __init__(self, old: StandardText, adopted: Sequence[Settled]) -> None:
        self.old, self.placed = old, old.placed()
        self.changed: dict[str, dict[str, str]] = {}
        for each in adopted:
            if each.kind == CHANGE and each.clause_id in self.placed:
                self.changed.setdefault(each.clause_id, {}).update(each.fields)
        self.gone = removed_ids(old, adopted)
        self.added: dict[str, list[Settled]] = {}
        for each in adopted:
            if each.kind == ADD:
                self.added.setdefault(self._home(each.parent_id), []).append(each)

    def _home(self, parent_id: str) -> str:
        """The clause under which a new one goes: its parent, or the nearest above that stays; empty for the top."""
        place = self.placed.get(parent_id)
        above = (place.clause, *reversed(place.above)) if place else ()
        return next((each.id for each in above if each.id not in self.gone), "")

    def clauses(self, gaps: str) -> tuple[Clause, ...]:
        """The clauses as they stand in the next edition."""
        nodes = self._nodes(self.old.clauses, "", LEVELS[0])
        taken = [each.clause.number for each in self.old.walk()]
        every = numbered(nodes, taken, gaps)
        return tuple(self._clause(each) for each in every)

    def _nodes(self, siblings: Sequence[Clause], parent_id: str, level: str) -> tuple[Numbered, ...]:
        kept = [self._kept(each) for each in siblings if each.id not in self.gone]
        for each in self.added.get(parent_id, ()):
            where = ids_named(self.old, each.fields.get("after", ""))
            at = next((place + 1 for place, node in enumerate(kept) if where and node.source.id == where[0]), len(kept))
            while at < len(kept) and not kept[at].old:  # behind those that were put there before
                at += 1
            kept.insert(at, self._new(each, level))
        lost = any(each.id in self.gone for each in siblings)
        return tuple(replace(each, unsettled=lost or len(kept) != len(siblings)) for each in kept)

    def _kept(self, clause: Clause) -> Numbered:
        fields = self.changed.get(clause.id, {})
        merged = (each for each in ids_named(self.old, fields.get("earlier", "")) if each != clause.id)
        said = replace(_said(clause, fields), earlier=(clause.id, *merged))
        below = self._nodes(clause.children, clause.id, _below(clause.level))
        return Numbered(said, below, clause.number, fields.get("number", "").strip())

    def _new(self, settled: Settled, level: str) -> Numbered:
        fields = settled.fields
        told = fields.get("level", "")
        blank = Clause(id="", number="", title="", level=told if told in LEVELS else level)
        return Numbered(
            replace(_said(blank, fields), earlier=ids_named(self.old, fields.get("earlier", ""))),
            wanted=fields.get("number", "").strip(),
        )

    def _clause(self, node: Numbered) -> Clause:
        clause = node.source
        return replace(
            clause,
            id=clause.id or clause_id(self.old.name, node.number, self.old.edition + 1),
            number=node.number,
            title=clause.title or clause.wording[:60] or node.number,
            children=tuple(map(self._clause, node.children)),
        )


def _below(level: str) -> str:
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)] if level in LEVELS else REQUIREMENT


def _said(clause: Clause, fields: Mapping[str, str]) -> Clause:
    """The clause with what was decided. A title that was left empty stays what it was."""
    said: dict[str, Any] = {name: fields[name].strip() for name in TEXTS if name in fields}
    said |= {name: tuple(fields[name].replace(",", " ").split()) for name in LISTS if name in fields}
    return replace(clause, **{**said, "title": said.get("title") or clause.title})
