"""Find: the charts of a consultation, each with its words, its figures as a table, and files to take along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for

from analysis.findings.breakdowns import breakdowns
from analysis.findings.charts.chart import Chart
from analysis.findings.charts.said import slug_of
from analysis.findings.kept_charts import chart_called, charts_told
from analysis.findings.tables import Findings
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.headers import PICTURE_POLICY
from safekeeping.jobs import enqueue, latest
from safekeeping.languages import gettext as _
from safekeeping.languages import language
from surveys.definition.published import definition_of, published_at
from surveys.definition.survey import Survey

bp = staff_blueprint("find_charts", __name__)

JOB = "draw charts"

#: Ending of a file -> its kind, and what is in it.
FILES: dict[str, tuple[str, Callable[[Chart], str | bytes]]] = {
    "svg": ("image/svg+xml", lambda chart: chart.svg),
    "png": ("image/png", lambda chart: chart.png),
    "csv": ("text/csv; charset=utf-8", lambda chart: "\ufeff" + chart.csv),
}


@dataclass(frozen=True)
class Sheaf:
    """The charts of one breakdown: what names it in an address, the question it divides by, and the charts."""

    by: str
    title: str
    charts: tuple[Chart, ...]


@bp.get("/find/<address>/charts")
@may("find")
def look(address: str) -> str:
    """The charts as last drawn, one breakdown at a time (`?by=`), or what must happen first."""
    row = published_at(kept(), address)
    found, job = kept().get(Findings, row.id), latest(kept(), JOB, row.id.hex())
    charts = charts_told(kept(), row.id, current_app.extensions["vault"], language())
    sheaves = _sheaves(definition_of(row), charts)
    chosen = next((each for each in sheaves if each.by == request.args.get("by")), sheaves[0] if sheaves else None)
    return render_template(
        "findings/charts.html",
        survey=definition_of(row),
        found=found,
        sheaves=sheaves,
        chosen=chosen,
        charts=chosen.charts if chosen else (),
        waits=job is not None and job.waits,
    )


def _sheaves(survey: Survey, charts: Sequence[Chart]) -> list[Sheaf]:
    """The charts by what they divide by; those that divide by no question stand with the first."""
    titles = {slug_of(each.name): each.title for each in breakdowns(survey)}
    first = next(iter(titles))
    found: dict[str, list[Chart]] = {}
    for chart in charts:
        by = next((slug for slug in titles if chart.name.startswith(f"{slug}-")), first)
        found.setdefault(by, []).append(chart)
    return [Sheaf(by, _(titles[by]), tuple(every)) for by, every in found.items()]


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
