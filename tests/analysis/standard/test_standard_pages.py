"""Standards over the desk: read, filtered, taken out, brought with a look first, and shown to nobody else."""

import html
import io
import re
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.code_books.tables import CodeBook, CodeBookVersion
from analysis.code_books.versions import edition_named
from analysis.standard.asked import standards
from analysis.standard.held_editions import editions_of, keep_edition, newest_edition
from analysis.standard.shipped_texts import shipped_text
from analysis.standard.tables import StandardEdition
from safekeeping.organisations import add_organisation, first_organisation
from safekeeping.trail import TrailRow
from tests.analysis.standard.written_documents import document
from tests.factories import let_in

on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
WORDING = b"number,wording\nA4.3,Staff are checked.\nA4.9,A new one.\nZ1,Nowhere\n"
OWN = document(
    ("Heading 1", "1 People"),
    ("Heading 2", "1.1 Staff"),
    ("Normal", "1.1.1 Each is trained."),
    ("Heading 2", "1.2 Volunteers"),
    ("Normal", "They are welcome."),
)


@pytest.fixture
def desk(app: Flask, session: Session) -> FlaskClient:
    return let_in(app, session)


def token_of(desk: FlaskClient) -> str:
    found = re.search(r'name="token" value="(\w+)"', desk.get("/desk/account").text)
    assert found
    return found[1]


def brought(desk: FlaskClient, content: bytes, file: str, **fields: str) -> Any:
    sent = {"token": token_of(desk), "file": (io.BytesIO(content), file), **fields}
    return desk.post("/desk/standards/bring", data=sent, content_type="multipart/form-data")


