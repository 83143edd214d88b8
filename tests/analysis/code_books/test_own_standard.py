"""A survey on a standard of one's own, from the first code to the report; and decisions carried to a later version."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.code_books.acts import Act
from analysis.code_books.carrying import Carrying, look_again, next_to_look_at
from analysis.code_books.drafts import act_on, begin_book, begin_draft, draft_of, publish_draft
from analysis.code_books.tree import Book, Code, first_id
from analysis.code_books.versions import book_for, edition_named
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.findings.tables import Findings
from analysis.learning.choosing import has_examples
from analysis.learning.training_rows import training_rows
from analysis.taking_in import take_in
from safekeeping.clock import steady_now
from safekeeping.jobs import Bench
from safekeeping.organisations import first_organisation
from safekeeping.staff import Staff, add_staff
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, publish
from surveys.intake.mix import mix
from surveys.intake.tables import Response
from surveys.writing.written import WrittenSurvey
from tests.factories import definition, let_in, opener_of, submitted

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
THEMES = (Code(first_id("ours", "A1"), "A1", "Waiting", "How long people wait before somebody helps."),)
BOOK = Book(
    "ours",
    "Our own standard",
    codes=(
        Code(first_id("ours", "A"), "A", "Waiting times", "How long people wait.", children=THEMES),
        Code(first_id("ours", "B"), "B", "Pets", "What happens to animals.", cues=()),
    ),
)


def send(desk: FlaskClient, page: str, **fields: Any) -> Any:
    token = re.search(r'name="token" value="(\w+)"', desk.get("/desk/account").text)
    assert token
    return desk.post(page, data={"token": token[1], **fields})


def published_book(session: Session, person: Staff) -> None:
    begin_book(session, BOOK, first_organisation(session).id, person.id)
    next_one(session, person, "ours")


def next_one(session: Session, person: Staff, name: str, *acts: Act) -> None:
    """The next version, after these acts; as if it was published a minute after what was decided."""
    here = draft_of(session, name) or begin_draft(session, name, person.id)
    act_on(session, here, acts, 0, person.id)
    here = draft_of(session, name) or here
    publish_draft(session, here, len(acts), person.id, "", steady_now() + timedelta(minutes=1))


@pytest.fixture
def person(session: Session) -> Staff:
    return add_staff(session, "Coder", ("coder",))


@pytest.fixture
def bench(engine: Engine, keys: Vault, model_folder: Path) -> Bench:
    return Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})


@pytest.fixture
def row(session: Session, keys: Vault, person: Staff) -> PublishedSurvey:
    """A survey on a standard of one's own, with twelve answers that wait to be taken in."""
    published_book(session, person)
    row = publish(session, keys, f'standard = "{BOOK.name}"\n{definition()}', steady_now())
    for said in ("I waited for seven months.", "My hamster kept me there.", "They were kind."):
        submitted(session, row, 4, say=said)
    return row


def test_it_is_written_coded_suggested_for_and_reported(
    app: Flask, session: Session, row: PublishedSurvey, bench: Bench, look: Look
) -> None:
    address, survey_id = row.address, row.id
    desk = let_in(app, session)
    assert "Our own standard" in desk.get("/desk/write/new").text
    begun = send(desk, "/desk/write/new/standard", standard="ours")
    assert begun.status_code == 303
    assert "Waiting" in desk.get(begun.location).text
    assert "Our own standard" in desk.get(f"{begun.location}/settings").text
    assert "Choose one of:" not in desk.get(f"{begun.location}/launch").text
    assert len(look(select(WrittenSurvey))) == 1

    assert "Pets" in desk.get(f"/desk/code/{address}/seeds").text
    assert send(desk, f"/desk/code/{address}/seeds", B="hamster\ndog").status_code == 303
    take_in(bench, survey_id.hex())
    suggested = look(select(Suggestion).where(Suggestion.sections != []))
    assert {tuple(each.sections) for each in suggested} >= {("B",)}
    (passage, *_rest) = look(select(Passage))
    page = f"/desk/code/{address}/{passage.id.hex()}"
    assert "Pets" in desk.get(page).text
    assert send(desk, page, decide="save", section=["B", "LG"]).status_code == 303
    (coding,) = look(select(Coding))
    assert (coding.sections, coding.standard) == (["B"], "ours")
    assert look(select(Findings))
    assert "Waiting times" in desk.get(f"/desk/find/{address}").text
    assert "What happens to animals." in desk.get("/desk/books/ours").text
    assert desk.get("/desk/").status_code == 200


