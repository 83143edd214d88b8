"""The ledger of releases on a page: what was let out of a consultation, over how many, and what was held back."""

from flask import current_app, render_template

from analysis.findings.breakdowns import breakdowns
from analysis.findings.releases.release_tables import told
from analysis.findings.releases.releasing import said_of_release
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from surveys.definition.published import definition_of, published_at

bp = staff_blueprint("releases", __name__)


@bp.get("/find/<address>/releases")
@may("find")
def ledger(address: str) -> str:
    """What was let out and what was held back, the latest first."""
    row = published_at(kept(), address)
    survey = definition_of(row)
    every = told(kept(), current_app.extensions["vault"].opener(row.id))
    asked = {each.name: each for each in breakdowns(survey)}
    return render_template(
        "desk/releases.html", survey=survey, releases=[said_of_release(each, asked) for each in every]
    )
