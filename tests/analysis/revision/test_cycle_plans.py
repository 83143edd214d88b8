"""Plans as they are kept: worked out until somebody changes them, whose steps are, which surveys belong to them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.revision.cycles import begin_cycle, link_survey, surveys_of
from analysis.revision.planning import LATER, STEPS, USUAL, due_after, planned_back
from analysis.revision.plans import (
    Aside,
    asides_of,
    choose_surveys,
    end_cycle,
    keep_plan,
    milestones,
    new_calendar_key,
    owners_of,
    plan_of,
    purposes_of,
    reviewers,
    today_in,
)
from analysis.revision.seen_cycles import seen_standards, under_way
from analysis.revision.tables import ASSESSMENT, CONSULTATION, SECOND, Milestone, RevisionCycle
from analysis.standard.clauses import SECTION, Clause, Stage, StandardText
from analysis.standard.held_editions import keep_edition
from safekeeping.organisations import add_organisation, first_organisation
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from tests.factories import published_survey

PUBLISHED = date(2026, 11, 23)
ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def begun(session: Session, organisation_id: bytes | None = None, name: str = "mdan") -> RevisionCycle:
    """A cycle of three years."""
    home = organisation_id or first_organisation(session).id
    return begin_cycle(session, home, name, PUBLISHED, due_after(PUBLISHED, 3))


def test_a_plan_is_worked_out_until_it_is_changed(session: Session) -> None:
    cycle, other = begun(session), begun(session)
    assert plan_of(session, cycle) == planned_back(cycle.due_on, USUAL)
    assert not milestones(session, cycle)
    plan = tuple(replace(step, days=7) if step.name == "draft" else step for step in plan_of(session, cycle))
    keep_plan(session, cycle, plan)
    session.expire_all()
    assert plan_of(session, cycle) == plan
    assert plan_of(session, other) == planned_back(other.due_on, USUAL)
    assert (cycle.plan_changes, other.plan_changes) == (1, 0)
    keep_plan(session, cycle, planned_back(date(2029, 1, 1), USUAL))
    assert cycle.plan_changes == 2
    assert len(session.scalars(select(Milestone)).all()) == len(STEPS)


def test_a_step_is_somebody_s_and_has_a_note(session: Session) -> None:
    cycle, other = begun(session), begun(session)
    ruth = add_staff(session, "Ruth", ["reviewer"])
    keep_plan(session, cycle, plan_of(session, cycle), {"code": Aside(ruth.id, "Wait for the audit.")})
    keep_plan(session, other, plan_of(session, other), {"scope": Aside(ruth.id)})
    assert asides_of(session, cycle)["code"] == Aside(ruth.id, "Wait for the audit.")
    assert asides_of(session, cycle)["draft"] == Aside()
    assert owners_of(session, cycle) == {"code": "Ruth"}
    keep_plan(session, cycle, plan_of(session, cycle))
    assert owners_of(session, cycle) == {"code": "Ruth"}, "what is not named stays"


@ON_SQLITE
def test_reviewers_are_those_of_the_organisation(session: Session) -> None:
    home = first_organisation(session)
    ruth = add_staff(session, "Ruth", ["coder", "reviewer"])
    add_staff(session, "Cai", ["coder"])
    add_staff(session, "Somebody else", ["reviewer"], add_organisation(session, "Other House"))
    add_staff(session, "Left", ["reviewer"]).gone = True
    session.flush()
    assert [each.name for each in reviewers(session, home.id)] == [ruth.name]


@ON_SQLITE
def test_surveys_have_a_purpose_or_none(session: Session, keys: Vault) -> None:
    cycle, other = begun(session), begun(session)
    one, two = published_survey(session, keys), published_survey(session, keys, "second")
    link_survey(session, other, one.id, SECOND)
    choose_surveys(session, cycle, {one.id: CONSULTATION, two.id: ""})
    assert purposes_of(session, cycle) == {one.id: CONSULTATION}
    choose_surveys(session, cycle, {two.id: ASSESSMENT})
    assert purposes_of(session, cycle) == {one.id: CONSULTATION, two.id: ASSESSMENT}
    choose_surveys(session, cycle, {one.id: ""})
    assert [row.id for row in surveys_of(session, cycle)] == [two.id]
    assert purposes_of(session, other) == {one.id: SECOND}


@ON_SQLITE
def test_a_cycle_ends_and_is_taken_up_again(session: Session) -> None:
    home, cycle = first_organisation(session), begun(session)
    end_cycle(cycle, date(2027, 1, 1))
    session.flush()
    assert under_way(session, home.id, PUBLISHED) == []
    end_cycle(cycle, None)
    session.flush()
    assert [each.row for each in under_way(session, home.id, PUBLISHED)] == [cycle]
    before = cycle.calendar_key
    new_calendar_key(cycle)
    assert cycle.calendar_key != before
    assert len(cycle.calendar_key) == len(before) == 43


@ON_SQLITE
def test_standards_are_seen_with_their_cycles(session: Session) -> None:
    home, there = first_organisation(session), add_organisation(session, "Other House")
    clause = (Clause("a", "A", "Access", SECTION),)
    stages = (Stage("smp", "Safe Minimum Practice", 1),)
    keep_edition(session, home.id, StandardText("ours", "Ours", "Us", 1, "mdan", clause, "2024-02-29", 3, (), stages))
    keep_edition(session, home.id, StandardText("older", "Older", "Us", 1, "mdan", clause, "2012"))
    keep_edition(session, there.id, StandardText("theirs", "Theirs", "They", 1, "mdan", clause))
    mine = begun(session, home.id, "ours")
    begun(session, there.id)
    cycles = under_way(session, home.id, PUBLISHED)
    assert [each.row for each in cycles] == [mine]
    assert {each.state for each in cycles[0].found} <= {LATER}
    seen = {each.text.name: each for each in seen_standards(session, home.id, cycles)}
    assert set(seen) >= {"mdan", "ours", "older"}
    assert "theirs" not in seen
    assert (seen["ours"].due_on, seen["ours"].free) == (date(2027, 2, 26), True)
    assert seen["ours"].due_within(date(2026, 3, 1))
    assert not seen["ours"].due_within(date(2026, 2, 1))
    assert (seen["older"].year, seen["older"].due_on) == (2012, None)
    assert [each.row for each in seen["ours"].cycles] == [mine]


def test_the_day_is_counted_by_the_clocks_of_the_organisation() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert today_in("Europe/London", late) == date(2026, 7, 1)
    assert today_in("America/New_York", late) == date(2026, 6, 30)
