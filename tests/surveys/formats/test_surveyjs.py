"""SurveyJS, in and out: each kind and condition is carried over or named, and hostile JSON is refused in words."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.condition import Expression
from surveys.definition.load import load_survey, parse_survey, survey_from
from surveys.definition.survey import Survey
from surveys.example.load import SURVEY
from surveys.expression.parse import parse
from surveys.formats.foreign_logic import NotCarried
from surveys.formats.losses import BadFile, Imported
from surveys.formats.surveyjs_in import read_surveyjs, surveyjs_from
from surveys.formats.surveyjs_logic import in_surveyjs
from surveys.formats.surveyjs_out import surveyjs_of, write_surveyjs
from tests.factories import DEFINITIONS, definition

WIDE = Path(__file__).parent / "surveyjs_wide.json"
Json = dict[str, Any]
CHOICES = {"choices": ["a", {"value": 2, "text": "Two"}]}


def read(*elements: Json, **more: Any) -> tuple[Survey, Imported]:
    """The survey of these elements; that it loads is part of every test."""
    named = [{"name": f"q{at}", "title": "What?", **each} for at, each in enumerate(elements, 1)]
    imported = surveyjs_from({"title": "T", "elements": named, **more}, "x.json")
    return survey_from(imported.tables), imported


#: What SurveyJS asks -> which kinds are asked here.
CARRIED: list[tuple[Json, list[str]]] = [
    ({"type": "text"}, ["short-text"]),
    ({"type": "text", "inputType": "number"}, ["number"]),
    ({"type": "text", "inputType": "date"}, ["date"]),
    ({"type": "text", "inputType": "month"}, ["date"]),
    ({"type": "text", "inputType": "time"}, ["short-text"]),
    ({"type": "comment"}, ["long-text"]),
    ({"type": "radiogroup", **CHOICES}, ["one-choice"]),
    ({"type": "dropdown", **CHOICES}, ["one-choice"]),
    ({"type": "dropdown"}, ["short-text"]),
    ({"type": "checkbox", **CHOICES}, ["several-choices"]),
    ({"type": "tagbox", **CHOICES}, ["several-choices"]),
    ({"type": "ranking", **CHOICES}, ["ranking"]),
    ({"type": "imagepicker", **CHOICES}, ["one-choice"]),
    ({"type": "rating"}, ["scale"]),
    ({"type": "rating", "rateMax": 40}, ["number"]),
    ({"type": "boolean"}, ["yes-no"]),
    ({"type": "matrix", "columns": ["1", "2"], "rows": ["x", "y"]}, ["scale-grid"]),
    ({"type": "matrix", "columns": list(range(12)), "rows": ["x", "y"]}, ["one-choice", "one-choice"]),
    ({"type": "multipletext", "items": [{"name": "a"}, {"name": "b"}]}, ["information", "short-text", "short-text"]),
    ({"type": "paneldynamic", "templateElements": [{"type": "comment", "name": "z"}]}, ["long-text"]),
    ({"type": "html", "html": "<p>Read</p>"}, ["information"]),
    ({"type": "panel", "title": "Box", "elements": [{"type": "text", "name": "in"}]}, ["information", "short-text"]),
]


@pytest.mark.parametrize(("element", "kinds"), CARRIED, ids=lambda each: str(each)[:50])
def test_each_kind_becomes_ours(element: Json, kinds: list[str]) -> None:
    assert [each.kind for each in read(element)[0].questions] == kinds


@pytest.mark.parametrize(
    "kind", ["matrixdropdown", "matrixdynamic", "file", "signaturepad", "image", "imagemap", "made-up", "panel "]
)
def test_kinds_that_have_no_equal_are_named(kind: str) -> None:
    survey, imported = read({"type": kind}, {"type": "text"})
    assert [each.name for each in survey.questions] == ["q2"]
    assert [loss.instead for loss in imported.losses if loss.place == "question “q1”"] == ["the question is left out"]


BEFORE: list[Json] = [
    {"type": "boolean"},
    {"type": "checkbox", "choices": ["a", "b b"]},
    {"type": "text", "inputType": "number"},
    {"type": "matrix", "columns": ["bad", "good"], "rows": ["x"]},
    {"type": "rating", "rateMin": 0, "rateMax": 4},
    {"type": "comment"},
    {"type": "radiogroup", "choices": [1, 2], "showOtherItem": True},
]
CONDITIONS = [
    ("{q1} = true", "${q1} = 'yes'"),
    ("{q1} == 'false' or {q3} <> 4", "${q1} = 'no' or ${q3} != 4"),
    ("{q2} contains 'a'", "selected(${q2}, 'a')"),
    ("{q2} notcontains 'b b'", "not(selected(${q2}, 'b_b'))"),
    ("{q2} anyof ['a', 'b b']", "selected(${q2}, 'a') or selected(${q2}, 'b_b')"),
    ("{q2} allof ['a', 'b b']", "selected(${q2}, 'a') and selected(${q2}, 'b_b')"),
    ("{q2} noneof ['a']", "not(selected(${q2}, 'a'))"),
    ("{q2} notempty and {q2.length} > 1", "count-selected(${q2}) > 0 and count-selected(${q2}) > 1"),
    ("{q6} empty", "${q6} = ''"),
    ("({q3} > 1 && {q3} <= 2) || !({q1} = 'yes')", "${q3} > 1 and ${q3} <= 2 or not(${q1} = 'yes')"),
    ("{q4.x} = 'good'", "${q4.x} = '2'"),
    ("{q5} < 2", "${q5} < 3"),
    ("3 < {q3}", "${q3} > 3"),
    ("{q7} = 2", "${q7} = '2'"),
    ("{q7-Comment} contains 'x'", "contains(${q7_other}, 'x')"),
    ("iif({q3} > 2, 1, 0) = 1", "if(${q3} > 2, 1, 0) = 1"),
]


@pytest.mark.parametrize(("written", "ours"), CONDITIONS)
def test_conditions_are_carried_over(written: str, ours: str) -> None:
    survey, imported = read(*BEFORE, {"type": "text", "visibleIf": written})
    found = survey.question("q8")
    assert found is not None
    assert found.relevant == Expression(ours), imported.losses


@pytest.mark.parametrize(
    "written",
    [
        "{panel.x} = 1",
        "{row.y} empty",
        "age({q3}) > 3",
        "{q2} = ['a']",
        "{q7} = 9",
        "{q1} =",
        "(((",
        "'",
        "!" * 99,
        "[]",
    ],
)
def test_a_condition_without_equal_is_named_and_everybody_is_asked(written: str) -> None:
    survey, imported = read(*BEFORE, {"type": "text", "visibleIf": written})
    found = survey.question("q8")
    assert found is not None
    assert found.relevant is None
    assert [loss.instead for loss in imported.losses if loss.place == "question “q8”"] == ["it is shown to everybody"]


def test_a_wide_survey_is_read_whole() -> None:
    imported = read_surveyjs(WIDE)
    survey = survey_from(imported.tables)
    tables = {each["name"]: each for page in imported.tables["page"] for each in page["question"]}
    assert tables["from"]["wording"] == {"default": "Who told you?", "cy": "Pwy ddywedodd wrthych chi?"}
    assert tables["from"]["choice_filter"] == "name != '3' or ${heard} = 'yes' and ${weeks} > 2"
    assert tables["heard"]["required_because"] == "This decides what you see next."
    assert tables["order"]["choice_filter"] == "selected(${barriers}, name)"
    assert [each.get("exclusive", False) for each in tables["barriers"]["choices"]] == [False, False, False, True]
    assert tables["why"]["relevant"].startswith("${weeks} >= 1 and (${rating} < 3 or ${parts.safe} = '1')")
    assert tables["why"]["wording"] == "You chose ${rating}. Why?"
    assert tables["mail"]["constraint"] == "regex(., '[a-z]{3}')"
    assert (survey.languages, survey.public_title) == (("cy",), {"default": "Your views"})
    lost = "\n".join(map(str, imported.losses))
    assert all(what in lost for what in ("triggers", "completedHtml", "requiredIf", "panel.x", "files", "signature"))


def test_the_first_question_called_audience_asks_who_is_answering() -> None:
    asks = {"type": "radiogroup", "name": "audience", "title": "Who?", "choices": ["survivor", "provider"]}
    survey, _ = read(asks, {"type": "text", "visibleIf": "{audience} = 'provider'"})
    assert list(survey.audience_names()) == ["survivor", "provider"]
    assert [each.kind for each in survey.questions] == ["audience", "short-text"]


ALL = [SURVEY, *sorted(DEFINITIONS.glob("*.toml"))]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_what_we_write_we_read_again(path: Path) -> None:
    survey = load_survey(path)
    data, losses = surveyjs_of(survey)
    again = survey_from(surveyjs_from(json.loads(json.dumps(data)), "x.json").tables)
    written = {each.name for each in survey.questions} - {each.name for each in again.questions}
    assert not written, losses
    assert list(again.audience_names()) == list(survey.audience_names()) or len(survey.audiences) == 1


def test_conditions_come_back_as_they_were() -> None:
    survey = parse_survey(definition("conditions"))
    again = survey_from(surveyjs_from(surveyjs_of(survey)[0], "x.json").tables)
    for question in survey.questions:
        same = again.question(question.name)
        assert same is not None
        assert (question.relevant is None) == (same.relevant is None)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("${a} = '' and ${b} != ''", "{a} empty and {b} notempty"),
        ("(${a} = 1 or ${b} = 2) and not(${c} = 'x')", "({a} = 1 or {b} = 2) and !({c} = 'x')"),
        ("count-selected(${a}) > 2", "{a.length} > 2"),
        ("if(${a} > 1, 2, 3) = -2", "iif({a} > 1, 2, 3) = -(2)"),
        ('${a_other} = "it\'s"', '{a-Comment} = "it\'s"'),
    ],
)
def test_our_conditions_as_theirs(ours: str, theirs: str) -> None:
    assert in_surveyjs(parse(ours)) == theirs


@pytest.mark.parametrize("ours", ["coalesce(${a}, 1) = 1", "region = ${a}", "regex(${a}, 'x')"])
def test_ours_without_equal_there_is_named(ours: str) -> None:
    with pytest.raises(NotCarried):
        in_surveyjs(parse(ours))


def test_what_is_written_is_json_in_utf8(tmp_path: Path) -> None:
    losses = write_surveyjs(load_survey(SURVEY), tmp_path / "x.json")
    data = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert [page["name"] for page in data["pages"]][:2] == ["you", "finding"]
    assert any("differ by audience" in loss.what for loss in losses)
    assert data["pages"][1]["elements"][2]["visibleIf"] == "{audience} anyof ['survivor', 'family']"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "{", '{"pages": 1}', '{"elements": []}', "[" * 5000, '{"a":' * 100 + "1" + "}" * 100, "9" * 5000],
)
def test_a_file_that_is_no_survey_is_refused_in_words(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        read_surveyjs(file)
    assert refused.value.faults[0].startswith("x.json")


SCRAP = st.one_of(st.none(), st.booleans(), st.integers(-3, 99), st.text("a1{}<'=. é\n", max_size=8))
KEYS = (
    "type name title html choices columns rows items rateMin rateMax inputType min max maxLength visibleIf isRequired "
    "choicesFromQuestion choicesVisibleIf validators hasOther hasNone elements rateValues expression "
    "description text value"
).split()


def _parts() -> st.SearchStrategy[Any]:
    deeper = st.recursive(
        SCRAP, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    )
    kinds = [str(element["type"]) for element, _ in CARRIED]
    return st.fixed_dictionaries(
        {"type": st.sampled_from(kinds), "name": st.text("ab1 ", max_size=4)},
        optional={key: deeper for key in KEYS if key not in ("type", "name")},
    )


@settings(max_examples=30)
@given(elements=st.lists(_parts(), min_size=1, max_size=3))
def test_whatever_stands_in_it_it_loads_or_is_refused(elements: list[Json]) -> None:
    with suppress(BadFile):  # anything else fails the test
        survey_from(surveyjs_from({"elements": elements}, "x.json").tables)


def every_place(part: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in a JSON value at which something stands."""
    for key, value in list(part.items() if isinstance(part, dict) else enumerate(part)):
        yield part, key
        if isinstance(value, dict | list):
            yield from every_place(value)


@pytest.mark.parametrize("instead", [7, [], "x"])
def test_any_one_thing_of_it_may_be_something_else(instead: Any) -> None:
    """Every sixth place, another one for each kind of value."""
    data = json.loads(WIDE.read_text(encoding="utf-8"))
    places = list(every_place(data))
    for part, key in places[sum(map(ord, str(instead))) % 6 :: 6]:
        before = part[key]
        part[key] = instead
        with suppress(BadFile):
            surveyjs_from(data, "x.json")
        part[key] = before
