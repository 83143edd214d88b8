"""Revise: every standard and its cycles on one page."""

from flask import g, render_template

from analysis.revision.cycles import cycles_of
from analysis.revision.plan_words import (
    STATE_SAID,
    course_said,
    late_said,
    month_said,
    now_said,
    outlook_said,
    years_said,
)
from analysis.revision.plans import today_in
from analysis.revision.seen_cycles import seen_standards, under_way
from analysis.revision.timeline import legs, overrun, scale_for
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _

bp = staff_blueprint("revise", __name__)

WORDS = {"course": course_said, "late": late_said, "now": now_said, "outlook": outlook_said, "years": years_said}


@bp.get("/revise")
@may("revise")
def choose() -> str:
    """Each standard: when it was published, when its review is due, and how its cycles stand."""
    today = today_in(g.person.zone)
    cycles = under_way(kept(), g.person.organisation_id, today)
    scale = scale_for([each.found for each in cycles], today, *(each.row.due_on for each in cycles))
    standards = seen_standards(kept(), g.person.organisation_id, cycles)
    return render_template(
        "revise/overview.html",
        standards=standards,
        cycles=cycles,
        ended=[row for row in cycles_of(kept(), g.person.organisation_id) if row.ended_on],
        scale=scale,
        today=today,
        soon=[each for each in standards if not each.cycles and each.due_within(today)],
        lines={each.key: legs(each.found, scale) for each in cycles},
        over={each.key: overrun(each.found, scale) for each in cycles},
        said=WORDS,
        states=[(name, _(said)) for name, said in STATE_SAID.items()],
        named=month_said,
    )
