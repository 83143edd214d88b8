"""Self-assessment over HTTP: begun, filled in, refused with nothing lost, finished, carried on, taken out as files."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.revision.self_assessing import MET, NOT_MET, PARTLY, Account
from analysis.revision.self_assessments import begin_assessment, finish, keep_accounts
from analysis.revision.tables import AssessedClause, SelfAssessment
from analysis.standard.held_editions import keep_edition
from safekeeping.clock import steady_now
from safekeeping.organisations import add_organisation, first_organisation
from safekeeping.staff import add_staff, begin_session
from safekeeping.trail import TrailRow
from surveys.writing.written import WrittenSurvey
from tests.analysis.revision.staged import NAME, staged_text
from tests.factories import let_in

on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
NUMBERS = [each.clause.number for each in staged_text().lowest()]


@pytest.fixture
def desk(app: Flask, session: Session) -> FlaskClient:
    keep_edition(session, first_organisation(session).id, staged_text())
    return let_in(app, session, "Pat", ("provider",))


def send(desk: FlaskClient, page: str, **fields: Any) -> Any:
    token = re.search(r'name="token" value="(\w+)"', desk.get("/desk/account").text)
    assert token
    return desk.post(page, data={"token": token[1], **fields})


def begun(desk: FlaskClient, service: str = "Harbour House", of: str = f"{NAME}/1/") -> str:
    done = send(desk, "/desk/assess", service=service, of=of)
    assert done.status_code == 303
    return str(done.location)


def filled(desk: FlaskClient, page: str, **fields: str) -> Any:
    """The form of a page as it is shown, sent with these fields changed: `met_2` for the second clause."""
    shown = desk.get(page).text
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    return send(desk, page, seen=seen[1], **{name.replace("_", "-"): value for name, value in fields.items()})


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text))


def test_a_self_assessment_goes_its_whole_way_on_both(desk: FlaskClient, look: Look) -> None:
    one = begun(desk)
    assert "0 of 7 clauses answered" in words(desk.get(one))
    first = {
        "met_1": "met",
        "met_2": "partly",
        "met_3": "met",
        "met_4": "not for us",
        "evidence_1": "A log.\r\nA bell.",
    }
    done = filled(desk, f"{one}/1", **first, plan_2="Tune it.", by_2="1/2/2020", go="next")
    assert (done.status_code, done.location) == (303, f"{one}/2")
    assert "Nothing is said yet of 3 clauses" in words(send(desk, f"{one}/finish"))
    filled(desk, f"{one}/2", met_1="met", met_2="not met", met_3="met", evidence_3="=1+1", go="back")
    summary = words(desk.get(one))
    assert "7 of 7 clauses answered" in summary
    assert "1 plan is overdue." in summary
    assert "There is no plan yet." in summary
    assert send(desk, f"{one}/finish").status_code == 303
    (row,) = look(select(SelfAssessment))
    assert row.ended_on is not None
    again = send(desk, f"{one}/next")
    other = str(again.location).split("?")[0]
    assert "0 of 7 clauses answered" in words(desk.get(other))
    shown = desk.get(f"{other}/1").text
    assert "A log.\nA bell.</textarea>" in shown
    assert "last time: partly met" in shown
    filled(desk, f"{other}/1", met_1="partly", met_2="met", met_3="met")
    changed = words(desk.get(other))
    assert "Better 1 A1.2" in changed
    assert "Worse 1 A1.1" in changed
    assert {each.verb for each in look(select(TrailRow))} >= {"assessment begun", "assessment finished"}


@on_sqlite
def test_respect_is_assessed_for_its_first_stage(desk: FlaskClient) -> None:
    """All 60 requirements of Safe Minimum Practice, section by section; one is partly met, with a plan."""
    one, page, answered = begun(desk, of="respect/2/smp"), 1, 0
    while (shown := desk.get(f"{one}/{page}")).status_code == 200:
        count = len(set(re.findall(r'name="met-(\d+)"', shown.text)))
        fields = {f"met_{number}": "met" for number in range(1, count + 1)}
        partly = {"met_1": "partly", "plan_1": "Write it down.", "by_1": "1/2/2030"} if page == 1 else {}
        assert filled(desk, f"{one}/{page}", **(fields | partly)).status_code == 303
        page, answered = page + 1, answered + count
    assert answered == 60
    summary = words(desk.get(one))
    assert "60 of 60 clauses answered" in summary
    for title in ("Management", "Service structure", "Diversity", "Risk management", "Children", "Partnership"):
        assert title in summary
    assert "Write it down." in summary
    assert send(desk, f"{one}/finish").status_code == 303


@on_sqlite
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost_or_half_kept(desk: FlaskClient, look: Look) -> None:
    one = begun(desk)
    done = filled(desk, f"{one}/1", met_1="met", plan_2="My <b>plan</b>", by_2="soon", evidence_3="y" * 2001)
    assert done.status_code == 400
    assert "My &lt;b&gt;plan&lt;/b&gt;</textarea>" in done.text
    assert 'value="soon"' in done.text
    assert 'href="#by-2"' in done.text
    assert "“soon” is not a day" in words(done)
    assert "take out 1 character;" in words(done)
    assert re.search(r'value="met" checked', done.text)
    assert look(select(AssessedClause)) == []


@on_sqlite
def test_two_people_do_not_write_over_each_other_unseen(desk: FlaskClient, look: Look) -> None:
    one = begun(desk)
    seen = re.search(r'name="seen" value="(\w+)"', desk.get(f"{one}/1").text)
    assert seen
    filled(desk, f"{one}/1", met_1="met")
    late = send(desk, f"{one}/1", seen=seen[1], **{"met-1": "not met", "evidence-1": "Mine."})
    assert late.status_code == 400
    assert "Somebody kept something on this page" in words(late)
    assert "Mine.</textarea>" in late.text
    assert [each.met for each in look(select(AssessedClause))] == ["met"]
    fresh = re.search(r'name="seen" value="(\w+)"', late.text)
    assert fresh
    assert send(desk, f"{one}/1", seen=fresh[1], **{"met-1": "not met"}).status_code == 303


@on_sqlite
def test_beginning_says_what_is_missing(desk: FlaskClient, look: Look) -> None:
    for fields in ({"service": " ", "of": f"{NAME}/1/"}, {"service": "H" * 201, "of": f"{NAME}/1/"}, {"service": "H"}):
        done = send(desk, "/desk/assess", **fields)
        assert done.status_code == 400
        assert fields["service"].strip() in done.text
    assert look(select(SelfAssessment)) == []
    page = desk.get("/desk/assess").text
    assert "First cup" in page
    assert "National Quality Service Standards" in page


@on_sqlite
def test_a_stage_asks_for_its_clauses_only(desk: FlaskClient) -> None:
    one = begun(desk, of=f"{NAME}/1/first")
    assert "0 of 3 clauses answered" in words(desk.get(one))
    assert words(desk.get(f"{one}/1")).count("How far do you meet it?") == 2
    assert desk.get(f"{one}/3").status_code == 404
    mdan = begun(desk, of="mdan/1/")
    assert "0 of 20 clauses answered" in words(desk.get(mdan))


@on_sqlite
def test_what_is_finished_stays_and_what_is_given_up_goes(desk: FlaskClient, look: Look) -> None:
    one = begun(desk, of=f"{NAME}/1/first")
    assert send(desk, f"{one}/next").status_code == 422
    assert send(desk, f"{one}/give-up").status_code == 422
    filled(desk, f"{one}/1", met_1="met", met_2="met")
    filled(desk, f"{one}/2", met_1="met")
    sent = re.search(r'name="seen" value="(\w+)"', desk.get(f"{one}/2").text)
    send(desk, f"{one}/finish")
    assert sent
    late = send(desk, f"{one}/2", seen=sent[1], **{"met-1": "not met", "plan-1": "Too late."})
    assert late.status_code == 400
    assert "Too late.</textarea>" in late.text
    assert "textarea" not in desk.get(f"{one}/1").text
    assert send(desk, f"{one}/give-up", sure="yes").status_code == 422
    assert send(desk, f"{one}/finish").status_code == 422
    other = str(send(desk, f"{one}/next").location).split("?")[0]
    assert send(desk, f"{other}/give-up", sure="yes").status_code == 303
    assert len(look(select(SelfAssessment))) == 1
    assert desk.get(other).status_code == 404


def whole(session: Session) -> str:
    """A finished one whose texts are traps for spreadsheets, after an earlier one; its address."""
    home = first_organisation(session).id
    by_number = {each.clause.number: each.clause.id for each in staged_text().lowest()}
    before = begin_assessment(session, home, NAME, 1, "Harbour")
    keep_accounts(session, before, {each: Account(PARTLY) for each in by_number.values()})
    finish(before, date(2025, 11, 1))
    row = begin_assessment(session, home, NAME, 1, "Harbour")
    said = {each: Account(MET, '=HYPERLINK("http://example.org")') for each in by_number.values()}
    said[by_number["A2.2"]] = Account(NOT_MET, "", "@later\x07 on", date(2026, 1, 31))
    keep_accounts(session, row, said)
    finish(row, date(2026, 11, 1))
    session.commit()
    return f"/desk/assess/{row.id.hex()}"


@on_sqlite
def test_its_files_hold_all_of_it_and_no_formula(desk: FlaskClient, session: Session) -> None:
    one = whole(session)
    taken = {ending: desk.get(f"{one}/file.{ending}") for ending in ("csv", "xlsx", "docx")}
    assert all("attachment" in each.headers["Content-Disposition"] for each in taken.values())
    rows = list(csv.reader(io.StringIO(taken["csv"].text)))
    assert [row[1] for row in rows[1:]] == NUMBERS
    late = rows[1 + NUMBERS.index("A2.2")]
    assert late[3] == "Not met"
    assert late[5].startswith("'@later")
    assert late[6:] == ["2026-01-31", "yes", "Partly met"]
    assert rows[1][4].startswith("'=HYPERLINK")
    book = openpyxl.load_workbook(io.BytesIO(taken["xlsx"].data))
    assert [cell.data_type for row in book["Clauses"] for cell in row if str(cell.value).startswith("=")] == ["s"] * 6
    assert [cell.value for cell in book["Summary"][2]] == ["All of it", 6, 0, 1, 0, 0]
    word = docx.Document(io.BytesIO(taken["docx"].data))
    told = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert ["A Tea", "3", "0", "1", "0", "0"] in told
    assert any(row[0].startswith("A2.2") and row[3] == "31 January 2026 (overdue)" for row in told if len(row) == 4)
    assert "Since 1 November 2025" in [each.text for each in word.paragraphs]
    assert zipfile.ZipFile(io.BytesIO(taken["docx"].data)).testzip() is None
    assert desk.get(f"{one}/file.pdf").status_code == 404


@on_sqlite
def test_nobody_else_comes_in(app: Flask, session: Session, desk: FlaskClient) -> None:
    one = whole(session)
    other = add_organisation(session, "Another house")
    secret = begin_session(session, add_staff(session, "Zoe", ("reviewer",), other), steady_now())
    session.commit()
    stranger = app.test_client()
    stranger.set_cookie("d", secret.hex())
    for path in (one, f"{one}/1", f"{one}/file.csv"):
        assert stranger.get(path).status_code == 404
        assert let_in(app, session, "Cody", ("coder", "author", "analyst")).get(path).status_code == 403
    assert "Harbour" not in stranger.get("/desk/assess").text
    for path in ("nothing", "00", f"{one.rsplit('/', 1)[1]}/0", f"{one.rsplit('/', 1)[1]}/9"):
        assert desk.get(f"/desk/assess/{path}").status_code == 404


@on_sqlite
def test_a_provider_sees_the_self_assessments_and_nothing_of_consultations(
    desk: FlaskClient, app: Flask, session: Session
) -> None:
    begun(desk)
    home = desk.get("/desk/")
    assert "1 self-assessment is under way." in home.text
    assert "Self-assessments of services" in home.text
    assert "/desk/collect" not in home.text
    assert "How it begins" not in home.text
    for path in ("collect", "find", "revise", "assess/providers", "write/new"):
        assert desk.get(f"/desk/{path}").status_code == 403
    assert let_in(app, session, "Rae", ("reviewer",)).get("/desk/assess").status_code == 200


@on_sqlite
@pytest.mark.parametrize(("ask", "asked"), [("sections", 8), ("clauses", 20), ("providers", 60)])
def test_a_survey_begins_with_a_standard_in_one_step(
    app: Flask, session: Session, look: Look, ask: str, asked: int
) -> None:
    desk = let_in(app, session, "Ann", ("author",))
    page = desk.get("/desk/write/new").text
    assert f'name="ask" value="{ask}"' in page
    done = send(desk, "/desk/write/new/standard", standard="mdan", ask=ask, audience=["survivor", "provider"])
    assert done.status_code == 303
    (row,) = look(select(WrittenSurvey))
    outline = desk.get(done.location).text
    assert "must be mended" not in desk.get(f"{done.location}/launch").text
    kinds = {"sections": "good_lg", "clauses": "lg1", "providers": "plan_lg1"}
    assert f"/question/{kinds[ask]}" in outline
    assert outline.count("/question/") >= asked
    assert row is not None


@on_sqlite
def test_what_cannot_be_asked_is_refused(app: Flask, session: Session) -> None:
    desk = let_in(app, session, "Ann", ("author",))
    for wrong in ({"ask": "everything"}, {"ask": "providers", "stage": "none"}, {"standard": "none"}):
        assert send(desk, "/desk/write/new/standard", **{"standard": "mdan", **wrong}).status_code == 400
