"""Find: the findings of a consultation, on a page and as one file to send on."""

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from analysis.findings.estimates_shown import estimates_shown
from analysis.findings.estimating_job import ask_to_estimate
from analysis.findings.report import chart_said, render_report
from analysis.findings.tables import Findings, Made, opened
from analysis.quoting.released import Quote, quotes_by_section, released_quotes
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.headers import PICTURE_POLICY
from surveys.definition.published import PublishedSurvey, definition_of, published_at
from surveys.managing.choosing import choose_survey

bp = staff_blueprint("find", __name__)


def _made(row: PublishedSurvey) -> Made:
    """The findings of a survey, or 404 (`NoResultFound`) where none are made yet."""
    found = kept().scalars(select(Findings).where(Findings.survey_id == row.id)).one()
    return opened(found, current_app.extensions["vault"])


def _quotes(row: PublishedSurvey, made: Made) -> list[tuple[str, list[Quote]]]:
    """The title of each section with its released quotes."""
    opener = current_app.extensions["vault"].opener(row.id)
    sections = {each.code: each.title for each in made.figures.sections}
    return quotes_by_section(sections, released_quotes(kept(), row.id, opener))


@bp.get("/find")
@may("find")
def choose() -> str | Response:
    """Whose findings."""
    return choose_survey("Find", "find.findings")


@bp.get("/find/<address>")
@may("find")
def findings(address: str) -> str:
    """The findings as they were last made, or what must happen first."""
    row = published_at(kept(), address)
    survey = definition_of(row)
    found = kept().get(Findings, row.id)
    if found is None:
        return render_template("desk/no_findings.html", survey=survey)
    made = opened(found, current_app.extensions["vault"])
    return render_template(
        "desk/find.html",
        survey=survey,
        figures=made.figures,
        quotes=_quotes(row, made),
        made_at=found.made_at,
        estimates=estimates_shown(kept(), row.id, current_app.extensions["vault"], request.args),
    )


@bp.post("/find/<address>/estimate")
@may("find")
def estimate(address: str) -> Response:
    """Let shares be estimated anew."""
    ask_to_estimate(kept(), published_at(kept(), address).id)
    return make_response(redirect(url_for("find.findings", address=address), 303))


@bp.get("/find/<address>/chart.svg")
@may("find")
def chart(address: str) -> Response:
    """The chart as a picture of its own."""
    made = _made(published_at(kept(), address))
    response = make_response(chart_said(made.chart, made.figures))
    response.headers["Content-Type"] = "image/svg+xml"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@bp.get("/find/<address>/report.html")
@may("find")
def report(address: str) -> Response:
    """The report as one file."""
    row = published_at(kept(), address)
    made = _made(row)
    chart = chart_said(made.chart, made.figures)
    page = render_report(made.figures, chart, (), made.manifest, definition_of(row).title, _quotes(row, made))
    response = make_response(page)
    response.headers["Content-Disposition"] = "attachment; filename=report.html"
    return response
