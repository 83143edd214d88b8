"""The gate as a browser meets it: what is set aside shows nowhere but in the sealed blob, and nobody is sent away."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.permissions import ROLES
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import BATCH, mix
from surveys.intake.read import read_all
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Intake, Response
from surveys.responding import visiting, watching
from surveys.responding.buckets import Size
from surveys.responding.gate import USUAL, Gate
from tests.factories import NOW, as_open, opener_of, published_survey
from tests.surveys.browsing import Person, heading, put_up
from tests.surveys.managing.at_the_desk import at_the_desk

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time go by for pages: `patience(600)` is ten minutes."""
    passed = [0.0]

    def go_by(seconds: float) -> None:
        passed[0] += seconds

    for module in (visiting, watching):
        monkeypatch.setattr(module, "now", lambda: NOW + timedelta(seconds=passed[0]))
    monkeypatch.setattr("surveys.responding.pages.now", lambda: NOW + timedelta(seconds=passed[0]))
    return go_by


@pytest.fixture
def person(app: Flask, engine: Engine, keys: Vault, patience: Callable[[float], None]) -> Person:
    """Somebody at the tiny survey, in a process whose clock is that of the pages."""
    put_up(engine, keys)
    return Person(app.test_client())


def verdicts(engine: Engine, keys: Vault) -> list[bool]:
    """What the blobs that wait say."""
    with Session(engine.execution_options(reading=True)) as session:
        opener = opener_of(keys, session.scalars(select(PublishedSurvey)).one())
        return [opener.intake(blob).set_aside for blob in session.scalars(select(Intake.sealed))]


def test_a_person_counts_and_a_program_is_thanked_the_same(
    person: Person, patience: Callable[[float], None], engine: Engine, keys: Vault, app: Flask
) -> None:
    person.start().press("continue", say="Some words of mine")
    patience(200)
    person.press("send")
    assert verdicts(engine, keys) == [False]
    program = Person(app.test_client())
    program.start().press("continue", say="Buy this now")
    program.press("send")
    assert sorted(verdicts(engine, keys)) == [False, True]
    assert _without_token(program) == _without_token(person)


def _without_token(person: Person) -> str:
    return re.sub("<!--.*?-->|[0-9a-f]{64}", "", person.page, flags=re.DOTALL)


@ON_SQLITE
def test_the_field_nobody_sees_is_remembered_when_somebody_goes_back(
    person: Person, patience: Callable[[float], None], engine: Engine, keys: Vault
) -> None:
    person.start()
    assert person.form()["more"] == ""
    page = {**person.form(), "q-say": "Words", "more": "http://example.org"}
    person.post({**page, "go": "continue"})
    person.press("back")
    patience(600)
    person.press("continue")
    person.press("send")
    assert verdicts(engine, keys) == [True]


@ON_SQLITE
def test_the_field_nobody_sees_cannot_be_reached(person: Person) -> None:
    person.start()
    field = person.page[person.page.index("<div hidden") :].split("</div>")[0]
    assert 'aria-hidden="true"' in field
    assert 'tabindex="-1"' in field
    assert 'autocomplete="off"' in field
    assert "Leave this empty" in field


@ON_SQLITE
def test_who_could_not_start_is_told_to_wait_and_nothing_is_kept(person: Person, app: Flask) -> None:
    app.extensions["gate"] = Gate(sizes=replace(USUAL, starts=Size(0, 0)))
    person.look()
    answer = person.press("start")
    assert answer.status_code == 503
    assert "Please wait a minute, then press ‘Start’ again." in person.page
    assert person.client.get_cookie("s") is None
    app.extensions["gate"] = Gate()
    assert person.press("start").status_code == 303


@ON_SQLITE
def test_words_typed_too_late_are_shown_where_no_new_draft_can_be_begun(
    person: Person, app: Flask, patience: Callable[[float], None]
) -> None:
    person.start()
    patience(5 * 3600)
    app.extensions["gate"] = Gate(sizes=replace(USUAL, starts=Size(0, 0)))
    answer = person.press("continue", say="These are words that must not be lost.")
    assert answer.status_code == 503
    assert "These are words that must not be lost." in person.page


