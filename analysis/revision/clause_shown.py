"""The page of one clause: what it says, what each consultation says of it, what is missing, and where to go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.revision.asked_about import NOT_AT_ALL, ways_asked
from analysis.revision.assessed import counts_for
from analysis.revision.changes_since import ChangesSaid, changes_since
from analysis.revision.clause_evidence import documents_of
from analysis.revision.clause_sides import ClauseSide, side_of, together_in
from analysis.revision.codes_between import codes_in
from analysis.revision.cycles import text_of
from analysis.revision.evidence_shown import SURVIVORS
from analysis.revision.evidence_sources import Source, earlier_source, sources_of
from analysis.revision.evidence_words import nobody_said
from analysis.revision.heat_map import read_with
from analysis.revision.related import Relation, related_to
from analysis.revision.tables import ClauseDocument, RevisionCycle
from analysis.standard.clauses import Clause, PlacedClause, StandardText
from analysis.standard.held_editions import editions_of
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault

#: How far a clause can be met, and what that is called.
MET_SAID = {
    "met": _("met"),
    "partly": _("partly met"),
    "not met": _("not met"),
    "not for us": _("not for us"),
}


@dataclass(frozen=True)
class ClauseShown:
    """All that the page needs. `assessed`: how far it is met -> how many services say so."""

    placed: PlacedClause
    read_with: Clause | None
    before: PlacedClause | None
    after: PlacedClause | None
    sides: tuple[ClauseSide, ...]
    gaps: tuple[str, ...]
    changes: ChangesSaid | None
    related: tuple[Relation, ...]
    assessed: Mapping[str, int]
    documents: tuple[ClauseDocument, ...]

    @property
    def quoted(self) -> tuple[ClauseSide, ...]:
        """The consultations of which somebody is quoted on it."""
        return tuple(each for each in self.sides if each.quotes)


def clause_shown(session: Session, keys: Vault, cycle: RevisionCycle, placed: PlacedClause) -> ClauseShown:
    """A clause with everything there is for it."""
    text, sources = text_of(session, cycle), sources_of(session, keys, cycle)
    sides = tuple(side_of(session, keys, text, placed, each) for each in sources)
    before, after = _beside(text, placed)
    return ClauseShown(
        placed,
        read_with(placed),
        before,
        after,
        sides,
        gaps_of(text, placed, sources, sides),
        _changes(session, keys, cycle, placed, sources),
        _related(session, keys, cycle, placed, sources),
        _counted(session, cycle, placed.clause.id),
        tuple(documents_of(session, cycle, placed.clause.id)),
    )


def gaps_of(
    text: StandardText, placed: PlacedClause, sources: Sequence[Source], sides: Sequence[ClauseSide]
) -> tuple[str, ...]:
    """What is missing, in sentences: who was not asked, and why nothing can be read."""
    if not sources:
        return (_("No consultation gives this cycle its evidence yet."),)
    names = dict([SURVIVORS]) | {name: called for each in sources for name, called in each.asking.audiences.items()}
    ways = ways_asked(text, placed, [each.asking for each in sources])
    silent = [name for name in names if ways.get(name, NOT_AT_ALL) == NOT_AT_ALL]
    told = [nobody_said(name, names[name]) for name in silent]
    if not placed.codes:
        told.append(_("No code belongs to this clause, so answers cannot be counted for it."))
    elif not any(each.own for each in sides):
        told.append(_("No consultation has a figure for it yet."))
    return tuple(told)


def _beside(text: StandardText, placed: PlacedClause) -> tuple[PlacedClause | None, PlacedClause | None]:
    every = list(text.walk())
    at = next(number for number, each in enumerate(every) if each.clause.id == placed.clause.id)
    return (every[at - 1] if at else None), (every[at + 1] if at + 1 < len(every) else None)


def _changes(
    session: Session, keys: Vault, cycle: RevisionCycle, placed: PlacedClause, sources: Sequence[Source]
) -> ChangesSaid | None:
    """Since the consultation before; None where there is none."""
    earlier = earlier_source(session, keys, cycle, sources)
    newest = next((each for each in sources if each.tables), None)
    if earlier is None or newest is None:
        return None
    text = text_of(session, cycle)
    return changes_since(session, earlier, newest, codes_in(text.frame, newest.survey.standard, placed.codes))


def _related(
    session: Session, keys: Vault, cycle: RevisionCycle, placed: PlacedClause, sources: Sequence[Source]
) -> tuple[Relation, ...]:
    """Codes that are named together are told by the newest consultation that is coded by the standard's own frame."""
    text = text_of(session, cycle)
    same = [each for each in sources if each.survey.standard == text.frame]
    found = (together_in(session, keys, each) for each in same)
    pairs, group = next((each for each in found if each[0]), ({}, ""))
    every = editions_of(session, cycle.organisation_id, text.name)
    earlier = [each.text for each in every if each.text.edition < text.edition]
    return related_to(text, placed, pairs, group, earlier)


def _counted(session: Session, cycle: RevisionCycle, clause_id: str) -> dict[str, int]:
    said = counts_for(session, cycle.organisation_id, clause_id)
    return {_(called): said[met] for met, called in MET_SAID.items() if said[met]}