def carried(page: Any) -> dict[str, str]:
    """The hidden fields of the page of a look."""
    found = re.findall(r'type="hidden" name="(token|carried|mark)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", page.text)))


def test_wording_is_looked_at_and_then_kept_as_the_next_edition_on_both(
    app: Flask, session: Session, look: Look
) -> None:
    desk = let_in(app, session)
    seen = brought(desk, WORDING, "wording.csv", to="respect")
    assert seen.status_code == 200
    for said in ("names 2 clauses of", "1 would be different, 1 would be new", "“Z1 Nowhere”", "Staff are checked."):
        assert said in words(seen)
    assert not look(select(StandardEdition))
    done = desk.post("/desk/standards/keep", data=carried(seen))
    assert (done.status_code, done.location) == (303, "/desk/standards/respect?done=kept")
    organisation = first_organisation(session).id
    editions = editions_of(session, organisation, "respect")
    assert [each.text.edition for each in editions] == [2, 3]
    assert editions[0].text == shipped_text("respect")
    clause = editions[1].text.by_number()["A4.3"].clause
    assert (clause.wording, clause.earlier) == ("Staff are checked.", (clause.id,))
    session.rollback()
    shown = words(desk.get(done.location))
    for said in ("It is kept.", "Edition 3", "Different since edition 2: wording", "Kept here on"):
        assert said in shown
    assert "New in this edition." in shown
    assert "This is an earlier edition" in words(desk.get("/desk/standards/respect/2"))
    assert [row.verb for row in look(select(TrailRow)) if row.verb.startswith("standard")] == ["standard brought"]


@on_sqlite
def test_what_was_shown_is_what_is_kept(desk: FlaskClient, look: Look) -> None:
    seen = carried(brought(desk, WORDING, "wording.csv", to="respect"))
    forged = {**seen, "carried": f"{seen['carried'][:-8]}AAAAAAAA"}
    assert "is not what was shown" in words(desk.post("/desk/standards/keep", data=forged))
    assert desk.post("/desk/standards/keep", data={"token": seen["token"]}).status_code == 400
    assert not look(select(StandardEdition))
    other = carried(brought(desk, b"number,wording\nA4.3,Other\n", "b.csv", to="respect"))
    assert desk.post("/desk/standards/keep", data=other).status_code == 303
    late = desk.post("/desk/standards/keep", data=seen)
    assert late.status_code == 400
    assert "Somebody kept another edition" in words(late)
    assert look(select(func.count()).select_from(StandardEdition)) == [2]


@on_sqlite
def test_nothing_different_is_nothing_to_keep(desk: FlaskClient) -> None:
    taken = desk.get("/desk/standards/respect/2/csv")
    assert "respect-edition-2.csv" in taken.headers["Content-Disposition"]
    seen = brought(desk, taken.data, "same.csv", to="respect")
    assert "There is nothing to keep." in words(seen)
    assert "carried" not in carried(seen)
    book = desk.get("/desk/standards/respect/2/xlsx")
    assert "There is nothing to keep." in words(brought(desk, book.data, "same.xlsx", to="respect"))


@on_sqlite
def test_a_standard_of_ones_own_makes_its_code_book(desk: FlaskClient, session: Session, look: Look) -> None:
    fields = {"to": "own", "title": "Our promise", "publisher": "Us", "published": "2027-01-31", "frame": "own"}
    seen = brought(desk, OWN, "ours.docx", **fields)
    assert "called “Our promise”: 1 section, 2 standards, 1 requirement." in words(seen)
    assert not look(select(CodeBook))
    done = desk.post("/desk/standards/keep", data=carried(seen))
    assert done.location == "/desk/standards/our_promise?done=kept"
    held = newest_edition(session, first_organisation(session).id, "our_promise")
    assert (held.text.frame, held.text.published, held.text.publisher) == ("our_promise", "2027-01-31", "Us")
    assert held.row is not None
    assert str(held.row.published_on) == "2027-01-31"
    assert edition_named(session, "our_promise").theme_codes == ("1x1", "1x2")
    assert held.text.by_number()["1.1.1"].codes == ("1x1",)
    session.rollback()
    shown = words(desk.get("/desk/standards/our_promise"))
    assert "Us, 31 January 2027" in shown
    assert desk.get("/desk/books/our_promise").status_code == 200
    assert "Our promise" in words(desk.get("/desk/standards"))
    assert len(look(select(CodeBookVersion))) == 1
    again = desk.post("/desk/standards/keep", data=carried(seen))
    assert "is here by now" in words(again)


@on_sqlite
def test_a_standard_of_ones_own_can_be_read_by_a_code_book_that_is_here(desk: FlaskClient, look: Look) -> None:
    rows = b"number,title,codes\nA,Leading,\nA1,Staff,LG3\nA2,Rooms,\n"
    seen = brought(desk, rows, "ours.csv", to="own", title="Ours", frame="mdan")
    assert "No code of the code book is tied to A2" in words(seen)
    assert desk.post("/desk/standards/keep", data=carried(seen)).status_code == 303
    assert not look(select(CodeBook))
    assert 'href="/desk/books/mdan"' in desk.get("/desk/standards/ours").text


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "content", "said"),
    [
        ({"to": "nothing"}, WORDING, "Choose what the file is"),
        ({"to": "own", "title": " "}, WORDING, "Type a title"),
        ({"to": "respect", "published": "last year"}, WORDING, "Write a year as 2027"),
        ({"to": "respect"}, b"one,two\n1,2\n", "no row of it has headings"),
        ({"to": "respect"}, b"", "it is empty"),
        ({"to": "own", "title": "Ours", "frame": "nobody"}, WORDING, "Choose a code book"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_form_stays(
    desk: FlaskClient, look: Look, fields: dict[str, str], content: bytes, said: str
) -> None:
    seen = brought(desk, content, "a.csv", **fields)
    assert seen.status_code == 400
    assert said in words(seen)
    assert "Nothing was kept" in words(seen)
    assert not look(select(StandardEdition))


@on_sqlite
def test_a_form_without_a_file_says_so(desk: FlaskClient) -> None:
    seen = desk.post("/desk/standards/bring", data={"token": token_of(desk), "to": "respect"})
    assert (seen.status_code, "No file was chosen" in words(seen)) == (400, True)


@on_sqlite
def test_an_edition_is_looked_through_by_stage_and_aim(desk: FlaskClient) -> None:
    page = desk.get("/desk/standards/respect")
    assert "6 sections, 20 standards, 60 requirements" in words(page)
    assert "renewed every year" in words(page)
    only = desk.get("/desk/standards/respect?stage=smp&aim=diversity")
    assert "4 clauses are shown" in words(only)
    assert "C1.5" in only.text
    assert "A4.3" not in only.text
    none = desk.get("/desk/standards/respect?stage=nonsense")
    assert "A4.3" in none.text


@on_sqlite
def test_it_is_read_across_with_reasons(desk: FlaskClient) -> None:
    page = words(desk.get("/desk/standards/respect/across"))
    assert "B6 Couples work" in page
    assert "Leadership and Governance" in page
    assert desk.get("/desk/standards/msp/across").status_code == 200
    assert desk.get("/desk/standards/mdan/across").status_code == 404


@on_sqlite
def test_every_clause_that_a_standard_has_is_on_its_page(desk: FlaskClient) -> None:
    for name in ("mdan", "msp", "respect"):
        page = desk.get(f"/desk/standards/{name}").text
        assert all(f'id="c-{each.clause.id}"' in page for each in shipped_text(name).walk())


@on_sqlite
def test_nobody_sees_the_standards_of_another_organisation(app: Flask, session: Session, desk: FlaskClient) -> None:
    other = add_organisation(session, "Others")
    text = shipped_text("respect")
    keep_edition(session, other.id, type(text)(**{**vars(text), "name": "theirs"}))
    keep_edition(session, other.id, type(text)(**{**vars(text), "edition": 7}))
    session.commit()
    assert desk.get("/desk/standards/theirs").status_code == 404
    assert desk.get("/desk/standards/respect/7").status_code == 404
    assert desk.get("/desk/standards/respect/7/csv").status_code == 404
    assert desk.get("/desk/standards/respect/2/pdf").status_code == 404
    assert "theirs" not in desk.get("/desk/standards").text


@on_sqlite
def test_only_who_may_revise_brings_wording(app: Flask, session: Session) -> None:
    coder = let_in(app, session, "Coder", ["coder"])
    assert coder.get("/desk/standards").status_code == 200
    assert "Bring wording" not in coder.get("/desk/standards/respect").text
    assert coder.get("/desk/standards/bring").status_code == 403


@on_sqlite
def test_a_survey_asks_by_the_wording_that_was_brought(desk: FlaskClient, session: Session) -> None:
    organisation = first_organisation(session).id
    before = {each.code: each.text for each in standards(session, organisation)["respect"].clauses}
    session.rollback()
    desk.post("/desk/standards/keep", data=carried(brought(desk, WORDING, "wording.csv", to="respect")))
    now = {each.code: each.text for each in standards(session, organisation)["respect"].clauses}
    assert now["A4"] == "A4.3 Staff are checked.\nA4.9 A new one."
    assert {code: text for code, text in now.items() if code != "A4"} == {
        code: text for code, text in before.items() if code != "A4"
    }


@on_sqlite
def test_a_standard_with_all_its_guidance_is_not_too_long(desk: FlaskClient, session: Session) -> None:
    """Text that hardly packs, of more than other forms may send."""
    texts = {each.clause.number: token_urlsafe(5_200) for each in shipped_text("respect").lowest()}
    rows = "".join(f"{number},{text}\n" for number, text in texts.items())
    seen = carried(brought(desk, f"number,wording\n{rows}".encode(), "long.csv", to="respect"))
    assert len(seen["carried"]) > 256 * 1024
    assert desk.post("/desk/standards/keep", data=seen).status_code == 303
    newest = newest_edition(session, first_organisation(session).id, "respect").text.by_number()
    assert {number: newest[number].clause.wording for number in texts} == texts