@ON_SQLITE
def test_a_trial_is_never_set_aside(app: Flask, engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        row = published_survey(session, keys)
        row.state = "trial"
    person = Person(app.test_client())
    person.start().press("continue", say="Quick")
    person.press("send")
    assert heading(person.page) == "Thank you. This was a trial."
    assert verdicts(engine, keys) == [False]


# At the desk ---------------------------------------------------------------------------------------


@pytest.fixture
def some_aside(engine: Engine, keys: Vault, session: Session) -> int:
    """A survey with 25 mixed responses, 23 of them set aside."""
    row = published_survey(session, keys)
    for number in range(25):
        answers = {"audience": "survivor", "say": f"Words number {number}"}
        submit(session, as_open(row), Submission(answers, set_aside=number >= 2), bytes([number]) * 16)
    assert mix(session, row.id, opener_of(keys, row)) == 25 >= BATCH
    session.commit()
    return 23


def counted(engine: Engine, keys: Vault) -> int:
    """How many responses count."""
    with Session(engine.execution_options(reading=True)) as session:
        row = session.scalars(select(PublishedSurvey)).one()
        return len(list(read_all(session, row.id, opener_of(keys, row))))


def test_a_researcher_looks_and_lets_in(
    app: Flask, session: Session, some_aside: int, look: Look, engine: Engine, keys: Vault
) -> None:
    desk = at_the_desk(app, session)
    page = "/desk/collect/tiny/set-aside"
    assert "23</span> set aside" in desk.look(page)
    assert desk.look(page).count("One set of answers") == 20
    assert desk.look(f"{page}?part=1").count("One set of answers") == 3
    assert "/desk/collect/tiny/set-aside" in desk.look("/desk/collect")
    one = look(select(Response.id).where(Response.set_aside).limit(1))[0]
    assert desk.press(page, let=f"one:{one.hex()}").status_code == 303
    assert counted(engine, keys) == 3
    desk.press(page, let="all")
    assert counted(engine, keys) == 25
    assert "Fewer than ten" in desk.look(page)
    assert ": fewer than ten" in desk.look("/desk/collect")


@ON_SQLITE
def test_a_small_number_is_not_said(app: Flask, session: Session, some_aside: int, look: Look) -> None:
    desk = at_the_desk(app, session)
    for one in look(select(Response.id).where(Response.set_aside))[:20]:
        desk.press("/desk/collect/tiny/set-aside", let=f"one:{one.hex()}")
    shown = desk.look("/desk/collect/tiny/set-aside")
    assert "Fewer than ten</span> set aside" in shown
    assert shown.count("Words number") == 3


@ON_SQLITE
@pytest.mark.parametrize("roles", [("author",), ("analyst",), ("administrator",)])
def test_only_who_reads_answers_looks(app: Flask, session: Session, some_aside: int, roles: tuple[str, ...]) -> None:
    assert set(roles) <= set(ROLES)
    desk = at_the_desk(app, session, roles=roles)
    assert desk.client.get("/desk/collect/tiny/set-aside").status_code == 403
    assert "set-aside" not in desk.client.get("/desk/collect").text


@ON_SQLITE
@pytest.mark.parametrize("let", ["", "none", "one", "one:xyz"])
def test_what_no_button_says_is_refused(app: Flask, session: Session, some_aside: int, let: str, look: Look) -> None:
    desk = at_the_desk(app, session)
    desk.press("/desk/collect/tiny/set-aside", let=let)
    assert len(look(select(Response.id).where(Response.set_aside))) == some_aside


@ON_SQLITE
def test_a_response_of_another_survey_is_not_let_in(
    app: Flask, session: Session, keys: Vault, some_aside: int, look: Look
) -> None:
    published_survey(session, keys, "second")
    desk = at_the_desk(app, session)
    one = look(select(Response.id).where(Response.set_aside).limit(1))[0]
    other = look(select(PublishedSurvey.address).where(PublishedSurvey.address != "tiny"))[0]
    desk.press(f"/desk/collect/{other}/set-aside", let=f"one:{one.hex()}")
    assert len(look(select(Response.id).where(Response.set_aside))) == some_aside
