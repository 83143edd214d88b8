"""The desk's first page: what needs me now."""

from dataclasses import dataclass

from flask import g, render_template

from analysis.coding import code_passages
from analysis.findings.tables import Findings
from analysis.standard.edition import load_edition
from safekeeping.database import kept
from safekeeping.jobs import Job, latest
from safekeeping.sign_in import may, staff_blueprint
from surveys.definition.published import PublishedSurvey, definition_of, published
from surveys.definition.survey import Survey
from surveys.intake.read import kept_count

bp = staff_blueprint("home", __name__)


@dataclass(frozen=True)
class State:
    """One consultation at a glance."""

    survey: Survey
    count: int
    progress: code_passages.Progress
    findings: Findings | None
    job: Job | None
    sections: int


@bp.get("/")
@may("see home")
def home() -> str:
    """Each consultation: how many have answered, what is left to code, when the findings were made."""
    return render_template("desk/home.html", states=[_state(row) for row in published(kept())])


def _state(row: PublishedSurvey) -> State:
    survey = definition_of(row)
    return State(
        survey,
        kept_count(kept(), row.id),
        code_passages.progress(kept(), row.id, g.person.id),
        kept().get(Findings, row.id),
        latest(kept(), "take in", row.id.hex()),
        len(load_edition(survey.standard).sections),
    )
