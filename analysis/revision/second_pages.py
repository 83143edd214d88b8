"""Revise: a second consultation, in which people say what they think of the draft wording."""

from flask import Response, g, make_response, redirect, render_template, request, url_for

from analysis.revision.cycle_here import CycleHere, cycle_here
from analysis.revision.proposal_here import Line, lines, team_here
from analysis.revision.proposal_rules import NotPossible
from analysis.revision.proposal_standing import proposals_of
from analysis.revision.proposing import begun
from analysis.revision.second_consultation import begin_second, second_consultation_id, second_drafts, second_surveys
from analysis.revision.second_survey import Tables, can_be_asked, second_survey
from analysis.revision.tables import KEEP
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext
from safekeeping.staff import HeldRole
from surveys.definition.published import definition_of
from surveys.writing.from_standard import audiences_offered
from surveys.writing.plain_wording import said
from surveys.writing.written import tables_of, title_in

bp = staff_blueprint("second_consultation", __name__)


@bp.get("/revise/<key>/proposals/second")
@may("revise")
def look(key: str) -> Response:
    """What can be asked about, whom, and the surveys that there are already."""
    return _page(cycle_here(key))


def _page(here: CycleHere, wrong: NotPossible | None = None) -> Response:
    asked = _lines(here)
    audiences = [(each["name"], each.get("plural") or said(each["label"])) for each in audiences_offered()]
    usual = {str(line.number) for line in asked if line.standing.row.kind != KEEP}
    page = render_template(
        "revise/second.html",
        here=here,
        lines=asked,
        chosen=set(request.form.getlist("proposal")) if wrong else usual,
        audiences=audiences,
        audience=set(request.form.getlist("audience")) if wrong else {name for name, _said in audiences},
        drafts=[(each.id.hex(), title_in(tables_of(kept(), each))) for each in second_drafts(kept(), here.row)],
        surveys=[(each.address, definition_of(each).title) for each in second_surveys(kept(), here.row)],
        may_write=_may_write(here),
        done=_said(),
        wrong=wrong,
    )
    return make_response(page, 400 if wrong else 200)


def _lines(here: CycleHere) -> list[Line]:
    every = proposals_of(kept(), here.row.id)
    asked = {each.row.id for each in can_be_asked(every)}
    return [line for line in lines(here, every) if line.standing.row.id in asked]


def _may_write(here: CycleHere) -> bool:
    return bool(g.person.may("write", second_consultation_id(here.row.id)))


def _said() -> str:
    if "done" not in request.args:
        return ""
    short = request.args.get("short", 0, int)
    told = [_("The draft is made. Whoever writes surveys finds it under Collect, looks it over and publishes it.")]
    if short > 0:
        told.append(
            ngettext(
                "{number} wording is longer than a survey shows; the draft has its beginning.",
                "{number} wordings are longer than a survey shows; the draft has their beginnings.",
                short,
            )
        )
    return " ".join(told)


@bp.post("/revise/<key>/proposals/second")
@may("revise")
def draft(key: str) -> Response:
    """Draft its survey, for whoever writes surveys to go on with."""
    here = cycle_here(key)
    try:
        tables, short = _drafted(here)
    except NotPossible as wrong:
        kept().rollback()
        return _page(cycle_here(key), wrong)
    row = begin_second(kept(), here.row, tables, _("began with the proposals of a revision"))
    if g.person.may("write") and not _may_write(here):
        kept().add(HeldRole(staff_id=g.person.id, role="author", consultation_id=row.consultation_id))
    note("drafted second", here.text.name, cycle=here.key[:8], questions=len(request.form.getlist("proposal")))
    return make_response(redirect(url_for("second_consultation.look", key=key, done=1, short=len(short) or None), 303))


def _drafted(here: CycleHere) -> tuple[Tables, list[int]]:
    begun(team_here(here))
    offered = {each["name"]: each for each in audiences_offered()}
    wanted = set(request.form.getlist("audience"))
    audiences = [offered[name] for name in offered if name in wanted]
    numbers = set(request.form.getlist("proposal"))
    chosen = [line.standing for line in _lines(here) if str(line.number) in numbers]
    if not chosen:
        raise NotPossible("proposal", _("Choose at least one proposal to ask about."))
    if not audiences:
        raise NotPossible("audience", _("Choose at least one group of people to ask."))
    return second_survey(here.text, chosen, audiences)
