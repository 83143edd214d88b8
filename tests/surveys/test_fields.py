"""Fields: whatever a browser sends, only known values are stored, and what is stored can be shown again."""

import json
from datetime import date
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask, request
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from safekeeping.vault import form_token
from surveys.definition.load import load_survey, parse_survey
from surveys.definition.path import Path, PathPage
from surveys.definition.questions import Information, Number
from surveys.definition.survey import Survey
from surveys.definition.voice import Voice
from surveys.example.load import SURVEY
from surveys.responding.fields import as_sent, faulty_fields, first_id, page_form, read_answers, read_typed
from surveys.responding.inputs import first_half
from surveys.responding.kinds import html_id
from surveys.responding.rendering import shown_answers
from tests.factories import definition

SECRET = b"s" * 32
EXAMPLE = load_survey(SURVEY)
APP = Flask(__name__)
POINTS = {"1", "2", "3", "4", "5", "apart"}
ALL_AT_ONCE = (
    "one-choice several-choices scale scale-grid number short-text long-text other ends ranking date yes-no "
    "postcode-area clause-view personal"
).split()
#: Every field of every kind, and fields that do not exist.
NAMES = [
    *("q-known", "q-barriers", "q-staffed", "q-rating-listened", "q-rating-safe", "q-weeks", "q-keep", "q-help"),
    *("q-turned", "q-turned_other", "q-means", "q-means_other", "q-trust", "q-first", "q-again", "q-area"),
    *("q-asked_on-day", "q-asked_on-month", "q-asked_on-year", "q-since-month", "q-since-year"),
    *("q-first_contact", "q-first_contact_why", "q-age", "q-age-not_said", "q-living"),
]
STRAY = ["q-rating", "q-rating-", "q-rating-no", "q-", "q", "token", "known", "__proto__", "csrf_token", "q-none"]
TODAY = date(2026, 11, 22)


def everything() -> Survey:
    """A survey with one question of every kind on one page."""
    parts = [definition(kind).partition('title = "The question"')[2] for kind in ALL_AT_ONCE]
    text = definition("audience") + '[[page]]\nname = "asked"\ntitle = "All"\n' + "".join(parts)
    return parse_survey(text.replace("most = 2000000", "most = 2000000\nleast = -5\ndecimals = true"))


EVERY = everything()


def at_page(survey: Survey, answers: dict[str, Any]) -> tuple[Voice, PathPage]:
    """Who reads the page of that name, and the page."""
    voice = Voice(Path(survey, answers, TODAY), "en")
    page = voice.path.page("asked")
    assert page
    return voice, page


