"""Loading a definition: a survey, or a refusal whose every sentence names file, place, fault and remedy."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.load import BadSurvey, load_survey, parse_survey
from surveys.definition.survey import Survey
from surveys.example.load import SURVEY
from tests.factories import DEFINITIONS, definition

EXAMPLE = SURVEY.read_text(encoding="utf-8")

QUESTION = '[[page.question]]\nname = "say"\nkind = "long-text"\n'
CHOICES = 'kind = "one-choice"\nchoices = [{ value = "a", label = "A" }, { value = "b", label = "B" }]'

#: (what in tiny.toml is replaced, by what, the sentence that says so)
FAULTS = [
    ('title = "A tiny survey"\n', "", "tiny.toml, title: “title” is missing; add it."),
    (
        'title = "About you"',
        'titel = "About you"',
        "page “you”, titel: “titel” is not a known key; check its spelling or",
    ),
    ('address = "tiny"', 'address = "Tiny!"', "address: “Tiny!” cannot be a name; start with a letter"),
    ('address = "tiny"', 'address = "safety"', "address: “safety” is an address of the site itself; choose another."),
    ('name = "say"', 'name = "say so"', "question “say so”, long-text, name: “say so” cannot be a name"),
    ('intro = ["Two questions."]', "intro = []", "intro: it needs at least 1; add more."),
    ('title = "About you"', 'title = " "', "page “you”, title, default: it is empty; write something."),
    (
        'title = "About you"',
        f'title = "{"w" * 2001}"',
        "page “you”, title, default: it is longer than 2000 characters; shorten it.",
    ),
    (
        'kind = "long-text"',
        'kind = "essay"',
        "question “say”: “essay” is not a kind of question; use one of 'audience'",
    ),
    ('kind = "long-text"\n', "", "question “say”: “kind” is missing; say which kind of question it is."),
    (
        '{ default = "What would you like to say?", ',
        "{ ",
        'has no “default” wording; add default = "…" for everybody else.',
    ),
    (
        'provider = "What does',
        'provide = "What does',
        "question “say”, wording: there is no audience or language “provide”; use one of provider, survivor.",
    ),
    ('kind = "long-text"', 'kind = "long-text"\naudiences = ["king"]', "question “say”: there is no audience “king”"),
    ('title = "Your words"', 'title = "Your words"\naudiences = ["king"]', "page “words”: there is no audience “king”"),
    (
        'title = "Your words"',
        'title = { default = "x", king = "y" }',
        "page “words”, title: there is no audience or language “king”",
    ),
    (
        'kind = "long-text"',
        'kind = "long-text"\nhint = { default = "x", king = "y" }',
        "question “say”, hint: there is no audience or language “king”",
    ),
    ('name = "words"', 'name = "you"', "page “you”: two have this name; give one another name."),
    ('name = "say"', 'name = "audience"', "question “audience”: two have this name; give one another name."),
    ('name = "provider"', 'name = "survivor"', "audience “survivor”: two have this name; give one another name."),
    (
        'kind = "audience"',
        'kind = "short-text"',
        "page 1: it must hold one question of kind “audience”, named “audience”; add it there.",
    ),
    ('name = "audience"', 'name = "who"', "page 1: it must hold one question of kind “audience”"),
    ('kind = "long-text"', 'kind = "audience"', "page 1: it must hold one question of kind “audience”"),
    (
        'title = "About you"',
        'title = "About you"\naudiences = ["survivor"]',
        "page 1: everybody must see it; take “audiences” and “relevant” away.",
    ),
    (
        'kind = "audience"',
        'kind = "audience"\naudiences = ["survivor"]',
        "page 1: everybody must see it; take “audiences” and “relevant” away.",
    ),
    ('kind = "long-text"', 'kind = "one-choice"', "question “say”, one-choice, choices: “choices” is missing; add it."),
    (
        'kind = "long-text"',
        'kind = "one-choice"\nchoices = []',
        "choices: it needs at least 1; add more.",
    ),
    (
        'kind = "long-text"',
        CHOICES.replace('"b"', '"a"'),
        "question “say”, choice “a”: two choices have this value; give one another value.",
    ),
    (
        'kind = "long-text"',
        CHOICES.replace('"B"', '{ default = "B", king = "C" }'),
        "question “say”, choice “b”, label: there is no audience or language “king”",
    ),
    (
        'kind = "long-text"',
        CHOICES.replace('"B"', '"B", audiences = ["king"]'),
        "question “say”, choice “b”: there is no audience “king”",
    ),
    (
        'kind = "long-text"',
        'kind = "number"\nunit = "weeks"\nleast = 9\nmost = 3',
        "the least (9) is not below the most (3); swap them",
    ),
    ('kind = "long-text"', 'kind = "number"\nunit = "weeks"\nmost = inf', "question “say”, number, most: "),
    ('kind = "long-text"', 'kind = "number"\nunit = "weeks"\nleast = nan\nmost = 3', "question “say”, number, least: "),
    ('kind = "long-text"', 'kind = "long-text"\nlongest = 5', "question “say”, long-text, longest: "),
    (
        'kind = "long-text"',
        'kind = "scale"\nlabels = ["a"]',
        "question “say”, scale: one point is no scale; give at least two labels.",
    ),
    (
        'kind = "long-text"',
        'kind = "scale"\npoints = 7',
        "question “say”, scale: it needs “labels” for each point, or “points” and two “ends”; give one of them.",
    ),
    (
        'kind = "long-text"',
        'kind = "several-choices"\nat_least = 3\nat_most = 2\n' + CHOICES.partition("\n")[2],
        "at_least (3) is above at_most (2); swap them",
    ),
    (
        'kind = "long-text"',
        'kind = "several-choices"\nat_least = 3\n' + CHOICES.partition("\n")[2],
        "question “say”: at_least (3) is more than there are choices; make it smaller.",
    ),
    (
        'kind = "long-text"',
        CHOICES.replace('"a"', '"other"') + '\nother = "Another"',
        "question “say”, choice “other”: “other” is what Heard itself adds here; give this choice another value.",
    ),
    (
        'kind = "long-text"',
        CHOICES.replace('"a"', '"not_said"') + "\npersonal = true",
        "question “say”, choice “not_said”: “not_said” is what Heard itself adds here",
    ),
    (
        'kind = "long-text"',
        'kind = "date"\nearliest = "2026"\nlatest = "2025-03"',
        "question “say”: the earliest (2026) is after the latest (2025-03); swap them.",
    ),
    (
        'kind = "long-text"',
        'kind = "number"\nconstraint = ". < 3"',
        "its constraint has no “constraint_message”; say there what a person should write instead.",
    ),
    (
        'address = "tiny"',
        'address = "try-it"',
        "address: “try-it” is an address of the site itself; choose another.",
    ),
    (
        '"say"\nkind = "long-text"',
        f'"{"s" * 37}"\nkind = "clause-view"\nclause = "AE1"\ntext = "T"',
        "its name is too long for the text beside it; use at most 36 characters.",
    ),
    (
        'kind = "long-text"',
        'kind = "long-text"\nrelevant = "${audience} = "',
        "question “say”, long-text, relevant: “${audience} =” cannot be read at character ",
    ),
    (
        "[[audience]]",
        '[quoting]\nquestion = "say"\nchoice = "yes"\n[[audience]]',
        "quoting: it must name a question with one choice and one of its choices; check both.",
    ),
    (
        "[[audience]]",
        '[quoting]\nquestion = "nothing"\nchoice = "yes"\n[[audience]]',
        "quoting: it must name a question with one choice",
    ),
]

GRID = (
    'kind = "scale-grid"\nlabels = ["1", "2", "3", "4", "5"]\n'
    'rows = [{ name = "a", wording = "A" }, { name = "b", wording = { default = "B", provider = "C" } }]'
)
GRID_FAULTS = [
    ('"b", ', '"a", ', "question “say”, row “a”: two have this name; give one another name."),
    ("provider", "king", "question “say”, row “b”, wording: there is no audience or language “king”"),
]


def faults(text: str) -> list[str]:
    with pytest.raises(BadSurvey) as refusal:
        parse_survey(text, "tiny.toml")
    return refusal.value.faults


@pytest.mark.parametrize("path", [*sorted(DEFINITIONS.glob("*.toml")), SURVEY], ids=lambda path: path.stem)
def test_every_definition_we_ship_loads(path: Path) -> None:
    assert isinstance(load_survey(path), Survey)


@pytest.mark.parametrize(("replaced", "by", "said"), FAULTS)
def test_a_fault_is_said_with_file_place_and_remedy(replaced: str, by: str, said: str) -> None:
    text = definition()
    assert replaced in text
    found = faults(text.replace(replaced, by, 1))
    assert any(sentence.startswith("tiny.toml, ") and said in sentence for sentence in found), found


@pytest.mark.parametrize(("replaced", "by", "said"), GRID_FAULTS)
def test_a_fault_in_a_grid_is_said(replaced: str, by: str, said: str) -> None:
    text = definition().replace('kind = "long-text"', GRID.replace(replaced, by))
    assert any(said in sentence for sentence in faults(text))


def test_an_audience_is_not_called_like_a_language() -> None:
    text = definition().replace("provider", "cy").replace('address = "tiny"', 'address = "tiny"\nlanguages = ["cy"]')
    assert "tiny.toml, languages: “cy” is also the name of an audience; give the audience another name." in faults(text)


def test_every_fault_is_said_at_once() -> None:
    text = definition().replace('name = "say"', 'name = "say so"').replace('address = "tiny"', 'address = "!"')
    assert len(faults(text)) == 2


def test_what_is_no_toml_is_said_with_its_line() -> None:
    (said,) = faults("title = \n")
    assert re.fullmatch(r"tiny\.toml: this is not valid TOML: .*line 1.*\. Mend that line\.", said)


@pytest.mark.parametrize("text", ["n = " + "9" * 5000, "a = " + "[" * 3000, "d = 2026-02-30"])
def test_toml_that_no_parser_takes_is_refused_too(text: str) -> None:
    assert faults(text)[0].startswith("tiny.toml: this is not valid TOML")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSurvey, match=r"gone\.toml: the file cannot be read .*; check its name and place"):
        load_survey(tmp_path / "gone.toml")


def test_a_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes('title = "é"'.encode("latin-1"))
    with pytest.raises(BadSurvey, match=r"latin\.toml: the file is not UTF-8 text; save it as UTF-8"):
        load_survey(tmp_path / "latin.toml")


def test_a_text_without_a_file_still_has_a_name() -> None:
    with pytest.raises(BadSurvey, match=r"^survey, the whole file|^survey, "):
        parse_survey("")


# Any damage to the example -------------------------------------------------------------------------


def loads_or_refuses(text: str) -> None:
    assert all(fault.startswith("survey.toml") for fault in said_of(text))


def said_of(text: str) -> list[str]:
    """What is said against a text. Any exception but a refusal goes through."""
    try:
        parse_survey(text, "survey.toml")
    except BadSurvey as refusal:
        return refusal.faults or ["nothing"]
    return []


@settings(max_examples=80)
@given(st.integers(0, len(EXAMPLE)), st.integers(1, 300), st.text(max_size=20))
def test_a_hole_in_the_example_makes_a_survey_or_a_refusal(at: int, length: int, instead: str) -> None:
    loads_or_refuses(EXAMPLE[:at] + instead + EXAMPLE[at + length :])


@settings(max_examples=80)
@given(st.data())
def test_a_lost_or_doubled_line_makes_a_survey_or_a_refusal(data: st.DataObject) -> None:
    lines = EXAMPLE.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(st.sampled_from(["", lines[at] * 2, lines[at - 1]]))
    loads_or_refuses("".join(lines))


def places(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside nested tables and lists."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(place for key, value in inside for place in places(value, (*here, key)))]


TREE: dict[str, Any] = {
    "title": "T",
    "public_title": "P",
    "address": "tree",
    "intro": ["I"],
    "audience": [{"name": "a", "label": "A", "plural": "As"}, {"name": "b", "label": "B", "plural": "Bs"}],
    "page": [
        {"name": "one", "title": "1", "question": [{"name": "audience", "kind": "audience", "wording": "Who?"}]},
        {
            "name": "two",
            "title": {"default": "2", "a": "II"},
            "question": [
                {
                    "name": "c",
                    "kind": "several-choices",
                    "wording": "C",
                    "choices": [{"value": "x", "label": "X"}, {"value": "y", "label": "Y", "audiences": ["a"]}],
                },
                {"name": "n", "kind": "number", "wording": "N", "unit": "u", "most": 5},
                {
                    "name": "g",
                    "kind": "scale-grid",
                    "wording": "G",
                    "labels": ["1", "2", "3", "4", "5"],
                    "rows": [{"name": "r", "wording": "R"}, {"name": "s", "wording": "S"}],
                },
            ],
        },
    ],
}
PLACES = places(TREE)[1:]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=3), max_size=3),
    st.sampled_from(["audience", "number", "scale", "default", "a", [], {}, [{}], {"kind": "scale"}]),
)


def toml(value: Any) -> str:
    """`value` as inline TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(char if char.isalnum() else f"\\U{ord(char):08x}" for char in value) + '"'
    return repr(value)


def as_text(tree: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {toml(value)}" for key, value in tree.items())


def test_the_tree_that_is_damaged_below_is_sound() -> None:
    assert parse_survey(as_text(TREE)).address == "tree"


@settings(max_examples=300)
@given(st.data())
def test_any_value_replaced_or_taken_away_makes_a_survey_or_a_refusal(data: st.DataObject) -> None:
    tree: Any = copy.deepcopy(TREE)
    place = data.draw(st.sampled_from(PLACES))
    parent = tree
    for step in place[:-1]:
        parent = parent[step]
    odd = data.draw(ODD)
    if odd is None:
        del parent[place[-1]]
    else:
        parent[place[-1]] = odd
    loads_or_refuses(as_text(tree))
