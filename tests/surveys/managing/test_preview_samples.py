"""Sample answers of a preview: for what something hangs on, and nothing that could not be answered."""

import pytest
from werkzeug.datastructures import MultiDict

from surveys.definition.load import parse_survey
from surveys.definition.path import Path
from surveys.definition.voice import Voice
from surveys.launching.preview_samples import answers_from, fields_from, sampled, samples
from tests.factories import definition


def test_samples_are_what_something_hangs_on() -> None:
    survey = parse_survey(definition("conditions"))
    assert sampled(survey) == ["asked", "how", "wait"]
    voice = Voice(Path(survey, {"audience": "survivor"}), "en")
    assert [(each.name, each.type, len(each.choices)) for each in samples(survey, voice)] == [
        ("asked", "choice", 2),
        ("how", "choice", 3),
        ("wait", "number", 0),
    ]


@pytest.mark.parametrize(
    ("field", "typed", "answer"),
    [
        ("asked", ["yes"], "yes"),
        ("asked", ["maybe"], None),
        ("wait", ["12"], 12),
        ("wait", ["-1"], None),
        ("wait", ["nan"], None),
        ("wait", ["x" * 999], None),
        ("wait", [], None),
    ],
)
def test_a_sample_is_an_answer_or_nothing(field: str, typed: list[str], answer: object) -> None:
    survey = parse_survey(definition("conditions"))
    answers = answers_from(survey, MultiDict([(f"s-{field}", text) for text in typed]))
    assert answers.get(field) == answer
    assert answers["audience"] == "survivor"
    again = MultiDict([(name, text) for name, texts in fields_from(survey, answers).items() for text in texts])
    assert answers_from(survey, again) == answers
