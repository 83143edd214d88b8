"""What happened to a proposal, act by act, with names. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.revision.field_changes import FieldChange, between
from analysis.revision.piece_words import KINDS_CALLED
from analysis.revision.proposal_rules import OUTCOMES_SAID, VOTES_SAID, wording_of
from analysis.revision.proposal_standing import ProposalStanding
from analysis.standard.clauses import Clause
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class Event:
    """One act: when, by whom, what was done, and what it changed of the wording."""

    at: datetime
    name: str
    said: str
    changed: tuple[FieldChange, ...] = ()


def name_of(person: bytes | None, names: Mapping[bytes, str]) -> str:
    """The name of one of the staff; an account that was deleted has none."""
    return names.get(person or b"") or _("somebody whose account is gone")


def history(each: ProposalStanding, clause: Clause | None, names: Mapping[bytes, str]) -> list[Event]:
    """Every act, the first one first."""
    return sorted(_events(each, clause, names), key=lambda event: event.at)


def _events(each: ProposalStanding, clause: Clause | None, names: Mapping[bytes, str]) -> Iterator[Event]:
    yield from _wordings(each, clause, names)
    for pinned in each.evidence:
        said = _("pinned evidence: {kind}", kind=_(KINDS_CALLED[pinned.kind]))
        yield Event(pinned.made_at, name_of(pinned.made_by, names), said)
    for comment in each.comments:
        said = _("declared a conflict of interest") if comment.interest else _("commented")
        yield Event(comment.made_at, name_of(comment.made_by, names), said)
    for vote in each.every_vote:
        yield Event(vote.made_at, vote.name, _("voted: {vote}", vote=_(VOTES_SAID[vote.vote])))
    for decision in each.decisions:
        said = _("recorded the decision: {outcome}", outcome=_(OUTCOMES_SAID[decision.outcome]))
        yield Event(decision.made_at, name_of(decision.made_by, names), said)
    if each.row.withdrawn_at:
        yield Event(each.row.withdrawn_at, name_of(each.row.made_by, names), _("withdrew it"))


def _wordings(each: ProposalStanding, clause: Clause | None, names: Mapping[bytes, str]) -> Iterator[Event]:
    now = wording_of(clause) if clause else {}
    first = each.wordings[0]
    yield Event(each.row.made_at, name_of(first.made_by, names), _("proposed it"))
    for before, after in zip(each.wordings, each.wordings[1:], strict=False):
        changed = tuple(between({**now, **before.fields}, {**now, **after.fields}))
        said = _("worded it anew") if changed else _("gave another reason")
        yield Event(after.made_at, name_of(after.made_by, names), said, changed)
