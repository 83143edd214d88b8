"""A questionnaire as people write it: what is certain is understood, the rest is named, and nothing else can happen."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveys.definition.load import survey_from
from surveys.formats.losses import BadFile, Imported
from surveys.formats.questionnaire_text import questionnaire_from, read_questionnaire

SAMPLE = Path(__file__).parent / "questionnaire.txt"


def read(text: str) -> tuple[list[dict[str, Any]], Imported]:
    """The questions of a text; that the survey loads is part of every test."""
    imported = questionnaire_from(text, "q.txt")
    survey_from(imported.tables)
    return [question for page in imported.tables["page"] for question in page["question"]], imported


def losses(imported: Imported) -> list[str]:
    """Every loss but the one of the title."""
    return [str(loss) for loss in imported.losses if loss.place != "title"]


def test_a_whole_questionnaire() -> None:
    imported = read_questionnaire(SAMPLE)
    survey = survey_from(imported.tables)
    assert survey.title == "What helps men"
    assert [page.title["default"] for page in survey.pages] == ["Finding help", "THE SUPPORT", "About you"]
    kinds = {question.name: question.kind for question in survey.questions}
    assert kinds == {
        "q1": "yes-no",
        "q2": "several-choices",
        "q3": "scale",
        "note": "information",
        "q4": "ranking",
        "q5": "long-text",
        "q6": "number",
        "q7": "one-choice",
        "q8": "short-text",
        "q9": "long-text",
    }
    shown = {each.name: each.relevant.text for each in survey.questions if each.relevant}
    assert shown == {
        "q2": "not(${q1} = 'no')",
        "q3": "not(${q1} = 'no')",
        "note": "not(${q1} = 'no')",
        "q5": "${q1} = 'yes'",
        "q8": "not(${q7} = '25_to_64')",
    }
    assert survey.intro[0]["default"] == "Thank you for looking at this. It takes ten minutes."
    assert any("line 42" in line and "If you live in Wales" in line for line in losses(imported))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Q1. Well?\n( ) Good\n( ) Bad", "one-choice"),
        ("1. Well?\n( ) Good\n( ) Bad", "one-choice"),
        ("1) Well?  [ ] Good  [ ] Bad", "several-choices"),
        ("Well?\n- Good\n- Bad", "one-choice"),
        ("Well? (tick all that apply)\n• Good\n• Bad", "several-choices"),
        ("Q1: Well?\na) Good\nb) Bad\nc) So so", "one-choice"),
        ("Q1 Well?\n1. Good\n2. Bad", "one-choice"),
        ("Well?\n☐ Good\n☐ Bad", "several-choices"),
        ("Well?\n○ Good\n○ Bad", "one-choice"),
        ("Well? ( ) Yes ( ) No", "yes-no"),
        ("Well? (yes/no)", "yes-no"),
        ("Put in order: what matters?\n- Good\n- Bad", "ranking"),
        ("Well? ____", "short-text"),
        ("Well?\n____\n____", "long-text"),
        ("Well?", "long-text"),
        ("How many? (number) ____", "number"),
        ("When? (date) ____", "date"),
        ("Well? (scale 1-5: Not at all … Fully)", "scale"),
        ("Well? (1 = Bad, 5 = Good)", "scale"),
        ("Well? (scale 0-10)", "scale"),
    ],
)
def test_each_way_to_answer(text: str, kind: str) -> None:
    questions, _ = read(text)
    assert [question["kind"] for question in questions] == [kind]


def test_other_and_up_to() -> None:
    ((question,), _) = read("Q1. Who? (choose up to two)\n[ ] A friend\n[ ] A doctor\n[ ] Other (please say): ____")
    assert question["other"] == "Other (please say)"
    assert question["at_most"] == 2
    assert [choice["value"] for choice in question["choices"]] == ["a_friend", "a_doctor"]


def test_required_and_optional() -> None:
    questions, _ = read("Q1. Well? (required) ____\nQ2. Well? (optional) ____")
    assert ["required_because" in question for question in questions] == [True, False]
    assert all("hint" not in question for question in questions)


TWO = "Q1. Well? ( ) Yes ( ) No\n"


@pytest.mark.parametrize(
    ("text", "relevant"),
    [
        (TWO + "If yes, go to Q3\nQ2. A? ____\nQ3. B? ____", ["not(${q1} = 'yes')", None]),
        (
            TWO + "\nIf you answered no, please skip to question 3.\n\nQ2. A? ____\nQ3. B? ____",
            ["not(${q1} = 'no')", None],
        ),
        (TWO + "If no, go to the end\nQ2. A? ____\nQ3. B? ____", ["not(${q1} = 'no')"] * 2),
        ("Q1. Well?\n( ) Good → go to Q3\n( ) Bad\nQ2. A? ____\nQ3. B? ____", ["not(${q1} = 'good')", None]),
        (TWO + "[If Q1 = Yes]\nQ2. A? ____\nQ3. B? ____", ["${q1} = 'yes'", None]),
        (TWO + "Q2. A? (If yes to Q1) ____\nQ3. B? ____", ["${q1} = 'yes'", None]),
        (TWO + "\nIf yes:\nQ2. A? ____\nQ3. B? ____", ["${q1} = 'yes'", None]),
    ],
)
def test_routes_that_are_certain(text: str, relevant: list[str | None]) -> None:
    questions, imported = read(text)
    assert [question.get("relevant") for question in questions[1:]] == relevant
    assert not losses(imported)


@pytest.mark.parametrize(
    "route",
    ["If maybe, go to Q3", "If yes, go to Q9", "If yes, go to Q1", "[If Q7 = Yes]", "[If Q1 = Perhaps]", "[If rain]"],
)
def test_routes_that_are_not_certain_are_named(route: str) -> None:
    questions, imported = read(f"{TWO}\n{route}\n\nQ2. A? ____\nQ3. B? ____")
    assert not any("relevant" in question for question in questions)
    assert [line[:6] for line in losses(imported)] == ["line 3"]


@pytest.mark.parametrize("text", ["", "   \n\n", "Only a title", "====", "[If Q1 = Yes]", "\n" * 6000])
def test_a_text_without_questions_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadFile) as refused:
        questionnaire_from(text, "q.txt")
    assert refused.value.faults[0].startswith("q.txt")


PIECES = st.sampled_from(
    (
        "Q1. |Q2: |3) |a) |- |# |( ) |[ ] |____|? |(scale 1-5: a … b)|(choose up to 3)|If yes, go to Q2|[If Q1 = Yes]|"
        "→ go to Q3|Section 2: |=====|\n|\n\n|Other: |ABC DEF| words |${q1}|${|'|(1 = a, 99 = b)|(|)|[|]|"
        "\t|é|\u202e|\x00"
    ).split("|")
)


@settings(max_examples=80)
@given(text=st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=200))
@example(text="Q1. ${name} and ${q1}?\n- a\n- a\n")
@example(text="Q1. x?\n" + "( ) a " * 300)
def test_whatever_the_text_it_loads_or_is_refused(text: str) -> None:
    with suppress(BadFile):  # anything else fails the test
        survey_from(questionnaire_from(text, "q.txt").tables)


def test_a_long_line_takes_no_long_time() -> None:
    for line in ("(" * 3000, "[ ]" * 3000, "Q1. " + "a (" * 3000, "If " + "a" * 5000, "1 = " + "a-" * 2500, "_" * 9000):
        with suppress(BadFile):
            questionnaire_from(f"Q1. Well?\n{line}\n", "q.txt")
