"""The paper questionnaire: numbers, who answers what in words, and something to fill in for every kind."""

import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safekeeping.languages import speaking
from surveys.definition.load import parse_survey
from surveys.definition.questions import AnyQuestion, answer_names
from surveys.definition.survey import Survey
from surveys.paper.shapes import SHAPES, lines_for
from surveys.paper.sheet import OPEN, Item, Sheet, Way, sheet
from tests.factories import DEFINITIONS, definition


@pytest.fixture(scope="module")
def survey() -> Survey:
    """Every kind of question, with conditions."""
    return parse_survey(definition("paper"))


def items(paper: Sheet) -> dict[str, Item]:
    return {item.question.name: item for section in paper.sections for item in section.items}


def test_questions_are_numbered_and_information_is_not(survey: Survey) -> None:
    numbers = [item.number for item in items(sheet(survey)).values()]
    assert [number for number in numbers if number] == list(range(1, 14))
    assert items(sheet(survey))["gently"].number is None


def test_a_run_of_questions_is_led_past(survey: Survey) -> None:
    on = items(sheet(survey))
    assert on["asked"].after == "If you ticked “No”, please go to question 6."
    assert on["where"].before.text == "Answer questions 3 to 5 only if you answered “Yes” to question 2."
    assert on["when"].before == on["felt"].before == OPEN


def test_one_question_says_who_answers_it(survey: Survey) -> None:
    on = items(sheet(survey))
    assert on["unit"].before.text == "Answer question 8 only if your answer to question 7 is more than 1."
    assert on["live"].before.text == "Answer question 10 only if you answered “A man who has been hurt” to question 1."


def test_a_page_says_who_answers_it_and_where_others_go(survey: Survey) -> None:
    page = sheet(survey).sections[1]
    before = page.before.text
    assert before.startswith("Answer questions 6 to 8 only if you ticked “With the police” in question 3 and ")
    assert before.endswith("Otherwise, please go to question 9.")
    assert page.note == "The next questions are about the police."


def test_on_paper_for_one_audience_what_it_decides_is_decided(survey: Survey) -> None:
    survivor, provider = sheet(survey, "survivor"), sheet(survey, "provider")
    assert (sheet(survey).letter, survivor.letter, provider.letter) == ("", "A", "B")
    assert "audience" not in items(survivor)
    assert survivor.sections[1].before.text.startswith("Answer questions 5 to 7 only if you ticked “With the police”")
    assert [section.title for section in provider.sections] == ["About you", "What you think"]
    assert items(provider)["say"].wording == "What does your service see?"
    assert items(survivor)["live"].before == OPEN


def test_on_paper_for_everybody_other_wordings_stand_beside(survey: Survey) -> None:
    assert items(sheet(survey))["asked"].also == (("“Someone who works in a service”", "Do men ask you for help?"),)
    assert items(sheet(survey, "provider"))["asked"].also == ()


def test_an_earlier_answer_is_pointed_to(survey: Survey) -> None:
    assert items(sheet(survey))["say"].hint.endswith("You said before: (your answer to question 2).")


def test_in_another_language(survey: Survey) -> None:
    with speaking("cy"):
        paper = sheet(survey, "survivor", "cy")
    assert (paper.title, paper.language) == ("Eich barn", "cy")
    assert items(paper)["say"].wording == "Beth hoffech chi ei ddweud?"


