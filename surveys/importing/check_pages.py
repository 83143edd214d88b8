"""The last pages of an import: what would come in and what not, the list of it as a file, and taking it in."""

from flask import Response, abort, current_app, make_response, render_template, request

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.jobs import Job, enqueue, latest
from safekeeping.languages import gettext as _
from surveys.importing.at_import import Import, load_import
from surveys.importing.checking import Found, report
from surveys.importing.taking import CHECK_JOB, TAKE_JOB, seal_all, take, work_out
from surveys.importing.waiting import CHECKED, CHECKING, TAKING, open_found, taken_before, throw_away
from surveys.paper.sitting import Elsewhere, elsewhere, go_to

bp = staff_blueprint("import_check", __name__)
bp.register_error_handler(Elsewhere, elsewhere)

#: So many of what is not taken in are shown; all of them are in the file.
SHOWN = 50
JOBS = {CHECKING: CHECK_JOB, TAKING: TAKE_JOB}


@bp.get("/import/<address>/<import_id>/check")
@may("enter")
def check(address: str, import_id: str) -> str:
    """What would come in; of a long file how far the job is."""
    return _check(load_import(address, import_id, while_taking=True))


def _check(here: Import, fault: str = "") -> str:
    found = None if here.waiting.state in JOBS else _found(here)
    if found is None:
        return render_template("importing/working.html", survey=here.survey, here=here, job=_job(here))
    asked = {question.name: question for question in here.survey.questions}
    return render_template(
        "importing/check.html",
        survey=here.survey,
        here=here,
        brought=here.brought,
        found=found,
        shown=found.lines[:SHOWN],
        more=len(found.lines) - SHOWN + found.more,
        blank=[(asked[name].wording["default"], times) for name, times in found.blank.items()],
        again=taken_before(kept(), here.row.id, here.waiting.fingerprint),
        fault=fault,
    )


def _found(here: Import) -> Found | None:
    """What a dry run finds: of a short file now, of a long one as the job found."""
    if here.is_long:
        return open_found(here.opener, here.waiting)
    return work_out(kept(), current_app.extensions["vault"], here.row, here.waiting)[0]


def _job(here: Import) -> Job | None:
    kind = JOBS.get(here.waiting.state)
    return latest(kept(), kind, here.waiting.id.hex()) if kind else None


@bp.post("/import/<address>/<import_id>/check")
@may("enter")
def act(address: str, import_id: str) -> Response:
    """Take the file in, throw it away, or let a job try it out once more."""
    here = load_import(address, import_id, while_taking=True)
    go, job = request.form.get("go", ""), _job(here)
    if here.waiting.state == TAKING and (job is None or job.state != "failed"):
        return here.to("import_check.check")
    if go not in ACTIONS:
        abort(400)
    return ACTIONS[go](here)


def _throw(here: Import) -> Response:
    throw_away(kept(), here.waiting)
    return go_to("importing.start", address=here.row.address, said="thrown")


def _try_again(here: Import) -> Response:
    here.waiting.state = CHECKING
    enqueue(kept(), CHECK_JOB, here.waiting.id.hex())
    return here.to("import_check.check")


def _take(here: Import) -> Response:
    if taken_before(kept(), here.row.id, here.waiting.fingerprint) and not request.form.get("again"):
        return make_response(_check(here, _("Tick that this file is to come in once more, or throw it away.")), 422)
    if here.is_long:
        if here.waiting.state != CHECKED:
            return here.to("import_check.check")
        here.waiting.state = TAKING
        enqueue(kept(), TAKE_JOB, here.waiting.id.hex())
        return here.to("import_check.check")
    keys = current_app.extensions["vault"]
    arrived = seal_all(kept(), keys, here.row, here.waiting)
    if not arrived:
        return here.to("import_check.check")
    take(kept(), keys, here.row, here.waiting, arrived)
    return go_to("importing.start", address=here.row.address, said="taken")


ACTIONS = {"take": _take, "throw": _throw, "check": _try_again}


@bp.get("/import/<address>/<import_id>/losses.csv")
@may("enter")
def losses(address: str, import_id: str) -> Response:
    """Everything that is not taken in, as a file."""
    here = load_import(address, import_id)
    found = _found(here)
    if found is None:
        raise Elsewhere(here.to("import_check.check"))
    answer = make_response(report(found, here.brought))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=not-taken-in.csv"
    return answer
