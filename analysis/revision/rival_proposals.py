"""Which proposals of a cycle cannot both be adopted: they say different things of one clause, or of one and what is
below it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.revision.proposal_rules import NUMBER
from analysis.revision.proposal_standing import OPEN, ProposalStanding
from analysis.revision.tables import ADD, CHANGE, KEEP, REMOVE
from analysis.standard.clauses import StandardText
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class Rival:
    """Another proposal that this one contradicts, and why, as one sentence."""

    standing: ProposalStanding
    why: str


def rivals(mine: ProposalStanding, every: Iterable[ProposalStanding], text: StandardText) -> list[Rival]:
    """The proposals, open or adopted, that contradict this one."""
    return list(_rivals(mine, every, text))


def _rivals(mine: ProposalStanding, every: Iterable[ProposalStanding], text: StandardText) -> Iterator[Rival]:
    for each in every:
        if each.row.id != mine.row.id and (each.state == OPEN or each.is_adopted):
            why = _why(mine, each, text)
            if why:
                yield Rival(each, why)


def _why(mine: ProposalStanding, other: ProposalStanding, text: StandardText) -> str:
    """Why they contradict one another; empty where they do not."""
    number = other.row.number
    if mine.row.kind == ADD and other.row.kind == ADD:
        same = mine.fields.get(NUMBER) == other.fields.get(NUMBER)
        return _("Proposal {number} is to add another clause of the same number.", number=number) if same else ""
    if mine.row.clause_id and mine.row.clause_id == other.row.clause_id:
        return _on_one_clause(mine, other)
    if other.row.kind == REMOVE and mine.row.kind != REMOVE and _is_below(mine, other, text):
        return _("Proposal {number} is to remove the clause that this one lies in.", number=number)
    if mine.row.kind == REMOVE and other.row.kind != REMOVE and _is_below(other, mine, text):
        return _("Proposal {number} is about a clause that lies in this one.", number=number)
    return ""


def _on_one_clause(mine: ProposalStanding, other: ProposalStanding) -> str:
    number = other.row.number
    if mine.row.kind == other.row.kind == CHANGE:
        same = {name for name in mine.fields if name in other.fields}
        differs = any(mine.fields[name] != other.fields[name] for name in same)
        return (
            _("Proposal {number} words the same part of this clause in another way.", number=number) if differs else ""
        )
    if mine.row.kind == other.row.kind:
        return ""
    said = {
        REMOVE: _("Proposal {number} is to remove this clause."),
        CHANGE: _("Proposal {number} is to change this clause."),
        KEEP: _("Proposal {number} is to keep this clause as it is."),
    }
    return said[other.row.kind].format(number=number)


def _is_below(one: ProposalStanding, other: ProposalStanding, text: StandardText) -> bool:
    """Whether what the one is about lies in the clause of the other."""
    placed = text.placed().get(one.row.clause_id or one.row.parent_id)
    if placed is None:
        return False
    above = {each.id for each in placed.above} | ({placed.clause.id} if one.row.kind == ADD else set())
    return other.row.clause_id in above


def in_the_way(mine: ProposalStanding, every: Iterable[ProposalStanding]) -> ProposalStanding | None:
    """The proposal that was adopted for the same clause, or for the same new number: one clause, one decision."""
    for each in every:
        if each.row.id == mine.row.id or not each.is_adopted:
            continue
        if mine.row.clause_id and mine.row.clause_id == each.row.clause_id:
            return each
        if mine.row.kind == ADD and each.row.kind == ADD and mine.fields.get(NUMBER) == each.fields.get(NUMBER):
            return each
    return None
