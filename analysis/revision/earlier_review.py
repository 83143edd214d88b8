"""What calls for an earlier review: a change of law that somebody noted, or a share that reached a threshold.

A threshold looks at figures that are shown, and at nothing else: what is withheld never reaches it, and that it is not
reached says no more than those figures do.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.findings.first_table import NAME as BY_AUDIENCE
from analysis.findings.shown import ALL, ShownTable
from analysis.revision.clause_evidence import shown_tables
from analysis.revision.cycles import surveys_of
from analysis.revision.planning import Plan, sooner_review
from analysis.revision.plans import today_in
from analysis.revision.tables import CONSULTATION, LAW, SECOND, THRESHOLD, CycleSurvey, ReviewTrigger, RevisionCycle
from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.organisations import Organisation
from safekeeping.vault import Vault
from surveys.definition.published import GONE

LONGEST_TEXT, LONGEST_ADDRESS = 400, 500
MOST = 40  # of one cycle


def triggers_of(session: Session, cycle_id: bytes) -> list[ReviewTrigger]:
    """Everything of a cycle that calls, or could call, for an earlier review, in the order it was noted."""
    of_it = select(ReviewTrigger).where(ReviewTrigger.cycle_id == cycle_id)
    return list(session.scalars(of_it.order_by(ReviewTrigger.made_at, ReviewTrigger.id)))


def calling(session: Session, cycle_id: bytes) -> list[ReviewTrigger]:
    """Those that call for an earlier review now: raised, and not answered yet."""
    return [row for row in triggers_of(session, cycle_id) if row.raised_on and not row.answered_on]


def note_law(
    session: Session,
    cycle: RevisionCycle,
    text: str,
    today: date,
    *,
    address: str = "",
    comes_on: date | None = None,
    made_by: bytes | None = None,
) -> ReviewTrigger:
    """Note a change of law: what it is, where it can be read, and from when on it holds."""
    row = ReviewTrigger(kind=LAW, text=text, address=address, comes_on=comes_on, raised_on=today)
    return _kept(session, cycle, row, made_by)


def set_threshold(
    session: Session, cycle: RevisionCycle, code: str, audience: str, percent: int, made_by: bytes | None = None
) -> ReviewTrigger:
    """Watch whether so many per cent of an audience (`shown.ALL`: of everybody) speak to a code."""
    row = ReviewTrigger(kind=THRESHOLD, text="", code=code, audience=audience, percent=percent)
    return _kept(session, cycle, row, made_by)


def _kept(session: Session, cycle: RevisionCycle, row: ReviewTrigger, made_by: bytes | None) -> ReviewTrigger:
    row.cycle_id, row.made_by, row.made_at = cycle.id, made_by, steady_now()
    session.add(row)
    session.flush()
    return row


def answer(row: ReviewTrigger, today: date, why: str = "") -> None:
    """Answer it: the review comes earlier, or stays on its day because of `why`."""
    row.answered_on, row.answer = today, why


def sooner(row: ReviewTrigger, cycle: RevisionCycle, plan: Plan, today: date) -> date | None:
    """The earlier day it proposes for the review; None where the review cannot come any sooner than it is due."""
    return sooner_review(cycle.due_on, plan, today, row.comes_on)


def holds(row: ReviewTrigger, tables: Iterable[ShownTable]) -> bool:
    """Whether a figure that is shown reaches the threshold."""
    place = (row.code, row.audience or ALL)
    shown = [table.figures[place].percent for table in tables if table.name == BY_AUDIENCE and place in table.figures]
    return any(percent is not None and row.percent is not None and percent >= row.percent for percent in shown)


def newly_reached(session: Session, keys: Vault, cycle: RevisionCycle) -> Iterator[bytes]:
    """The ids of thresholds that are reached and not noted as such yet."""
    waiting = [row for row in triggers_of(session, cycle.id) if row.kind == THRESHOLD and not row.raised_on]
    if not waiting or cycle.ended_on:
        return
    asked = [row for purpose in (CONSULTATION, SECOND) for row in surveys_of(session, cycle, purpose)]
    tables = [table for row in asked if row.state not in GONE for table in shown_tables(session, keys, row)]
    yield from (row.id for row in waiting if holds(row, tables))


def note_reached(engine: Engine, reached: Iterable[bytes], zone: str) -> None:
    """Note that thresholds are reached, each once: from today on."""
    with session_for(engine) as session:
        for trigger_id in reached:
            row = session.get(ReviewTrigger, trigger_id)
            if row and row.raised_on is None:
                row.raised_on = today_in(zone)


def check_triggers(bench: Bench, survey_id: str) -> None:
    """The job, for the survey of this id (hex) whose figures may have changed. Safe to run again."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        of_it = select(RevisionCycle).join(CycleSurvey, CycleSurvey.cycle_id == RevisionCycle.id)
        cycles = session.scalars(of_it.where(CycleSurvey.survey_id == bytes.fromhex(survey_id))).all()
        found = [
            (
                list(newly_reached(session, bench.vault, cycle)),
                session.get_one(Organisation, cycle.organisation_id).zone,
            )
            for cycle in cycles
        ]
    for reached, zone in found:
        if reached:
            note_reached(bench.engine, reached, zone)
