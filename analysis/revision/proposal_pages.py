"""Revise: the proposals of a cycle, as a list, as a table for a board and as a file; a new one, and each of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.revision.cycle_here import CycleHere, clause_here, cycle_here
from analysis.revision.proposal_file import as_csv
from analysis.revision.proposal_here import (
    Line,
    lines,
    names_here,
    pieces_here,
    proposal_here,
    stands,
    team_here,
    to_choose,
)
from analysis.revision.proposal_page import proposal_page
from analysis.revision.proposal_rules import FIELDS, KINDS_SAID, NUMBER, OUTCOMES_SAID, NotPossible, wording_of
from analysis.revision.proposal_standing import proposals_of
from analysis.revision.proposing import Worded, pin, propose
from analysis.revision.tables import ADD, CHANGE, KINDS, OUTCOMES
from analysis.standard.clauses import PlacedClause
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _

bp = staff_blueprint("proposals", __name__)


@bp.get("/revise/<key>/proposals")
@may("revise")
def look(key: str) -> str:
    """Every proposal by section, or those asked for: by how they stand, by kind, by section, or one's own."""
    here = cycle_here(key)
    every = lines(here, proposals_of(kept(), here.row.id))
    shown = [line for line in every if _is_asked(line)]
    counts = Counter(_state(line) for line in every)
    return render_template(
        "revise/proposals.html",
        here=here,
        every=every,
        sections=_by_section(shown),
        counts=counts,
        states=_states(),
        there={name: said for name, said in _states().items() if counts[name]},
        kinds={name: _(said) for name, said in KINDS_SAID.items()},
        named=list(dict.fromkeys(line.section for line in every)),
        asked=request.args,
        mine=sum(line.standing.row.made_by == g.person.id for line in every),
    )


def _states() -> dict[str, str]:
    return {"open": _("open"), **{name: _(OUTCOMES_SAID[name]) for name in OUTCOMES}, "withdrawn": _("withdrawn")}


def _state(line: Line) -> str:
    return line.standing.outcome or line.standing.state


def _is_asked(line: Line) -> bool:
    asked = request.args
    return (
        asked.get("state", "") in ("", _state(line))
        and asked.get("kind", "") in ("", line.standing.row.kind)
        and asked.get("section", "") in ("", line.section)
        and ("mine" not in asked or line.standing.row.made_by == g.person.id)
    )


def _by_section(shown: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    return [(section, list(group)) for section, group in groupby(shown, key=lambda line: line.section)]


@bp.get("/revise/<key>/proposals/board")
@may("revise")
def board(key: str) -> str:
    """One table of everything, to be printed or shown to a board."""
    here = cycle_here(key)
    every = lines(here, proposals_of(kept(), here.row.id))
    return render_template("revise/board.html", here=here, sections=_by_section(every))


@bp.get("/revise/<key>/proposals.csv")
@may("revise")
def file(key: str) -> Response:
    """The same as a file for a spreadsheet."""
    here = cycle_here(key)
    answer = make_response(as_csv(proposals_of(kept(), here.row.id), here.text, names_here()))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f"attachment; filename={here.text.name}-proposals.csv"
    return answer


@bp.get("/revise/<key>/proposals/new")
@may("revise")
def new(key: str) -> Response:
    """A new proposal: first for which clause, then what is to be done with it, or what is to be added to it."""
    here = cycle_here(key)
    place, kind = request.args.get("clause", ""), request.args.get("kind", "")
    if not place and kind != ADD:
        return make_response(render_template("revise/choose_clause.html", here=here, every=_so_far(here)))
    placed = clause_here(here, place) if place else None
    typed: Mapping[str, str] = {"kind": CHANGE, **(wording_of(placed.clause) if placed and kind != ADD else {})}
    return _new_page(here, placed, kind if kind == ADD else "", typed)


def _so_far(here: CycleHere) -> dict[str, list[tuple[int, str]]]:
    """Clause id -> number of each of its proposals and how it stands."""
    found: dict[str, list[tuple[int, str]]] = {}
    for each in proposals_of(kept(), here.row.id):
        found.setdefault(each.row.clause_id or each.row.parent_id, []).append((each.row.number, stands(each)))
    return found


def _new_page(
    here: CycleHere, placed: PlacedClause | None, kind: str, typed: Mapping[str, str], wrong: NotPossible | None = None
) -> Response:
    fields = ([NUMBER] if kind == ADD else []) + list(FIELDS)
    page = render_template(
        "revise/propose.html",
        here=here,
        placed=placed,
        kind=kind,
        kinds={name: _(KINDS_SAID[name]) for name in KINDS if name != ADD},
        fields=fields,
        typed=typed,
        wrong=wrong,
        offered=to_choose(pieces_here(here, placed), request.form.getlist("pin")),
        others=_so_far(here).get(placed.clause.id if placed else "", []),
    )
    return make_response(page, 400 if wrong else 200)


@bp.post("/revise/<key>/proposals/new")
@may("revise")
def make(key: str) -> Response:
    """Keep a new proposal with the evidence chosen, or say what is in the way."""
    here, kind = cycle_here(key), request.form.get("kind", "")
    place = request.form.get("clause", "")
    placed = clause_here(here, place) if place else None
    if kind and kind not in KINDS:
        abort(400)
    team = team_here(here)
    typed = Worded(request.form, request.form.get("rationale", ""))
    chosen = set(request.form.getlist("pin"))
    try:
        row = propose(team, kind, place, typed)
        pieces = [each for each in pieces_here(here, placed) if each.key in chosen]
        if pieces:
            pin(team, row.number, pieces)
    except NotPossible as wrong:
        kept().rollback()
        return _new_page(cycle_here(key), placed, kind if kind == ADD else "", request.form, wrong)
    note("proposed", here.text.name, cycle=here.key[:8], proposal=row.number, kind=kind)
    gone = len(chosen) - len(pieces)
    to = url_for("proposals.one", key=key, number=row.number, done="made", gone=gone or None)
    return make_response(redirect(to, 303))


@bp.get("/revise/<key>/proposals/<int:number>")
@may("revise")
def one(key: str, number: int) -> Response:
    """One proposal, with all that belongs to it."""
    here = cycle_here(key)
    return proposal_page(here, proposal_here(here, number))
