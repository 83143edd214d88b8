"""Fields: whatever a browser sends, only known values are stored, and what is stored can be shown again."""

import json
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask, request
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from safekeeping.vault import form_token
from surveys.definition.load import load_survey, parse_survey
from surveys.definition.path import questions_on
from surveys.definition.survey import Number, Page, Survey
from surveys.example.load import SURVEY
from surveys.responding.fields import page_form, read_answers
from surveys.responding.inputs import faulty_fields, first_id
from surveys.responding.shown import shown_answers
from tests.factories import definition

SECRET = b"s" * 32
EXAMPLE = load_survey(SURVEY)
APP = Flask(__name__)
POINTS = {"1", "2", "3", "4", "5", "apart"}
ALL_AT_ONCE = ("one-choice", "several-choices", "scale", "scale-grid", "number", "short-text", "long-text")
#: Every field of every kind, and fields that do not exist.
NAMES = ["q-known", "q-barriers", "q-staffed", "q-rating-listened", "q-rating-safe", "q-weeks", "q-keep", "q-help"]
STRAY = ["q-rating", "q-rating-", "q-rating-no", "q-", "q", "token", "known", "__proto__", "csrf_token", "q-none"]


def everything() -> tuple[Survey, Page]:
    """A survey with one question of every kind on one page."""
    parts = [definition(kind).partition('title = "The question"')[2] for kind in ALL_AT_ONCE]
    text = definition("audience") + '[[page]]\nname = "asked"\ntitle = "All"\n' + "".join(parts)
    survey = parse_survey(text.replace("most = 2000000", "most = 2000000\nleast = -5\ndecimals = true"))
    return survey, survey.pages[1]


EVERY, PAGE = everything()


