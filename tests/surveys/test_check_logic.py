"""Conditions, limits, filters and piping: what is wrong is said before anybody answers, with place and remedy."""

import pytest

from surveys.definition.load import BadSurvey, parse_survey
from tests.factories import definition

CONDITIONS = definition("conditions")
HOW = "question “how”, relevant: "
CIRCLE = "its condition goes in a circle (“asked” needs “how” needs “asked”)"

#: (what in conditions.toml is replaced, by what, the sentence that says so)
FAULTS = [
    ("${asked} = 'yes'", "${aksed} = 'yes'", HOW, "asked"),
    ("${asked} = 'yes'", "${asked} = 'maybe'", HOW, "maybe"),
    ("${asked} = 'yes'", "${asked} = 3", HOW, "asked"),
    ("${asked} = 'yes'", "selected(${wait}, 'yes')", HOW, "wait"),
    ("${asked} = 'yes'", "true()", HOW, "“true()” is always true; take it away"),
    ("${asked} = 'yes'", "1 = 2", HOW, "“1 = 2” is always false; nobody would see this; mend the condition"),
    ("${asked} = 'yes'", "${asked} = 'yes' or ${asked} != 'yes'", HOW, "is always true; take it away"),
    ("${wait} > 4", "${asked} + 1 > 4", "calculated “waited_long”: ", "asked"),
    ('relevant = "${waited_long}"', 'relevant = "${wiated_long}"', "question “long”, relevant: ", "waited_long"),
    ("You waited ${wait}.", "You waited ${weight}.", "question “long”, wording: ", "there is no question “weight”"),
    ('Did you ask for help?"', 'Did you ask?"\nrelevant = "${how} = \'phone\'"', "question “asked”: ", CIRCLE),
    ("${how} != ''", "${wait} > 3", "question “wait”: ", "its condition goes in a circle"),
    (
        "${how} != ''",
        "${how} = 'phone' and ${asked} = 'no'",
        "page “waiting”: ",
        "nobody can reach it: what it asks for is never answered so; mend its condition",
    ),
    (
        'relevant = "${waited_long}"',
        "relevant = \"${wait} > 10 and ${how} = ''\"",
        "question “long”: ",
        "nobody can reach it: what it asks for is never answered so; mend its condition",
    ),
    ('other = "In another way"', 'choice_filter = "place = ${asked}"', "question “how”, choice_filter: ", "place"),
    (
        "personal = true",
        'constraint = ". > \'a\'"\nconstraint_message = "More"',
        "question “wait”, constraint: ",
        "",
    ),
]


def faults(text: str) -> list[str]:
    with pytest.raises(BadSurvey) as refusal:
        parse_survey(text, "conditions.toml")
    return refusal.value.faults


@pytest.mark.parametrize(("replaced", "by", "place", "said"), FAULTS)
def test_a_fault_is_said_with_place_and_remedy(replaced: str, by: str, place: str, said: str) -> None:
    assert replaced in CONDITIONS
    found = faults(CONDITIONS.replace(replaced, by, 1))
    assert any(one.startswith(f"conditions.toml, {place}") and said in one and one.endswith(".") for one in found), (
        found
    )


def test_a_fault_names_its_page_and_question_for_the_editor() -> None:
    with pytest.raises(BadSurvey) as refusal:
        parse_survey(CONDITIONS.replace("${asked} = 'yes'", "${aksed} = 'yes'"))
    (fault,) = [each for each in refusal.value.located if each.question == "how"]
    assert fault.page == "asking"


def test_a_condition_may_ask_for_a_later_page() -> None:
    later = CONDITIONS.replace('"Did you ask for help?"', '"Did you ask for help?"\naudiences = ["survivor"]')
    assert parse_survey(later.replace('name = "you"\ntitle', 'name = "you"\ntitle'))


@pytest.mark.parametrize("kind", ["scale", "number"])
def test_points_and_numbers_may_be_put_in_order(kind: str) -> None:
    asked = {"scale": 'kind = "scale"\npoints = 5\nends = ["Low", "High"]', "number": 'kind = "number"\nmost = 9'}[kind]
    text = CONDITIONS.replace('kind = "yes-no"', asked).replace("${asked} = 'yes'", "${asked} >= 4")
    assert parse_survey(text)


def test_a_filter_may_ask_for_columns_of_the_choices() -> None:
    text = CONDITIONS.replace('label = "By telephone"', 'label = "By telephone", properties = { said = "yes" }')
    assert parse_survey(text.replace('other = "In another way"', "choice_filter = \"said = ${asked} or said = ''\""))


def test_a_large_survey_with_many_conditions_is_checked_in_bounded_time() -> None:
    """Every question hangs on all before it; what would need too many trials is left alone."""
    pages = [
        f'[[page]]\nname = "p{at}"\ntitle = "P"\n[[page.question]]\nname = "q{at}"\nkind = "yes-no"\nwording = "Q"\n'
        + (
            f'relevant = "{" or ".join(f"${{q{before}}} = {chr(39)}no{chr(39)}" for before in range(at)[-20:])}"\n'
            if at
            else ""
        )
        for at in range(60)
    ]
    head = (
        CONDITIONS.partition("[[calculated]]")[0]
        + CONDITIONS.partition('value = "${wait} > 4"')[2].partition('[[page]]\nname = "asking"')[0]
    )
    assert len(parse_survey(head + "\n".join(pages)).pages) == 61
