"""What a self-assessment adds up to, and what its form makes of what is typed: pure, so nothing is stored here."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.revision.assessment_form import LONGEST, Typed, mark_of, read_day, read_typed, typed_in, typed_of
from analysis.revision.self_assessing import (
    MET,
    MOST_AT_ONCE,
    NOT_FOR_US,
    NOT_MET,
    OPEN,
    PARTLY,
    STATES,
    Account,
    assessed_clauses,
    by_section,
    by_stage,
    compare,
    gaps,
    portions,
    tally,
)
from analysis.standard.clauses import StandardText
from analysis.standard.shipped_texts import shipped_text
from tests.analysis.revision.staged import next_text, required, section, staged_text, standard

TODAY = date(2026, 11, 23)
FIRST = staged_text()


def numbers(text: StandardText, stage: str = "") -> list[str]:
    return [each.clause.number for each in assessed_clauses(text, stage)]


def ids(text: StandardText) -> dict[str, str]:
    return {each.clause.number: each.clause.id for each in text.walk()}


def accounts(**by_number: str) -> dict[str, Account]:
    named = ids(FIRST)
    return {named[number.replace("_", ".")]: Account(met) for number, met in by_number.items()}


def test_a_stage_is_what_names_it_and_one_that_nothing_names_is_all() -> None:
    assert numbers(FIRST, "first") == ["A1.1", "A2.1", "B1.1"]
    assert numbers(FIRST, "full") == numbers(FIRST) == ["A1.1", "A1.2", "A2.1", "A2.2", "B1.1", "B1.2", "B1.3"]
    assert len(numbers(shipped_text("mdan"))) == 20


def test_a_stage_said_of_a_standard_holds_for_what_is_below_it() -> None:
    below = standard("C1", "Biscuits", required("C1.1", "Two."), required("C1.2", "Three.", "later"))
    text = replace(FIRST, clauses=(section("C", "More", replace(below, stages=("first",))),))
    assert numbers(text, "first") == ["C1.1"]


def test_a_short_section_is_one_page_and_a_long_one_goes_by_standards() -> None:
    assert [each.heading.number for each in portions(FIRST)] == ["A", "B"]
    assert [len(each.clauses) for each in portions(FIRST, "first")] == [2, 1]
    many = [required(f"D1.{number}", "More.") for number in range(1, MOST_AT_ONCE + 1)]
    long = section("D", "Long", standard("D1", "Most", *many), standard("D2", "Last", required("D2.1", "One.")))
    found = portions(replace(FIRST, clauses=(*FIRST.clauses, long)))
    assert [(each.number, each.heading.number, each.colour) for each in found] == [
        (1, "A", 1),
        (2, "B", 2),
        (3, "D1", 3),
        (4, "D2", 3),
    ]


def test_tallies_count_by_section_and_by_stage() -> None:
    said = accounts(A1_1=MET, A1_2=PARTLY, A2_1=NOT_MET, B1_1=NOT_FOR_US)
    clauses = assessed_clauses(FIRST)
    tea, talk = by_section(FIRST, clauses, said)
    assert tea.counts == {MET: 1, PARTLY: 1, NOT_MET: 1, NOT_FOR_US: 0, OPEN: 1}
    assert (talk.title, talk.total, talk.done, talk.colour) == ("Talk", 3, 1, 2)
    first, full = by_stage(FIRST, clauses, said)
    assert (first.title, first.total, first.done) == ("First cup", 3, 3)
    assert full.total == 7
    assert list(tea.strips()) == [(MET, 0, 25), (PARTLY, 25, 25), (NOT_MET, 50, 25), (OPEN, 75, 25)]


@given(st.lists(st.sampled_from((*STATES, OPEN)), min_size=7, max_size=7))
def test_strips_fill_the_bar_and_nothing_is_counted_twice(states: list[str]) -> None:
    clauses = assessed_clauses(FIRST)
    said = {each.clause.id: Account(met) for each, met in zip(clauses, states, strict=True)}
    whole, strips = tally("All", clauses, said), list(tally("All", clauses, said).strips())
    assert sum(each.total for each in by_section(FIRST, clauses, said)) == whole.total == 7
    assert sum(wide for _state, _begin, wide in strips) == pytest.approx(100, abs=0.01)
    assert [begin for _state, begin, _wide in strips] == sorted(begin for _state, begin, _wide in strips)
    assert len(gaps(clauses, said, TODAY)) == whole.counts[PARTLY] + whole.counts[NOT_MET]


def test_what_is_overdue_comes_first_and_what_is_met_is_never_late() -> None:
    named, past = ids(FIRST), date(2026, 1, 2)
    said = {
        named["A1.1"]: Account(MET, plan_by=past),
        named["A1.2"]: Account(PARTLY, plan_by=TODAY),
        named["A2.1"]: Account(NOT_MET),
        named["A2.2"]: Account(NOT_MET, plan="Buy some.", plan_by=past),
    }
    found = gaps(assessed_clauses(FIRST), said, TODAY)
    assert [(each.placed.clause.number, each.overdue) for each in found] == [
        ("A2.2", True),
        ("A1.2", False),
        ("A2.1", False),
    ]


def test_a_comparison_tells_better_from_worse_and_follows_a_clause_into_the_next_edition() -> None:
    before = accounts(A1_1=PARTLY, A1_2=MET, A2_1=MET, A2_2=MET, B1_1=NOT_FOR_US)
    second = next_text()
    named = ids(second)
    now = {
        named["A1.1"]: Account(MET),
        named["A1.3"]: Account(NOT_MET),
        named["A2.1"]: Account(MET),
        named["B1.1"]: Account(PARTLY),
        named["B1.2"]: Account(MET),
    }
    found = compare(assessed_clauses(second), now, before)
    assert [each.placed.clause.number for each in found.better] == ["A1.1"]
    assert [(each.placed.clause.number, each.before, each.now) for each in found.worse] == [("A1.3", MET, NOT_MET)]
    assert [each.placed.clause.number for each in found.other] == ["B1.1"]
    assert [each.clause.number for each in found.fresh] == ["B1.2"]
    assert found.same == 1


# The form ------------------------------------------------------------------------------------------


def test_a_form_gives_back_what_was_kept() -> None:
    clauses = assessed_clauses(FIRST)[:2]
    said = {clauses[0].clause.id: Account(PARTLY, "A log.", "Look again.", date(2027, 3, 31))}
    typed = typed_of(said, clauses)
    form = {f"{name}-{at}": getattr(each, name) for at, each in enumerate(typed, 1) for name in Typed.__annotations__}
    read, faults = read_typed(typed_in(form, 2), clauses)
    assert not faults
    assert read == {clauses[0].clause.id: said[clauses[0].clause.id], clauses[1].clause.id: Account()}
    assert mark_of(read, clauses) == mark_of(said, clauses) != mark_of({}, clauses)


def test_each_fault_names_the_clause_and_the_remedy() -> None:
    clauses = assessed_clauses(FIRST)[:2]
    typed = [Typed("perhaps", "x" * (LONGEST + 3)), Typed(MET, plan="x" * (LONGEST + 1), by="31 Feb")]
    _read, faults = read_typed(typed, clauses)
    assert [each.field for each in faults] == ["met-1", "evidence-1", "plan-2", "by-2"]
    assert [each.what.split(",")[0].split(":")[0] for each in faults] == ["A1.1", "A1.1", "A1.2", "A1.2"]
    assert "take out 3 characters" in faults[1].what
    assert "31/3/2027" in faults[3].what


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_days_are_read_as_browsers_send_and_as_people_write_them(day: date) -> None:
    assert read_day(day.isoformat()) == read_day(f"{day.day}/{day.month}/{day.year}") == day
    assert read_day(f" {day.day:02}.{day.month:02}.{day.year} ") == day


@given(st.text(max_size=12))
def test_anything_typed_as_a_day_is_a_day_or_none(typed: str) -> None:
    found = read_day(typed)
    assert found is None or 2000 <= found.year <= 2099
