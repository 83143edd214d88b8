"""Work under way: what workers are doing, what waits and what failed, with buttons to stop it and to try again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, g, make_response, redirect, render_template, url_for

from analysis.needs import SHOWN
from analysis.work_said import BY_ANSWERS, KINDS_SAID, NEVER_STOPPED, SECRET
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.job_acts import open_jobs, stop, try_again
from safekeeping.jobs import STOPPED, Job
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published

bp = staff_blueprint("work", __name__)

#: Button -> what it does, and how the trail tells of it.
ACTS: dict[str, tuple[Callable[..., bool], str]] = {
    "stop": (stop, "stopped work"),
    "again": (try_again, "work again"),
}


@dataclass(frozen=True)
class Item:
    """One job as the page tells of it."""

    job: Job
    survey: PublishedSurvey

    @property
    def called(self) -> str:
        """What is being done."""
        return _(KINDS_SAID[self.job.kind].called)

    @property
    def of(self) -> str:
        """The title of the survey."""
        return definition_of(self.survey).title

    @property
    def stand(self) -> str:
        """How far it is, or why it is not going on."""
        job = self.job
        if job.state == "failed" and job.fault == STOPPED:
            return _("Somebody stopped it. What was there before is as it was.")
        if job.state == "failed":
            return _("It did not work ({fault}), three times. Nothing is lost.", fault=job.fault)
        if job.stop_asked:
            return _("It stops at its next step.")
        if job.state == "queued":
            return _("It waits for a worker, or for other work on the same survey.")
        if job.total:
            return _("{done} of {total}", done=f"{job.done:,}", total=f"{job.total:,}")
        return _("It has begun.")

    @property
    def since(self) -> datetime | None:
        """The hour at which it was asked for; nothing where that was by somebody's answer."""
        return None if self.job.kind in BY_ANSWERS else self.job.made_at

    @property
    def act(self) -> str:
        """What this person may do about it: `stop`, `again` or nothing."""
        if not g.person.may(KINDS_SAID[self.job.kind].action, self.survey.consultation_id):
            return ""
        if self.job.state == "failed":
            return "again"
        return "" if self.job.kind in NEVER_STOPPED or self.job.stop_asked else "stop"


@bp.get("/work")
@may("see home")
def look() -> str:
    """What is under way for the surveys that this person works on."""
    items = _items()
    kinds = {item.job.kind for item in items if item.job.waits}
    why = [_(words) for kind, words in NEVER_STOPPED.items() if kind in kinds]
    return render_template("desk/work.html", items=items, why=why)


@bp.post("/work/<job_id>/<act>")
@may("see home")
def act(job_id: str, act: str) -> Response:
    """Stop a job, or have it tried again. Nobody stops what must not be stopped."""
    item = next((each for each in _items() if each.job.id.hex() == job_id), None)
    if item is None:  # done in the meantime, or not theirs to see
        return _back()
    if act not in ACTS or not g.person.may(KINDS_SAID[item.job.kind].action, item.survey.consultation_id):
        abort(403)
    do, verb = ACTS[act]
    if act == "stop" and item.job.kind in NEVER_STOPPED:
        abort(403)
    if do(kept(), item.job):
        note(verb, item.survey.address, kind=item.job.kind)
    return _back()


def _back() -> Response:
    return make_response(redirect(url_for("work.look"), 303))


def _items() -> list[Item]:
    rows = [row for row in published(kept()) if any(g.person.may(action, row.consultation_id) for action in SHOWN)]
    surveys = {row.id.hex(): row for row in rows}
    return [
        Item(job, surveys[job.turn])
        for job in open_jobs(kept())
        if job.turn in surveys and job.kind in KINDS_SAID and not (job.kind == SECRET and job.waits)
    ]
