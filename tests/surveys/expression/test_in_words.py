"""Conditions in plain English."""

import pytest
from hypothesis import given

from surveys.expression.parse import parse
from surveys.expression.tree import Tree
from surveys.expression.words import Named, in_words
from tests.surveys.expression.trees import trees

NAMED = {
    "known": Named("Did you know…?", {"no": "No", "yes": "Yes"}, "choice"),
    "age": Named("How old…?", {}, "number"),
    "forms": Named("What happened?", {"shame": "Shame"}, "choices"),
    "born": Named("When?", {}, "date"),
    "ok": Named("Agree?", {}, "boolean"),
    "say": Named("Anything about ${forms}?", {}, "text"),
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "${known} = 'no' and ${age} >= 18",
            "the answer to “Did you know…?” is “No”, and the answer to “How old…?” is 18 or more",
        ),
        ("${known} != 'no'", "the answer to “Did you know…?” is not “No”"),
        ("not(${known} = 'no')", "the answer to “Did you know…?” is not “No”"),
        ("${known} = 'no' or ${known} = 'yes'", "the answer to “Did you know…?” is “No”, or is “Yes”"),
        (
            "not(${known} = 'no' and ${age} > 18)",
            "the answer to “Did you know…?” is not “No”, or the answer to “How old…?” is not more than 18",
        ),
        (
            "${ok} and (${known} = 'no' or ${age} < 18)",
            "the answer to “Agree?” is yes, and either the answer to “Did you know…?” is “No” "
            "or the answer to “How old…?” is less than 18",
        ),
        ("${age} = ''", "“How old…?” was left blank"),
        ("${age} != ''", "“How old…?” was answered"),
        ("${say}", "“Anything about …?” was answered"),
        ("not(${say})", "“Anything about …?” was left blank"),
        ("18 < ${age}", "the answer to “How old…?” is more than 18"),
        ("${age} <= 18", "the answer to “How old…?” is 18 or less"),
        ("selected(${forms}, 'shame')", "“What happened?” has “Shame” chosen"),
        ("not(selected(${forms}, 'shame'))", "“What happened?” does not have “Shame” chosen"),
        ("count-selected(${forms}) > 2", "more than 2 are chosen in “What happened?”"),
        ("not(count-selected(${forms}) > 2)", "at most 2 are chosen in “What happened?”"),
        ("count-selected(${forms}) = 1", "exactly 1 is chosen in “What happened?”"),
        ("count-selected(${forms}) = 0", "none is chosen in “What happened?”"),
        ("${born} > '2020-05-01'", "the answer to “When?” is after 1 May 2020"),
        ("${born} <= '2020-05'", "the answer to “When?” is on or before 1 May 2020"),
        ("${born} < '2020-05'", "the answer to “When?” is before May 2020"),
        ("${born} >= '2020'", "the answer to “When?” is on or after 2020"),
        ("${born} >= today() - 30", "the answer to “When?” is on or after (today minus 30)"),
        ("not(${ok})", "the answer to “Agree?” is not yes"),
        ("${ok} = true()", "the answer to “Agree?” is yes"),
        ("selected(${forms}, 'shame') = false()", "“What happened?” does not have “Shame” chosen"),
        ("${age} + 1 > 2", "(the answer to “How old…?” plus 1) is more than 2"),
        ("${age} > ${other}", "the answer to “How old…?” is more than the answer to “other”"),
        ("not(contains(${say}, 'b'))", "the answer to “Anything about …?” does not contain “b”"),
        ("string-length(${known}) > 5", "the number of characters in the answer to “Did you know…?” is more than 5"),
        ("coalesce(${known}, ${age}) = 'x'", "the first answered of “Did you know…?”, “How old…?” is “x”"),
        ("pow(${age}, 2) > 9", "“pow” of “How old…?”, 2 is more than 9"),
        ("if(${ok}, 1, 2) = 2", "(1 if the answer to “Agree?” is yes, otherwise 2) is 2"),
        (". >= 0 and . < 100", "the answer is 0 or more, and the answer is less than 100"),
        ("state = ${known}", "the choice’s “state” is the answer to “Did you know…?”"),
        ("true()", "always"),
        ("not(1)", "never"),
    ],
)
def test_a_condition_reads(text: str, words: str) -> None:
    assert in_words(parse(text), NAMED) == words


@given(trees)
def test_the_signs_of_the_language_are_never_shown(tree: Tree) -> None:
    said = in_words(tree, NAMED)
    assert said
    assert "${" not in said
