"""What does not fit together in a revision before its next edition is published, each in words with a remedy. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.revision.edition_building import LISTS, TEXTS, Settled, removed_ids
from analysis.revision.tables import ADD, CHANGE, KEEP, REMOVE
from analysis.standard.clauses import PlacedClause, StandardText
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext

_CAPITALS = re.compile(r"\b[A-Z][A-Z&]+[A-Z]\b|\b[A-Z]{2,}\b")
_MARKED = re.compile(r"\*([^*\n]{2,60})\*")
#: Words in capitals that nobody needs explained.
KNOWN = frozenset({"UK", "EU", "GP", "GPS", "TV", "ID", "OK", "AND", "OR", "NOT"})
_TOKEN = re.compile(r"[A-Za-z]{0,6}\d[\w.]*\w|[A-Za-z]{1,6}\d")


@dataclass(frozen=True)
class Trouble:
    """One thing that does not fit: what it is, what to do, and where: a proposal's number, or the id of a clause.

    `must`: the edition is published with it only if a reason is given; the others are worth a look.
    """

    said: str
    remedy: str
    proposal: int = 0
    clause_id: str = ""
    must: bool = True


def troubles(old: StandardText, new: StandardText, settled: Sequence[Settled]) -> list[Trouble]:
    """Everything that does not fit, what must be settled first."""
    checks = (_undecided, _contradictions, _empty, _nothing_new, _lost_parents, _lost_children)
    found = [each for check in checks for each in check(old, settled)]
    found += [*_left_evidence(old, new, settled), *_unexplained(old, new), *_dead_references(old, new)]
    return sorted(found, key=lambda each: not each.must)


def _called(old: StandardText, clause_id: str) -> str:
    placed = old.placed().get(clause_id)
    return f"{placed.clause.number} {placed.clause.title}" if placed else _("a clause that is not there")


def _undecided(old: StandardText, settled: Sequence[Settled]) -> Iterator[Trouble]:
    for each in settled:
        if each.open:
            yield Trouble(
                _("Proposal {number} is not decided.", number=each.number),
                _("Decide it, or have it withdrawn."),
                each.number,
            )


def _adopted(settled: Iterable[Settled]) -> list[Settled]:
    return [each for each in settled if each.adopted]


def _contradictions(old: StandardText, settled: Sequence[Settled]) -> Iterator[Trouble]:
    by_clause: defaultdict[str, list[Settled]] = defaultdict(list)
    for each in _adopted(settled):
        if each.kind != ADD:
            by_clause[each.clause_id].append(each)
    for clause_id, mine in by_clause.items():
        if any(_contradict(one, other) for at, one in enumerate(mine) for other in mine[at + 1 :]):
            yield Trouble(
                _(
                    "{clause} is decided more than once, and not alike: proposals {numbers}.",
                    clause=_called(old, clause_id),
                    numbers=", ".join(str(each.number) for each in mine),
                ),
                _("Decide one of them anew, so that one outcome stands. Until then the clause stays."),
                mine[-1].number,
                clause_id,
            )


def _contradict(one: Settled, other: Settled) -> bool:
    if one.kind != other.kind:
        return True
    both = one.fields.keys() & other.fields.keys()
    return one.kind == CHANGE and any(one.fields[name].strip() != other.fields[name].strip() for name in both)


def _empty(old: StandardText, settled: Sequence[Settled]) -> Iterator[Trouble]:
    placed = old.placed()
    for each in _adopted(settled):
        before = placed[each.clause_id].clause if each.clause_id in placed else None
        blank = [name for name in ("title", "wording") if name in each.fields and not each.fields[name].strip()]
        if each.kind == CHANGE and before and any(getattr(before, name) for name in blank):
            yield Trouble(
                _("The wording adopted with proposal {number} is empty.", number=each.number),
                _("Decide it anew with its wording, or as a removal."),
                each.number,
                each.clause_id,
            )
        if each.kind == ADD and not any(each.fields.get(name, "").strip() for name in ("title", "wording")):
            yield Trouble(
                _("Proposal {number} adds a clause that says nothing.", number=each.number),
                _("Decide it anew with a title and a wording."),
                each.number,
            )


def _nothing_new(old: StandardText, settled: Sequence[Settled]) -> Iterator[Trouble]:
    placed = old.placed()
    for each in _adopted(settled):
        if each.kind == CHANGE and each.clause_id in placed and _says_the_same(placed[each.clause_id], each):
            yield Trouble(
                _(
                    "Proposal {number} was adopted and changes nothing in {clause}.",
                    number=each.number,
                    clause=_called(old, each.clause_id),
                ),
                _("Decide it anew with the wording that was meant, or as one that keeps the clause."),
                each.number,
                each.clause_id,
            )


def _says_the_same(placed: PlacedClause, settled: Settled) -> bool:
    clause, fields = placed.clause, settled.fields
    texts = all(getattr(clause, name) == fields[name].strip() for name in TEXTS if name in fields)
    lists = all(
        set(getattr(clause, name)) == set(fields[name].replace(",", " ").split()) for name in LISTS if name in fields
    )
    other = fields.get("number", "").strip() not in ("", clause.number) or fields.get("earlier", "").strip()
    return texts and lists and not other


def _lost_parents(old: StandardText, settled: Sequence[Settled]) -> Iterator[Trouble]:
    gone, placed = removed_ids(old, settled), old.placed()
    for each in _adopted(settled):
        if each.kind == ADD and each.parent_id and (each.parent_id in gone or each.parent_id not in placed):
            yield Trouble(
                _(
                    "Proposal {number} adds a clause below {clause}, which is removed.",
                    number=each.number,
                    clause=_called(old, each.parent_id),
                ),
                _("Decide where it goes: it stands below the next clause above until then."),
                each.number,
                each.parent_id,
            )


def _lost_children(old: StandardText, settled: Sequence[Settled]) -> Iterator[Trouble]:
    gone = removed_ids(old, settled)
    for each in _adopted(settled):
        if each.kind in (CHANGE, KEEP) and each.clause_id in gone:
            yield Trouble(
                _(
                    "{clause} goes, because what it lies in is removed; proposal {number} decided otherwise.",
                    clause=_called(old, each.clause_id),
                    number=each.number,
                ),
                _("Decide one of the two anew."),
                each.number,
                each.clause_id,
            )


def _left_evidence(old: StandardText, new: StandardText, settled: Sequence[Settled]) -> Iterator[Trouble]:
    """Evidence that speaks only to clauses that go: what people said should have a home, or a reason."""
    there, spoken = new.placed(), defaultdict[str, set[str]](set)
    for each in settled:
        for piece in each.pieces:
            spoken[piece].add(each.clause_id if each.kind != ADD else "")
    left: defaultdict[str, int] = defaultdict(int)
    for clauses in spoken.values():
        if not any(each in there or not each for each in clauses):
            left[min(clauses)] += 1
    for clause_id, count in sorted(left.items()):
        number = next((each.number for each in settled if each.kind == REMOVE and each.clause_id == clause_id), 0)
        yield Trouble(
            ngettext(
                "{number} piece of evidence is pinned only to {clause}, which is removed.",
                "{number} pieces of evidence are pinned only to {clause}, which is removed.",
                count,
                clause=_called(old, clause_id),
            ),
            _("Where it speaks of something that stays, pin it to a proposal about that too."),
            number,
            clause_id,
            must=False,
        )


def _unexplained(old: StandardText, new: StandardText) -> Iterator[Trouble]:
    """Terms in new words that the glossary does not explain: those in capitals, and those between asterisks."""
    before, explained = old.placed(), {each.casefold() for each in new.glossary}
    numbers = {each.clause.number for each in (*old.walk(), *new.walk())}
    found: defaultdict[str, list[PlacedClause]] = defaultdict(list)
    for each in new.walk():
        there = before.get(each.clause.id)
        fresh = _terms(each) - (_terms(there) if there else set())
        for term in fresh - numbers - KNOWN:
            if term.casefold() not in explained:
                found[term].append(each)
    for term, places in sorted(found.items()):
        yield Trouble(
            _(
                "“{term}” stands in {clause} and is not in the glossary.",
                term=term,
                clause=f"{places[0].clause.number} {places[0].clause.title}",
            ),
            _("Say in the wording what it means, or leave it if everybody knows it."),
            clause_id=places[0].clause.id,
            must=False,
        )


def _terms(placed: PlacedClause) -> set[str]:
    text = "\n".join(getattr(placed.clause, name) for name in TEXTS)
    return {*_CAPITALS.findall(text), *(each.strip() for each in _MARKED.findall(text))}


def _dead_references(old: StandardText, new: StandardText) -> Iterator[Trouble]:
    """Texts that name a clause by a number it has no more."""
    now = {each.clause.id: each.clause.number for each in new.walk()}
    other = {each.clause.number: now.get(each.clause.id, "") for each in old.walk()}
    other = {number: becomes for number, becomes in other.items() if becomes != number and _TOKEN.fullmatch(number)}
    for each in new.walk():
        text = "\n".join(getattr(each.clause, name) for name in TEXTS if name != "title")
        for number in sorted({*_TOKEN.findall(text)} & other.keys()):
            yield Trouble(
                _("{clause} speaks of {number}, which is removed.", clause=each.clause.number, number=number)
                if not other[number]
                else _(
                    "{clause} speaks of {number}, which is {becomes} now.",
                    clause=each.clause.number,
                    number=number,
                    becomes=other[number],
                ),
                _("Propose a change to its wording."),
                clause_id=each.clause.id,
                must=False,
            )
