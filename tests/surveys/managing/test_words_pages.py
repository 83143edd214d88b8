"""Translating at the desk: source beside box, nothing typed is lost, sheets go out and come in."""

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.definition.translating import DRIFTED, counted, lines_of
from surveys.writing.written import WrittenSurvey, tables_of, take_step
from tests.surveys.managing.at_the_desk import Desk, at_the_desk

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
INTO = "words/cy"


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    desk = at_the_desk(app, session)
    assert desk.press("words", language="cy").status_code == 303
    return desk


def now(session: Session) -> dict[str, Any]:
    """The tables as they stand."""
    session.expire_all()
    tables = tables_of(session, session.scalars(select(WrittenSurvey)).one())
    session.rollback()
    return tables


def change(session: Session, wording: str) -> None:
    """Somebody rewords the first question."""
    row = session.scalars(select(WrittenSurvey)).one()
    tables = tables_of(session, row)
    tables["page"][1]["question"][0]["wording"] = {**tables["page"][1]["question"][0]["wording"], "default": wording}
    take_step(session, row, tables, "reworded it")
    session.commit()


def box(session: Session, place: str) -> str:
    return f"t-{next(line.key for line in lines_of(now(session), 'cy') if line.place == place)}"


ASKED = "question “asked”, wording"


def test_a_language_is_added_once_and_only_from_the_list(desk: Desk, session: Session) -> None:
    assert now(session)["languages"] == ["cy"]
    desk.press("words", language="cy")
    assert now(session)["languages"] == ["cy"]
    assert desk.press("words", language="xx").status_code == 422
    assert desk.client.get(desk.at("words/ar")).status_code == 404


def test_a_translation_is_kept_beside_its_source(desk: Desk, session: Session) -> None:
    answer = desk.press(f"{INTO}?page=asking", **{box(session, ASKED): "Wnaethoch chi ofyn am help?"})
    assert answer.status_code == 303
    assert now(session)["page"][1]["question"][0]["wording"]["cy"] == "Wnaethoch chi ofyn am help?"
    page = desk.look(answer.headers["Location"])
    assert "Saved. One text changed." in page
    assert "1 done" in page


def test_a_translation_that_was_outgrown_can_be_stood_by(desk: Desk, session: Session) -> None:
    desk.press(f"{INTO}?page=asking", **{box(session, ASKED): "Wnaethoch chi ofyn am help?"})
    change(session, "Did you look for help?")
    page = desk.look(f"{INTO}?page=asking")
    assert "1 to look at again because the source changed since" in page
    assert counted(lines_of(now(session), "cy"))[DRIFTED] == 1
    right = re.search(r'name="right" value="(\w+)"', page)
    assert right
    desk.press(f"{INTO}?page=asking", right=right[1], **{f"t-{right[1]}": "Wnaethoch chi ofyn am help?"})
    assert counted(lines_of(now(session), "cy"))[DRIFTED] == 0


def test_when_somebody_else_changed_the_survey_the_words_come_back(desk: Desk, session: Session) -> None:
    field = box(session, ASKED)
    shown = desk.client.get(desk.at(f"{INTO}?page=asking")).text
    token = re.search(r'name="token" value="(\w+)"', shown)
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert token
    assert seen
    row = session.scalars(select(WrittenSurvey)).one()
    take_step(session, row, tables_of(session, row), "meanwhile")
    session.commit()
    sent = {"token": token[1], "seen": seen[1], "page": "asking", field: "Fy ngeiriau i"}
    answer = desk.client.post(desk.at(INTO), data=sent)
    assert answer.status_code == 422
    assert "Fy ngeiriau i" in answer.text
    assert "Somebody changed this survey" in answer.text
    assert "cy" not in str(now(session)["page"])


def test_what_is_too_long_comes_back(desk: Desk, session: Session) -> None:
    answer = desk.press(f"{INTO}?page=asking", **{box(session, ASKED): "ŵ" * 2001})
    assert answer.status_code == 422
    assert "ŵ" * 2001 in answer.text
    assert "Shorten it" in answer.text


def sheet(desk: Desk, work: Callable[[Any], None]) -> io.BytesIO:
    """The exported sheet after a translator worked on it."""
    answer = desk.client.get(desk.at(f"{INTO}/sheet.xlsx"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="translation-cy.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    work(book.worksheets[0])
    held = io.BytesIO()
    book.save(held)
    book.close()
    held.seek(0)
    return held


def _fill(found: Any) -> None:
    for row in range(2, found.max_row + 1):
        found.cell(row, 4).value = "Cyfieithiad"


def test_a_sheet_goes_out_and_comes_in(desk: Desk, session: Session) -> None:
    filled = sheet(desk, _fill)
    page = desk.press(INTO, f"{INTO}/sheet", sheet=(filled, "any.xlsx")).text
    assert "No row was left out" in page
    assert counted(lines_of(now(session), "cy"))["missing"] == 0


def test_rows_that_no_longer_fit_are_reported(desk: Desk, session: Session) -> None:
    filled = sheet(desk, _fill)
    desk.press(f"{INTO}?page=asking", **{box(session, ASKED): "Gair"})
    change(session, "Did you look for help?")
    page = desk.press(INTO, f"{INTO}/sheet", sheet=(filled, "any.xlsx")).text
    assert "1 row was left out" in page
    assert "Did you look for help?" in page


def test_a_file_that_is_no_sheet_is_refused_and_changes_nothing(desk: Desk, session: Session) -> None:
    before = now(session)
    answer = desk.press(INTO, f"{INTO}/sheet", sheet=(io.BytesIO(b"PK\x03\x04 no"), "any.xlsx"))
    assert answer.status_code == 422
    assert desk.press(INTO, f"{INTO}/sheet").status_code == 422
    assert now(session) == before
