"""The plan of a cycle as it stands today, and what its other pages share."""

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.revision import plan_words
from analysis.revision.cycle_here import CycleHere, cycle_here
from analysis.revision.plan_words import PURPOSE_SAID, STATE_SAID, WORK_SAID
from analysis.revision.plans import asides_of, purposes_of, today_in
from analysis.revision.seen_cycles import seen_cycle
from analysis.revision.timeline import legs, overrun, scale_for
from analysis.revision.watching import watch
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import definition_of, published

bp = staff_blueprint("cycle", __name__)

DONE = {
    "begun": _("The revision has begun. This is its plan; every day in it can be changed."),
    "kept": _("The plan is kept."),
    "surveys": _("The surveys are kept."),
    "noted": _("It is noted."),
    "answered": _("Your answer is kept."),
    "dropped": _("It is not watched any more."),
    "key": _("The calendar has a new address. The old one leads nowhere from now on."),
    "ended": _("This revision has ended. Its plan stays to be read."),
    "resumed": _("This revision is under way again."),
}


@bp.get("/revise/<key>")
@may("revise")
def look(key: str) -> str:
    """The plan as it stands today."""
    watch(cycle_here(key).row)
    here, today = cycle_here(key), today_in(g.person.zone)
    cycle = seen_cycle(kept(), here.row, today)
    scale = scale_for([cycle.found], today, here.row.due_on)
    return render_template(
        "revise/plan.html",
        here=here,
        cycle=cycle,
        scale=scale,
        line=legs(cycle.found, scale),
        over=overrun(cycle.found, scale),
        today=today,
        asides=asides_of(kept(), here.row),
        surveys=_linked(here),
        done=done_said(),
        words=plan_words,
        named=plan_words.month_said,
        states={name: _(said) for name, said in STATE_SAID.items()},
        work={name: _(said) for name, said in WORK_SAID.items()},
    )


def done_said() -> str:
    """What was done last, where the address says so."""
    done = request.args.get("done", "")
    return _(DONE[done]) if done in DONE else ""


def _linked(here: CycleHere) -> list[tuple[str, str]]:
    """Title of each survey of the cycle, and what it is for."""
    purposes = purposes_of(kept(), here.row)
    rows = [row for row in published(kept()) if row.id in purposes]
    return [(definition_of(row).title, _(PURPOSE_SAID[purposes[row.id]])) for row in rows]


def open_cycle(key: str) -> CycleHere:
    """The cycle of this key, where it has not ended; 404 where it has, since its pages to change are no more."""
    here = cycle_here(key)
    if here.row.ended_on:
        abort(404)
    return here


def back(here: CycleHere, done: str, endpoint: str = "cycle.look") -> Response:
    """To a page of the cycle, which says that it is done."""
    return make_response(redirect(url_for(endpoint, key=here.key, done=done), 303))
