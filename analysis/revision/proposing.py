"""Proposals made, worded anew, withdrawn, and the evidence that they rest on. Nothing is written over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.revision.pieces import Piece
from analysis.revision.proposal_rules import (
    FIELDS,
    NUMBER,
    NotPossible,
    changed_fields,
    check_added,
    check_changed,
    check_lengths,
    plain,
)
from analysis.revision.proposal_standing import DECIDED, OPEN, WITHDRAWN, ProposalStanding, proposal_of, proposals_of
from analysis.revision.tables import ADD, KINDS, PinnedEvidence, Proposal, ProposalWording, RevisionCycle
from analysis.standard.clauses import StandardText
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class Team:
    """Somebody of the team at a cycle: the session, the cycle and its edition, who they are, and when this is."""

    session: Session
    cycle: RevisionCycle
    text: StandardText
    person: bytes
    name: str
    now: datetime


@dataclass(frozen=True)
class Worded:
    """A proposal as somebody typed it: texts by field, and why."""

    fields: Mapping[str, str]
    rationale: str


def begun(team: Team) -> None:
    """Let nobody else change this revision until the request ends. Raises `NotPossible` where it has ended."""
    found = select(RevisionCycle).where(RevisionCycle.id == team.cycle.id)
    cycle = team.session.scalars(found.with_for_update().execution_options(populate_existing=True)).one()
    if cycle.ended_on is not None:
        raise NotPossible("", _("This revision has ended. What was proposed and decided stays as it is."))


def at_hand(team: Team, number: int, *states: str) -> ProposalStanding:
    """The proposal of that number, where it is in one of these states, else in any.

    Raises `NotPossible`, and `sqlalchemy.exc.NoResultFound`.
    """
    begun(team)
    standing = proposal_of(team.session, team.cycle.id, number)
    if states and standing.state not in states:
        raise NotPossible("", _(_WHY_NOT[standing.state]))
    return standing


_WHY_NOT = {
    OPEN: _("Nothing is decided on this proposal yet."),
    DECIDED: _("This proposal is decided, so it stays as it is. You can comment on it, or decide it again."),
    WITHDRAWN: _("This proposal was withdrawn. Make a new one."),
}


def propose(team: Team, kind: str, place: str, typed: Worded) -> Proposal:
    """Propose something for the clause of the id `place`; with `add`, for a new one in it (in none: a new section).

    Raises `NotPossible`.
    """
    begun(team)
    if kind not in KINDS:
        raise NotPossible("kind", _("Choose what is to be done."))
    placed = team.text.placed().get(place)
    if placed is None and (place or kind != ADD):
        raise NotPossible("kind", _("This edition has no such clause. Choose one of its own."))
    fields = _fields(team, kind, place, typed)
    so_far = [each.row.number for each in proposals_of(team.session, team.cycle.id)]
    row = Proposal(
        cycle_id=team.cycle.id,
        number=max(so_far, default=0) + 1,
        kind=kind,
        clause_id="" if kind == ADD else place,
        parent_id=place if kind == ADD else "",
        made_by=team.person,
        made_at=team.now,
    )
    team.session.add(row)
    team.session.flush()
    _word(team, row, 1, fields, typed.rationale)
    return row


def _fields(team: Team, kind: str, place: str, typed: Worded) -> dict[str, str]:
    """What is to be kept of a typed wording. Raises `NotPossible`."""
    if kind == ADD:
        fields = {name: plain(typed.fields.get(name, "")) for name in (NUMBER, *FIELDS)}
        fields = {name: text for name, text in fields.items() if text}
        check_added(fields, team.text)
    else:
        fields = changed_fields(team.text.placed()[place].clause, typed.fields)
        check_changed(kind, fields)
    check_lengths({**fields, "rationale": plain(typed.rationale)})
    if not plain(typed.rationale):
        raise NotPossible("rationale", _("Say why. One sentence is enough to begin with."))
    return fields


def _word(team: Team, row: Proposal, number: int, fields: dict[str, str], rationale: str) -> None:
    wording = ProposalWording(
        proposal_id=row.id,
        number=number,
        fields=fields,
        rationale=plain(rationale),
        made_by=team.person,
        made_at=team.now,
    )
    team.session.add(wording)
    team.session.flush()


def reword(team: Team, number: int, typed: Worded, seen: int) -> bool:
    """Word an open proposal anew; the wording before it stays to be read. False where nothing is different.

    `seen` is the number of the wording that the page showed. Raises `NotPossible`.
    """
    standing = at_hand(team, number, OPEN)
    row = standing.row
    if standing.wording.number != seen:
        said = _(
            "A colleague worded this anew while your page was open. Compare both, then press the button once more."
        )
        raise NotPossible("", said)
    fields = _fields(team, row.kind, row.clause_id or row.parent_id, typed)
    if (fields, plain(typed.rationale)) == (standing.wording.fields, standing.wording.rationale):
        return False
    _word(team, row, seen + 1, fields, typed.rationale)
    return True


def withdraw(team: Team, number: int) -> None:
    """Take back one's own open proposal; it stays to be read. Raises `NotPossible`."""
    standing = at_hand(team, number, OPEN)
    if standing.row.made_by not in (team.person, None):
        said = _("Only whoever made a proposal can withdraw it. To end it, decide that it is not adopted.")
        raise NotPossible("", said)
    standing.row.withdrawn_at = team.now
    team.session.flush()


def pin(team: Team, number: int, pieces: Iterable[Piece]) -> int:
    """Let a proposal rest on these pieces, as they stand now; how many were new to it. Raises `NotPossible`."""
    standing = at_hand(team, number, OPEN, DECIDED)
    there = {each.sha256 for each in standing.evidence}
    new = {each.sha256: each for each in pieces if each.sha256 not in there}
    for sha256, piece in new.items():
        pinned = PinnedEvidence(
            proposal_id=standing.row.id,
            kind=piece.kind,
            refers=dict(piece.refers),
            shown=dict(piece.shown),
            sha256=sha256,
            made_by=team.person,
            made_at=team.now,
        )
        team.session.add(pinned)
    team.session.flush()
    return len(new)


def let_go(team: Team, number: int, pinned_id: str) -> str:
    """Let an open proposal rest on a piece no more; the hash of what it was. Raises `NotPossible`."""
    standing = at_hand(team, number, OPEN)
    found = next((each for each in standing.evidence if each.id.hex() == pinned_id), None)
    if found is None:
        raise NotPossible("", _("This evidence is not there any more. Somebody else may have let go of it."))
    team.session.delete(found)
    team.session.flush()
    return found.sha256
