"""Revise: the standard, section by section, with how many people spoke to each."""

from flask import Response, current_app, g, render_template

from analysis.code_books.versions import edition_named
from analysis.findings.tables import Findings, opened
from analysis.revision.cycles import cycles_of
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from surveys.definition.published import definition_of, published_at
from surveys.managing.choosing import choose_survey

bp = staff_blueprint("revise", __name__)


@bp.get("/revise")
@may("revise")
def choose() -> str | Response:
    """For which consultation."""
    return choose_survey("Revise", "revise.sections")


@bp.get("/revise/<address>")
@may("revise")
def sections(address: str) -> str:
    """Each section of the standard: what it covers, its themes, which share of people spoke to it."""
    row = published_at(kept(), address)
    survey = definition_of(row)
    found = kept().get(Findings, row.id)
    made = opened(found, current_app.extensions["vault"]) if found else None
    return render_template(
        "desk/revise.html",
        survey=survey,
        cycles=cycles_of(kept(), g.person.organisation_id),
        edition=edition_named(kept(), survey.standard),
        everyone=made.figures.everyone if made else None,
    )
