"""Let a language model suggest in one consultation: what it would cost, how far it is, and stopping it."""

from dataclasses import dataclass

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for

from analysis.local_model.connecting import connection_of
from analysis.local_model.running import FIRST, JOB, TRY
from analysis.local_model.tables import ModelUse, kept_use, use_of
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.jobs import Job, enqueue, latest
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("model_use", __name__)


@dataclass(frozen=True)
class Estimate:
    """What asking about the rest would take, by what was measured."""

    left: int
    tokens: int
    seconds: float

    @property
    def time_said(self) -> str:
        """About how long, as people say it."""
        minutes = round(self.seconds / 60)
        if minutes < 1:
            return _("less than a minute")
        if minutes < 90:
            return _("about a minute") if minutes == 1 else _minutes(minutes)
        return ngettext("about {number} hour", "about {number} hours", round(minutes / 60))


def _minutes(number: int) -> str:
    return ngettext("about {number} minute", "about {number} minutes", number)


def estimate(use: ModelUse) -> Estimate | None:
    """For the passages that were not asked about yet; None until the speed was measured."""
    if not use.tried or not use.passages:
        return None
    left = max(use.passages - use.known, 0)
    return Estimate(left, round(use.tokens_about * left / use.passages), use.seconds * left / use.tried)


@bp.get("/code/<address>/model")
@may("code")
def look(address: str) -> str:
    """How it stands."""
    row = published_at(kept(), address)
    use = use_of(kept(), row.id)
    return render_template(
        "desk/model_use.html",
        survey=definition_of(row),
        connection=connection_of(current_app.extensions["settings"]),
        use=use,
        estimate=estimate(use) if use else None,
        job=_under_way(row),
        first=FIRST,
    )


def _under_way(row: PublishedSurvey) -> Job | None:
    jobs = (latest(kept(), JOB, row.id.hex() + each) for each in ("", TRY))
    return next((job for job in jobs if job and job.waits), None)


@bp.post("/code/<address>/model")
@may("code")
def act(address: str) -> Response:
    """Ask about the first few, use it for all, or stop."""
    row = published_at(kept(), address)
    chosen = ACTS.get(request.form.get("act", ""))
    if chosen is None or connection_of(current_app.extensions["settings"]) is None:
        abort(400)
    chosen(row)
    return make_response(redirect(url_for("model_use.look", address=address), 303))


def _try(row: PublishedSurvey) -> None:
    enqueue(kept(), JOB, row.id.hex() + TRY)


def _use(row: PublishedSurvey) -> None:
    kept_use(kept(), row.id).in_use = True
    note("model used", row.address)
    enqueue(kept(), JOB, row.id.hex())


def _stop(row: PublishedSurvey) -> None:
    """Its suggestions go when answers are taken in next, which is now."""
    kept_use(kept(), row.id).in_use = False
    note("model unused", row.address)
    enqueue(kept(), "take in", row.id.hex())


ACTS = {"try": _try, "use": _use, "stop": _stop}
