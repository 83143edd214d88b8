"""Around the plan of a cycle: the surveys that give it evidence, its calendar, and its end."""

from flask import Response, current_app, g, make_response, render_template, request, url_for

from analysis.revision.begin_pages import purposes_typed, surveys_here
from analysis.revision.calendar_file import KIND, calendar_of
from analysis.revision.cycle_here import cycle_here
from analysis.revision.plan_pages import back, done_said, open_cycle
from analysis.revision.plan_words import PURPOSE_SAID
from analysis.revision.plans import choose_surveys, end_cycle, new_calendar_key, plan_of, purposes_of, today_in
from analysis.revision.seen_cycles import seen_cycle
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import definition_of

bp = staff_blueprint("cycle_around", __name__)


@bp.get("/revise/<key>/plan/surveys")
@may("revise")
def surveys(key: str) -> str:
    """Which surveys give this cycle evidence, and what each is for."""
    here = open_cycle(key)
    return render_template(
        "revise/surveys.html",
        here=here,
        surveys=surveys_here(),
        chosen=purposes_of(kept(), here.row),
        define=definition_of,
        purposes={name: _(said) for name, said in PURPOSE_SAID.items()},
    )


@bp.post("/revise/<key>/plan/surveys")
@may("revise")
def keep_surveys(key: str) -> Response:
    """Keep them. Surveys that the visitor does not see stay as they are."""
    here = open_cycle(key)
    choose_surveys(kept(), here.row, purposes_typed(surveys_here()))
    note("cycle surveys", here.text.name)
    return back(here, "surveys")


@bp.get("/revise/<key>/plan/calendar")
@may("revise")
def calendar(key: str) -> str:
    """The address at which calendar programs read the plan."""
    here = cycle_here(key)
    path = url_for("calendar.feed", calendar_key=here.row.calendar_key)
    address = f"{current_app.extensions['settings'].public_address}{path}"
    return render_template("revise/calendar.html", here=here, address=address, done=done_said())


@bp.get("/revise/<key>/plan/calendar.ics")
@may("revise")
def download(key: str) -> Response:
    """The same calendar as a file."""
    here = cycle_here(key)
    answer = Response(calendar_of(here.row, plan_of(kept(), here.row)), content_type=KIND)
    answer.headers["Content-Disposition"] = f'attachment; filename="{here.text.name}-plan.ics"'
    return answer


@bp.post("/revise/<key>/plan/calendar")
@may("revise")
def new_key(key: str) -> Response:
    """Give the calendar another address."""
    here = cycle_here(key)
    new_calendar_key(here.row)
    note("calendar key", here.text.name)
    return back(here, "key", "cycle_around.calendar")


@bp.get("/revise/<key>/plan/end")
@may("revise")
def end(key: str) -> str:
    """Ask whether the cycle is to end."""
    here = open_cycle(key)
    cycle = seen_cycle(kept(), here.row, today_in(g.person.zone))
    return render_template("revise/end.html", here=here, cycle=cycle)


@bp.post("/revise/<key>/plan/end")
@may("revise")
def end_it(key: str) -> Response:
    """End it; or take up again one that ended without a next edition."""
    here = cycle_here(key)
    if request.form.get("do") == "resume":
        if here.row.ended_on is None or here.row.next_edition_id:
            return make_response(render_template("revise/gone.html", here=here), 409)
        end_cycle(here.row, None)
        note("resumed cycle", here.text.name)
        return back(here, "resumed")
    end_cycle(open_cycle(key).row, today_in(g.person.zone))
    note("ended cycle", here.text.name)
    return back(here, "ended")
