"""What calls for an earlier review: figures that are shown and nothing else, noted once, answered by somebody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.findings.shown import ALL, CORRECTED, SECTION, WITHHELD, Code, Figure, ShownGroup, ShownTable
from analysis.jobs import KINDS
from analysis.revision.clause_evidence import shown_tables
from analysis.revision.cycles import begin_cycle, link_survey
from analysis.revision.earlier_review import (
    answer,
    calling,
    check_triggers,
    holds,
    newly_reached,
    note_law,
    note_reached,
    set_threshold,
    sooner,
    triggers_of,
)
from analysis.revision.planning import planned_from, usual_days
from analysis.revision.plans import end_cycle, keep_plan, plan_of, today_in
from analysis.revision.tables import ASSESSMENT, CONSULTATION, THRESHOLD, ReviewTrigger, RevisionCycle
from analysis.taking_in import take_in
from safekeeping.jobs import Bench, Job
from safekeeping.organisations import first_organisation
from safekeeping.vault import Vault
from surveys.definition.published import SHREDDED, PublishedSurvey
from tests.factories import published_survey, submitted

PUBLISHED, DUE = date(2026, 1, 5), date(2029, 1, 5)
TODAY = date(2026, 11, 23)
ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def table(percent: int | None, group: str = "survivor", code: str = "AE", name: str = "audience") -> ShownTable:
    """A table of one figure."""
    figure = Figure(percent, None, None, WITHHELD if percent is None else CORRECTED)
    groups = (ShownGroup(group, group, 50),)
    return ShownTable(name, name, (Code(code, code, SECTION, code),), groups, {(code, group): figure})


def watched(percent: int, code: str = "AE", audience: str = "survivor") -> ReviewTrigger:
    """A threshold in no database."""
    return ReviewTrigger(kind=THRESHOLD, text="", code=code, audience=audience, percent=percent)


@given(st.none() | st.integers(0, 100), st.integers(1, 100))
def test_a_threshold_is_reached_by_a_shown_figure_alone(shown: int | None, percent: int) -> None:
    assert holds(watched(percent), [table(shown)]) == (shown is not None and shown >= percent)
    assert not holds(watched(percent, code="SD"), [table(shown)])
    assert not holds(watched(percent, audience=ALL), [table(shown)])
    assert not holds(watched(percent), [table(shown, name="region")])
    assert not holds(watched(percent), [])


def test_a_figure_of_any_survey_will_do() -> None:
    assert holds(watched(40), [table(None), table(12), table(40)])
    assert holds(watched(40, audience=ALL), [table(40, group=ALL)])


@pytest.fixture
def cycle(session: Session) -> RevisionCycle:
    """A cycle of three years."""
    return begin_cycle(session, first_organisation(session).id, "mdan", PUBLISHED, DUE)


def test_a_law_calls_at_once_until_it_is_answered(session: Session, cycle: RevisionCycle) -> None:
    other = begin_cycle(session, cycle.organisation_id, "mdan", PUBLISHED, DUE)
    note_law(session, other, "Noise", TODAY)
    law = note_law(session, cycle, "The duty changes", TODAY, address="https://example.org/law")
    set_threshold(session, cycle, "AE", ALL, 40)
    assert calling(session, cycle.id) == [law]
    assert len(triggers_of(session, cycle.id)) == 2
    answer(law, TODAY, "The duty is covered already.")
    assert calling(session, cycle.id) == []
    assert law.answer == "The duty is covered already."


@ON_SQLITE
def test_it_proposes_the_first_day_on_which_the_steps_can_be_done(session: Session, cycle: RevisionCycle) -> None:
    plan = plan_of(session, cycle)
    soonest = planned_from(TODAY, usual_days(PUBLISHED, DUE))[-1].due_on
    law = note_law(session, cycle, "At once", TODAY)
    assert sooner(law, cycle, plan, TODAY) == soonest
    later = note_law(session, cycle, "From April", TODAY, comes_on=date(2028, 4, 1))
    assert sooner(later, cycle, plan, TODAY) == date(2028, 4, 3), "the Monday after"
    after = note_law(session, cycle, "Too late to matter", TODAY, comes_on=DUE + timedelta(1))
    assert sooner(after, cycle, plan, TODAY) is None
    done = tuple(replace(step, done_on=TODAY) for step in plan[:7])
    keep_plan(session, cycle, (*done, plan[7]))
    assert sooner(law, cycle, plan_of(session, cycle), TODAY) == TODAY + timedelta(14)


@pytest.fixture
def bench(engine: Engine, keys: Vault, model_folder: Path) -> Bench:
    """What a job works with."""
    return Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})


@pytest.fixture
def answered(session: Session, keys: Vault, bench: Bench) -> PublishedSurvey:
    """A survey of eighty survivors; taken in."""
    row = published_survey(session, keys)
    submitted(session, row, 40, say="The poster in the surgery only showed women.")
    submitted(session, row, 40, say="My support worker listened and was trained for this.")

    session.commit()
    take_in(bench, row.id.hex())
    return row


def raised(engine: Engine) -> Iterator[tuple[str, str]]:
    with Session(engine.execution_options(reading=True)) as session:
        for row in session.scalars(select(ReviewTrigger).order_by(ReviewTrigger.made_at)):
            if row.raised_on:
                yield row.code, row.audience


def reached_code(session: Session, keys: Vault, row: PublishedSurvey) -> str:
    """A section that survivors are shown to speak to."""
    (shown,) = shown_tables(session, keys, row)
    return next(code.code for code in shown.codes if (shown.of(code.code, ALL).percent or 0) > 0)


@ON_SQLITE
def test_the_job_notes_once_what_is_reached(
    session: Session, keys: Vault, engine: Engine, bench: Bench, answered: PublishedSurvey, cycle: RevisionCycle
) -> None:
    code = reached_code(session, keys, answered)
    link_survey(session, cycle, answered.id, CONSULTATION)
    set_threshold(session, cycle, code, ALL, 1)
    set_threshold(session, cycle, code, "provider", 1)
    session.commit()
    check_triggers(bench, answered.id.hex())
    found = list(raised(engine))
    assert (code, ALL) in found
    assert (code, "provider") not in found, "nothing is shown of any provider"
    (row, _other) = session.scalars(select(ReviewTrigger).order_by(ReviewTrigger.made_at)).all()
    session.refresh(row)
    row.raised_on = date(2026, 1, 1)
    session.commit()
    check_triggers(bench, answered.id.hex())
    session.refresh(row)
    assert row.raised_on == date(2026, 1, 1)
    session.rollback()


@ON_SQLITE
def test_other_purposes_and_cycles_that_ended_are_not_looked_at(
    session: Session, keys: Vault, answered: PublishedSurvey, cycle: RevisionCycle
) -> None:
    code = reached_code(session, keys, answered)
    trigger = set_threshold(session, cycle, code, ALL, 1)
    assert list(newly_reached(session, keys, cycle)) == []
    link_survey(session, cycle, answered.id, ASSESSMENT)
    assert list(newly_reached(session, keys, cycle)) == []
    link_survey(session, cycle, answered.id, CONSULTATION)
    assert list(newly_reached(session, keys, cycle)) == [trigger.id]
    answered.state = SHREDDED
    assert list(newly_reached(session, keys, cycle)) == []
    answered.state = "open"
    end_cycle(cycle, TODAY)
    assert list(newly_reached(session, keys, cycle)) == []


def test_noting_is_of_today(session: Session, engine: Engine, cycle: RevisionCycle) -> None:
    trigger = set_threshold(session, cycle, "AE", ALL, 1)
    session.commit()
    note_reached(engine, [trigger.id, b"gone"], "Europe/London")
    session.refresh(trigger)
    assert trigger.raised_on == today_in("Europe/London")
    session.rollback()


@ON_SQLITE
def test_new_estimates_are_followed_by_a_look_at_thresholds(
    session: Session, bench: Bench, answered: PublishedSurvey
) -> None:
    KINDS["estimate"](bench, answered.id.hex())
    waiting = session.scalars(select(Job.kind).where(Job.argument == answered.id.hex(), Job.state == "queued")).all()
    assert {"check triggers", "draw charts"} <= set(waiting)
    KINDS["check triggers"](bench, answered.id.hex())
