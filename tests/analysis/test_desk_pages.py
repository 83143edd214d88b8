"""The staff pages of the top floor over HTTP: coding, findings, revision, home."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.coding import counting
from analysis.coding.tables import Coding, Suggestion
from analysis.standard.edition import load_edition
from analysis.taking_in import take_in
from safekeeping.jobs import Bench, enqueue
from safekeeping.permissions import ROLES, permits
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from tests.factories import let_in, published_survey, submitted

Look = Callable[[Any], list[Any]]
WORDS = "The poster in the surgery only showed women. I was put on a waiting list for seven months."


def signed_in(app: Flask, session: Session, name: str = "Researcher", roles: tuple[str, ...] = ROLES) -> FlaskClient:
    """A browser at the desk."""
    return let_in(app, session, name, roles)


@pytest.fixture
def survey_id(session: Session, engine: Engine, keys: Vault, model_folder: Path) -> bytes:
    """A survey whose twelve answers are taken in."""
    row = published_survey(session, keys)
    submitted(session, row, 12, say=WORDS)
    session.commit()
    survey_id = row.id
    session.rollback()
    take_in(Bench(engine, keys, lambda done, total: None, {"model folder": model_folder}), survey_id.hex())
    return survey_id


@pytest.fixture
def desk(app: Flask, session: Session, survey_id: bytes) -> FlaskClient:
    """A researcher at the desk of that survey."""
    return signed_in(app, session)


def next_page(desk: FlaskClient) -> str:
    """Where the next passage to code is."""
    return desk.get("/desk/code/tiny").headers["Location"]


def decide(desk: FlaskClient, page: str, decision: str, *sections: str) -> int:
    token = re.search(r'name="token" value="(\w+)"', desk.get(page).text)
    assert token
    answer = desk.post(page, data={"token": token[1], "decide": decision, "section": list(sections)})
    return answer.status_code


def test_a_decision_is_kept_apart_from_the_suggestion(desk: FlaskClient, look: Look) -> None:
    suggested = look(select(Suggestion.confidence).order_by(Suggestion.passage_id))
    assert decide(desk, next_page(desk), "save", "OE", "LG", "no such section") == 303
    (coding,) = look(select(Coding))
    assert (coding.sections, coding.act, coding.standard) == (["LG", "OE"], "changed", "mdan")
    assert look(select(Suggestion.confidence).order_by(Suggestion.passage_id)) == suggested


def test_accepting_takes_what_the_machine_said(desk: FlaskClient, look: Look) -> None:
    decide(desk, next_page(desk), "accept")
    (coding,) = look(select(Coding))
    assert coding.act == "accepted"
    assert [coding.sections] == look(select(Suggestion.sections).where(Suggestion.passage_id == coding.passage_id))


def test_none_of_these_is_a_decision(desk: FlaskClient, look: Look) -> None:
    decide(desk, next_page(desk), "none")
    assert look(select(Coding.sections)) == [[]]


def test_a_changed_mind_is_a_new_row(desk: FlaskClient, look: Look) -> None:
    page = next_page(desk)
    decide(desk, page, "save", "AE")
    assert desk.get("/desk/code/tiny/last").headers["Location"] == page
    decide(desk, page, "save", "SD")
    assert sorted(look(select(Coding.sections))) == [["AE"], ["SD"]]


def test_the_next_passage_is_one_this_person_has_not_coded(app: Flask, session: Session, desk: FlaskClient) -> None:
    page = next_page(desk)
    decide(desk, page, "save", "AE")
    assert next_page(desk) != page
    assert next_page(signed_in(app, session, "Somebody else")) == page


def test_at_the_end_it_says_so(desk: FlaskClient) -> None:
    while "Location" in (answer := desk.get("/desk/code/tiny")).headers:
        decide(desk, answer.headers["Location"], "none")
    assert "You have coded everything there is" in answer.text


@pytest.mark.parametrize("decision", ["", "publish"])
def test_an_unknown_decision_is_refused(desk: FlaskClient, decision: str) -> None:
    assert decide(desk, next_page(desk), decision) == 400


@pytest.mark.parametrize("passage", ["0" * 32, "not-hex", "last?"])
def test_a_passage_that_is_not_there(desk: FlaskClient, passage: str) -> None:
    assert desk.get(f"/desk/code/tiny/{passage}").status_code in (303, 404)


def test_a_passage_of_another_survey_is_not_there(desk: FlaskClient, session: Session, keys: Vault) -> None:
    published_survey(session, keys, "second")
    session.commit()
    assert desk.get(next_page(desk).replace("/tiny/", "/second/")).status_code == 404


def test_the_page_shows_the_answer_and_why(desk: FlaskClient) -> None:
    shown = desk.get(next_page(desk)).text
    assert "only showed women" in shown
    assert "Words that led there" in shown


@pytest.mark.parametrize("page", ["/desk/find/tiny", "/desk/find/tiny/report.html", "/desk/revise", "/desk/"])
def test_the_pages_open(desk: FlaskClient, page: str) -> None:
    assert desk.get(page).status_code == 200


def test_the_chart_is_a_picture_that_can_do_nothing(desk: FlaskClient) -> None:
    chart = desk.get("/desk/find/tiny/chart.svg")
    assert chart.headers["Content-Type"].startswith("image/svg+xml")
    assert "script" not in chart.headers["Content-Security-Policy"]
    assert "<desc" in chart.text


def test_before_anybody_answered_the_pages_say_what_comes_next(app: Flask, session: Session, keys: Vault) -> None:
    published_survey(session, keys)
    desk = signed_in(app, session)
    assert "nothing to code yet" in desk.get("/desk/code/tiny").text
    assert "No findings yet" in desk.get("/desk/find/tiny").text
    assert desk.get("/desk/find/tiny/report.html").status_code == 404
    assert desk.get("/desk/revise").status_code == 200


def test_without_a_survey_the_pages_teach(app: Flask, session: Session) -> None:
    desk = signed_in(app, session)
    for page in ("/desk/", "/desk/collect", "/desk/code", "/desk/find", "/desk/revise"):
        assert "publish" in desk.get(page).text.lower()


def test_with_two_surveys_one_chooses(desk: FlaskClient, session: Session, keys: Vault) -> None:
    published_survey(session, keys, "second")
    session.commit()
    for page in ("/desk/code", "/desk/find"):
        assert "Which consultation?" in desk.get(page).text


@pytest.mark.parametrize(("state", "words"), [("queued", "being taken in"), ("failed", "They are safe")])
def test_home_tells_how_the_job_is(
    desk: FlaskClient, session: Session, survey_id: bytes, state: str, words: str
) -> None:
    enqueue(session, "take in", survey_id.hex()).state = state
    session.commit()
    assert words in desk.get("/desk/").text


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_pages_only(app: Flask, session: Session, survey_id: bytes, role: str) -> None:
    desk = signed_in(app, session, role, (role,))
    for action in ("collect", "code", "find", "revise"):
        expected = {200, 303} if permits(frozenset({role}), action) else {403}
        assert desk.get(f"/desk/{action}").status_code in expected


def test_progress_counts_passages_not_decisions(session: Session, survey_id: bytes, desk: FlaskClient) -> None:
    page = next_page(desk)
    decide(desk, page, "save", "AE")
    decide(desk, page, "save", "SD")
    person = add_staff(session, "Researcher", ())
    assert counting.progress(session, survey_id, person.id) == counting.Progress(1, 24)


def test_sections_are_kept_in_the_order_of_the_standard() -> None:
    assert load_edition("mdan").in_order(["OE", "LG", "OE", "XX"]) == ("LG", "OE")
