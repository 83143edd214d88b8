"""The proposals of a cycle as pages of the desk show them, and who is at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import abort, current_app, g
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from analysis.revision.cycle_here import CycleHere
from analysis.revision.evidence_since import offered, question_of
from analysis.revision.field_changes import FieldChange, field_changes
from analysis.revision.piece_words import KINDS_CALLED, piece_said
from analysis.revision.pieces import Piece
from analysis.revision.proposal_file import STATES_SAID, placed_of
from analysis.revision.proposal_history import name_of
from analysis.revision.proposal_rules import KINDS_SAID, OUTCOMES_SAID, clause_said
from analysis.revision.proposal_standing import ProposalStanding, proposal_of
from analysis.revision.proposing import Team
from analysis.revision.rival_proposals import Rival, rivals
from analysis.standard.clauses import PlacedClause
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff


@dataclass(frozen=True)
class Offered:
    """A piece of evidence that can be chosen: what names it in a form, what kind it is, what it says."""

    key: str
    kind: str
    said: str
    words: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True)
class Line:
    """One proposal in a list: `colour` is that of its section (1..4), `stands` how it stands, in words."""

    standing: ProposalStanding
    kind: str
    about: str
    section: str
    colour: int
    stands: str
    by: str
    changes: tuple[FieldChange, ...]
    rivals: tuple[Rival, ...]

    @property
    def number(self) -> int:
        """Its number in the cycle."""
        return self.standing.row.number


def team_here(here: CycleHere) -> Team:
    """This request's person, at the proposals of a cycle."""
    return Team(kept(), here.row, here.text, g.person.id, g.person.name, steady_now())


def today() -> date:
    """The day it is by the clocks of the visitor's organisation."""
    return steady_now().astimezone(ZoneInfo(g.person.zone)).date()


def proposal_here(here: CycleHere, number: int) -> ProposalStanding:
    """The proposal of that number, or 404."""
    try:
        return proposal_of(kept(), here.row.id, number)
    except NoResultFound:
        abort(404)


def names_here() -> dict[bytes, str]:
    """Everybody of the visitor's organisation by id, those who left too."""
    theirs = select(Staff.id, Staff.name).where(Staff.organisation_id == g.person.organisation_id)
    return {each.id: each.name for each in kept().execute(theirs)}


def pieces_here(here: CycleHere, placed: PlacedClause | None) -> list[Piece]:
    """What a proposal for a clause can rest on; nothing where it is about no clause that is there."""
    if placed is None:
        return []
    return offered(kept(), current_app.extensions["vault"], here.row, placed)


def to_choose(pieces: Sequence[Piece], chosen: Sequence[str] = ()) -> list[Offered]:
    """The pieces as a form offers them."""
    return [
        Offered(each.key, _(KINDS_CALLED[each.kind]), _said(each), each.words, each.key in chosen) for each in pieces
    ]


def _said(piece: Piece) -> str:
    return piece_said(piece.kind, piece.refers, piece.shown, question_of(kept(), piece.refers))


def stands(standing: ProposalStanding) -> str:
    """How a proposal stands, in words: what was decided, or else its state."""
    return _(OUTCOMES_SAID[standing.outcome]) if standing.outcome else _(STATES_SAID[standing.state])


def lines(here: CycleHere, every: Sequence[ProposalStanding]) -> list[Line]:
    """Each proposal as a list shows it, by section and then by number."""
    places, names = here.text.placed(), names_here()
    sections = [each.id for each in here.text.clauses]
    found = [_line(here, each, every, (places, names)) for each in every]
    at = {line.number: placed_of(line.standing, places) for line in found}
    order = {number: sections.index(placed.section.id) if placed else len(sections) for number, placed in at.items()}
    return sorted(found, key=lambda line: (order[line.number], line.number))


def _line(
    here: CycleHere,
    each: ProposalStanding,
    every: Sequence[ProposalStanding],
    known: tuple[dict[str, PlacedClause], dict[bytes, str]],
) -> Line:
    places, names = known
    around, placed = placed_of(each, places), places.get(each.row.clause_id)
    section = around.section if around else None
    return Line(
        each,
        _(KINDS_SAID[each.row.kind]),
        clause_said(placed, each.fields),
        f"{section.number} {section.title}" if section else _("New sections"),
        here.text.clauses.index(section) % 4 + 1 if section else 1,
        stands(each),
        name_of(each.row.made_by, names),
        tuple(field_changes(each.row.kind, placed.clause if placed else None, each.fields)),
        tuple(rivals(each, every, here.text)),
    )
