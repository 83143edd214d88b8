"""The code to take answers back by, at the public door: off by default, shown once, and no use for finding out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from safekeeping import codes
from safekeeping.codes import Effort, new_code
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.vault import Vault
from surveys.definition.published import SHREDDED, PublishedSurvey
from surveys.intake.tables import Receipt, Withdrawal
from surveys.intake.withdraw import withdraw
from tests.surveys.browsing import Person, heading, intake_answers, intake_count, put_up

Look = Callable[[Any], list[Any]]
ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
#: Twenty digits in fours, as they stand on a page.
CODE = re.compile(r"\b\d{4}(?: \d{4}){4}\b")


@pytest.fixture
def person(app: Flask, client: FlaskClient, engine: Engine, keys: Vault) -> Person:
    """Somebody who has sent; before them somebody else did."""
    app.extensions["code_effort"] = Effort(memory=8, passes=1)
    put_up(engine, keys)
    sent(Person(app.test_client()), "noise")
    return sent(Person(client), "mine")


def sent(person: Person, words: str) -> Person:
    """Answer and send."""
    person.start()
    person.press("continue", say=words)
    while 'value="send"' not in person.page:
        person.press("continue")
    person.press("send")
    return person


def asked(person: Person) -> str:
    """Ask for a code; the one that is shown."""
    assert person.press("code").status_code == 200
    return str(CODE.findall(person.page)[0])


def taken_back(app: Flask, code: str, address: str = "tiny") -> Person:
    """Somebody without a cookie types a code."""
    other = Person(app.test_client(), address)
    other.post({"go": "take-back"})
    assert heading(other.page) == "Take back answers you sent"
    other.post({"go": "withdraw", "code": code})
    return other


def work(engine: Engine, keys: Vault) -> None:
    """The job runs for the survey."""
    with Session(engine) as session:
        (survey_id,) = session.scalars(select(PublishedSurvey.id))
    withdraw(Bench(engine, keys, lambda done, total: None, {}), survey_id.hex())


def test_from_the_thanks_page_to_the_withdrawal(person: Person, app: Flask, engine: Engine, keys: Vault) -> None:
    assert "A note on paper or a photo can be found." in person.page
    code = asked(person)
    assert len(intake_answers(engine, keys)) == 2
    other = taken_back(app, code)
    assert heading(other.page) == "We will look for these answers"
    assert "within a day" in other.page
    work(engine, keys)
    assert ["noise" in str(answers) for answers in intake_answers(engine, keys)] == [True]


@ON_SQLITE
def test_without_asking_there_is_no_code(person: Person, look: Look) -> None:
    assert not CODE.search(person.page)
    assert look(select(Receipt.lookup)) == []


@ON_SQLITE
def test_a_code_is_shown_once_and_only_on_the_page(person: Person, app: Flask, look: Look) -> None:
    answer = person.press("code")
    (code,) = CODE.findall(answer.text)
    title = re.findall(r"<title>(.*?)</title>", answer.text, re.S)[0]
    assert not re.search(r"[Cc]ode|\d", title)
    assert not re.search(r"\d{4}", str(answer.headers).replace(answer.headers.get("Content-Length", "-"), ""))
    assert "Set-Cookie" not in answer.headers
    assert code not in person.look()
    assert heading(person.page) == "Thank you. Your answers are kept."
    stored = b"".join(value for row in look(select(Receipt)) for value in (row.lookup, row.sealed))
    assert code.replace(" ", "").encode() not in stored


@ON_SQLITE
def test_a_new_code_replaces_the_one_before(
    person: Person, app: Flask, engine: Engine, keys: Vault, look: Look
) -> None:
    old = asked(person)
    person.look()
    assert "After a new one, the old one does nothing." in person.page
    new = asked(person)
    assert len(look(select(Receipt.lookup))) == 1
    taken_back(app, old)
    work(engine, keys)
    assert intake_count(engine) == 2
    taken_back(app, new)
    work(engine, keys)
    assert intake_count(engine) == 1


@ON_SQLITE
def test_no_code_before_the_answers_are_sent(app: Flask, person: Person, look: Look) -> None:
    early = Person(app.test_client()).start()
    assert early.press("code").status_code == 400
    assert look(select(Receipt.lookup)) == []


@ON_SQLITE
@pytest.mark.parametrize("typed", ["", "1234", "1" * 20, "x" * 400, "<b>1234</b>"])
def test_what_cannot_be_a_code_is_said_at_once_and_stays_as_typed(
    person: Person, app: Flask, look: Look, typed: str
) -> None:
    other = Person(app.test_client())
    answer = other.post({"go": "withdraw", "code": typed})
    assert answer.status_code == 422
    assert "Check each digit: there are 20." in answer.text
    assert other.form()["code"] == typed
    assert look(select(Withdrawal.id)) == []


@ON_SQLITE
@pytest.mark.parametrize("where", ["at the gate", "at the slots"])
def test_where_it_is_busy_the_code_is_still_good(
    person: Person, app: Flask, monkeypatch: pytest.MonkeyPatch, look: Look, where: str
) -> None:
    code = asked(person)
    before = look(select(Receipt.lookup))
    if where == "at the gate":
        monkeypatch.setattr("surveys.responding.trying_codes.may_try_code", lambda survey_id: False)
    else:
        monkeypatch.setattr(codes, "PATIENCE", 0.0)
        codes._at_once.acquire()
        codes._at_once.acquire()
    try:
        other = Person(app.test_client())
        pages = [other.post({"go": "withdraw", "code": each}) for each in (code, new_code())]
        assert [page.status_code for page in pages] == [503, 503]
        assert "Your code is still good." in other.page
        person.look()
        assert person.press("code").status_code == 503
    finally:
        if where == "at the slots":
            codes._at_once.release()
            codes._at_once.release()
    assert look(select(Receipt.lookup)) == before
    assert look(select(Withdrawal.id)) == []
    monkeypatch.undo()
    assert heading(taken_back(app, code).page) == "We will look for these answers"


@ON_SQLITE
def test_a_closed_survey_gives_back_what_it_has(person: Person, app: Flask, engine: Engine, keys: Vault) -> None:
    code = asked(person)
    with session_for(engine) as session:
        session.execute(update(PublishedSurvey).values(state="closed"))
    other = Person(app.test_client())
    assert heading(other.look()) == "This survey has closed"
    assert "What you wrote here" not in other.page
    assert other.press("take-back").status_code == 200
    assert other.press("withdraw", **{}).status_code == 422
    taken_back(app, code)
    work(engine, keys)
    assert intake_count(engine) == 1


@ON_SQLITE
def test_where_all_answers_are_gone_there_is_nothing_to_take_back(person: Person, app: Flask, engine: Engine) -> None:
    with session_for(engine) as session:
        session.execute(update(PublishedSurvey).values(state=SHREDDED))
    other = Person(app.test_client())
    assert other.client.get("/tiny").status_code == 404
    assert other.post({"go": "withdraw", "code": new_code()}).status_code == 404
    assert "Take back" not in other.page
    assert other.client.post("/nowhere", data={"go": "take-back"}).status_code == 404


@ON_SQLITE
def test_another_site_cannot_send_a_code(person: Person, app: Flask, look: Look) -> None:
    data = {"go": "withdraw", "code": new_code()}
    for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        assert app.test_client().post("/tiny", data=data, headers=headers).status_code == 403
    assert look(select(Withdrawal.id)) == []


@ON_SQLITE
def test_nothing_is_locked_while_a_code_is_tried(
    person: Person, app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying takes a third of a second; others must be able to send meanwhile."""
    written: list[str] = []
    follow = codes.follow

    def write_meanwhile(*given: Any) -> codes.Followed:
        for each in (engine, app.extensions["drafts_engine"]):
            with each.connect() as connection:
                connection.exec_driver_sql("PRAGMA busy_timeout=50")
                connection.rollback()
                connection.exec_driver_sql("CREATE TABLE meanwhile (x)")
                connection.exec_driver_sql("DROP TABLE meanwhile")
                written.append("written")
        return follow(*given)

    monkeypatch.setattr(codes, "follow", write_meanwhile)
    code = asked(person)
    taken_back(app, code)
    assert written == ["written"] * 4
