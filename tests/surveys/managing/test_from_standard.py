"""Surveys made from a standard in one step: about its sections, its clauses, or a self-assessment by many providers."""

from typing import Any

import pytest

from surveys.definition.checklist import MUST, Checked, checklist
from surveys.definition.clauses import Clause, Standard
from surveys.definition.path import Path
from surveys.definition.survey import AUDIENCE, Survey
from surveys.writing.from_standard import (
    MET_SAID,
    about_sections,
    audiences_offered,
    from_standard,
    met_names,
    self_assessment,
)
from surveys.writing.written import as_survey

WATER = Clause("LG", "A1.1", "Water", "It boils.", ("first",), "A1 Hot water", ("LG",))
STEAM = Clause("LG", "A1.2", "Steam", "It steams.", (), "A1 Hot water", ("LG",))
COMPANY = Clause("AE", "B1.1", "Somebody listens.", "Somebody listens.", ("first",), "B1 Company", ("AE",))
LISTED = (Clause("LG", "A1", "Hot water", "There is some."), Clause("AE", "B1", "Company", "There is some."))
KETTLE = Standard(
    "mdan",
    "The kettle standard",
    {"LG": "Tea", "AE": "Talk"},
    LISTED,
    about={"LG": "what is in the cup"},
    lowest=(WATER, STEAM, COMPANY),
    stages={"first": "First cup"},
)


def made(tables: dict[str, Any]) -> Survey:
    survey, faults = as_survey(tables)
    assert not faults
    assert survey is not None
    found = checklist(Checked(survey, tables, {"mdan": KETTLE}))
    assert [item.what for item in found if item.state == MUST] == []
    return survey


@pytest.mark.parametrize("asked", [1, 2, 5])
@pytest.mark.parametrize("make", [about_sections, from_standard])
def test_each_audience_is_asked_in_words_of_its_own(make: Any, asked: int) -> None:
    survey = made(make(KETTLE, [], audiences_offered()[:asked]))
    last = survey.pages[-1].questions[-1]
    worded = last.hint if make is from_standard else last.wording
    names = set(survey.audience_names())
    assert worded is not None
    assert set(worded) == {"default", *names}
    assert len(set(worded.values())) == asked + 1
    assert last.speaks_to == ("AE",)


def test_a_section_is_asked_about_openly_and_says_what_it_is_about() -> None:
    survey = made(about_sections(KETTLE, ["LG"], audiences_offered()))
    assert [page.name for page in survey.pages] == ["you", "section_lg"]
    told, good, change = survey.pages[1].questions
    assert (told.kind, good.kind, change.kind) == ("information", "long-text", "long-text")
    assert told.wording["default"] == "This is about: what is in the cup"
    assert len(made(about_sections(KETTLE, [], audiences_offered()[:1])).pages) == 2


def test_a_self_assessment_asks_for_a_plan_only_where_something_is_not_met() -> None:
    survey = made(self_assessment(KETTLE))
    assert list(survey.audience_names()) == ["provider"]
    assert [page.title["default"] for page in survey.pages] == [
        "A1 Hot water",
        "What you plan: A1 Hot water",
        "B1 Company",
        "What you plan: B1 Company",
    ]
    for met in MET_SAID:
        path = Path(survey, {"met_a1_2": met})
        asked = [question.name for page in path.pages for question in page.questions]
        assert ("plan_a1_2" in asked) == (met in ("partly", "not_met"))
        assert "plan_a1_1" not in asked
        assert AUDIENCE not in asked
    assert len(Path(survey, {}).pages) == 2


def test_a_stage_asks_less_and_calls_each_clause_the_same() -> None:
    whole, first = made(self_assessment(KETTLE)), made(self_assessment(KETTLE, "first"))
    assert first.title == "Self-assessment: The kettle standard, First cup"
    names = {question.name for question in first.questions}
    assert names == {"met_a1_1", "shows_a1_1", "plan_a1_1", "met_b1_1", "shows_b1_1", "plan_b1_1"}
    assert names < {question.name for question in whole.questions}
    assert met_names(KETTLE) == {"A1.1": "met_a1_1", "A1.2": "met_a1_2", "B1.1": "met_b1_1"}


def test_a_long_standard_with_like_numbers_still_makes_a_survey() -> None:
    like = [f"A{one}{sign}{two}" for sign in (".", "-", " ") for one in range(1, 4) for two in range(1, 13)]
    lowest = tuple(Clause("LG", code, "x" * 3000, "y" * 3000, under=f"A{at // 12}") for at, code in enumerate(like))
    many = Standard("mdan", "Long", {"LG": "Tea", "AE": "Talk"}, (), lowest=lowest)
    survey = made(self_assessment(many))
    assert len(set(met_names(many).values())) == len(like) == 108
    assert len(survey.questions) == 3 * 108


def test_a_standard_read_by_another_code_book_is_asked_about_by_that() -> None:
    clauses = tuple(Clause("T", code, code, code, speaks_to=("AE1", "LG")) for code in ("T1", "T2"))
    other = Standard("kettle", "Kettle", {"T": "Tea"}, clauses, lowest=clauses, frame="mdan")
    for tables in (about_sections(other, [], audiences_offered()[:1]), self_assessment(other)):
        survey, faults = as_survey(tables)
        assert not faults
        assert survey is not None
        assert survey.standard == "mdan"
        assert {question.speaks_to for question in survey.questions} == {("AE1", "LG")}
