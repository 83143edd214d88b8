"""What a team says of a proposal, how it votes, and what it decides. Nothing is written over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from analysis.revision.proposal_rules import (
    BY_VOTE,
    FIELDS,
    NUMBER,
    WAYS,
    NotPossible,
    changed_fields,
    check_added,
    check_lengths,
    plain,
    same_name,
)
from analysis.revision.proposal_standing import DECIDED, OPEN, ProposalStanding, proposals_of
from analysis.revision.proposing import Team, at_hand
from analysis.revision.rival_proposals import in_the_way
from analysis.revision.tables import (
    ADD,
    AGAINST,
    AMENDED,
    CHANGE,
    FOR,
    NOT_ADOPTED,
    OUTCOMES,
    VOTES,
    Decision,
    ProposalComment,
    ProposalVote,
)
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff


@dataclass(frozen=True)
class Decided:
    """A decision as somebody typed it. `seen`: the number of the wording that they read; `fields`: as adopted, where
    it was changed; `names`: of those who took part, where it was no vote."""

    outcome: str
    by: str
    reason: str
    told: str
    on: date | None
    seen: int
    names: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None


def comment(team: Team, number: int, text: str) -> None:
    """Say something of a proposal, in whatever state it is. Raises `NotPossible`."""
    _say(team, at_hand(team, number), text, "comment", interest=False)


def declare_interest(team: Team, number: int, text: str) -> None:
    """Declare a conflict of interest: who did may comment, and neither vote nor decide. Raises `NotPossible`."""
    standing = at_hand(team, number, OPEN, DECIDED)
    if team.person in standing.interested:
        raise NotPossible("", _("You have declared an interest in this proposal already."))
    _say(team, standing, text, "interest", interest=True)


def _say(team: Team, standing: ProposalStanding, text: str, field: str, *, interest: bool) -> None:
    said = plain(text)
    if not said:
        raise NotPossible(field, _("Nothing was typed yet."))
    check_lengths({field: said})
    row = ProposalComment(
        proposal_id=standing.row.id, text=said, interest=interest, made_by=team.person, made_at=team.now
    )
    team.session.add(row)
    team.session.flush()


def _no_interest(team: Team, standing: ProposalStanding) -> None:
    if team.person in standing.interested:
        said = _("You declared a conflict of interest in this proposal. You can comment on it, not vote or decide.")
        raise NotPossible("", said)


def _as_seen(standing: ProposalStanding, seen: int) -> None:
    if standing.wording.number != seen:
        raise NotPossible("", _("A colleague worded this anew while your page was open. Read it again first."))


def vote(team: Team, number: int, chosen: str, seen: int) -> None:
    """Vote on an open proposal as it is worded; the newest vote of each person counts. Raises `NotPossible`."""
    standing = at_hand(team, number, OPEN)
    _no_interest(team, standing)
    _as_seen(standing, seen)
    if chosen not in VOTES:
        raise NotPossible("vote", _("Choose how you vote."))
    row = ProposalVote(proposal_id=standing.row.id, vote=chosen, staff_id=team.person, name=team.name, made_at=team.now)
    team.session.add(row)
    team.session.flush()


def decide(team: Team, number: int, typed: Decided, today: date) -> Decision:
    """Record what was decided; decided again, the newest counts. Raises `NotPossible`."""
    standing = at_hand(team, number, OPEN, DECIDED)
    _no_interest(team, standing)
    _as_seen(standing, typed.seen)
    _check(typed, today)
    if typed.outcome != NOT_ADOPTED:
        _check_free(standing, proposals_of(team.session, team.cycle.id))
    row = Decision(
        proposal_id=standing.row.id,
        outcome=typed.outcome,
        fields=_adopted_fields(team, standing, typed),
        reason=plain(typed.reason),
        told=plain(typed.told),
        by=typed.by,
        names=list(_names(team, standing, typed)),
        decided_on=typed.on,
        made_by=team.person,
        made_at=team.now,
    )
    team.session.add(row)
    team.session.flush()
    return row


def _check(typed: Decided, today: date) -> None:
    if typed.outcome not in OUTCOMES:
        raise NotPossible("outcome", _("Choose what was decided."))
    if typed.by not in WAYS:
        raise NotPossible("by", _("Choose how it was decided."))
    if not plain(typed.reason):
        raise NotPossible("reason", _("Say why it was decided so. Whoever revises next will read it."))
    if typed.outcome == NOT_ADOPTED and not plain(typed.told):
        said = _("Say to the public why it was heard and not adopted. People who spoke are owed a reason.")
        raise NotPossible("told", said)
    check_lengths({"reason": plain(typed.reason), "told": plain(typed.told)})
    if typed.on is None:
        raise NotPossible("on", _("Choose the day on which it was decided."))
    if typed.on > today:
        raise NotPossible("on", _("This day is still to come. Record a decision once it is taken."))


def _check_free(standing: ProposalStanding, every: Iterable[ProposalStanding]) -> None:
    """Raise `NotPossible` where another proposal was adopted for this clause: it would be decided twice."""
    other = in_the_way(standing, every)
    if other is not None:
        said = _(
            "Proposal {number} was adopted for this clause already, and a clause is decided once. Decide that proposal "
            "again first, if it is not to stand.",
            number=other.row.number,
        )
        raise NotPossible("outcome", said)


def _adopted_fields(team: Team, standing: ProposalStanding, typed: Decided) -> dict[str, str]:
    """What the clause is to say, where it was adopted with changes. Raises `NotPossible`."""
    if typed.outcome != AMENDED:
        return {}
    if standing.row.kind not in (ADD, CHANGE):
        said = _("Only a wording can be adopted with changes. This proposal has none: adopt it, or do not.")
        raise NotPossible("outcome", said)
    fields = _amended(team, standing, typed.fields or {})
    if {name: text for name, text in fields.items() if standing.wording.fields.get(name, "") != text} == {}:
        said = _("The wording below is as it was proposed. Change it to what was adopted, or choose “adopted”.")
        raise NotPossible("outcome", said)
    check_lengths(fields)
    return fields


def _amended(team: Team, standing: ProposalStanding, typed: Mapping[str, str]) -> dict[str, str]:
    """Each field as it was adopted: those proposed, whatever became of them, and those changed beside them."""
    if standing.row.kind == ADD:
        fields = {name: plain(typed.get(name, "")) for name in (NUMBER, *FIELDS)}
        check_added(fields, team.text)
        return {name: text for name, text in fields.items() if text or name in standing.wording.fields}
    clause = team.text.placed()[standing.row.clause_id].clause
    fields = changed_fields(clause, typed)
    if not fields.get("title", "-"):
        raise NotPossible("title", _("A clause needs a title. Type one."))
    if not fields:
        said = _("The clause would say what it says now. Decide that the proposal is not adopted.")
        raise NotPossible("outcome", said)
    back = {name: getattr(clause, name) for name in standing.wording.fields if name not in fields}
    return {**fields, **back}


def _names(team: Team, standing: ProposalStanding, typed: Decided) -> tuple[str, ...]:
    """Who took part. Raises `NotPossible`."""
    if typed.by == BY_VOTE:
        tally = standing.tally()
        if not tally[FOR] + tally[AGAINST]:
            raise NotPossible("by", _("Nobody has voted yet on this wording. Vote first, or decide by consensus."))
        if typed.outcome != NOT_ADOPTED and tally[FOR] <= tally[AGAINST]:
            said = _("There are not more votes for it than against it, so no vote adopted it.")
            raise NotPossible("by", said)
        return tuple(each.name for each in standing.counted)
    if not typed.names:
        raise NotPossible("names", _("Name everybody who took part, one on each line."))
    barred = [team.session.get_one(Staff, each).name for each in sorted(standing.interested)]
    for name in typed.names:
        if same_name(name, barred):
            said = _("{name} declared a conflict of interest and takes no part in this decision.", name=name)
            raise NotPossible("names", said)
    return typed.names
