"""Save and come back: on request, with the risk said first; everything is in place again; and it is gone when said."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from safekeeping.codes import Effort, new_code
from safekeeping.vault import Vault
from surveys.responding.drafts import SAVED_FOR, DraftRow, SavedRow, sweep
from surveys.responding.visiting import now
from tests.surveys.browsing import Person, heading, intake_answers, intake_count, put_up
from tests.surveys.test_receipts import CODE

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
WORDS = "Half a\r\nsentence, canary"


@pytest.fixture
def person(app: Flask, client: FlaskClient, engine: Engine, keys: Vault) -> Person:
    """Somebody on the page where they write; somebody else has saved a copy of their own."""
    app.extensions["code_effort"] = Effort(memory=8, passes=1)
    put_up(engine, keys)
    noise = Person(app.test_client()).start()
    noise.press("save")
    noise.press("save:code")
    return Person(client).start()


def saved(person: Person) -> str:
    """Save, and read the code."""
    person.press("save:code")
    return str(CODE.findall(person.page)[0])


def back(app: Flask, code: str) -> Person:
    """Somebody on another device types a code."""
    other = Person(app.test_client())
    other.look()
    other.press("intro")
    other.press("come-back")
    assert heading(other.page) == "Go on with answers you saved"
    other.post({"go": "come-back", "code": code})
    return other


def in_drafts(app: Flask, statement: Any) -> list[Any]:
    with Session(app.extensions["drafts_engine"]) as session:
        return list(session.execute(statement).all())


def copies(app: Flask) -> int:
    """How many copies there are, beside the other person's."""
    return int(in_drafts(app, select(func.count()).select_from(SavedRow))[0][0]) - 1


def test_on_another_device_everything_is_in_place(person: Person, app: Flask, engine: Engine, keys: Vault) -> None:
    person.press("save", say=WORDS)
    assert heading(person.page) == "Save and come back later"
    assert person.page.index("can read what you wrote so far") < person.page.index('value="save:code"')
    assert copies(app) == 0, "nothing is saved before it was asked for"
    code = saved(person)
    assert person.client.get("/x").status_code == 303
    other = back(app, code)
    assert other.form()["q-say"] == WORDS
    while 'value="send"' not in other.page:
        other.press("continue")
    other.press("send")
    assert heading(other.page) == "Thank you. Your answers are kept."
    assert [answers["say"].split(",")[1] for answers in intake_answers(engine, keys)] == [" canary"]
    assert copies(app) == 0


@ON_SQLITE
def test_going_on_here_keeps_the_words_and_sending_ends_the_copy(person: Person, app: Flask) -> None:
    person.press("save", say=WORDS)
    code = saved(person)
    assert code not in person.look()
    assert person.form()["q-say"] == WORDS
    while 'value="send"' not in person.page:
        person.press("continue")
    person.press("save")
    assert heading(person.page) == "Save and come back later"
    person.look()
    person.press("send")
    assert copies(app) == 0
    assert "does not open anything" in back(app, code).page


@ON_SQLITE
def test_there_is_one_of_these_answers_only(person: Person, app: Flask, engine: Engine) -> None:
    """Whoever goes on elsewhere ends it here: two could be sent, and one of them would be thanked for and not kept."""
    person.press("save", say="first")
    code = saved(person)
    second = back(app, code)
    assert 'name="q-say"' in second.page
    person.post({"go": "continue", "page": "say", "q-say": "late words"})
    assert "we have to start again. Nothing has been sent." in person.page
    third = back(app, code)
    second.post({"go": "send"})
    assert "we have to start again" in second.page
    while 'value="send"' not in third.page:
        third.press("continue")
    third.press("send")
    assert intake_count(engine) == 1


