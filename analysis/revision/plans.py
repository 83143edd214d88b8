"""The plan of a cycle as it is kept: worked out until somebody changes it, then a row for each step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.revision.planning import STEPS, Plan, Step, planned_back, usual_days
from analysis.revision.tables import CycleSurvey, Milestone, RevisionCycle
from safekeeping.clock import steady_now
from safekeeping.staff import Staff, colleagues

REVIEWER = "reviewer"
LONGEST_NOTE = 400


@dataclass(frozen=True)
class Aside:
    """What belongs to a step beside its days: whose it is (None: nobody's), and a note."""

    owner_id: bytes | None = None
    note: str = ""


def today_in(zone: str, now: datetime | None = None) -> date:
    """The day it is by the clocks of a time zone."""
    return (now or steady_now()).astimezone(ZoneInfo(zone)).date()


def milestones(session: Session, cycle: RevisionCycle) -> dict[str, Milestone]:
    """The steps that are kept, by their names; none before somebody changed the plan."""
    return {row.step: row for row in session.scalars(select(Milestone).where(Milestone.cycle_id == cycle.id))}


def plan_of(session: Session, cycle: RevisionCycle) -> Plan:
    """The plan: as it is kept, or else worked backwards from the day the review is due."""
    rows = milestones(session, cycle)
    worked = planned_back(cycle.due_on, usual_days(cycle.published_on, cycle.due_on))
    return tuple(_step(rows[step.name]) if step.name in rows else step for step in worked)


def _step(row: Milestone) -> Step:
    return Step(row.step, row.days, row.due_on, row.done_on)


def asides_of(session: Session, cycle: RevisionCycle) -> dict[str, Aside]:
    """Owner and note of every step."""
    rows = milestones(session, cycle)
    return {name: Aside(rows[name].owner_id, rows[name].note) if name in rows else Aside() for name in STEPS}


def keep_plan(session: Session, cycle: RevisionCycle, plan: Plan, asides: Mapping[str, Aside] | None = None) -> None:
    """Keep a plan, with what belongs to steps beside it; calendars learn that it changed."""
    rows = milestones(session, cycle)
    for step in plan:
        row = rows.get(step.name) or Milestone(cycle_id=cycle.id, step=step.name)
        row.days, row.due_on, row.done_on = step.days, step.due_on, step.done_on
        if asides and step.name in asides:
            row.owner_id, row.note = asides[step.name].owner_id, asides[step.name].note
        session.add(row)
    changed(cycle)
    session.flush()


def changed(cycle: RevisionCycle) -> None:
    """Count one change more of a cycle's plan."""
    cycle.plan_changes, cycle.plan_changed_at = cycle.plan_changes + 1, steady_now()


def end_cycle(cycle: RevisionCycle, on: date | None) -> None:
    """End a cycle, or give it up; with None take it up again."""
    cycle.ended_on = on
    changed(cycle)


def new_calendar_key(cycle: RevisionCycle) -> None:
    """Give the calendar of a cycle another address; the old one leads nowhere from now on."""
    cycle.calendar_key = token_urlsafe(32)


def reviewers(session: Session, organisation_id: bytes) -> list[Staff]:
    """Who can be given a step: everybody of the organisation who revises, by name."""
    people = colleagues(session, organisation_id)
    return [each for each in people if any(held.role == REVIEWER for held in each.roles)]


def owners_of(session: Session, cycle: RevisionCycle) -> dict[str, str]:
    """Step -> the name of whose it is; steps that are nobody's are left out."""
    named = select(Milestone.step, Staff.name).join(Staff, Staff.id == Milestone.owner_id)
    return {row.step: row.name for row in session.execute(named.where(Milestone.cycle_id == cycle.id))}


def purposes_of(session: Session, cycle: RevisionCycle) -> dict[bytes, str]:
    """Id of a survey -> what it is to the cycle."""
    rows = session.scalars(select(CycleSurvey).where(CycleSurvey.cycle_id == cycle.id))
    return {row.survey_id: row.purpose for row in rows}


def choose_surveys(session: Session, cycle: RevisionCycle, chosen: Mapping[bytes, str]) -> None:
    """Let each of these surveys be that to the cycle, or nothing where its purpose is empty; others stay so."""
    for survey_id, purpose in chosen.items():
        row = session.get(CycleSurvey, (cycle.id, survey_id))
        if row and not purpose:
            session.delete(row)
        elif purpose:
            session.merge(CycleSurvey(cycle_id=cycle.id, survey_id=survey_id, purpose=purpose))
    session.flush()
