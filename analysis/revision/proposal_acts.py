"""Revise: what can be done with a proposal: worded anew, withdrawn, evidenced, spoken of, voted on, decided."""

from collections.abc import Callable
from datetime import date

from flask import Response, abort, make_response, redirect, request, url_for
from sqlalchemy.exc import NoResultFound

from analysis.revision.cycle_here import CycleHere, cycle_here
from analysis.revision.deliberating import Decided, comment, decide, declare_interest, vote
from analysis.revision.proposal_file import placed_of
from analysis.revision.proposal_here import pieces_here, proposal_here, team_here, today
from analysis.revision.proposal_page import proposal_page
from analysis.revision.proposal_rules import NotPossible, names_in
from analysis.revision.proposing import Team, Worded, let_go, pin, reword, withdraw
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _

bp = staff_blueprint("proposal_acts", __name__)


def _reword(team: Team, number: int) -> str:
    typed = Worded(request.form, request.form.get("rationale", ""))
    return "reword" if reword(team, number, typed, _seen()) else "same"


def _seen() -> int:
    seen = request.form.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 6 else abort(400)


def _withdraw(team: Team, number: int) -> str:
    withdraw(team, number)
    return "withdraw"


def _pin(team: Team, number: int) -> str:
    here = CycleHere(team.cycle, team.text)
    chosen = set(request.form.getlist("pin"))
    placed = placed_of(proposal_here(here, number), here.text.placed())
    pieces = [each for each in pieces_here(here, placed) if each.key in chosen]
    if not pieces:
        raise NotPossible("pin", _("Choose evidence that is there now, then press the button again."))
    pin(team, number, pieces)
    return "pin"


def _let_go(team: Team, number: int) -> str:
    let_go(team, number, request.form.get("pinned", ""))
    return "let go"


def _comment(team: Team, number: int) -> str:
    comment(team, number, request.form.get("comment", ""))
    return "comment"


def _interest(team: Team, number: int) -> str:
    declare_interest(team, number, request.form.get("interest", ""))
    return "interest"


def _vote(team: Team, number: int) -> str:
    vote(team, number, request.form.get("vote", ""), _seen())
    return "vote"


#: What a form asks for -> what does it, and what the trail says of it.
DOING: dict[str, tuple[Callable[[Team, int], str], str]] = {
    "reword": (_reword, "reworded"),
    "withdraw": (_withdraw, "withdrew"),
    "pin": (_pin, "pinned evidence"),
    "let go": (_let_go, "let go of evidence"),
    "comment": (_comment, "commented"),
    "interest": (_interest, "declared interest"),
    "vote": (_vote, "voted"),
}


@bp.post("/revise/<key>/proposals/<int:number>")
@may("revise")
def act(key: str, number: int) -> Response:
    """Word it anew, withdraw it, pin evidence or let go of it, comment, declare an interest, vote."""
    do = request.form.get("do", "")
    if do not in DOING:
        abort(400)
    doing, verb = DOING[do]
    return _done(key, number, do, doing, verb)


@bp.post("/revise/<key>/proposals/<int:number>/decide")
@may("decide")
def record(key: str, number: int) -> Response:
    """Record what was decided; who does it has shown who they are within the half hour."""
    return _done(key, number, "decide", _decide, "decided")


def _done(key: str, number: int, do: str, doing: Callable[[Team, int], str], verb: str) -> Response:
    here = cycle_here(key)
    try:
        done = doing(team_here(here), number)
    except NoResultFound:
        abort(404)
    except NotPossible as wrong:
        kept().rollback()
        here = cycle_here(key)
        return proposal_page(here, proposal_here(here, number), do, wrong)
    if done != "same":
        note(verb, here.text.name, cycle=here.key[:8], proposal=number)
    return make_response(redirect(url_for("proposals.one", key=key, number=number, done=done), 303))


def _decide(team: Team, number: int) -> str:
    form = request.form
    typed = Decided(
        outcome=form.get("outcome", ""),
        by=form.get("by", ""),
        reason=form.get("reason", ""),
        told=form.get("told", ""),
        on=_day(form.get("on", "")),
        seen=_seen(),
        names=names_in(form.get("names", "")),
        fields=form,
    )
    decide(team, number, typed, today())
    return "decide"


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None
