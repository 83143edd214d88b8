"""Every kind of question, by its own small definition: shown, answered well, left blank, answered badly, read back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from safekeeping.vault import Vault
from surveys.responding.kinds import KINDS, html_id
from tests.surveys.browsing import Person, intake_answers, put_up


@dataclass(frozen=True)
class Case:
    """One kind: what is shown, what a person may send and what is kept of it, what is refused and with which words."""

    shown: str
    good: dict[str, Any]
    kept: dict[str, Any]
    on_check: str
    bad: dict[str, Any]
    refusal: str


#: Kind -> case. The definition of the same name in tests/surveys/definitions shows how it is written.
CASES = {
    "one-choice": Case(
        'type="radio" name="q-known"',
        {"known": "no"},
        {"known": "no"},
        "No",
        {"known": "perhaps"},
        "Choose one of the answers listed",
    ),
    "several-choices": Case(
        'type="checkbox" name="q-barriers"',
        {"barriers": ["waiting", "shame"]},
        {"barriers": ["shame", "waiting"]},
        "A long wait",
        {"barriers": ["shame", "nothing"]},
        "“Nothing got in the way” cannot be chosen together with other answers",
    ),
    "scale": Case(
        'class="choice apart"',
        {"staffed": "apart"},
        {"staffed": "apart"},
        "I cannot say",
        {"staffed": "6"},
        "Choose one of the answers listed",
    ),
    "scale-grid": Case(
        'name="q-rating-listened"',
        {"rating__safe": "5"},
        {"rating": {"safe": "5"}},
        "Helped me to be safer: Very well",
        {"rating__listened": "well"},
        "Choose one of the answers listed",
    ),
    "number": Case(
        'inputmode="numeric"',
        {"weeks": " 1,234 567 "},
        {"weeks": 1234567},
        "1234567 weeks",
        {"weeks": "a few"},
        "Write a number, such as 0 or 2000000",
    ),
    "short-text": Case(
        f'<input type="text" id="{html_id("q-keep")}"',
        {"keep": "The <b>phone</b> line"},
        {"keep": "The <b>phone</b> line"},
        "The &lt;b&gt;phone&lt;/b&gt; line",
        {"keep": "w" * 45},
        "This is 5 characters too long. Shorten it to 40 characters",
    ),
    "long-text": Case(
        f'<textarea id="{html_id("q-help")}"',
        {"help": "\nFirst line\r\nsecond “line” & more\r\n"},
        {"help": "\nFirst line\nsecond “line” & more\n"},
        "second “line” &amp; more",
        {"help": "w" * 101},
        "This is 1 character too long. Shorten it to 100 characters",
    ),
    "list": Case(
        f'<select id="{html_id("q-region")}"',
        {"region": "other", "region_other": "On an island"},
        {"region": "other", "region_other": "On an island"},
        "On an island",
        {"region": "west"},
        "Choose one of the answers listed",
    ),
    "other": Case(
        f'id="{html_id("q-turned_other")}"',
        {"turned_other": "A neighbour", "means": ["phone"], "means_other": "A letter"},
        {"turned": "other", "turned_other": "A neighbour", "means": ["phone", "other"], "means_other": "A letter"},
        "Somebody else",
        {"means": ["phone"]},
        "You have chosen 1. Choose 2 or more, or none",
    ),
    "ends": Case(
        "11 – Fully",
        {"trust": "11"},
        {"trust": "11"},
        "11 – Fully",
        {"trust": "apart"},
        "Choose one of the answers listed",
    ),
    "ranking": Case(
        'value="rank:first:next:night"',
        {"first": "night housing"},
        {"first": ["night", "housing"]},
        "2. A safe place to live",
        {"first": "night housing men waiting"},
        "You have put 4 in order. Keep 3 or fewer",
    ),
    "date": Case(
        'name="q-asked_on-day"',
        {"asked_on__day": "14", "asked_on__month": "march", "asked_on__year": "2019", "since__month": "9"}
        | {"since__year": "2020"},
        {"asked_on": "2019-03-14", "since": "2020-09"},
        "September 2020",
        {"asked_on__day": "14", "asked_on__year": "2019"},
        "The month is missing. Write it as a number or a word, such as 3 or March",
    ),
    "yes-no": Case(
        "Yes, I would",
        {"again": "no"},
        {"again": "no"},
        "No",
        {"again": "maybe"},
        "Choose one of the answers listed",
    ),
    "postcode-area": Case(
        "Only the first half, such as ZZ99",
        {"area": "zz99 9zz"},
        {"area": "ZZ99"},
        "ZZ99",
        {"area": "Nowhere"},
        "Write the first half of a postcode, such as ZZ99, or leave it blank",
    ),
    "clause-view": Case(
        "AE3",
        {"first_contact": "change", "first_contact_why": "By chat too"},
        {"first_contact": "change", "first_contact_why": "By chat too"},
        "By chat too",
        {"first_contact": "keep", "first_contact_why": "w" * 401},
        "This is 1 character too long. Shorten it to 400 characters",
    ),
    "personal": Case(
        "Why we ask: To see whether younger men are reached.",
        {"age__not_said": "y", "living": "not_said"},
        {"age": "not_said", "living": "not_said"},
        "I would rather not say",
        {"age": "40", "age__not_said": "y"},
        "You wrote an answer and also chose “I would rather not say”. Keep one of them",
    ),
}
#: The definitions that show something other than a kind.
VARIATIONS = {"list", "other", "ends", "personal"}


@pytest.fixture
def store(tmp_path: Path, migrated_sqlite: bytes) -> str:
    """How a question is asked and read does not depend on the database: one kind is enough."""
    path = tmp_path / "heard.sqlite"
    path.write_bytes(migrated_sqlite)
    return f"sqlite:///{path}"


@pytest.fixture(params=CASES)
def kind(request: pytest.FixtureRequest, engine: Engine, keys: Vault) -> str:
    """The name of a kind whose definition is published."""
    name: str = request.param
    put_up(engine, keys, name)
    return name


def at_question(client: FlaskClient, kind: str) -> Person:
    return Person(client, kind).start()


def test_every_kind_has_a_definition_and_a_case() -> None:
    assert set(CASES) - VARIATIONS | {"audience", "information", "consent"} == set(KINDS)


def test_a_question_is_shown(client: FlaskClient, kind: str) -> None:
    assert CASES[kind].shown in at_question(client, kind).page


def test_a_good_answer_is_shown_again_and_kept(client: FlaskClient, kind: str, engine: Engine, keys: Vault) -> None:
    person = at_question(client, kind)
    person.press("continue", **CASES[kind].good)
    assert CASES[kind].on_check in person.page
    person.press("send")
    assert intake_answers(engine, keys, kind) == [{"audience": "survivor", **CASES[kind].kept}]


def test_a_blank_answer_is_allowed_and_not_kept(client: FlaskClient, kind: str, engine: Engine, keys: Vault) -> None:
    person = at_question(client, kind)
    person.press("continue")
    assert "Left blank" in person.page
    person.press("send")
    assert intake_answers(engine, keys, kind) == [{"audience": "survivor"}]


def test_a_bad_answer_is_refused_with_a_remedy(client: FlaskClient, kind: str, engine: Engine, keys: Vault) -> None:
    person = at_question(client, kind)
    assert person.press("continue", **CASES[kind].bad).status_code == 422
    assert CASES[kind].refusal in person.page
    assert "One thing to check" in person.page
    assert "Please check: " in person.page.partition("</title>")[0]


def test_an_earlier_answer_stands_on_the_page_and_is_read_the_same(
    client: FlaskClient, kind: str, engine: Engine, keys: Vault
) -> None:
    person = at_question(client, kind)
    person.press("continue", **CASES[kind].good)
    person.press("change:asked")
    person.press("continue")
    person.press("send")
    assert intake_answers(engine, keys, kind) == [{"audience": "survivor", **CASES[kind].kept}]


# The audience, and what is only read ---------------------------------------------------------------


@pytest.mark.parametrize(("audience", "said"), [(None, "Choose an answer. It decides"), ("king", "Choose one of the")])
def test_the_audience_is_asked_until_it_is_said(
    client: FlaskClient, engine: Engine, keys: Vault, audience: str | None, said: str
) -> None:
    put_up(engine, keys, "audience")
    person = Person(client, "audience")
    person.look()
    person.press("start")
    assert person.press("continue", audience=audience).status_code == 422
    assert said in person.page


def test_the_audience_is_kept(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "audience")
    person = Person(client, "audience").start("provider")
    assert "Someone who works in a service" in person.page
    person.press("send")
    assert intake_answers(engine, keys, "audience") == [{"audience": "provider"}]


def test_consent_is_asked_for_until_it_is_answered(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "consent")
    person = Person(client, "consent").start()
    assert person.press("continue").status_code == 422
    assert "Choose an answer. Without it we cannot use what you tell us" in person.page
    person.press("continue", agreed="no")
    person.press("send")
    assert intake_answers(engine, keys, "consent") == [{"audience": "survivor", "agreed": "no"}]


def test_information_is_shown_and_asks_nothing(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "information")
    person = Person(client, "information").start()
    assert f'<p class="note" id="{html_id("q-please")}">Please leave out names and places.</p>' in person.page
    person.press("continue", please="words in a field that is not there")
    assert "Please leave out" not in person.page
    person.press("send")
    assert intake_answers(engine, keys, "information") == [{"audience": "survivor"}]
