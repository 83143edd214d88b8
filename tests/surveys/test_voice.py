"""A survey as one person reads it: their audience's words, their language, their own answers in the text."""

from typing import Any

import pytest

from safekeeping.languages import speaking
from surveys.definition.load import parse_survey, survey_from
from surveys.definition.path import Path
from surveys.definition.survey import Survey
from surveys.definition.voice import Voice
from surveys.definition.wording import fill, piped, said_in, say
from tests.factories import definition

CONDITIONS = parse_survey(definition("conditions"))


def voice(language: str = "en", survey: Survey = CONDITIONS, **answers: Any) -> Voice:
    """Somebody who gave these answers, reading in this language."""
    return Voice(Path(survey, {"audience": "survivor", **answers}), language)


def asking(**question: Any) -> Survey:
    """A survey of one question named `q`, for one audience, with a Welsh translation."""
    everyone = {"name": "survivor", "label": "Everyone", "plural": "People"}
    page = {"name": "p", "title": "P", "question": [{"name": "q", "wording": "Q", **question}]}
    whole = {"title": "T", "public_title": "T", "address": "asking", "intro": ["I"], "languages": ["cy"]}
    return survey_from(whole | {"audience": [everyone], "page": [page]})


@pytest.mark.parametrize(
    ("audience", "language", "expected"),
    [
        (None, None, ("Q", True)),
        ("provider", None, ("Q pro", True)),
        ("survivor", "cy", ("C", True)),
        ("provider", "cy", ("C pro", True)),
        ("family", "cy", ("Q fam", False)),
        ("survivor", "ar", ("Q", False)),
    ],
)
def test_what_an_audience_is_asked_comes_before_the_language(
    audience: str | None, language: str | None, expected: tuple[str, bool]
) -> None:
    wording = {"default": "Q", "provider": "Q pro", "family": "Q fam", "cy": "C", "provider-cy": "C pro"}
    assert said_in(wording, audience, language) == expected
    assert say(wording, audience, language) == expected[0]


def test_names_in_a_text_are_found_and_filled() -> None:
    assert piped("You waited ${wait} in ${ place }, not $wait or {wait}") == ["wait", "place"]
    assert fill("a ${x} b ${y}", lambda name: name.upper()) == "a X b Y"


def test_earlier_answers_stand_in_the_words() -> None:
    long = CONDITIONS.question("long")
    assert long
    waited = voice(asked="yes", how="phone", wait=12)
    assert waited.say(long.wording) == "You waited 12 weeks. What would have helped in that time?"
    assert voice().say(long.wording) == "You waited …. What would have helped in that time?"
    assert waited.answer("how") == "By telephone"
    assert voice(asked="yes", how="other", how_other="by letter").answer("how") == "In another way, by letter"
    assert voice(asked="yes", how="other", how_other="by letter").answer("how_other") == "by letter"
    assert waited.answer("waited_long") == "true"
    assert waited.answer("no such name") == "…"


def test_what_was_written_is_never_read_as_a_name() -> None:
    """Somebody writes `${asked}` in their answer; it stays what they wrote."""
    written = voice(asked="yes", how="other", how_other="${asked}")
    assert written.answer("how_other") == "${asked}"
    assert written.say({"default": "You wrote ${how_other}"}) == "You wrote ${asked}"


LINES: list[tuple[dict[str, Any], Any, list[str]]] = [
    ({"kind": "yes-no"}, "yes", ["Yes"]),
    ({"kind": "yes-no", "yes": "I did"}, "yes", ["I did"]),
    ({"kind": "consent"}, "no", ["No"]),
    ({"kind": "yes-no", "personal": True}, "not_said", ["I would rather not say"]),
    ({"kind": "number", "unit": "weeks"}, 3, ["3 weeks"]),
    ({"kind": "number", "decimals": True}, 2.5, ["2.5"]),
    ({"kind": "number", "personal": True}, "not_said", ["I would rather not say"]),
    ({"kind": "date"}, "2026-03-09", ["9 March 2026"]),
    ({"kind": "date", "precision": "month"}, "2026-03", ["March 2026"]),
    ({"kind": "date", "precision": "year"}, "2026", ["2026"]),
    ({"kind": "date", "personal": True}, "not_said", ["I would rather not say"]),
    ({"kind": "postcode-area"}, "ZZ99", ["ZZ99"]),
    ({"kind": "scale", "labels": ["Low", "Mid", "High"]}, "2", ["Mid"]),
    ({"kind": "scale", "labels": ["Low", "High"]}, "apart", ["I do not know"]),
    ({"kind": "scale", "points": 3, "ends": ["Low", "High"]}, "1", ["1 – Low"]),
    ({"kind": "scale", "points": 3, "ends": ["Low", "High"]}, "2", ["2"]),
    ({"kind": "clause-view", "clause": "AE1", "text": "T"}, "change", ["Change it"]),
    ({"kind": "ranking", "choices": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}, ["b", "a"],
     ["1. B", "2. A"]),
    ({"kind": "scale-grid", "labels": ["Low", "High"], "rows": [{"name": "r", "wording": "R"}]}, {"r": "2"},
     ["R: High"]),
    ({"kind": "several-choices", "choices": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}, ["b", "a"],
     ["A", "B"]),
    ({"kind": "long-text"}, "two\nlines", ["two\nlines"]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer", "lines"), LINES)
def test_an_answer_is_read_back_in_words(question: dict[str, Any], answer: Any, lines: list[str]) -> None:
    survey = asking(**question)
    assert voice(survey=survey, q=answer).lines(survey.questions[0]) == lines
    assert voice(survey=survey).lines(survey.questions[0]) == []


def test_dates_are_said_in_the_language() -> None:
    survey = asking(kind="date")
    with speaking("cy"):
        assert voice("cy", survey, q="2026-03-09").lines(survey.questions[0]) == ["9 Mawrth 2026"]
        assert voice("xx", survey, q="2026-03-09").lines(survey.questions[0]) == ["9 March 2026"]


def test_a_text_without_translation_is_known_to_be_foreign() -> None:
    survey = asking(kind="yes-no", wording={"default": "Q", "cy": "C"}, hint="H")
    question = survey.questions[0]
    assert question.hint
    welsh, english = voice("cy", survey), voice("en", survey)
    assert (welsh.say(question.wording), welsh.is_foreign(question.wording)) == ("C", False)
    assert (welsh.say(question.hint), welsh.is_foreign(question.hint)) == ("H", True)
    assert not english.is_foreign(question.hint)
