"""How the proposals of a cycle stand: their newest wording, what they rest on, what was said, voted and decided."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.revision.tables import (
    ADOPTED,
    AMENDED,
    VOTES,
    Decision,
    PinnedEvidence,
    Proposal,
    ProposalComment,
    ProposalVote,
    ProposalWording,
)

OPEN, DECIDED, WITHDRAWN = STATES = ("open", "decided", "withdrawn")


@dataclass(frozen=True)
class ProposalStanding:
    """One proposal with all that belongs to it, each in the order it was made.

    `votes`: the newest of each person; `every_vote`: those before them too.
    """

    row: Proposal
    wordings: tuple[ProposalWording, ...]
    evidence: tuple[PinnedEvidence, ...]
    comments: tuple[ProposalComment, ...]
    votes: tuple[ProposalVote, ...]
    decisions: tuple[Decision, ...]
    every_vote: tuple[ProposalVote, ...] = ()

    @property
    def wording(self) -> ProposalWording:
        """As it is worded now."""
        return self.wordings[-1]

    @property
    def decision(self) -> Decision | None:
        """What was decided last."""
        return self.decisions[-1] if self.decisions else None

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if self.row.withdrawn_at is not None:
            return WITHDRAWN
        return DECIDED if self.decisions else OPEN

    @property
    def outcome(self) -> str:
        """What the newest decision says; empty where there is none, or the proposal was withdrawn."""
        return self.decision.outcome if self.state == DECIDED and self.decision else ""

    @property
    def is_adopted(self) -> bool:
        """Whether it goes into the next edition."""
        return self.outcome in (ADOPTED, AMENDED)

    @property
    def interested(self) -> frozenset[bytes]:
        """Those who declared a conflict of interest: they may comment, and neither vote nor decide."""
        return frozenset(each.made_by for each in self.comments if each.interest and each.made_by)

    @property
    def counted(self) -> tuple[ProposalVote, ...]:
        """The votes that count: on its newest wording, by those who declared no interest."""
        since = self.wording.made_at
        return tuple(each for each in self.votes if each.made_at >= since and each.staff_id not in self.interested)

    def tally(self) -> dict[str, int]:
        """How many votes that count are for it, against it, and neither."""
        return {vote: sum(each.vote == vote for each in self.counted) for vote in VOTES}

    @property
    def fields(self) -> dict[str, str]:
        """What the clause is to say: as it was decided, or as it is proposed."""
        return {**self.wording.fields, **(self.decision.fields if self.decision else {})}


_Row = TypeVar("_Row", ProposalWording, PinnedEvidence, ProposalComment, ProposalVote, Decision)


def proposals_of(session: Session, cycle_id: bytes) -> list[ProposalStanding]:
    """Every proposal of a cycle, by its number."""
    rows = list(session.scalars(select(Proposal).where(Proposal.cycle_id == cycle_id).order_by(Proposal.number)))
    ids = [row.id for row in rows]
    wordings = _by_proposal(session, ProposalWording, ids)
    evidence = _by_proposal(session, PinnedEvidence, ids)
    comments = _by_proposal(session, ProposalComment, ids)
    votes = _by_proposal(session, ProposalVote, ids)
    decisions = _by_proposal(session, Decision, ids)
    return [
        ProposalStanding(
            row,
            tuple(wordings[row.id]),
            tuple(evidence[row.id]),
            tuple(comments[row.id]),
            _newest_votes(votes[row.id]),
            tuple(decisions[row.id]),
            tuple(votes[row.id]),
        )
        for row in rows
    ]


def proposal_of(session: Session, cycle_id: bytes, number: int) -> ProposalStanding:
    """One of them by its number. Raises `sqlalchemy.exc.NoResultFound`."""
    found = next((each for each in proposals_of(session, cycle_id) if each.row.number == number), None)
    if found is None:
        raise NoResultFound(number)
    return found


def _by_proposal(session: Session, table: type[_Row], ids: list[bytes]) -> defaultdict[bytes, list[_Row]]:
    found: defaultdict[bytes, list[_Row]] = defaultdict(list)
    for row in session.scalars(select(table).where(table.proposal_id.in_(ids)).order_by(table.made_at, table.id)):
        found[row.proposal_id].append(row)
    return found


def _newest_votes(votes: Iterable[ProposalVote]) -> tuple[ProposalVote, ...]:
    return tuple({each.staff_id or each.name: each for each in votes}.values())