def posted(typed: Any, answers: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The answers after a form was sent, and whether it was taken without a fault."""
    voice, page = at_page(EVERY, answers)
    with APP.app_context():
        form = page_form(voice, page, SECRET, typed)
        taken: bool = form.validate()
        return read_answers(form, voice), taken


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
        "turned": lambda value: value in ("friend", "doctor", "other"),
        "turned_other": lambda value: value.strip() and len(value) <= 500,
        "means": lambda value: (set(value) <= {"phone", "chat", "other"} and len(value) > 1) or value == ["none"],
        "means_other": lambda value: value.strip() and len(value) <= 500,
        "trust": lambda value: value in [str(point) for point in range(1, 12)],
        "first": lambda value: (
            set(value) <= {"waiting", "men", "night", "housing"} and len(set(value)) == len(value) < 4
        ),
        "again": lambda value: value in ("yes", "no"),
        "area": lambda value: first_half(value) == value,
        "asked_on": lambda value: "1940" <= date.fromisoformat(value).isoformat() <= TODAY.isoformat(),
        "since": lambda value: date.fromisoformat(f"{value}-01"),
        "first_contact": lambda value: value in ("keep", "change", "remove", "unsure"),
        "first_contact_why": lambda value: value.strip() and len(value) <= 400,
        "age": lambda value: value == "not_said" or 0 <= value <= 120,
        "living": lambda value: value in ("alone", "others", "not_said"),
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
    *("other", "phone", "chat", "none", "night", "men night waiting", "keep", "not_said", "y", "2", "may", "2019"),
    *("ZZ99 9ZZ", "alone"),
]
values = st.sampled_from(VALUES) | st.text(max_size=120) | st.floats().map(str)
forms = st.lists(st.tuples(st.sampled_from(NAMES + STRAY), values), max_size=14)


@settings(max_examples=50)
@example([("q-weeks", "1" * 5000)])
@example([("q-weeks", "nan")])
@example([("q-weeks", "١٢")])
@example([("q-barriers", "shame"), ("q-barriers", "shame"), ("q-barriers", "shame")])
@given(forms)
def test_only_known_values_are_stored(pairs: list[tuple[str, str]]) -> None:
    answers, _ = posted(MultiDict(pairs), {"audience": "survivor"})
    assert known_values(answers)
    assert json.loads(json.dumps(answers)) == answers


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(NAMES + STRAY) | st.text(max_size=9), st.binary(max_size=60)), max_size=10))
def test_whatever_bytes_are_sent_only_known_values_are_stored(pairs: list[tuple[str, bytes]]) -> None:
    body = "&".join(
        f"{quote_from_bytes(name.encode('utf-8', 'replace'))}={quote_from_bytes(value)}" for name, value in pairs
    )
    kind = "application/x-www-form-urlencoded"
    with APP.test_request_context(method="POST", data=body, content_type=kind):
        answers, _ = posted(request.form, {"audience": "provider"})
    assert known_values(answers)
    json.dumps(answers, ensure_ascii=False).encode()


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_a_broken_body_stores_nothing_unknown(body: bytes) -> None:
    kind = "multipart/form-data; boundary=b"
    with APP.test_request_context(method="POST", data=b"--b\r\n" + body + b"\r\n--b--\r\n", content_type=kind):
        assert known_values(posted(request.form, {})[0])


@settings(max_examples=25)
@given(forms)
def test_a_page_filled_from_stored_answers_and_posted_back_reads_the_same(pairs: list[tuple[str, str]]) -> None:
    answers, _ = posted(MultiDict(pairs), {"audience": "survivor"})
    voice, page = at_page(EVERY, {"audience": "survivor"} | answers)
    with APP.app_context():
        shown = page_form(voice, page, SECRET)
    sent = [(name, item) for field in shown for name, data in _boxes(field) for item in _as_sent(data)]
    back = MultiDict([("token", form_token(SECRET)), *sent])
    again = {"audience": "survivor"} | {name: words for name, words in answers.items() if name.endswith("_other")}
    assert posted(back, again) == (answers, True)


def _boxes(field: Any) -> list[tuple[str, Any]]:
    """The inputs of a field and what stands in them; a box that is not ticked sends nothing."""
    if field.type == "DateBoxes":
        return [(f"{field.name}-{name}", text) for name, text in field.boxes.items()]
    if field.type == "NotSaid":
        return [(field.name, "y")] if field.data else []
    return [(field.name, field.data)] if field.name != "token" else []


def _as_sent(data: Any) -> list[str]:
    """What a browser would send of a field that shows `data`."""
    items = data if isinstance(data, list) else [data]
    return [str(item).replace("\n", "\r\n") for item in items if item is not None]


@settings(max_examples=25)
@given(forms)
def test_what_is_stored_can_be_shown_on_the_check_page(pairs: list[tuple[str, str]]) -> None:
    answers, _ = posted(MultiDict(pairs), {"audience": "survivor"})
    voice, _ = at_page(EVERY, answers)
    shown = [answer for page in shown_answers(voice) for answer in page.answers if answer.lines]
    kept = {str(voice.survey.sources[name].question) for name in voice.path.answers}
    assert len(shown) == len(kept)


@settings(max_examples=25)
@given(st.floats(-5, 2000000) | st.integers(-5, 2000000))
def test_any_number_can_be_shown_and_read_again(number: float) -> None:
    with APP.app_context():
        shown = page_form(*at_page(EVERY, {"weeks": number}), SECRET)["q-weeks"].data
    assert posted(MultiDict({"q-weeks": shown}), {})[0] == {"weeks": number}


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
    voice, page = at_page(WEEKS, {})
    with APP.app_context():
        form = page_form(voice, page, SECRET, MultiDict({"q-weeks": text, "token": form_token(SECRET)}))
        form.validate()
        return read_answers(form, voice).get("weeks"), [field.errors[0] for field in faulty_fields(form)]


@pytest.mark.parametrize(("text", "number"), WRITTEN)
def test_a_number_is_read_as_it_was_meant(text: str, number: int | None) -> None:
    assert weeks(text) == (number, [])


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_no_such_number_is_asked_about(text: str, said: str) -> None:
    number, (error,) = weeks(text)
    assert number is None
    assert error.startswith(said)


def test_a_number_with_decimals_keeps_them() -> None:
    assert posted(MultiDict({"q-weeks": "2.5"}), {})[0] == {"weeks": 2.5}
    question = EVERY.question("weeks")
    assert isinstance(question, Number)
    assert question.decimals


# Pages ---------------------------------------------------------------------------------------------


def test_a_field_that_cannot_be_taken_leaves_its_question_as_it_was() -> None:
    before = {"audience": "survivor", "keep": "The phone line", "known": "yes"}
    answers, taken = posted(MultiDict({"q-keep": "w" * 41, "q-known": "no"}), before)
    assert not taken
    assert answers == {"audience": "survivor", "keep": "The phone line", "known": "no"}


def test_one_bad_row_leaves_the_whole_grid_as_it_was() -> None:
    before = {"rating": {"safe": "3"}}
    assert posted(MultiDict({"q-rating-safe": "5", "q-rating-listened": "9"}), before)[0] == before


def test_words_taken_away_take_the_answer_away() -> None:
    assert posted(MultiDict({"q-help": "  \r\n "}), {"help": "Words"})[0] == {}


def test_answers_of_other_pages_stay() -> None:
    assert posted(MultiDict({"q-help": "Words"}), {"elsewhere": "kept"})[0] == {
        "elsewhere": "kept",
        "help": "Words",
    }


def test_a_link_to_a_fault_leads_to_what_can_be_mended() -> None:
    with APP.app_context():
        sent = MultiDict({"q-known": "x", "q-keep": "w" * 41, "q-asked_on-day": "31", "q-region": "x"})
        form = page_form(*at_page(EVERY, {}), SECRET, sent)
        form.validate()
        assert [first_id(field) for field in faulty_fields(form)] == [
            f"{html_id('q-known')}-0",
            html_id("q-keep"),
            f"{html_id('q-asked_on')}-month",
            "main",
        ]


@pytest.mark.parametrize("audience", ["survivor", "family", "provider", "commissioner", "associate", None])
def test_every_page_of_the_example_has_its_fields_for_every_audience(audience: str | None) -> None:
    voice = Voice(Path(EXAMPLE, {"audience": audience} if audience else {}), "en")
    for page in voice.path.pages:
        with APP.app_context():
            form = page_form(voice, page, SECRET)
        asked = {question.name for question in page.questions if not isinstance(question, Information)}
        assert {field.name.split("-")[1] for field in form if field.name != "token"} == asked


# Postcodes, dates, what is written beside ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "half"),
    [
        *(("ZZ99", "ZZ99"), ("zz99 9zz", "ZZ99"), ("ZZ999ZZ", "ZZ99"), (" z z 9 9 ", "ZZ99"), ("ZZ9 9", "ZZ9")),
        *(("ZZ9 9Z", "ZZ9"), ("Z9Z 9ZZ", "Z9Z"), ("Z99ZZ", "Z9"), ("", None), ("Nowhere", None), ("ZZ99 Town", None)),
    ],
)
def test_only_the_first_half_of_a_postcode_is_read(text: str, half: str | None) -> None:
    assert first_half(text) == half


def test_the_second_half_of_a_postcode_is_not_even_kept_in_a_draft() -> None:
    _, page = at_page(EVERY, {})
    assert as_sent(page.page, MultiDict({"q-area": "zz99 9zz", "q-help": "x", "go": "rank"})) == {
        "q-area": ["ZZ99"],
        "q-help": ["x"],
    }


def dated(**boxes: str) -> tuple[str | None, list[str]]:
    voice, page = at_page(EVERY, {})
    sent = {f"q-asked_on-{name}": text for name, text in boxes.items()} | {"token": form_token(SECRET)}
    with APP.app_context():
        form = page_form(voice, page, SECRET, MultiDict(sent))
        form.validate()
        return read_answers(form, voice).get("asked_on"), [field.errors[0] for field in faulty_fields(form)]


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "Mar.", "MARCH"])
def test_a_month_is_a_number_or_a_name(month: str) -> None:
    assert dated(day=" 14 ", month=month, year="2019") == ("2019-03-14", [])


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ({"day": "14", "month": "3"}, "The year is missing. Write it with four digits"),
        ({"month": "3", "year": "2019"}, "The day is missing"),
        ({"year": "2019"}, "The day and the month are missing"),
        ({"day": "32", "month": "3", "year": "2019"}, "Write the day as a number from 1 to 31"),
        ({"day": "1", "month": "Martober", "year": "2019"}, "Write the month as a number or a word"),
        ({"day": "1", "month": "3", "year": "19"}, "Write the year with four digits"),
        ({"day": "31", "month": "2", "year": "2019"}, "There is no such day in this month"),
        ({"day": "1", "month": "3", "year": "1939"}, "Write a date that is not before 1940"),
        ({"day": "23", "month": "11", "year": "2026"}, "Write a date that is not after 22 November 2026"),
    ],
)
def test_what_is_no_such_date_is_asked_about(boxes: dict[str, str], said: str) -> None:
    kept, (error,) = dated(**boxes)
    assert kept is None
    assert error.startswith(said)


def test_words_written_under_other_choose_it_and_a_changed_choice_leaves_them() -> None:
    wrote = {"turned": "other", "turned_other": "A neighbour"}
    assert posted(MultiDict({"q-turned_other": "A neighbour"}), {})[0] == wrote
    assert posted(MultiDict({"q-turned": "friend", "q-turned_other": "A neighbour"}), {})[0] == wrote
    changed = posted(MultiDict({"q-turned": "friend", "q-turned_other": "A neighbour"}), dict(wrote))[0]
    assert changed["turned"] == "friend"
    assert "turned_other" not in Path(EVERY, changed).answers
    assert posted(MultiDict({"q-turned": "other"}), {})[0] == {"turned": "other"}


def test_texts_that_are_too_long_come_along_as_typed() -> None:
    voice, page = at_page(EVERY, {})
    with APP.app_context():
        form = page_form(voice, page, SECRET, MultiDict({"q-help": "w" * 101, "q-weeks": "x"}))
        form.validate()
        assert read_typed(form, voice) == {"help": "w" * 101}
        assert read_answers(form, voice) == {}


LIMITS = parse_survey(definition("limits"))


def limited(**typed: str) -> list[str]:
    voice, page = at_page(LIMITS, {})
    with APP.app_context():
        form = page_form(voice, page, SECRET, MultiDict({"token": form_token(SECRET)} | typed))
        form.validate()
        return [field.errors[0] for field in faulty_fields(form)]


def test_a_limit_is_checked_against_the_answers_of_the_same_page() -> None:
    said = "You were helped at most as often as you asked (2 times). Check both numbers"
    assert limited(**{"q-asked": "2", "q-helped": "3", "q-why": "x"}) == [said]
    assert limited(**{"q-asked": "3", "q-helped": "3", "q-why": "x"}) == []
    assert limited(**{"q-asked": "3", "q-helped": "3"}) == ["Write an answer. The next questions are about it"]
