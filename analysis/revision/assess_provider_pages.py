"""What many providers said of themselves in a self-assessment survey, as the gate of findings lets it out."""

from flask import abort, current_app, g, render_template

from analysis.findings.estimates_kept import estimates_of
from analysis.revision.assessed_by_many import (
    REST,
    assessed_text,
    said_by_many,
    sections_of_many,
    stages_of_many,
)
from analysis.revision.self_assessing import OPEN, STATES, STATES_SAID
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from surveys.definition.published import definition_of, published, published_at

bp = staff_blueprint("assess_providers", __name__)


@bp.get("/assess/providers")
@may("find")
def listed() -> str:
    """The self-assessment surveys there are."""
    home = g.person.organisation_id
    mine = [row for row in published(kept()) if g.person.may("find", row.consultation_id)]
    surveys = [(row.address, definition_of(row)) for row in mine]
    found = [(address, each.title) for address, each in surveys if assessed_text(kept(), home, each)]
    return render_template("assess/providers.html", surveys=found)


@bp.get("/assess/providers/<address>")
@may("find")
def look(address: str) -> str:
    """One of them: section by section, stage by stage, clause by clause."""
    row = published_at(kept(), address)
    survey = definition_of(row)
    text = assessed_text(kept(), g.person.organisation_id, survey)
    if text is None:
        abort(404)
    made = estimates_of(kept(), row.id, current_app.extensions["vault"])
    said = said_by_many(survey, text, made.tables if made else ())
    return render_template(
        "assess/provider.html",
        survey=survey,
        text=text,
        made=made is not None,
        clauses=said,
        shown=[each for each in said if each.is_shown],
        sections=sections_of_many(text, said),
        stages=stages_of_many(text, said),
        states=STATES,
        said=STATES_SAID | {OPEN: REST},
    )
