"""Code books over HTTP: begun, changed, undone, published, read, taken out and in, and shown to nobody else."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from analysis.code_books import drafts, versions
from analysis.code_books.acts import CannotAct
from analysis.code_books.drafts import begin_draft, draft_of
from analysis.code_books.lineage import first_version
from analysis.code_books.tables import CodeBook, CodeBookDraft, CodeBookVersion
from analysis.code_books.tree import first_id
from analysis.code_books.versions import book_for, edition_named, pin, pinned, versions_of
from analysis.standard.edition import UnknownEdition, load_edition
from safekeeping.clock import steady_now
from safekeeping.jobs import Job
from safekeeping.organisations import add_organisation
from safekeeping.staff import add_staff, begin_session
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from tests.factories import let_in, published_survey

on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
RECOGNITION = first_id("mdan", "LG1")


@pytest.fixture
def desk(app: Flask, session: Session) -> FlaskClient:
    return let_in(app, session)


def send(desk: FlaskClient, page: str, **fields: Any) -> Any:
    token = re.search(r'name="token" value="(\w+)"', desk.get("/desk/account").text)
    assert token
    return desk.post(page, data={"token": token[1], **fields})


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text))


def began(desk: FlaskClient, title: str = "Ours") -> str:
    done = send(desk, "/desk/books/new", way="empty", title=title)
    assert done.status_code == 303
    found = re.search(r"/desk/books/(\w+)/draft", done.location)
    assert found
    return found[1]


def test_a_shipped_standard_is_its_own_first_version_on_both(session: Session) -> None:
    first = book_for(session, "mdan")
    assert (first.number, first.edition) == (1, load_edition("mdan"))
    assert pin(session, "mdan").sha256 == pin(session, "mdan").sha256 == first.sha256
    assert pinned(session, first.sha256) == versions_of(session, "mdan")[0]
    assert pinned(session, "0" * 64) is None
    with pytest.raises(UnknownEdition):
        edition_named(session, "nobody")


def test_a_draft_becomes_a_version_that_never_changes_on_both(app: Flask, session: Session, engine: Engine) -> None:
    desk = let_in(app, session)
    assert send(desk, "/desk/books/mdan/draft").status_code == 303
    fields = {"do": "keep", "at": 0, "code": "LG9", "title": "Named", "definition": "Other"}
    assert send(desk, f"/desk/books/mdan/draft/{RECOGNITION}", **fields).status_code == 303
    assert send(desk, "/desk/books/mdan/draft/publish", at=2, note="Plainer").status_code == 303
    session.rollback()
    newest = book_for(session, "mdan")
    assert (newest.number, newest.note, newest.book.placed()[RECOGNITION].code.code) == (2, "Plainer", "LG9")
    assert newest.edition.sha256 == newest.sha256 != load_edition("mdan").sha256
    assert draft_of(session, "mdan") is None
    session.rollback()
    with pytest.raises(DatabaseError, match="never changes"), engine.begin() as connection:
        connection.execute(text("UPDATE code_book_version SET note = 'x'"))


@on_sqlite
def test_a_later_heard_with_another_wording_is_the_next_version(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = load_edition("mdan")
    pin(session, "mdan")
    later = versions._shipped("mdan")
    assert later is not None
    reworded = replace(later.book, publisher="Somebody else", codes=later.book.codes[:-1])
    monkeypatch.setattr(versions, "_shipped", lambda _name: first_version(reworded))
    newest = book_for(session, "mdan")
    assert (newest.number, len(newest.book.codes)) == (2, len(earlier.sections) - 1)
    assert first_id("mdan", earlier.section_codes[-1]) in newest.book.gone
    assert pin(session, "mdan").number == book_for(session, "mdan").number == 2


@on_sqlite
def test_every_act_over_the_desk(desk: FlaskClient, look: Look) -> None:
    name = began(desk)
    page = f"/desk/books/{name}/draft"
    for at, code in enumerate(("A", "B")):
        send(desk, f"{page}/change", do="add", at=at, code=code, title=f"Part {code}", definition="All of it")
    a, b = first_id(name, "A"), first_id(name, "B")
    send(desk, f"{page}/{a}", do="add", at=2, code="A1", title="Money", cues="pay\n\ncost")
    send(desk, f"{page}/{a}", do="add", at=3, code="A2", title="Time")
    one, two = first_id(name, "A1"), first_id(name, "A2")
    send(desk, f"{page}/{two}", do="move", at=4, to=f"{a}|{one}")
    halves = {"code-1": "A1", "title-1": "Pay", "code-3": "A3", "title-3": "Cost"}
    send(desk, f"{page}/{one}", do="split", at=5, **halves)
    send(desk, f"{page}/{one}", do="merge", at=6, **{"with": [two], "code": "A1", "title": "Pay and time"})
    send(desk, f"{page}/change", do="describe", at=7, title="Ours alone", publisher="Us", year="2027")
    send(desk, f"{page}/{b}", do="retire", at=8)
    assert "Part B" not in words(desk.get(page))
    assert "Take back the retiring" in words(desk.get(page))
    assert send(desk, f"{page}/undo", at=9).status_code == 303
    assert "Part B" in words(desk.get(page))
    assert send(desk, f"{page}/publish", at=8).status_code == 303
    shown = words(desk.get(f"/desk/books/{name}"))
    for said in ("Ours alone", "Us , 2027" if "Us , 2027" in shown else "Us, 2027", "A3 Cost", "A1 Pay and time"):
        assert said in shown
    assert "A2" not in shown
    verbs = [row.verb for row in look(select(TrailRow)) if row.verb.startswith("code book")]
    assert verbs == ["code book begun", *["code book changed"] * 10, "code book published"]
    assert not look(select(CodeBookDraft))


@on_sqlite
def test_what_cannot_be_kept_stays_as_it_was_typed(desk: FlaskClient, look: Look) -> None:
    send(desk, "/desk/books/mdan/draft")
    page = f"/desk/books/mdan/draft/{RECOGNITION}"
    for fields, said in (
        ({"do": "keep", "code": "AE1", "title": "My <b>words</b>"}, "used twice"),
        ({"do": "keep", "code": "LG1", "title": "", "definition": "My <b>words</b>"}, "no title"),
        ({"do": "keep", "code": "LG1", "title": "My <b>words</b>", "colour": "red"}, "A colour is"),
        ({"do": "add", "code": "a b", "title": "My <b>words</b>"}, "letters and digits"),
        ({"do": "merge", "code": "LG1", "title": "My <b>words</b>"}, "at least two"),
        ({"do": "split", "code-1": "LG1", "title-1": "My <b>words</b>"}, "at least two"),
        ({"do": "move", "to": "nobody", "title": "My <b>words</b>"}, "Choose another"),
    ):
        refused = send(desk, page, at=0, **fields)
        assert refused.status_code == 422
        assert said in refused.text
        assert "Nothing was kept yet" in refused.text
        assert "<b>words" not in refused.text
        assert fields["do"] == "move" or "My &lt;b&gt;words" in refused.text
    (draft,) = look(select(CodeBookDraft))
    assert draft.acts == []
    assert send(desk, page, at=0, do="sing").status_code == 400
    assert send(desk, page, at="x", do="retire").status_code == 400
    assert send(desk, page.replace(RECOGNITION, "nobody"), at=0, do="retire").status_code == 404
    assert desk.get("/desk/books/mdan/draft/publish").text.count("Nothing is different") == 1
    assert send(desk, "/desk/books/mdan/draft/publish", at=0).status_code == 422


@on_sqlite
def test_of_two_who_save_at_once_one_is_told(desk: FlaskClient, look: Look) -> None:
    send(desk, "/desk/books/mdan/draft")
    page = f"/desk/books/mdan/draft/{RECOGNITION}"
    assert send(desk, page, at=0, do="retire").status_code == 303
    section = f"/desk/books/mdan/draft/{first_id('mdan', 'LG')}"
    late = send(desk, section, at=0, do="keep", code="LG", title="Typed late")
    assert late.status_code == 422
    assert "Somebody changed this draft" in late.text
    assert "Typed late" in late.text
    assert send(desk, "/desk/books/mdan/draft/undo", at=0).status_code == 422
    assert send(desk, "/desk/books/mdan/draft/publish", at=0, note="My note").text.count("My note") == 1


@on_sqlite
def test_a_draft_is_given_up_and_a_new_book_with_it(desk: FlaskClient, look: Look) -> None:
    name = began(desk)
    assert desk.get(f"/desk/books/{name}").status_code == 404
    assert name in desk.get("/desk/books").text
    send(desk, f"/desk/books/{name}/draft/drop")
    send(desk, "/desk/books/mdan/draft")
    send(desk, "/desk/books/mdan/draft/drop")
    assert [row.name for row in look(select(CodeBook))] == ["mdan"]


@on_sqlite
def test_files_go_out_and_come_in(desk: FlaskClient, look: Look) -> None:
    for ending in ("qdc", "xlsx", "csv", "toml"):
        file = desk.get(f"/desk/books/mdan/1/{ending}")
        assert file.status_code == 200
        assert f"mdan-1.{ending}" in file.headers["Content-Disposition"]
        sent = {"way": "file", "file": (io.BytesIO(file.data), f"mdan.{ending}")}
        begun = send(desk, "/desk/books/new", **sent)
        assert begun.status_code == 303, words(begun)
        assert "could not bring" not in desk.get(begun.location).text
    assert desk.get("/desk/books/mdan/1/exe").status_code == 404
    assert desk.get("/desk/books/mdan/2/csv").status_code == 404
    assert len(look(select(CodeBookDraft))) == 4


@on_sqlite
def test_a_doubtful_file_is_shown_with_its_report_and_a_bad_one_refused(desk: FlaskClient, look: Look) -> None:
    doubtful = {"way": "file", "file": (io.BytesIO(b"code,title,who\nA,<i>One</i>,me\n"), "a.csv")}
    page = desk.get(send(desk, "/desk/books/new", **doubtful).location)
    assert "“who” is left behind" in page.text
    assert "&lt;i&gt;One" in page.text
    bad = {"way": "file", "title": "Kept title", "file": (io.BytesIO(b"code,title,parent\nA,T,A\n"), "a.csv")}
    refused = send(desk, "/desk/books/new", **bad)
    assert refused.status_code == 422
    assert "in a circle" in refused.text
    assert "Kept title" in refused.text
    for fields in ({"way": "empty"}, {"way": "file"}, {"way": "copy", "title": "T", "of": "x"}, {"way": "sing"}):
        assert send(desk, "/desk/books/new", **fields).status_code == 422
    assert len(look(select(CodeBookDraft))) == 1


@on_sqlite
def test_a_copy_has_ids_of_its_own(desk: FlaskClient, session: Session, look: Look) -> None:
    send(desk, "/desk/books/new", way="copy", title="Mine!", of="mdan")
    assert send(desk, "/desk/books/mine/draft/publish", at=0).status_code == 303
    own = book_for(session, "mine")
    assert own.edition.section_codes == load_edition("mdan").section_codes
    assert not set(own.book.placed()) & set(book_for(session, "mdan").book.placed())


@on_sqlite
def test_versions_and_what_changed_are_told(app: Flask, desk: FlaskClient, session: Session) -> None:
    send(desk, "/desk/books/mdan/draft")
    send(desk, f"/desk/books/mdan/draft/{RECOGNITION}", at=0, do="retire")
    assert "LG1" in words(desk.get("/desk/books/mdan/draft/publish"))
    send(desk, "/desk/books/mdan/draft/publish", at=1, note="We let <it> go")
    assert "We let &lt;it&gt; go" in desk.get("/desk/books/mdan/versions").text
    changed = words(desk.get("/desk/books/mdan/1/2"))
    assert "Retired 1" in changed
    assert "What must be looked at again" in changed
    assert "LG1 Recognition" in words(desk.get("/desk/books/mdan/1"))
    assert "LG1" not in words(desk.get("/desk/books/mdan"))
    assert desk.get("/desk/books/mdan/2/1").status_code == 404
    session.rollback()
    coder = let_in(app, session, "Coder", ("coder",))
    assert coder.get("/desk/books/mdan/1/2").status_code == 200
    assert coder.get("/desk/books/mdan/draft").status_code == 403
    assert send(coder, "/desk/books/mdan/draft").status_code == 403


@on_sqlite
def test_publishing_has_suggestions_made_anew(desk: FlaskClient, session: Session, keys: Vault, look: Look) -> None:
    row = published_survey(session, keys)
    session.commit()
    send(desk, "/desk/books/mdan/draft")
    send(desk, f"/desk/books/mdan/draft/{RECOGNITION}", at=0, do="retire")
    send(desk, "/desk/books/mdan/draft/publish", at=1)
    assert [(job.kind, job.argument) for job in look(select(Job))] == [("take in", row.id.hex())]


@on_sqlite
def test_another_organisation_sees_nothing_of_it(app: Flask, desk: FlaskClient, session: Session, look: Look) -> None:
    name = began(desk, "Secret title")
    send(desk, f"/desk/books/{name}/draft/change", do="add", at=0, code="A", title="Part")
    other_house = add_organisation(session, "Other House")
    person = add_staff(session, "Zoe", ("reviewer", "author"), other_house)
    secret = begin_session(session, person, steady_now())
    session.commit()
    zoe = app.test_client()
    zoe.set_cookie("d", secret.hex())
    for path in (f"/desk/books/{name}/draft", f"/desk/books/{name}", "/desk/books/nobody"):
        assert zoe.get(path).status_code == 404
    send(desk, f"/desk/books/{name}/draft/publish", at=1)
    assert len(look(select(CodeBookVersion))) == 1
    for path in (name, f"{name}/1", f"{name}/versions", f"{name}/1/csv", f"{name}/draft"):
        assert zoe.get(f"/desk/books/{path}").status_code == 404
    assert send(zoe, f"/desk/books/{name}/draft").status_code == 404
    for path in ("/desk/books", "/desk/books/new", "/desk/write/new"):
        assert "Secret title" not in zoe.get(path).text
        assert "Secret title" in desk.get(path).text
    assert send(zoe, "/desk/books/new", way="copy", title="T", of=name).status_code == 422
    assert send(zoe, "/desk/books/mdan/draft").status_code == 403
    assert "Several organisations" in zoe.get("/desk/books/mdan").text


@on_sqlite
def test_a_draft_holds_so_many_changes(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST_ACTS", 1)
    person = add_staff(session, "A", ("reviewer",))
    here = begin_draft(session, "mdan", person.id)
    assert begin_draft(session, "mdan", person.id).row is here.row
    retire = {"act": "retire", "id": RECOGNITION}
    drafts.act_on(session, here, [retire], 0, person.id)
    with pytest.raises(CannotAct, match="Publish it"):
        drafts.act_on(session, here, [retire], 1, person.id)