@ON_SQLITE
def test_saving_again_keeps_the_code_and_a_new_code_ends_the_old_one(person: Person, app: Flask) -> None:
    person.press("save", say="one")
    first = saved(person)
    person.look()
    person.press("save", say="two")
    person.press("save:again")
    assert heading(person.page) == "It is saved"
    assert not CODE.search(person.page)
    assert back(app, first).form()["q-say"] == "two"
    again = back(app, first)
    again.press("save", say="three")
    second = saved(again)
    assert copies(app) == 1
    assert "does not open anything" in back(app, first).page
    assert back(app, second).form()["q-say"] == "three"


@ON_SQLITE
def test_a_copy_can_be_thrown_away(person: Person, app: Flask) -> None:
    person.press("save", say=WORDS)
    code = saved(person)
    person.press("save:forget")
    assert person.form()["q-say"] == WORDS
    assert copies(app) == 0
    assert "does not open anything" in back(app, code).page
    assert person.press("save:again").status_code == 400
    person.look()
    assert person.press("save:nonsense").status_code == 400


@ON_SQLITE
@pytest.mark.parametrize(("after", "there"), [(SAVED_FOR, 2), (SAVED_FOR + timedelta(hours=2), 0)])
def test_after_seven_days_it_is_gone(person: Person, app: Flask, after: timedelta, there: int) -> None:
    assert timedelta(days=7) == SAVED_FOR
    person.press("save", say=WORDS)
    saved(person)
    with Session(app.extensions["drafts_engine"]) as session:
        sweep(session, now() + after)
        session.commit()
    assert len(in_drafts(app, select(SavedRow.fingerprint))) == there
    assert in_drafts(app, select(DraftRow.fingerprint)) == []


@ON_SQLITE
def test_what_is_over_does_not_open_even_before_it_is_swept(person: Person, app: Flask) -> None:
    person.press("save", say=WORDS)
    code = saved(person)
    with Session(app.extensions["drafts_engine"]) as session:
        session.execute(update(SavedRow).values(ends_hour=0))
        session.commit()
    assert "does not open anything" in back(app, code).page


@ON_SQLITE
def test_wrong_codes_look_the_same_and_stay_as_typed(person: Person, app: Flask, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "second")
    person.press("save", say=WORDS)
    used = saved(person)
    person.press("save:forget")
    person.press("save")
    elsewhere = saved(person)
    pages = set()
    for code, address in ((new_code(), "tiny"), (used, "tiny"), (elsewhere, "second"), (new_code(), "second")):
        other = Person(app.test_client(), address)
        answer = other.post({"go": "come-back", "code": code})
        assert (answer.status_code, other.form()["code"], "Set-Cookie" in answer.headers) == (422, code, False)
        pages.add(other.page.split("<main")[1].split("</main")[0].replace(code, "").replace("/second", "/tiny"))
    assert len(pages) == 1
    slip = Person(app.test_client()).post({"go": "come-back", "code": "1234 5678"})
    assert (slip.status_code, "there are 20" in slip.text) == (422, True)


@ON_SQLITE
def test_where_it_is_busy_every_word_is_still_there(
    person: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.press("save", say=WORDS)
    code = saved(person)
    person.look()
    person.press("save")
    monkeypatch.setattr("surveys.responding.trying_codes.may_try_code", lambda survey_id: False)
    assert person.press("save:code").status_code == 503
    assert "We are busy just now." in person.page
    other = Person(app.test_client())
    assert other.post({"go": "come-back", "code": code}).status_code == 503
    assert other.form()["code"] == code
    monkeypatch.undo()
    assert person.look()
    assert person.form()["q-say"] == WORDS
    assert back(app, code).form()["q-say"] == WORDS


@ON_SQLITE
def test_a_copy_is_sealed_and_tells_the_hour_only(person: Person, app: Flask) -> None:
    person.press("save", say=WORDS)
    code = saved(person)
    for fingerprint, sealed, ends in in_drafts(app, select(SavedRow.fingerprint, SavedRow.sealed, SavedRow.ends_hour)):
        assert len(fingerprint) == 32
        assert len(sealed) % 4096 < 64
        assert b"canary" not in sealed
        assert code.replace(" ", "").encode() not in sealed
        assert ends - int(now().timestamp() // 3600) in (168, 169)
