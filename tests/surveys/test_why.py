"""Why a question is asked, in words, and whether it is now."""

import pytest

from surveys.definition.load import load_survey, parse_survey
from surveys.definition.path import Path
from surveys.definition.survey import Survey
from surveys.definition.why import Reason, asked_of, explain, names_in_words, reasons, shown_when
from surveys.example.load import SURVEY
from tests.factories import definition


@pytest.fixture(scope="module")
def survey() -> Survey:
    return parse_survey(definition("conditions"))


def test_every_question_has_a_reason(survey: Survey) -> None:
    said = reasons(survey)
    assert list(said) == [question.name for question in survey.questions]
    assert said["asked"] == "Asked of everybody."
    assert said["how"] == "Asked of everybody, if the answer to “Did you ask for help?” is “Yes”."


def test_the_condition_of_the_page_counts_too(survey: Survey) -> None:
    long = survey.question("long")
    assert long is not None
    said = shown_when(survey, long)
    assert said.startswith("“How did you ask?” was answered, and ")
    assert "${" not in said


def test_what_everybody_is_asked_has_no_condition(survey: Survey) -> None:
    asked = survey.question("asked")
    assert asked is not None
    assert shown_when(survey, asked) == ""


def test_audiences_are_a_condition_unless_one_is_spoken_to() -> None:
    example = load_survey(SURVEY)
    weeks = example.question("weeks")
    assert weeks is not None
    assert shown_when(example, weeks).startswith("the person answering is “A man who has been hurt")
    assert shown_when(example, weeks, "survivor") == ""
    assert reasons(example)["weeks"] == "Asked of survivors and of family and friends."
    assert asked_of(example, None) == "Asked of nobody"


def explained(survey: Survey, **answers: object) -> dict[tuple[str, str], Reason]:
    pages = explain(Path(survey, {"audience": "survivor", **answers}))
    return {(reason.what, reason.name): reason for page in pages for reason in page}


def test_a_condition_is_true_or_not_with_the_answers_it_hangs_on(survey: Survey) -> None:
    before = explained(survey)[("question", "how")]
    assert (before.shown, before.holds, before.hangs_on) == (False, False, (("Did you ask for help?", "…"),))
    after = explained(survey, asked="yes")[("question", "how")]
    assert (after.shown, after.holds, after.hangs_on) == (True, True, (("Did you ask for help?", "Yes"),))


def test_a_question_on_a_page_that_is_not_shown_is_not_shown(survey: Survey) -> None:
    wait = explained(survey)[("question", "wait")]
    assert (wait.holds, wait.shown, wait.page_hides_it) == (True, False, True)
    assert explained(survey, asked="yes", how="phone")[("question", "wait")].shown


def test_other_audiences_are_told_apart() -> None:
    example = load_survey(SURVEY)
    pages = explain(Path(example, {"audience": "provider"}))
    found = {reason.name: reason for page in pages for reason in page if reason.what == "question"}
    assert (found["weeks"].for_them, found["weeks"].shown) == (False, False)


def test_a_filter_says_how_many_choices_are_left() -> None:
    text = definition("conditions").replace(
        "relevant = \"${asked} = 'yes'\"", "choice_filter = \"name = 'phone' or ${asked} = 'yes'\""
    )
    survey = parse_survey(text)
    found = explained(survey, asked="no")[("choices", "how")]
    assert found.label.startswith("1 of 2 choices")
    assert ("Did you ask for help?", "No") in found.hangs_on


def test_names_speak_of_rows_and_of_what_is_written_out(survey: Survey) -> None:
    assert names_in_words(survey)["how_other"].label == "How did you ask? (in their own words)"
    assert names_in_words(survey)["how"].choices["other"] == "In another way"
    grid = names_in_words(parse_survey(definition("scale-grid")))
    assert any(": " in named.label and named.choices for name, named in grid.items() if "." in name)