#: Condition -> who answers on the paper of survivors, in English and in Welsh; nothing where only English has words.
CONDITIONS = {
    "${visits} > 1": ("your answer to question 6 is more than 1", "yw eich ateb i gwestiwn 6 dros 1"),
    "3 >= ${visits}": ("your answer to question 6 is 3 or less", "mai 3 neu lai yw eich ateb i gwestiwn 6"),
    "${visits} = 2": ("your answer to question 6 is 2", "mai 2 yw eich ateb i gwestiwn 6"),
    "not(${visits} = 2)": ("your answer to question 6 is not 2", "nad 2 yw eich ateb i gwestiwn 6"),
    "${visits} = ''": ("you left question 6 blank", "gadawsoch chi gwestiwn 6 yn wag"),
    "${when} != ''": ("you answered question 3", "ateboch chi gwestiwn 3"),
    "${when} > '2020-05'": (
        "your answer to question 3 is after 1 May 2020",
        "yw eich ateb i gwestiwn 3 ar ôl 1 Mai 2020",
    ),
    "${when} >= '2020-05'": (
        "your answer to question 3 is May 2020 or later",
        "mai Mai 2020 neu’n hwyrach yw eich ateb i gwestiwn 3",
    ),
    "${felt} != '1'": (
        "you did not answer “1 – Very bad” to question 4",
        "nad “1 – Very bad” oedd eich ateb i gwestiwn 4",
    ),
    "${felt} >= 4": (
        "you answered “4” or “5 – Very good” to question 4",
        "mai “4” neu “5 – Very good” oedd eich ateb i gwestiwn 4",
    ),
    "${believed.listened} = '4'": (
        "you answered “Fully” to “They listened” in question 5",
        "mai “Fully” oedd eich ateb i “They listened” yng nghwestiwn 5",
    ),
    "not(selected(${where}, 'gp'))": (
        "you did not tick “At a doctor’s” in question 2",
        "na thicioch chi “At a doctor’s” yng nghwestiwn 2",
    ),
    "count-selected(${where}) > 1": ("you ticked more than 1 in question 2", "ticioch chi dros 1 yng nghwestiwn 2"),
    "${visits} > 1 and ${asked} = 'yes'": (
        "your answer to question 6 is more than 1 and you answered “Yes” to question 1",
        "yw eich ateb i gwestiwn 6 dros 1 ac os mai “Ie” oedd eich ateb i gwestiwn 1",
    ),
    "${visits} * 2 > 10": ("(the answer to question 6 times 2) is more than 10", ""),
    "contains(${where_other}, 'x')": ("the answer to question 2 (written) contains “x”", ""),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_said_wholly_in_one_language(condition: str) -> None:
    text = definition("paper").replace('relevant = "${visits} > 1"', f'relevant = "{condition}"')
    survey, (english, welsh) = parse_survey(text), CONDITIONS[condition]
    assert items(sheet(survey, "survivor"))["unit"].before == Way(f"Answer question 7 only if {english}.")
    with speaking("cy"):
        said = items(sheet(survey, "survivor", "cy"))["unit"].before
    if welsh:
        assert said == Way(f"Atebwch gwestiwn 7 dim ond os {welsh}.")
    else:
        assert said == Way(f"Answer question 7 only if {english}.", "en")


@pytest.mark.parametrize("tag", ["cy", "ar"])
def test_what_leads_on_is_said_in_each_language(survey: Survey, tag: str) -> None:
    """Speaking another language than the paper's own shows which words would be left in English."""
    with speaking(tag):
        on = items(sheet(survey))
    ways = [item.before.text for item in on.values()] + [item.after for item in on.values()]
    assert [way for way in ways if re.search("question|answered|ticked", way)] == []


def test_with_one_audience_nobody_is_told_who_answers() -> None:
    alone = parse_survey(definition("one-audience").replace("[[page]]", '[[page]]\naudiences = ["everyone"]'))
    (section,) = sheet(alone).sections
    assert section.before == OPEN


def test_what_is_for_all_audiences_is_for_everybody(survey: Survey) -> None:
    text = definition("paper").replace('audiences = ["survivor"]', 'audiences = ["provider", "survivor"]')
    assert items(sheet(parse_survey(text)))["live"].before == OPEN


def test_who_answers_is_said_without_a_question_that_asks_it(survey: Survey) -> None:
    first, *others = survey.pages
    asked = tuple(each for each in first.questions if each.kind != "audience")
    without = survey.model_copy(update={"pages": (first.model_copy(update={"questions": asked}), *others)})
    for tag, said in (("en", "only if you are “A man who"), ("cy", "dim ond os mai “A man who")):
        with speaking(tag):
            assert said in items(sheet(without))["live"].before.text


def test_what_does_not_fit_beside_each_other_stands_below(survey: Survey) -> None:
    for large, kinds in ((False, ("table", "table")), (True, ("stacked", "table"))):
        on = items(sheet(survey, large=large))
        assert (on["believed"].shape.kind, on["felt"].shape.kind) == kinds


@pytest.mark.parametrize(("longest", "lines"), [(1, 1), (200, 2), (500, 5), (2000, 5), (5000, 10), (20000, 10)])
def test_longer_answers_have_more_lines(longest: int, lines: int) -> None:
    assert lines_for(longest) == lines
    assert lines_for(longest, large=True) == min(lines, 6)


def test_every_kind_has_a_shape() -> None:
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(AnyQuestion)[0])}
    assert set(SHAPES) == kinds


@pytest.mark.parametrize("name", sorted(path.stem for path in DEFINITIONS.glob("*.toml")))
def test_every_definition_has_a_paper_on_which_routes_lead_on(name: str) -> None:
    survey = parse_survey(definition(name))
    for audience in ("", *survey.audience_names()):
        found = [item for section in sheet(survey, audience).sections for item in section.items]
        asked = [item for item in found if answer_names(item.question)]
        assert [item.number for item in asked] == list(range(1, len(asked) + 1))
        said = " ".join([*(item.before.text for item in found), *(item.after for item in found)])
        assert not any(sign in said for sign in ("${", "\x02", "\x03", "selected("))


@settings(max_examples=25)
@given(choice=st.sampled_from(("a", "b", "c", "d", "e")), count=st.integers(2, 5))
def test_whoever_is_led_past_is_never_whoever_answers(choice: str, count: int) -> None:
    choices = "abcde"[:count]
    if choice not in choices:
        return
    listed = ", ".join(f'{{ value = "{value}", label = "Choice {value}" }}' for value in choices)
    asked = f'[[page.question]]\nname = "q"\nkind = "one-choice"\nwording = "Q"\nchoices = [{listed}]\n'
    run = "".join(
        f'[[page.question]]\nname = "r{at}"\nkind = "short-text"\nwording = "R"\nrelevant = "${{q}} = \'{choice}\'"\n'
        for at in range(2)
    )
    head = definition("tiny").rpartition("[[page]]")[0]
    survey = parse_survey(f'{head}[[page]]\nname = "p"\ntitle = "P"\n{asked}{run}')
    led = items(sheet(survey))["q"].after
    assert led.endswith("please go to the end of the form.")
    assert f"“Choice {choice}”" not in led
    assert ("anything else" in led) == (count > 4)
