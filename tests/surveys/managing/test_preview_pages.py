"""Looking at a survey before anybody else does: the real page in a frame, and why it is shown."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.writing.written import WrittenSurvey, tables_of, take_step
from tests.surveys.managing.at_the_desk import Desk, at_the_desk

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return at_the_desk(app, session)


def test_the_frame_shows_the_real_page(desk: Desk) -> None:
    page = desk.look("frame?page=asking")
    assert "Did you ask for help?" in page
    assert "How did you ask?" not in page
    assert "How did you ask?" in desk.look("frame?page=asking&s-asked=yes")


def test_what_stands_around_the_pages_is_shown_too(desk: Desk) -> None:
    assert "A few questions that hang on each other." in desk.look("frame?page=-intro")
    assert "Did you ask for help?" in desk.look("frame?page=-check&s-asked=yes")


def test_a_page_that_these_people_do_not_come_to_says_so(desk: Desk) -> None:
    assert "do not come to this page" in desk.look("frame?page=waiting&s-asked=no")
    assert "How many weeks did you wait?" in desk.look("frame?page=waiting&s-asked=yes&s-how=phone")


def test_only_the_frame_may_stand_in_a_frame_and_only_in_ours(desk: Desk) -> None:
    frame, preview = desk.client.get(desk.at("frame")), desk.client.get(desk.at("preview"))
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert "script-src 'self'" in frame.headers["Content-Security-Policy"]
    assert preview.headers["X-Frame-Options"] == "DENY"
    assert preview.headers["Content-Security-Policy"].endswith("frame-src 'self'")
    assert "frame-ancestors 'none'" in preview.headers["Content-Security-Policy"]


def test_reasons_stand_beside_the_frame_with_the_answers_that_decide(desk: Desk) -> None:
    page = desk.look("preview?s-asked=no")
    assert "Only if the answer to “Did you ask for help?” is “Yes”: <b>not so now</b>" in page
    assert "“Did you ask for help?” is answered: No" in page
    assert "<b>so it is now</b>" in desk.look("preview?s-asked=yes")


def pressed(desk: Desk, query: str, **fields: str) -> str:
    """Where a button in the frame leads."""
    sent = {name.replace("__", "-"): value for name, value in fields.items()}
    answer = desk.press(f"frame?{query}", f"frame?{query}", **sent)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_buttons_in_the_frame_lead_on_with_what_was_answered(desk: Desk) -> None:
    assert "page=you" in pressed(desk, "page=-intro", go="start")
    assert "page=asking" in pressed(desk, "page=you", go="continue", q__audience="provider")
    assert "audience=provider" in pressed(desk, "page=you", go="continue", q__audience="provider")
    assert "page=you" in pressed(desk, "page=asking", go="back")
    assert "page=-check" in pressed(desk, "page=asking", go="continue", q__asked="no")
    assert "page=waiting" in pressed(desk, "page=asking&s-asked=yes", go="continue", q__asked="yes", q__how="visit")
    assert "page=asking" in pressed(desk, "page=-check&s-asked=no", go="change:asking")


def test_what_an_answer_opens_on_the_same_page_is_shown_before_the_next(desk: Desk) -> None:
    there = pressed(desk, "page=asking", go="continue", q__asked="yes")
    assert "page=asking" in there
    assert "How did you ask?" in desk.look(there)


def test_other_languages_are_a_press_away(desk: Desk, session: Session) -> None:
    row = session.scalars(select(WrittenSurvey)).one()
    tables = tables_of(session, row)
    tables |= {"languages": ["cy"], "intro": [{"default": "Some questions.", "cy": "Rhai cwestiynau."}]}
    take_step(session, row, tables, "added Welsh")
    session.commit()
    assert "Rhai cwestiynau." in desk.look("frame?in=cy")
    assert "language=cy" in pressed(desk, "page=asking", go="language:cy")
    assert '<html lang="cy"' in desk.look("frame?page=asking&language=cy")


def test_a_survey_with_faults_says_what_to_mend(desk: Desk, session: Session) -> None:
    row = session.scalars(select(WrittenSurvey)).one()
    take_step(session, row, {"title": "Half a survey"}, "broke it")
    session.commit()
    answer = desk.client.get(desk.at("preview"))
    assert answer.status_code == 422
    assert "has to be mended" in answer.text
    assert "must be mended first" in desk.look("frame")


def test_nonsense_in_the_address_is_as_if_it_were_not_there(desk: Desk) -> None:
    query = "page=nowhere&audience=x&language=xx&screen=9&s-asked=maybe&s-wait=nan&_external=1&_scheme=ftp"
    assert "Who are you?" in desk.look(f"frame?{query}")
    assert desk.look(f"preview?{query}")
    assert desk.press(f"frame?{query}", f"frame?{query}", go="x").headers["Location"].startswith("/desk/write/")