def posted(page: Page, typed: Any, answers: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The answers after a form was sent, and whether it was taken without a fault."""
    with APP.app_context():
        form = page_form(EVERY, page, answers, SECRET, typed)
        taken: bool = form.validate()
        return read_answers(form, page, answers), taken


def known_values(answers: dict[str, Any]) -> bool:
    """Whether each answer is one that its question can have."""
    checks: dict[str, Any] = {
        "audience": lambda value: value in ("survivor", "provider"),
        "known": lambda value: value in ("yes", "no"),
        "barriers": lambda value: value and set(value) < {"shame", "waiting", "distance", "nothing"} and len(value) < 3,
        "staffed": lambda value: value in POINTS,
        "rating": lambda value: value and set(value) <= {"listened", "safe"} and set(value.values()) <= POINTS,
        "weeks": lambda value: isinstance(value, int | float) and -5 <= value <= 2000000,
        "keep": lambda value: value.strip() and len(value) <= 40 and "\0" not in value,
        "help": lambda value: value.strip() and len(value) <= 100 and "\r" not in value,
    }
    return all(checks[name](value) for name, value in answers.items())


VALUES = [
    "yes",
    "no",
    "shame",
    "waiting",
    "distance",
    "nothing",
    "1",
    "5",
    "apart",
    "6",
    "",
    " ",
    "0",
    "-5",
    "1e3",
    "inf",
]
values = st.sampled_from(VALUES) | st.text(max_size=120) | st.floats().map(str)
forms = st.lists(st.tuples(st.sampled_from(NAMES + STRAY), values), max_size=14)


@settings(max_examples=120)
@example([("q-weeks", "1" * 5000)])
@example([("q-weeks", "nan")])
@example([("q-weeks", "١٢")])
@example([("q-barriers", "shame"), ("q-barriers", "shame"), ("q-barriers", "shame")])
@given(forms)
def test_only_known_values_are_stored(pairs: list[tuple[str, str]]) -> None:
    answers, _ = posted(PAGE, MultiDict(pairs), {"audience": "survivor"})
    assert known_values(answers)
    assert json.loads(json.dumps(answers)) == answers


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(NAMES + STRAY) | st.text(max_size=9), st.binary(max_size=60)), max_size=10))
def test_whatever_bytes_are_sent_only_known_values_are_stored(pairs: list[tuple[str, bytes]]) -> None:
    body = "&".join(
        f"{quote_from_bytes(name.encode('utf-8', 'replace'))}={quote_from_bytes(value)}" for name, value in pairs
    )
    kind = "application/x-www-form-urlencoded"
    with APP.test_request_context(method="POST", data=body, content_type=kind):
        answers, _ = posted(PAGE, request.form, {"audience": "provider"})
    assert known_values(answers)
    json.dumps(answers, ensure_ascii=False).encode()


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_a_broken_body_stores_nothing_unknown(body: bytes) -> None:
    kind = "multipart/form-data; boundary=b"
    with APP.test_request_context(method="POST", data=b"--b\r\n" + body + b"\r\n--b--\r\n", content_type=kind):
        assert known_values(posted(PAGE, request.form, {})[0])


@settings(max_examples=60)
@given(forms)
def test_a_page_filled_from_stored_answers_and_posted_back_reads_the_same(pairs: list[tuple[str, str]]) -> None:
    answers, _ = posted(PAGE, MultiDict(pairs), {"audience": "survivor"})
    with APP.app_context():
        shown = page_form(EVERY, PAGE, answers, SECRET)
    back = MultiDict(
        [("token", form_token(SECRET))]
        + [(field.name, item) for field in shown for item in _as_sent(field.data) if field.name != "token"]
    )
    assert posted(PAGE, back, {"audience": "survivor"}) == (answers, True)


def _as_sent(data: Any) -> list[str]:
    """What a browser would send of a field that shows `data`."""
    items = data if isinstance(data, list) else [data]
    return [str(item).replace("\n", "\r\n") for item in items if item is not None]


@settings(max_examples=60)
@given(forms)
def test_what_is_stored_can_be_shown_on_the_check_page(pairs: list[tuple[str, str]]) -> None:
    answers, _ = posted(PAGE, MultiDict(pairs), {"audience": "survivor"})
    shown = [line for page in shown_answers(EVERY, answers) for answer in page.answers for line in answer.lines]
    assert len(shown) >= len(answers)


@settings(max_examples=60)
@given(st.floats(-5, 2000000) | st.integers(-5, 2000000))
def test_any_number_can_be_shown_and_read_again(number: float) -> None:
    with APP.app_context():
        shown = page_form(EVERY, PAGE, {"weeks": number}, SECRET)["q-weeks"].data
    assert posted(PAGE, MultiDict({"q-weeks": shown}), {})[0] == {"weeks": number}


# Numbers as people write them ----------------------------------------------------------------------

WRITTEN = [
    ("12", 12),
    (" 12 ", 12),
    ("0", 0),
    ("1,200", 1200),
    ("1 200", 1200),
    ("1,234,567", 1234567),
    ("12.0", 12),
    ("", None),
    ("   ", None),
]
REFUSED = [
    ("3,5", "Write a number, such as 0 or 2000000"),
    ("12 weeks", "Write a number"),
    ("twelve", "Write a number"),
    ("-1", "Write a number from 0 to 2000000"),
    ("2000001", "Write a number from 0 to 2000000"),
    ("nan", "Write a number from"),
    ("inf", "Write a number from"),
    ("1e999", "Write a number from"),
    ("2.5", "Write a whole number, without a point"),
]
WEEKS = parse_survey(definition("number"))


def weeks(text: str) -> tuple[int | None, list[str]]:
    with APP.app_context():
        form = page_form(WEEKS, WEEKS.pages[1], {}, SECRET, MultiDict({"q-weeks": text, "token": form_token(SECRET)}))
        form.validate()
        return read_answers(form, WEEKS.pages[1], {}).get("weeks"), [field.errors[0] for field in faulty_fields(form)]


@pytest.mark.parametrize(("text", "number"), WRITTEN)
def test_a_number_is_read_as_it_was_meant(text: str, number: int | None) -> None:
    assert weeks(text) == (number, [])


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_no_such_number_is_asked_about(text: str, said: str) -> None:
    number, (error,) = weeks(text)
    assert number is None
    assert error.startswith(said)


def test_a_number_with_decimals_keeps_them() -> None:
    assert posted(PAGE, MultiDict({"q-weeks": "2.5"}), {})[0] == {"weeks": 2.5}
    question = EVERY.question("weeks")
    assert isinstance(question, Number)
    assert question.decimals


# Pages ---------------------------------------------------------------------------------------------


def test_a_field_that_cannot_be_taken_leaves_its_question_as_it_was() -> None:
    before = {"audience": "survivor", "keep": "The phone line", "known": "yes"}
    answers, taken = posted(PAGE, MultiDict({"q-keep": "w" * 41, "q-known": "no"}), before)
    assert not taken
    assert answers == {"audience": "survivor", "keep": "The phone line", "known": "no"}


def test_one_bad_row_leaves_the_whole_grid_as_it_was() -> None:
    before = {"rating": {"safe": "3"}}
    assert posted(PAGE, MultiDict({"q-rating-safe": "5", "q-rating-listened": "9"}), before)[0] == before


def test_words_taken_away_take_the_answer_away() -> None:
    assert posted(PAGE, MultiDict({"q-help": "  \r\n "}), {"help": "Words"})[0] == {}


def test_answers_of_other_pages_stay() -> None:
    assert posted(PAGE, MultiDict({"q-help": "Words"}), {"elsewhere": "kept"})[0] == {
        "elsewhere": "kept",
        "help": "Words",
    }


def test_a_link_to_a_fault_leads_to_what_can_be_mended() -> None:
    with APP.app_context():
        form = page_form(EVERY, PAGE, {}, SECRET, MultiDict({"q-known": "x", "q-keep": "w" * 41}))
        form.validate()
        assert [first_id(field) for field in faulty_fields(form)] == ["q-known-0", "q-keep", "main"]


@pytest.mark.parametrize("audience", ["survivor", "family", "provider", "commissioner", "associate", None])
def test_every_page_of_the_example_has_its_fields_for_every_audience(audience: str | None) -> None:
    answers = {"audience": audience} if audience else {}
    for page in EXAMPLE.pages:
        with APP.app_context():
            form = page_form(EXAMPLE, page, answers, SECRET)
        asked = {question.name for question in questions_on(page, answers) if question.kind != "information"}
        assert {field.name.split("-")[1] for field in form if field.name != "token"} == asked
