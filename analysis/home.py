"""The desk's first page: what needs me now."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import g, render_template
from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.coding import counting
from analysis.findings.tables import Findings
from analysis.needs import SHOWN, Desk, needs
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.high_water import far_mark
from safekeeping.jobs import Job, latest
from safekeeping.languages import gettext as _
from safekeeping.languages import plain_day
from surveys.definition.published import PublishedSurvey, definition_of, published
from surveys.definition.survey import Survey
from surveys.intake.progress import came

bp = staff_blueprint("home", __name__)


@dataclass(frozen=True)
class State:
    """One consultation at a glance."""

    survey: Survey
    count: int | None
    progress: counting.Progress
    findings: Findings | None
    job: Job | None
    sections: int
    consultation: bytes | None


@bp.get("/")
@may("see home")
def home() -> str:
    """What waits for this person; then each consultation: about how many have answered, what is coded, and so on."""
    states = [_state(row) for row in published(kept()) if _works_on(row)]
    now = datetime.now(UTC)
    waiting = needs(Desk(kept(), g.person, now))
    return render_template("desk/home.html", states=states, needs=waiting, clock=clock_trouble(kept(), now))


def clock_trouble(session: Session, now: datetime) -> str:
    """What to say where the clock of the server may be wrong, so that nothing is deleted too early; else nothing."""
    counted = far_mark(session, now)
    if counted is None:
        return ""
    if counted < now:
        said = _(
            "The clock of this server says {today}, but Heard has counted only as far as {counted}. If the server was "
            "switched off for some time, this mends itself within days. If not, the clock may be wrong: have it "
            "checked soon."
        )
    else:
        said = _(
            "The clock of this server says {today}, but it was {counted} already. The clock may be wrong: have it "
            "checked soon."
        )
    both_say = _("Answers are deleted because their time is over only once both of these days are past it.")
    return f"{said.format(today=plain_day(now), counted=plain_day(counted))} {both_say}"


def _works_on(row: PublishedSurvey) -> bool:
    """Whether there is anything of a consultation for this person: for who only assesses a service there is not."""
    return any(g.person.may(action, row.consultation_id) for action in SHOWN)


def _state(row: PublishedSurvey) -> State:
    survey = definition_of(row)
    return State(
        survey,
        came(kept(), row.id),
        counting.progress(kept(), row.id, g.person.id),
        kept().get(Findings, row.id),
        latest(kept(), "take in", row.id.hex()),
        len(edition_named(kept(), survey.standard).sections),
        row.consultation_id,
    )
