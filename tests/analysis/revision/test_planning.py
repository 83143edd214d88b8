"""The plan of a revision: worked backwards, on working days, and what a late step moves."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.revision.planning import (
    ALONE,
    BACKWARDS,
    DONE,
    LATE,
    LATER,
    NOW,
    PUBLISH,
    PUSH,
    PUSHED,
    STEPS,
    USUAL,
    Plan,
    again_back,
    again_from,
    changed,
    days_left,
    due_after,
    expected,
    late_today,
    moves,
    overlapping,
    planned_back,
    planned_from,
    published_by,
    sooner_review,
    usual_days,
    worked_after,
    worked_before,
    years_after,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
LENGTHS = st.fixed_dictionaries({name: st.integers(1, 200) for name in STEPS})
DUE = date(2029, 11, 23)  # a Friday


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, date]:
    """A plan somebody works by, some of it done, early or late, and a day within it."""
    plan = planned_back(draw(DAYS), draw(LENGTHS))
    today = plan[0].begins_on + timedelta(draw(st.integers(-50, 900)))
    done = draw(st.integers(0, len(STEPS)))
    off = draw(st.lists(st.integers(-40, 40), min_size=done, max_size=done))
    worked = [replace(s, done_on=min(s.due_on + timedelta(by), today)) for s, by in zip(plan, off, strict=False)]
    return (*worked, *plan[done:]), today


@pytest.mark.parametrize(
    ("published", "years", "due"),
    [
        (date(2026, 11, 23), 3, date(2029, 11, 23)),
        (date(2024, 2, 29), 3, date(2027, 2, 26)),  # the 28th is a Sunday
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2025, 3, 1), 1, date(2026, 2, 27)),  # a Sunday: the Friday before
    ],
)
def test_a_review_is_due_on_a_working_day_never_later_than_was_promised(published: date, years: int, due: date) -> None:
    assert due_after(published, years) == due


@given(DAYS, st.integers(1, 10))
def test_due_days_are_near_their_anniversary(published: date, years: int) -> None:
    due = due_after(published, years)
    assert due.weekday() < 5
    assert 0 <= (years_after(published, years) - due).days <= 2
    assert (due.year, due.month) >= (published.year + years, published.month) or due.day > 26


@given(DAYS)
def test_working_days_are_the_nearest_on_their_side(day: date) -> None:
    assert worked_before(day) <= day <= worked_after(day)
    assert (worked_after(day) - worked_before(day)).days in (0, 3)
    assert {worked_before(day).weekday(), worked_after(day).weekday()} <= set(range(5))


@given(DAYS, LENGTHS)
def test_a_plan_is_worked_backwards(due: date, days: dict[str, int]) -> None:
    plan = planned_back(due, days)
    assert tuple(step.name for step in plan) == STEPS
    assert 0 <= (due - plan[-1].due_on).days <= 2
    for one, other in itertools.pairwise(plan):
        assert other.days <= (other.due_on - one.due_on).days <= other.days + 2
    assert all(step.due_on.weekday() < 5 for step in plan)
    assert overlapping(plan) == ()


def test_with_usual_lengths_every_day_is_the_same_day_of_the_week() -> None:
    plan = planned_back(DUE, USUAL)
    assert {step.due_on.weekday() for step in plan} == {4}
    assert (plan[-1].due_on - plan[0].begins_on).days == sum(USUAL.values())


@given(DAYS, st.integers(1, 5))
def test_a_short_cycle_has_shorter_steps(published: date, years: int) -> None:
    due = due_after(published, years)
    days = usual_days(published, due)
    if years > 1:
        assert days == USUAL
    else:
        assert planned_back(due, days)[0].begins_on > published
        assert all(7 <= days[name] <= USUAL[name] and days[name] % 7 == 0 for name in STEPS)


@settings(max_examples=40)
@given(plans())
def test_nothing_is_expected_before_its_day_or_before_what_it_waits_for(made: tuple[Plan, date]) -> None:
    plan, today = made
    found = expected(plan, today)
    ready = date.min
    for each in found:
        if each.state == DONE:
            assert each.on == each.step.done_on
        else:
            assert each.on >= max(each.step.due_on, today if each.state == LATE else date.min)
            assert each.on >= ready
            assert each.on.weekday() < 5
        assert (each.state == PUSHED) <= (each.late > 0)
        ready = max(ready, each.on)


@settings(max_examples=40)
@given(plans())
def test_a_plan_with_nothing_late_comes_as_planned(made: tuple[Plan, date]) -> None:
    plan, today = made
    in_time = [replace(step, done_on=step.due_on) if step.due_on < today else step for step in plan]
    in_time = [replace(step, done_on=min(step.done_on, step.due_on)) if step.done_on else step for step in in_time]
    assert late_today(in_time, today) == ()
    assert all(each.late <= 0 for each in expected(in_time, today))
    assert {each.state for each in expected(in_time, today)} <= {DONE, NOW, LATER}


@settings(max_examples=40)
@given(plans())
def test_what_is_late_pushes_only_later_steps_and_never_further_than_all_of_it_does(made: tuple[Plan, date]) -> None:
    plan, today = made
    together = {each.step.name: each.late for each in expected(plan, today)}
    for late in late_today(plan, today):
        assert late.days > 0
        assert set(late.pushes) <= set(STEPS[STEPS.index(late.name) + 1 :])
        assert all(0 < days <= together[name] for name, days in late.pushes.items())
        assert late.publishing <= max(together[PUBLISH], late.days)


@settings(max_examples=40)
@given(plans(), st.integers(1, 60))
def test_a_day_later_is_never_sooner(made: tuple[Plan, date], days: int) -> None:
    plan, today = made
    assert published_by(plan, today + timedelta(days)) >= published_by(plan, today)


def test_a_late_step_is_told_with_what_it_moves() -> None:
    plan = planned_back(DUE, USUAL)
    done = tuple(replace(s, done_on=s.due_on) if s.name in ("scope", "consult") else s for s in plan)
    coding = done[2]
    today = coding.due_on + timedelta(14)
    (late,) = late_today(done, today)
    assert (late.name, late.days) == ("code", 14)
    assert late.pushes == dict.fromkeys(STEPS[3:], 14)
    assert late.publishing == 14
    assert published_by(done, today) == DUE + timedelta(14)
    states = [each.state for each in expected(done, today)]
    assert states == [DONE, DONE, LATE, PUSHED, PUSHED, PUSHED, PUSHED, PUSHED]


def test_days_in_between_make_up_for_a_late_step() -> None:
    plan = planned_back(DUE, USUAL)
    roomy = tuple(replace(s, days=s.days - 21) if s.name == "draft" else s for s in plan)
    done = tuple(replace(s, done_on=s.due_on) if s.name in STEPS[:2] else s for s in roomy)
    (late,) = late_today(done, done[2].due_on + timedelta(7))
    assert late.pushes == {"findings": 7}
    assert late.publishing == 0


def test_publishing_late_is_late_itself() -> None:
    plan = tuple(replace(s, done_on=s.due_on) for s in planned_back(DUE, USUAL)[:-1])
    (late,) = late_today((*plan, planned_back(DUE, USUAL)[-1]), DUE + timedelta(3))
    assert (late.name, late.publishing, late.pushes) == (PUBLISH, 3, {})


def test_a_step_that_was_done_late_puts_the_next_at_risk_before_it_is_late() -> None:
    plan = planned_back(DUE, USUAL)
    slow = (replace(plan[0], done_on=plan[0].due_on + timedelta(10)), *plan[1:])
    found = expected(slow, plan[0].due_on + timedelta(11))
    assert found[1].state == PUSHED
    assert found[1].late in (10, 11, 12)
    assert late_today(slow, plan[0].due_on + timedelta(11)) == ()


@settings(max_examples=40)
@given(plans(), st.sampled_from(STEPS), st.integers(-100, 200), st.integers(1, 300))
def test_a_change_keeps_what_is_done_and_moves_one_side_only(
    made: tuple[Plan, date], name: str, by: int, days: int
) -> None:
    plan, _today = made
    at = STEPS.index(name)
    to = replace(plan[at], due_on=plan[at].due_on + timedelta(by), days=days)
    for way in (PUSH, BACKWARDS, ALONE):
        after = changed(plan, name, to, way)
        moved = {each.before.name for each in moves(plan, after)} - {name}
        allowed = {PUSH: STEPS[at + 1 :], BACKWARDS: STEPS[:at], ALONE: ()}[way]
        assert moved <= set(allowed)
        assert not {step.name for step in plan if step.done_on} & moved
        assert all(step.due_on.weekday() < 5 for step in after)
        if way == PUSH:
            assert all(each.by > 0 for each in moves(plan, after) if each.before.name != name)


def test_pushing_moves_no_more_than_it_must() -> None:
    plan = planned_back(DUE, USUAL)
    later = changed(plan, "code", replace(plan[2], due_on=plan[2].due_on + timedelta(14)), PUSH)
    assert [each.by for each in moves(plan, later)] == [14] * 6
    sooner = changed(plan, "code", replace(plan[2], due_on=plan[2].due_on - timedelta(14)), PUSH)
    assert [each.before.name for each in moves(plan, sooner)] == ["code"]


def test_a_longer_step_pushes_itself_and_what_follows() -> None:
    plan = planned_back(DUE, USUAL)
    longer = changed(plan, "draft", replace(plan[4], days=plan[4].days + 7), PUSH)
    assert [(each.before.name, each.by) for each in moves(plan, longer)] == [(name, 7) for name in STEPS[4:]]
    back = changed(plan, "draft", replace(plan[4], days=plan[4].days + 7), BACKWARDS)
    assert [(each.before.name, each.by) for each in moves(plan, back)] == [
        *((name, -7) for name in STEPS[:4]),
        ("draft", 0),
    ]


def test_steps_out_of_order_are_named() -> None:
    plan = planned_back(DUE, USUAL)
    odd = changed(plan, "consult", replace(plan[1], due_on=plan[2].due_on + timedelta(7)), ALONE)
    assert overlapping(odd) == (("consult", "code"),)


@settings(max_examples=40)
@given(plans(), DAYS)
def test_planning_again_leaves_what_is_done(made: tuple[Plan, date], day: date) -> None:
    plan, today = made
    for after in (again_back(plan, day), again_from(plan, today)):
        assert [step for step in after if step.done_on] == [step for step in plan if step.done_on]
    ahead = again_from(plan, today)
    assert late_today(ahead, today) == ()
    assert all(each.state != PUSHED for each in expected(ahead, today))


@given(DAYS, LENGTHS)
def test_a_plan_from_today_has_nothing_late(today: date, days: dict[str, int]) -> None:
    plan = planned_from(today, days)
    assert all(each.late == 0 for each in expected(plan, today))
    assert (plan[-1].due_on - today).days >= sum(days.values())


@settings(max_examples=40)
@given(plans(), DAYS, st.none() | DAYS)
def test_a_sooner_review_is_sooner_and_can_be_done(made: tuple[Plan, date], due: date, from_day: date | None) -> None:
    plan, today = made
    found = sooner_review(due, plan, today, from_day)
    if found is not None:
        assert today + timedelta(days_left(plan)) <= found < due
        assert from_day is None or found >= from_day