def decided(session: Session, passage: bytes, person: Staff, *sections: str, standard: str = "ours") -> Coding:
    coding = Coding(passage_id=passage, staff_id=person.id, sections=list(sections), act="changed")
    coding.standard, coding.coded_at = standard, steady_now()
    session.add(coding)
    session.flush()
    return coding


@pytest.fixture
def passages(session: Session, row: PublishedSurvey, keys: Vault) -> list[bytes]:
    """Of twelve responses, one passage each, in the order of the desk."""
    mix(session, row.id, opener_of(keys, row))
    for response_id in session.scalars(select(Response.id)).all():
        session.add(Passage(response_id=response_id, question="say", start=0, end=3, may_quote=False))
    session.flush()
    return list(session.scalars(select(Passage.id).order_by(Passage.response_id)))


def test_decisions_are_carried_to_the_newest_version_or_wait_for_people(
    session: Session, row: PublishedSurvey, passages: list[bytes], person: Staff
) -> None:
    for passage in passages[:2]:
        decided(session, passage, person, "A")
    both = decided(session, passages[2], person, "A", "B")
    decided(session, passages[3], person)
    next_one(session, person, "ours", {"act": "rename", "id": first_id("ours", "A"), "code": "W", "title": "Waiting"})
    carried = Carrying(session, "ours").carried(both)
    assert carried is not None
    assert carried.sections == ("W", "B")
    assert not look_again(session, "ours", 2, [row.id]).codes
    rows = {each.passage_id: each.sections for each in training_rows(session, row.id, "ours")}
    assert [rows[passage] for passage in passages[:4]] == [("W",), ("W",), ("W", "B"), ()]

    halves = [{"code": "W", "title": "Before"}, {"code": "X", "title": "After"}]
    next_one(session, person, "ours", {"act": "split", "id": first_id("ours", "A"), "parts": halves})
    again = look_again(session, "ours", 3, [row.id])
    assert (dict(again.codes), dict(again.surveys)) == ({"A": 3}, {row.id: 3})
    assert not look_again(session, "ours", 2, [row.id]).codes
    assert not look_again(session, "ours", 3, []).codes
    assert {each.passage_id for each in training_rows(session, row.id, "ours")} == {passages[3]}

    seen = []
    while (found := next_to_look_at(session, "ours", row.id, person.id)) is not None:
        seen.append(found)
        decided(session, found, person, "X").coded_at += timedelta(minutes=2)
        session.flush()
    assert seen == passages[:3]
    assert not look_again(session, "ours", 3, [row.id]).codes
    assert next_to_look_at(session, "ours", row.id, b"somebody else") is None


def test_the_desk_leads_through_what_must_be_looked_at_again(
    app: Flask, session: Session, row: PublishedSurvey, passages: list[bytes], person: Staff
) -> None:
    desk = let_in(app, session)
    researcher = session.scalars(select(Staff).where(Staff.name == "Researcher")).one()
    decided(session, passages[1], researcher, "A")
    next_one(session, person, "ours", {"act": "retire", "id": first_id("ours", "A")})
    address = row.address
    session.commit()
    changed = desk.get("/desk/books/ours/1/2").text
    assert f"/desk/code/{address}/by-the-new-book" in changed
    assert "1 decision of everybody" in changed
    assert desk.get(f"/desk/code/{address}/by-the-new-book").location.endswith(passages[1].hex())
    page = desk.get(f"/desk/code/{address}/{passages[1].hex()}")  # its suggestion may still speak of the retired code
    assert page.status_code == 200
    assert "Waiting times" not in page.text
    session.rollback()
    administrator = let_in(app, session, "Ada", ("administrator",))
    told = administrator.get("/desk/books/ours/1/2").text
    assert "Waiting times" in told
    assert "decision of everybody" not in told


def test_where_nothing_is_left_to_look_at_coding_goes_on(
    app: Flask, session: Session, row: PublishedSurvey, passages: list[bytes]
) -> None:
    desk = let_in(app, session)
    assert desk.get(f"/desk/code/{row.address}/by-the-new-book").location.endswith(f"/desk/code/{row.address}")


def test_a_changed_shipped_standard_is_learnt_with_while_it_has_the_codes_of_the_examples(
    session: Session, person: Staff
) -> None:
    section = first_id("mdan", "LG")
    next_one(session, person, "mdan", {"act": "add", "parent": section, "code": "LG7", "title": "Something more"})
    assert has_examples(edition_named(session, "mdan"))
    next_one(session, person, "mdan", {"act": "retire", "id": first_id("mdan", "LG1")})
    assert not has_examples(edition_named(session, "mdan"))
    assert book_for(session, "mdan").number == 3
