"""The rooms where surveys are written, published and typed in: who may come in, and what a wrong address gets."""

import io
import re
import zipfile
from collections.abc import Iterator
from time import monotonic
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from safekeeping.vault import Vault
from surveys.definition.load import parse_survey
from surveys.definition.tables import as_tables
from surveys.launching.publishing import close
from surveys.writing.written import take_step, written_by_id
from tests.factories import NOW, definition, published_survey
from tests.surveys.browsing import Person, intake_count
from tests.surveys.managing.at_the_desk import Desk, at_the_desk, hidden_fields

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

ROOMS = ("/desk/write", "/desk/collect", "/desk/enter")
#: What stands in an address for each of its parts: something that is nowhere, and what cannot be anything.
UNKNOWN = (
    {"written_id": "0" * 32, "address": "nowhere", "form_id": "0" * 32, "page": "p", "question": "q"},
    {"written_id": "not-hex", "address": "%00", "form_id": "zz", "page": "__class__", "question": "%F0%9F%92%A9"},
    {"written_id": "'; --", "address": "try-0", "form_id": "é", "page": "..", "question": "{{7*7}}"},
)


#: What came as a program's would is read by those who read answers.


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address of these rooms, with each method that it takes."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ROOMS):
            yield from ((rule, method) for method in sorted({"GET", "POST"} & (rule.methods or set())))


def addressed(rule: Rule, **parts: str) -> str:
    """The address with these parts in it; others are plain words, or the number 1."""
    filled = {name: quote(parts.get(name, "x"), safe="%") for name in rule.arguments}
    return re.sub(r"<(int:)?(\w+)>", lambda found: "1" if found[1] else filled[found[2]], rule.rule)


def send(client: FlaskClient, method: str, at: str, **data: Any) -> int:
    """The status of one request."""
    return client.open(at, method=method, data=data if method == "POST" else None).status_code


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return at_the_desk(app, session)


@pytest.fixture
def token(desk: Desk) -> str:
    return hidden_fields(desk.look("/desk/write/new"))["token"]


def test_there_are_rooms_to_try(app: Flask) -> None:
    assert len(list(rules(app))) > 40


def test_nobody_comes_in_without_signing_in(app: Flask, client: FlaskClient) -> None:
    statuses = {(rule.rule, method): send(client, method, addressed(rule)) for rule, method in rules(app)}
    assert {at: status for at, status in statuses.items() if status != 401} == {}


@pytest.mark.parametrize("role", ["coder", "analyst", "reviewer", "administrator"])
def test_only_authors_come_in(app: Flask, session: Session, role: str) -> None:
    client = at_the_desk(app, session, roles=(role,)).client
    statuses = {(rule.rule, method): send(client, method, addressed(rule)) for rule, method in rules(app)}
    let_in = {at for at, status in statuses.items() if status not in (403, 404)}  # nothing of these names is there
    assert let_in == set()


def test_nothing_is_done_without_the_token_or_with_a_get(app: Flask, desk: Desk) -> None:
    every = [(rule, addressed(rule, written_id=desk.written), method) for rule, method in rules(app)]
    readable = {at for _, at, method in every if method == "GET"}
    for rule, at, method in every:
        if method == "POST":
            assert send(desk.client, "POST", at) == (404 if "address" in rule.arguments else 400), at
        if at not in readable:
            assert send(desk.client, "GET", at) in (404, 405), at


@pytest.mark.parametrize("parts", UNKNOWN, ids=["unknown", "impossible", "hostile"])
def test_what_is_not_there_is_refused_and_never_breaks(
    app: Flask, desk: Desk, token: str, parts: dict[str, str]
) -> None:
    broken = {}
    for rule, method in rules(app):
        status = send(desk.client, method, addressed(rule, **parts), token=token, step="1", seen="1")
        allowed = (400, 404) if {"written_id", "address", "form_id"} & rule.arguments else (200, 303, 400, 404, 422)
        if status not in allowed:
            broken[rule.rule, method] = status
    assert broken == {}


def test_parts_of_another_survey_are_not_there(
    app: Flask, desk: Desk, session: Session, keys: Vault, token: str
) -> None:
    """Names of pages, questions and languages are looked up in the survey of the address, never elsewhere."""
    other = at_the_desk(app, session, "languages")
    published_survey(session, keys, "paper")
    session.commit()
    statuses = {}
    for rule, method in rules(app):
        if "written_id" in rule.arguments and rule.arguments - {"written_id"}:
            parts = {"page": "nowhere", "question": "nowhere", "language": "cy", "kind": "yes-no"}
            at = addressed(rule, written_id=desk.written, **parts)
            statuses[rule.rule, method] = send(desk.client, method, at, token=token, step="1", do="delete")
    assert set(statuses.values()) <= {404}, statuses
    assert other.look(f"/desk/write/{other.written}")


def test_an_empty_form_with_a_token_breaks_nothing(app: Flask, desk: Desk, token: str) -> None:
    """Every address of the survey that is written, with nothing filled in."""
    broken = {}
    for rule, method in rules(app):
        if rule.endpoint == "write.forget":
            continue
        status = send(desk.client, method, addressed(rule, written_id=desk.written), token=token)
        if status >= 500:
            broken[rule.rule, method] = status
    assert broken == {}


def test_who_is_overtaken_by_the_closing_of_a_survey_gets_their_words_back(
    app: Flask, session: Session, engine: Engine, keys: Vault
) -> None:
    row = published_survey(session, keys)
    session.commit()
    person = Person(app.test_client()).start()
    close(session, row, NOW)
    session.commit()
    sent = person.press("continue", say="Words that I wrote for an <b>hour</b>")
    assert sent.status_code == 404
    assert "was not sent, and nobody will read it" in sent.text
    assert "Words that I wrote for an &lt;b&gt;hour" in sent.text
    assert "Leave this site" in sent.text
    assert intake_count(engine) == 0


def test_the_checks_before_publishing_do_not_grow_with_the_square_of_a_survey(app: Flask, session: Session) -> None:
    """200 questions with 40 answers each took 30 seconds while every text was gone through for every question."""
    desk = at_the_desk(app, session, "tiny")
    choices = [{"value": f"v{at}", "label": f"Answer {at}"} for at in range(40)]
    tables = as_tables(parse_survey(definition()))
    tables["address"] = "large"
    tables["page"] += [
        {
            "name": f"p{page}",
            "title": "More",
            "question": [
                {"name": f"q{page}_{at}", "kind": "one-choice", "wording": "Which?", "choices": choices}
                for at in range(5)
            ],
        }
        for page in range(40)
    ]
    take_step(session, written_by_id(session, desk.written), tables, "grew")
    session.commit()
    began = monotonic()
    assert "It takes" in desk.look("launch")
    assert monotonic() - began < 6


def test_a_translation_that_unpacks_to_very_much_is_refused_before_it_is_read(app: Flask, session: Session) -> None:
    desk, packed = at_the_desk(app, session, "languages"), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", "<si><t>a</t></si>" * 500_000)
    sheet = (io.BytesIO(packed.getvalue()), "translation.xlsx")
    sent = desk.press("words/cy", "words/cy/sheet", sheet=sheet)
    assert sent.status_code == 422
    assert "times its size" in sent.text
