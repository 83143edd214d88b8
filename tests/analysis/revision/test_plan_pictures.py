"""Plans as pictures and in words, and days as they are typed."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.revision.plan_words import (
    course_said,
    late_said,
    moved_said,
    now_said,
    outlook_said,
    overlaps_said,
)
from analysis.revision.planning import (
    ALONE,
    BACKWARDS,
    STEPS,
    USUAL,
    changed,
    expected,
    late_today,
    moves,
    overlapping,
    planned_back,
)
from analysis.revision.timeline import MOST_MARKS, Scale, legs, overrun, scale_for
from analysis.revision.typed_days import NoDay, read_day, read_number

DUE = date(2029, 11, 23)
PLAN = planned_back(DUE, USUAL)
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@settings(max_examples=60)
@given(DAYS, st.integers(-400, 1200), st.integers(0, 8))
def test_every_step_lies_on_the_line(due: date, after: int, done: int) -> None:
    plan = planned_back(due, USUAL)
    today = plan[0].begins_on + timedelta(after)
    plan = (*(replace(step, done_on=min(step.due_on, today)) for step in plan[:done]), *plan[done:])
    found = expected(plan, today)
    scale = scale_for([found], today)
    drawn = legs(found, scale)
    assert [leg.name for leg in drawn] == list(STEPS)
    assert all(0 <= leg.at <= leg.at + leg.width <= 100.01 for leg in drawn)
    assert all(one.at <= other.at for one, other in itertools.pairwise(drawn))
    assert 0 < scale.at(today) < 100
    over = overrun(found, scale)
    assert (over is not None) == (found[-1].late > 0 and done < 8)
    assert over is None or over[1] > 0


@given(DAYS, st.integers(14, 20000))
def test_a_scale_names_few_months_in_order(first: date, days: int) -> None:
    scale = Scale(first, first + timedelta(days))
    marks = scale.marks()
    assert len(marks) <= MOST_MARKS
    assert all(mark.day.day == 1 and 0 <= mark.at <= 100 for mark in marks)
    assert [mark.at for mark in marks] == sorted(mark.at for mark in marks)
    if days > 400:
        assert marks


def test_a_plan_is_said_step_by_step() -> None:
    plan = (replace(PLAN[0], done_on=PLAN[0].due_on), *PLAN[1:])
    found = expected(plan, PLAN[1].due_on + timedelta(5))
    said = course_said(found)
    assert "Scope: done on 2 February 2029." in said
    assert "Consultation: late, it was due on 27 April 2029." in said
    assert "Coding: due on 8 June 2029, not expected before" in said
    assert now_said(found, {}) == "Now: Consultation, which was due on 27 April 2029. It is nobody’s yet."
    assert now_said(found, {"consult": "Ruth"}).endswith("It is Ruth’s.")
    assert "days later than planned" in outlook_said(found)
    assert "as planned" in outlook_said(expected(PLAN, PLAN[0].begins_on))
    assert "was published on" in outlook_said(expected([replace(s, done_on=s.due_on) for s in PLAN], DUE))


def test_what_a_late_step_delays_is_said() -> None:
    (late,) = late_today(PLAN, PLAN[0].due_on + timedelta(7))
    assert late_said(late) == "“Scope” is 7 days late. That delays what comes after it: publishing by 7 days."
    done = tuple(replace(step, done_on=step.due_on) for step in PLAN[:6])
    (late,) = late_today((*done, *PLAN[6:]), PLAN[6].due_on + timedelta(1))
    assert late_said(late) == "“Sign-off” is 1 day late. That delays: Publishing. Publishing comes 3 days later by it."
    roomy = changed(PLAN, "draft", replace(PLAN[4], days=7), ALONE)
    (late,) = late_today(
        (*(replace(s, done_on=s.due_on) for s in roomy[:3]), *roomy[3:]), PLAN[3].due_on + timedelta(7)
    )
    assert late_said(late) == "“Findings” is 7 days late. There is time enough after it: nothing else moves."


def test_what_moves_is_said() -> None:
    sooner = changed(PLAN, "consult", replace(PLAN[1], due_on=PLAN[1].due_on - timedelta(14), days=98), BACKWARDS)
    one, other = moves(PLAN, sooner)
    assert moved_said(one) == "From 2 February 2029 to 5 January 2029: 28 days earlier."
    assert moved_said(other) == "From 27 April 2029 to 13 April 2029: 14 days earlier. It takes 98 days."
    odd = changed(PLAN, "consult", replace(PLAN[1], due_on=PLAN[3].due_on), ALONE)
    assert overlaps_said(overlapping(odd)) == ["“Consultation” would be due after “Coding”."]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", None),
        ("  ", None),
        ("2027-03-01", date(2027, 3, 1)),
        (" 1/3/2027 ", date(2027, 3, 1)),
        ("01.03.2027", date(2027, 3, 1)),
        ("1 3 2027", date(2027, 3, 1)),
        ("29/2/2028", date(2028, 2, 29)),
    ],
)
def test_days_are_read_as_people_and_browsers_write_them(typed: str, day: date | None) -> None:
    assert read_day(typed) == day


@pytest.mark.parametrize(
    "typed", ["29/2/2027", "3/1", "0000-01-01", "2027-13-01", "next week", "1/3/20270", "١/٣/٢٠٢٧"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(NoDay):
        read_day(typed)


@settings(max_examples=40)
@given(st.text(max_size=12))
def test_any_text_is_a_day_or_refused(typed: str) -> None:
    try:
        day = read_day(typed)
    except NoDay:
        return
    assert day is None or 1970 <= day.year <= 2100


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_back(day: date) -> None:
    assert read_day(day.isoformat()) == read_day(f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize(
    ("typed", "number"), [("7", 7), (" 12 ", 12), ("0", None), ("731", None), ("²", None), ("", None)]
)
def test_numbers_are_read(typed: str, number: int | None) -> None:
    assert read_number(typed, 1, 730) == number
