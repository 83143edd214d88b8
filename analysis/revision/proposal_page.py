"""The page of one proposal: the change, why, the evidence as pinned and since, what was said, voted and decided."""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, g, make_response, render_template, request

from analysis.revision.cycle_here import CycleHere
from analysis.revision.evidence_since import pinned_now
from analysis.revision.field_changes import field_changes
from analysis.revision.proposal_file import placed_of
from analysis.revision.proposal_here import names_here, pieces_here, stands, to_choose, today
from analysis.revision.proposal_history import history
from analysis.revision.proposal_rules import (
    FIELDS,
    KINDS_SAID,
    NUMBER,
    OUTCOMES_SAID,
    VOTES_SAID,
    WAYS_SAID,
    NotPossible,
    clause_said,
    wording_of,
)
from analysis.revision.proposal_standing import ProposalStanding, proposals_of
from analysis.revision.rival_proposals import rivals
from analysis.revision.tables import ADD, CHANGE
from safekeeping.database import kept
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext

#: What was done, as the page says it after.
DONE = {
    "made": _("The proposal is made. It is open until it is decided."),
    "reword": _("The new wording is kept. Votes on the wording before it do not count any more."),
    "same": _("Nothing is different, so nothing was kept."),
    "withdraw": _("The proposal is withdrawn. It stays to be read."),
    "pin": _("The evidence is pinned as it stands today."),
    "let go": _("The proposal rests on this evidence no more."),
    "comment": _("Your comment is kept."),
    "interest": _("Your interest is declared. You can comment, and no longer vote or decide on this proposal."),
    "vote": _("Your vote is kept. You can change it until a decision is recorded."),
    "decide": _("The decision is recorded."),
}


def proposal_page(
    here: CycleHere, standing: ProposalStanding, do: str = "", wrong: NotPossible | None = None
) -> Response:
    """The page; after a form that was refused, with what was typed and what is wrong with it."""
    placed = here.text.placed().get(standing.row.clause_id)
    clause, names = placed.clause if placed else None, names_here()
    pieces = pieces_here(here, placed_of(standing, here.text.placed()))
    page = render_template(
        "revise/proposal.html",
        here=here,
        each=standing,
        placed=placed,
        parent=here.text.placed().get(standing.row.parent_id),
        about=clause_said(placed, standing.fields),
        kind=_(KINDS_SAID[standing.row.kind]),
        stands=stands(standing),
        names=names,
        proposed=field_changes(standing.row.kind, clause, standing.wording.fields),
        adopted=field_changes(standing.row.kind, clause, standing.fields) if standing.is_adopted else [],
        rivals=rivals(standing, proposals_of(kept(), here.row.id), here.text),
        evidence=pinned_now(kept(), current_app.extensions["vault"], here.row, standing.evidence, pieces),
        offered=to_choose([each for each in pieces if each.sha256 not in {pin.sha256 for pin in standing.evidence}]),
        history=history(standing, clause, names),
        is_interested=g.person.id in standing.interested,
        mine=next((each.vote for each in standing.counted if each.staff_id == g.person.id), ""),
        **_forms(standing, wording_of(clause) if clause else {}, do),
        do=do,
        wrong=wrong,
        done=_said() if not do else "",
    )
    return make_response(page, 400 if wrong else 200)


def _said() -> str:
    """What was done, where the page comes after doing it."""
    done = request.args.get("done", "")
    gone = request.args.get("gone", 0, int)
    told = [_(DONE[done])] if done in DONE else []
    if gone > 0:
        told.append(ngettext("{number} piece of evidence was not there any more.",
                             "{number} pieces of evidence were not there any more.", gone))  # fmt: skip
    return " ".join(told)


def _forms(standing: ProposalStanding, now: Mapping[str, str], do: str) -> dict[str, Any]:
    """What the forms of the page show: as it is, or as it was typed where it was sent and refused."""
    worded = {**now, **standing.wording.fields}
    usual: dict[str, Mapping[str, str]] = {
        "reword": {**worded, "rationale": standing.wording.rationale},
        "decide": {**worded, **standing.fields, "on": today().isoformat()},
    }
    fields = ([NUMBER] if standing.row.kind == ADD else []) + list(FIELDS)
    return {
        "typed": {**usual, **({do: request.form} if do else {})},
        "fields": fields if standing.row.kind in (ADD, CHANGE) else [],
        "outcomes": OUTCOMES_SAID,
        "ways": WAYS_SAID,
        "votes": VOTES_SAID,
    }
