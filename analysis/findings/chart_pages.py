"""Find: the charts of a consultation, each with its words, its figures as a table, and files to take along."""

from collections.abc import Callable

from flask import Response, abort, current_app, make_response, redirect, render_template, url_for

from analysis.findings.charts.chart import Chart
from analysis.findings.kept_charts import chart_called, charts_told
from analysis.findings.tables import Findings
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.headers import PICTURE_POLICY
from safekeeping.jobs import enqueue, latest
from safekeeping.languages import language
from surveys.definition.published import definition_of, published_at

bp = staff_blueprint("find_charts", __name__)

JOB = "draw charts"

#: Ending of a file -> its kind, and what is in it.
FILES: dict[str, tuple[str, Callable[[Chart], str | bytes]]] = {
    "svg": ("image/svg+xml", lambda chart: chart.svg),
    "png": ("image/png", lambda chart: chart.png),
    "csv": ("text/csv; charset=utf-8", lambda chart: "\ufeff" + chart.csv),
}


@bp.get("/find/<address>/charts")
@may("find")
def look(address: str) -> str:
    """Every chart as last drawn, or what must happen first."""
    row = published_at(kept(), address)
    found, job = kept().get(Findings, row.id), latest(kept(), JOB, row.id.hex())
    return render_template(
        "findings/charts.html",
        survey=definition_of(row),
        found=found,
        charts=charts_told(kept(), row.id, current_app.extensions["vault"], language()),
        waits=job is not None and job.waits,
    )


@bp.post("/find/<address>/charts")
@may("find")
def draw(address: str) -> Response:
    """Draw the charts anew, from the findings as they are."""
    row = published_at(kept(), address)
    if kept().get(Findings, row.id) is not None:
        enqueue(kept(), JOB, row.id.hex())
    return make_response(redirect(url_for("find_charts.look", address=row.address), 303))


@bp.get("/find/<address>/charts/<name>.<ending>")
@may("find")
def fetch(address: str, name: str, ending: str) -> Response:
    """One chart as a picture or as a table. The SVG is also what the page shows."""
    row = published_at(kept(), address)
    chart = chart_called(kept(), row.id, current_app.extensions["vault"], language(), name)
    if chart is None or ending not in FILES:
        abort(404)
    kind, content = FILES[ending]
    response = make_response(content(chart))
    response.headers["Content-Type"] = kind
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    response.headers["Content-Disposition"] = f'inline; filename="{address}-{name}.{ending}"'
    return response
