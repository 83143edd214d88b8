"""What suggestions have learnt from a consultation's coders, and how much more coding would still help."""

from flask import Response, abort, make_response, redirect, render_template, url_for

from analysis.learning.curve_said import Point, advice, chart_said, described
from analysis.learning.tables import Learning
from analysis.learning.training_rows import FEWEST, FEWEST_RESPONSES, training_rows
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.headers import PICTURE_POLICY
from safekeeping.jobs import enqueue, latest
from surveys.definition.published import definition_of, published_at

bp = staff_blueprint("learning", __name__)


@bp.get("/code/<address>/learning")
@may("code")
def look(address: str) -> str:
    """The learning curve as last drawn, and how many decisions there are now."""
    row = published_at(kept(), address)
    survey = definition_of(row)
    rows = training_rows(kept(), row.id, survey.standard)
    found = kept().get(Learning, row.id)
    points = _points(found)
    job = latest(kept(), "learn", row.id.hex())
    return render_template(
        "desk/learning.html",
        survey=survey,
        found=found,
        words=described(points),
        advice=advice(points),
        decisions=len(rows),
        responses=len({each.response_id for each in rows}),
        fewest=FEWEST,
        fewest_responses=FEWEST_RESPONSES,
        waits=job is not None and job.waits,
    )


def _points(found: Learning | None) -> list[Point]:
    return [Point(**each) for each in found.points] if found else []


@bp.get("/code/<address>/learning.svg")
@may("code")
def chart(address: str) -> Response:
    """The curve as a picture of its own."""
    found = kept().get(Learning, published_at(kept(), address).id)
    if found is None:
        abort(404)
    response = make_response(chart_said(found.chart, _points(found)))
    response.headers["Content-Type"] = "image/svg+xml"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@bp.post("/code/<address>/learning")
@may("code")
def learn(address: str) -> Response:
    """Learn from what is coded now."""
    enqueue(kept(), "learn", published_at(kept(), address).id.hex())
    return make_response(redirect(url_for("learning.look", address=address), 303))
