"""What is looked at before publishing: each point is found where it is wrong, and nowhere else."""

import re

import pytest

from surveys.definition.checklist import (
    GOOD,
    LOOK,
    MUST,
    Checked,
    Item,
    blocks,
    checklist,
)
from surveys.definition.clauses import Clause, Standard
from surveys.definition.discretion import TELLING
from surveys.definition.load import load_survey, parse_survey
from surveys.definition.tables import as_tables
from surveys.definition.translating import lines_of, translate
from surveys.example.load import SURVEY
from tests.factories import definition

TEXT = definition("conditions")
SECTIONS = {"AE": "Access", "SD": "Delivery"}
STANDARDS = {"mdan": Standard("mdan", "The standard", SECTIONS, (Clause("SD", "SD1", "One", "Words"),))}


def looked(*replaced: tuple[str, str], text: str = TEXT) -> list[Item]:
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    survey = parse_survey(text)
    return checklist(Checked(survey, as_tables(survey), STANDARDS))


def about(items: list[Item], what: str) -> list[Item]:
    return [item for item in items if item.about == what]


def states(items: list[Item], what: str) -> list[str]:
    return [item.state for item in about(items, what)]


def test_sections_that_no_question_speaks_to() -> None:
    items = looked(('wording = "Did you ask for help?"', 'wording = "Did you ask for help?"\nspeaks_to = ["AE"]'))
    (only,) = about(items, "The standard")
    assert (only.state, only.what) == (LOOK, "No question speaks to “Delivery”.")


def test_a_clause_speaks_to_its_section() -> None:
    clause = """
[[page.question]]
name = "view"
kind = "clause-view"
wording = "What do you think of this?"
clause = "SD1"
text = "Words"
speaks_to = ["AE"]
"""
    assert states(looked(text=TEXT + clause), "The standard") == [GOOD]


def test_a_standard_that_is_not_there_blocks() -> None:
    items = looked(('address = "conditions"', 'address = "conditions"\nstandard = "other"'))
    assert states(items, "The standard") == [MUST]
    assert blocks(items)
    assert items[0].state == MUST, "what must be mended comes first"


def test_questions_that_audiences_keep_everybody_from() -> None:
    items = looked(
        ('title = "Your words"', 'title = "Your words"\naudiences = ["survivor"]'),
        ('kind = "long-text"', 'kind = "long-text"\naudiences = ["provider"]'),
        text=definition(),
    )
    (only,) = about(items, "Reach")
    assert (only.state, only.page, only.question) == (MUST, "words", "say")
    assert states(looked(), "Reach") == [GOOD]


LATER = """
[[page]]
name = "end"
title = "End"
[[page.question]]
name = "later"
kind = "yes-no"
wording = "Later?"
"""


def test_conditions_that_ask_for_later_questions() -> None:
    asked = 'wording = "Did you ask for help?"'
    items = looked((asked, asked + "\nrelevant = \"${later} = 'yes'\""), text=TEXT + LATER)
    (only,) = about(items, "Order")
    assert (only.state, only.question) == (LOOK, "asked")
    assert states(looked(), "Order") == [GOOD]


def test_translations_that_are_missing_or_drifted() -> None:
    survey = parse_survey(TEXT.replace('address = "conditions"', 'address = "conditions"\nlanguages = ["cy"]'))
    tables = as_tables(survey)
    (missing,) = about(checklist(Checked(survey, tables, STANDARDS)), "Translations")
    assert (missing.state, missing.language) == (LOOK, "cy")
    translate(tables, "cy", {line.key: "Gair" for line in lines_of(tables, "cy")})
    assert states(checklist(Checked(survey, tables, STANDARDS)), "Translations") == [GOOD]
    tables["intro"] = [{**tables["intro"][0], "default": "Others."}]
    (drifted,) = about(checklist(Checked(survey, tables, STANDARDS)), "Translations")
    assert drifted.what == "1 text changed after the translation was made."


def test_personal_questions_say_why_they_are_asked() -> None:
    assert states(looked(), "Personal questions") == [GOOD]
    silent = looked(('asked_because = "Waits decide who gets help in time."\n', ""))
    assert [(item.state, item.question) for item in about(silent, "Personal questions")] == [(LOOK, "wait")]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('public_title = "Your views"', 'public_title = "Domestic abuse survey"', "the title"),
        ('title = "Waiting"', 'title = "Calling the police"', "the title of the page"),
        ('title = "Waiting"', 'title = { default = "Waiting", cy = "Yr heddlu" }', "the title of the page"),
        ("A few questions", "For victims: questions", "the first words, paragraph 1"),
        ('address = "conditions"', 'address = "survivors"', "the address"),
    ],
)
def test_words_that_give_the_subject_away(old: str, new: str, place: str) -> None:
    text = TEXT.replace('address = "conditions"', 'address = "conditions"\nlanguages = ["cy"]')
    found = about(looked((old, new), text=text), "Discretion")
    assert {item.state for item in found} == {LOOK}
    assert all(place in item.what for item in found)


def test_words_inside_other_words_are_left_alone() -> None:
    assert states(looked(("A few questions", "Trained staff ask about the policy")), "Discretion") == [GOOD]
    assert len(TELLING) == len(set(TELLING))


def test_hard_pages_are_named_with_their_words() -> None:
    hard = "Notwithstanding organisational accountability arrangements, characterise multidisciplinary safeguarding."
    (only,) = about(looked(("Did you ask for help?", hard)), "Plain words")
    assert (only.state, only.page) == (LOOK, "asking")
    assert "multidisciplinary" in only.remedy
    assert states(looked(), "Plain words") == [GOOD]


def test_length_is_that_of_the_longest_way() -> None:
    assert states(looked(), "Length") == [GOOD]
    more = "".join(
        f'\n[[page.question]]\nname = "t{at}"\nkind = "long-text"\naudiences = ["provider"]\nwording = "Why?"\n'
        for at in range(20)
    )
    (long,) = about(looked(text=TEXT + more), "Length")
    assert long.state == LOOK
    assert "providers" in long.what


def test_the_question_about_quoting() -> None:
    assert states(looked(), "Quoting") == [LOOK]
    quoting = 'address = "conditions"\nquoting = { question = "asked", choice = "yes" }'
    assert states(looked(('address = "conditions"', quoting)), "Quoting") == [GOOD]


def test_the_worked_example_has_nothing_that_must_be_mended() -> None:
    survey = load_survey(SURVEY)
    items = checklist(Checked(survey, as_tables(survey), STANDARDS))
    assert not blocks(items)
    assert all(re.search(r"[.!?]$", item.what) for item in items)
    assert all(item.remedy for item in items if item.state != GOOD)
