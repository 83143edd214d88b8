"""The next edition of a cycle: built from what was decided, checked, and published for good."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.revision.cycles import text_of
from analysis.revision.edition_building import Settled, next_text
from analysis.revision.edition_checks import Trouble, troubles
from analysis.revision.numbering import KEPT
from analysis.revision.pieces import DOCUMENT, Piece
from analysis.revision.proposal_standing import DECIDED, OPEN, ProposalStanding, proposals_of
from analysis.revision.tables import ADOPTED, AMENDED, Milestone, RevisionCycle
from analysis.standard.clauses import StandardText
from analysis.standard.held_editions import editions_of, keep_edition, text_in
from analysis.standard.tables import StandardEdition
from safekeeping.languages import gettext as _

#: The milestone that is reached, and how long the reason in its note may be.
PUBLISH, MOST_REASON = "publish", 400


class CannotPublish(ValueError):
    """The next edition cannot be published. The message says why, and what to do."""


@dataclass(frozen=True)
class NextEdition:
    """The next edition as it stands: what it is built from, and what does not fit together in it."""

    old: StandardText
    new: StandardText
    settled: Sequence[Settled]
    troubles: Sequence[Trouble]

    @property
    def must(self) -> list[Trouble]:
        """What has to be settled, or needs a reason."""
        return [each for each in self.troubles if each.must]


def settled_of(proposals: Sequence[ProposalStanding]) -> list[Settled]:
    """The proposals of a cycle as an edition is built from them; those withdrawn are left out."""
    return [_settled(each) for each in proposals if each.state in (OPEN, DECIDED)]


def _settled(each: ProposalStanding) -> Settled:
    adopted = each.decision is not None and each.decision.outcome in (ADOPTED, AMENDED)
    pieces = tuple(Piece(pin.kind, pin.refers, {}).key for pin in each.evidence if pin.kind != DOCUMENT)
    return Settled(
        each.row.number,
        each.row.kind,
        each.row.clause_id,
        each.row.parent_id,
        each.fields,
        adopted,
        each.state == OPEN,
        pieces,
    )


def build_next(session: Session, cycle: RevisionCycle, gaps: str = KEPT) -> NextEdition:
    """The edition that would be published now; where it is published, as it was."""
    old, settled = text_of(session, cycle), settled_of(proposals_of(session, cycle.id))
    published = published_next(session, cycle)
    new = text_in(published) if published else next_text(old, settled, gaps)
    return NextEdition(old, new, settled, troubles(old, new, settled))


def published_next(session: Session, cycle: RevisionCycle) -> StandardEdition | None:
    """The edition that a cycle ended with; None until then."""
    return session.get(StandardEdition, cycle.next_edition_id) if cycle.next_edition_id else None


def publish_next(
    session: Session, cycle: RevisionCycle, made: NextEdition, today: date, made_by: bytes, reason: str
) -> StandardEdition:
    """Publish the next edition and end the cycle. `reason`: why, although something does not fit; kept in the plan.

    Raises `CannotPublish`; then nothing was done.
    """
    _check(session, cycle, made, reason)
    text = replace(made.new, published=today.isoformat())
    try:
        with session.begin_nested():
            row = keep_edition(session, cycle.organisation_id, text, made_by, today)
    except IntegrityError:  # another revision was a moment faster
        raise CannotPublish(_taken(text)) from None
    cycle.next_edition_id, cycle.ended_on = row.id, today
    _reach(session, cycle, today, reason)
    session.flush()
    return row


def _check(session: Session, cycle: RevisionCycle, made: NextEdition, reason: str) -> None:
    if cycle.next_edition_id or cycle.ended_on:
        raise CannotPublish(_("This revision has ended. Begin another one to change the standard again."))
    if editions_of(session, cycle.organisation_id, made.old.name)[-1].text.edition != made.old.edition:
        raise CannotPublish(_taken(made.new))
    if len(reason) > MOST_REASON:
        raise CannotPublish(_("Shorten the reason to {most} letters.", most=MOST_REASON))
    if made.must and not reason.strip():
        raise CannotPublish(_("Settle what does not fit together, or say why the edition is published all the same."))


def _taken(text: StandardText) -> str:
    return _(
        "There is an edition {number} of this standard already, from another revision. Begin a revision of that one.",
        number=text.edition,
    )


def _reach(session: Session, cycle: RevisionCycle, today: date, reason: str) -> None:
    """The milestone of publishing is reached, where the plan has one or there is a reason to be kept."""
    at_it = select(Milestone).where(Milestone.cycle_id == cycle.id, Milestone.step == PUBLISH)
    row = session.scalars(at_it).first()
    if row is None and reason.strip():
        row = Milestone(cycle_id=cycle.id, step=PUBLISH, days=0, due_on=today)
        session.add(row)
    if row is not None:
        row.done_on = today
        row.note = " · ".join(each for each in (reason.strip(), row.note) if each)[:MOST_REASON]
