"""Revise at the desk: standards and cycles on one page, begun, planned, changed after a look, ended."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from analysis.findings.shown import ALL
from analysis.revision.cycles import begin_cycle, link_survey
from analysis.revision.earlier_review import note_law, set_threshold
from analysis.revision.planning import STEPS, USUAL, planned_back, planned_from, worked_before
from analysis.revision.plans import Aside, keep_plan, plan_of, today_in
from analysis.revision.tables import CONSULTATION, SECOND, CycleSurvey, Milestone, ReviewTrigger, RevisionCycle
from analysis.standard.clauses import SECTION, Clause, Stage, StandardText
from analysis.standard.held_editions import keep_edition
from analysis.taking_in import take_in
from safekeeping.jobs import Bench
from safekeeping.organisations import add_organisation, first_organisation
from safekeeping.staff import Staff, add_staff
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault, form_token
from tests.factories import let_in, published_survey, submitted
from tests.surveys.browsing import FormReader

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
TODAY = today_in("Europe/London")
DUE = worked_before(TODAY + timedelta(500))


@pytest.fixture
def desk(app: Flask, session: Session) -> FlaskClient:
    """Somebody who revises."""
    return let_in(app, session, "Ruth", ["reviewer"])


@pytest.fixture
def cycle(session: Session, desk: FlaskClient) -> RevisionCycle:
    """A cycle whose plan has not begun yet."""
    cycle = begin_cycle(session, first_organisation(session).id, "mdan", DUE - timedelta(1096), DUE)
    keep_plan(session, cycle, planned_back(DUE, USUAL))
    session.commit()
    return cycle


def send(desk: FlaskClient, page: str, **form: str) -> TestResponse:
    cookie = desk.get_cookie("d")
    assert cookie
    return desk.post(page, data={"token": form_token(bytes.fromhex(cookie.value)), **form})


def fields(page: str) -> dict[str, str]:
    """What the (one) form about the plan would send."""
    return {name: value for name, value in FormReader(page).fields if name != "token"}


def at(cycle: RevisionCycle, more: str = "") -> str:
    return f"/desk/revise/{cycle.id.hex()}{more}"


def plan_now(look: Look, cycle: RevisionCycle) -> dict[str, Milestone]:
    return {row.step: row for row in look(select(Milestone).where(Milestone.cycle_id == cycle.id))}


def verbs(look: Look) -> list[str]:
    return [row.verb for row in look(select(TrailRow).order_by(TrailRow.number))]


# The page of all standards


def test_before_anything_is_begun_the_page_offers_to_begin(desk: FlaskClient, session: Session) -> None:
    clause = (Clause("a", "A", "Access", SECTION),)
    soon = StandardText("soon", "A standard due soon", "Us", 1, "mdan", clause, (TODAY - timedelta(1000)).isoformat())
    old = StandardText("old", "A standard that is past its day", "Us", 1, "mdan", clause, "2012-05-01")
    keep_edition(session, first_organisation(session).id, soon)
    keep_edition(session, first_organisation(session).id, old)
    keep_edition(session, add_organisation(session, "Other House").id, replace(soon, name="x", title="Not ours"))
    session.commit()
    page = desk.get("/desk/revise").text
    assert "A standard due soon: its review is due on" in page
    assert "A standard that is past its day: its review was due on 1 May 2015, and none is under way." in page
    assert page.count("Begin its revision") >= 3
    assert "/desk/revise/begin?what=soon" in page
    assert "Not ours" not in page
    assert '<svg class="course"' not in page


def test_several_cycles_are_on_one_page_with_words_for_their_pictures(
    desk: FlaskClient, session: Session, cycle: RevisionCycle
) -> None:
    home = first_organisation(session)
    late = begin_cycle(session, home.id, "mdan", date(2020, 1, 1), TODAY + timedelta(30), title="A late one")
    keep_plan(session, late, planned_back(late.due_on, USUAL))
    ended = begin_cycle(session, home.id, "mdan", date(2020, 1, 1), TODAY, title="One that ended")
    ended.ended_on = date(2026, 1, 2)
    begin_cycle(session, add_organisation(session, "Other House").id, "mdan", TODAY, DUE, title="Not ours")
    session.commit()
    page = desk.get("/desk/revise").text
    assert page.count('role="img"') == 2
    assert re.search(r'role="img" aria-label="Scope: late, it was due on \d+ \w+ \d{4}\. Consultation', page)
    assert "What to look at first" in page
    assert re.search(r"A late one</a>: “Scope” is \d+ days late\. That delays what comes after it", page)
    assert "steps more are late." in page
    assert "One that ended" in page.split("<h2>Ended</h2>")[1]
    assert "Not ours" not in page
    assert "style=" not in page


def test_the_first_page_says_what_is_late_whose_it_is_and_what_calls(
    desk: FlaskClient, session: Session, cycle: RevisionCycle, app: Flask
) -> None:
    assert "Open the plan" not in desk.get("/desk/").text
    ruth = session.scalars(select(Staff).where(Staff.name == "Ruth")).one()
    plan = planned_from(TODAY - timedelta(26), USUAL)
    plan = (replace(plan[0], due_on=worked_before(TODAY + timedelta(3))), *plan[1:])
    keep_plan(session, cycle, plan, {"scope": Aside(ruth.id)})
    note_law(session, cycle, "The duty changes", TODAY)
    session.commit()
    page = desk.get("/desk/").text
    assert "“Scope” is yours, and due on" in page
    assert "1 thing calls for an earlier review." in page
    keep_plan(session, cycle, (replace(plan[0], due_on=worked_before(TODAY - timedelta(9))), *plan[1:]))
    session.commit()
    page = desk.get("/desk/").text
    assert re.search(r"“Scope” is (9|10|11) days late", page)
    assert "is yours" not in page
    assert "days late" not in let_in(app, session, "Cai", ["coder"]).get("/desk/").text


# Begin


def test_a_revision_is_begun(desk: FlaskClient, session: Session, keys: Vault, look: Look) -> None:
    row = published_survey(session, keys)
    session.commit()
    assert "A tiny survey" in desk.get("/desk/revise/begin").text
    published = TODAY - timedelta(100)
    form = {"what": "mdan", "published_on": published.isoformat(), f"survey-{row.id.hex()}": CONSULTATION}
    begun = send(desk, "/desk/revise/begin", **form)
    assert begun.status_code == 303
    (cycle,) = look(select(RevisionCycle))
    assert (cycle.published_on, cycle.stage) == (published, "")
    assert cycle.due_on.weekday() < 5
    assert set(plan_now(look, cycle)) == set(STEPS)
    assert [(each.survey_id, each.purpose) for each in look(select(CycleSurvey))] == [(row.id, CONSULTATION)]
    page = desk.get(begun.location).text
    assert "The revision has begun" in page
    assert "A tiny survey" in page
    assert verbs(look)[-1] == "began cycle"
    again = send(desk, "/desk/revise/begin", **form)
    assert again.status_code == 400
    assert "under way already" in again.text
    assert len(look(select(RevisionCycle))) == 1


def test_a_stage_is_revised_by_itself_every_year(desk: FlaskClient, session: Session, look: Look) -> None:
    text = StandardText("res", "Respect", "R", 1, "mdan", (Clause("a", "A", "A", SECTION),), "2012-01-01")
    text = replace(text, stages=(Stage("smp", "Safe Minimum Practice", 1),))
    keep_edition(session, first_organisation(session).id, text)
    session.commit()
    form = desk.get("/desk/revise/begin?what=res").text
    assert "Respect: Safe Minimum Practice, every year" in form
    assert 'value="2012-01-01"' in form
    begun = send(desk, "/desk/revise/begin", what="res|smp", published_on=TODAY.isoformat())
    assert begun.status_code == 303
    (cycle,) = look(select(RevisionCycle))
    assert (cycle.stage, cycle.title) == ("smp", "Respect: Safe Minimum Practice")
    assert 362 <= (cycle.due_on - TODAY).days <= 366
    assert "under way" in desk.get("/desk/revise").text.lower()
    assert send(desk, "/desk/revise/begin", what="res", published_on=TODAY.isoformat()).status_code == 303


def test_where_the_plan_would_be_late_at_once_it_asks_first(desk: FlaskClient, look: Look) -> None:
    long_ago = {"what": "mdan", "published_on": "1/3/2020"}
    asked = send(desk, "/desk/revise/begin", **long_ago)
    assert asked.status_code == 400
    assert "8 steps would be late already" in asked.text
    assert not look(select(RevisionCycle))
    assert fields(asked.text)["published_on"] == "1/3/2020"
    assert send(desk, "/desk/revise/begin", way="today", **long_ago).status_code == 303
    (cycle,) = look(select(RevisionCycle))
    assert min(row.due_on for row in plan_now(look, cycle).values()) > TODAY
    assert cycle.due_on < TODAY


UNBEGUN: tuple[tuple[dict[str, str], str], ...] = (
    ({"what": "mdan", "published_on": ""}, "Give the day it was published"),
    ({"what": "mdan", "published_on": "soon"}, "Give the day it was published"),
    ({"what": "mdan", "published_on": "9/9/2099"}, "This day has not come yet"),
    ({"what": "<b>", "published_on": "1/3/2026"}, "Choose one of the standards"),
    ({"what": "mdan|none", "published_on": "1/3/2026"}, "Choose one of the standards"),
)


def test_what_cannot_be_begun_is_said_and_stays_typed(desk: FlaskClient, look: Look) -> None:
    for form, said in UNBEGUN:
        refused = send(desk, "/desk/revise/begin", **form)
        assert refused.status_code == 400
        assert said in refused.text
        assert fields(refused.text)["published_on"] == form["published_on"]
        assert not look(select(RevisionCycle))


# The plan


def test_a_change_is_shown_before_it_is_kept(desk: FlaskClient, cycle: RevisionCycle, look: Look) -> None:
    before = plan_now(look, cycle)
    page = desk.get(at(cycle, "/plan/draft")).text
    form = fields(page) | {"days": "70", "way": "push"}
    shown = send(desk, at(cycle, "/plan/draft"), do="look", **form)
    assert shown.status_code == 200
    assert "What moves" in shown.text
    assert shown.text.count("14 days later") == 4
    assert "Publishing would be 14 days after the day the review is due." in shown.text
    assert {name: row.due_on for name, row in plan_now(look, cycle).items()} == {
        name: row.due_on for name, row in before.items()
    }
    kept = send(desk, at(cycle, "/plan/draft"), do="keep", **fields(shown.text))
    assert kept.status_code == 303
    after = plan_now(look, cycle)
    assert after["draft"].days == 70
    assert {(after[name].due_on - before[name].due_on).days for name in STEPS[4:]} == {14}
    assert {(after[name].due_on - before[name].due_on).days for name in STEPS[:4]} == {0}
    assert verbs(look)[-1] == "plan changed"
    assert "The plan is kept." in desk.get(kept.location).text


def test_nothing_is_kept_but_what_was_shown(desk: FlaskClient, cycle: RevisionCycle, look: Look) -> None:
    address = at(cycle, "/plan/code")
    shown = send(desk, address, do="look", **(fields(desk.get(address).text) | {"days": "50"}))
    other = send(desk, address, do="keep", **(fields(shown.text) | {"days": "60"}))
    assert other.status_code == 200
    assert "What moves" in other.text
    assert plan_now(look, cycle)["code"].days == 42
    assert send(desk, address, do="keep", **fields(other.text)).status_code == 303
    assert plan_now(look, cycle)["code"].days == 60
    stale = send(desk, address, do="keep", **fields(other.text))
    assert stale.status_code == 400
    assert "Somebody changed the plan" in stale.text


def test_a_step_has_an_owner_a_note_and_a_day_it_was_done(
    desk: FlaskClient, session: Session, cycle: RevisionCycle, look: Look
) -> None:
    add_staff(session, "Olwen", ["reviewer"])
    cai = add_staff(session, "Cai", ["coder"])
    session.commit()
    address = at(cycle, "/plan/scope")
    page = desk.get(address).text
    olwen = next(each for each in look(select(Staff)) if each.name == "Olwen")
    assert "Olwen" in page
    assert "Cai" not in page
    form = fields(page) | {"owner": olwen.id.hex(), "note": "Ask  the\nboard <b>", "done_on": TODAY.isoformat()}
    shown = send(desk, address, do="look", **form)
    assert "No day of the plan moves." in shown.text
    assert send(desk, address, do="keep", **(fields(shown.text) | {"note": form["note"]})).status_code == 303
    row = plan_now(look, cycle)["scope"]
    assert (row.owner_id, row.note, row.done_on) == (olwen.id, "Ask the board <b>", TODAY)
    plan = desk.get(at(cycle)).text
    assert "Olwen looks after it." in plan
    assert "Ask the board &lt;b&gt;" in plan
    wrong = send(desk, address, do="look", **(form | {"owner": cai.id.hex()}))
    assert wrong.status_code == 400
    assert "Choose one of the people" in wrong.text


def test_a_step_is_done_at_a_press(desk: FlaskClient, cycle: RevisionCycle, look: Look) -> None:
    assert send(desk, at(cycle, "/plan/scope"), do="done").status_code == 303
    rows = plan_now(look, cycle)
    assert rows["scope"].done_on == TODAY
    assert rows["consult"].done_on is None
    assert "Done on" in desk.get(at(cycle)).text


WRONG_STEPS: tuple[tuple[str, str, str], ...] = (
    ("due_on", "", "Give the day by which"),
    ("due_on", "31/2/2027", "This is no day we can read"),
    ("done_on", "tomorrow", "This is no day we can read"),
    ("done_on", "1/1/2099", "This day has not come yet"),
    ("days", "0", "a whole number of days from 1 to 730"),
    ("days", "1e3", "a whole number of days from 1 to 730"),
    ("note", "x" * 401, "at most 400 are kept"),
    ("owner", "ff", "Choose one of the people"),
)


def test_what_is_wrong_is_said_at_its_field(desk: FlaskClient, cycle: RevisionCycle, look: Look) -> None:
    for field, typed, said in WRONG_STEPS:
        address = at(cycle, "/plan/draft")
        before = plan_now(look, cycle)["draft"].due_on
        refused = send(desk, address, do="keep", **(fields(desk.get(address).text) | {field: typed}))
        assert refused.status_code == 400
        assert said in refused.text
        assert f'id="{field}-error"' in refused.text
        assert "Nothing was changed." in refused.text
        assert (plan_now(look, cycle)["draft"].due_on, plan_now(look, cycle)["draft"].note) == (before, "")


@pytest.mark.parametrize(("way", "moved"), [("back", -42), ("stay", 0)])
def test_the_day_the_review_is_due_moves_the_plan(
    desk: FlaskClient, cycle: RevisionCycle, look: Look, way: str, moved: int
) -> None:
    before, address = plan_now(look, cycle), at(cycle, "/plan/due")
    sooner = (DUE - timedelta(42)).isoformat()
    shown = send(desk, address, do="look", **(fields(desk.get(address).text) | {"due_on": sooner, "way": way}))
    assert "The review would be due on" in shown.text
    assert look(select(RevisionCycle))[0].due_on == DUE
    assert send(desk, address, do="keep", **fields(shown.text)).status_code == 303
    assert look(select(RevisionCycle))[0].due_on == DUE - timedelta(42)
    assert {(row.due_on - before[name].due_on).days for name, row in plan_now(look, cycle).items()} == {moved}
    for wrong in ("", "never", "1/1/1980"):
        assert send(desk, address, do="keep", due_on=wrong).status_code == 400


# Surveys, calendar, the end


def test_surveys_are_chosen_by_what_they_are_for(
    desk: FlaskClient, session: Session, keys: Vault, cycle: RevisionCycle, look: Look
) -> None:
    one, two = published_survey(session, keys), published_survey(session, keys, "second")
    link_survey(session, cycle, one.id, CONSULTATION)
    session.commit()
    address = at(cycle, "/plan/surveys")
    assert fields(desk.get(address).text)[f"survey-{one.id.hex()}"] == CONSULTATION
    done = send(desk, address, **{f"survey-{one.id.hex()}": "", f"survey-{two.id.hex()}": SECOND, "survey-00": SECOND})
    assert done.status_code == 303
    assert [(each.survey_id, each.purpose) for each in look(select(CycleSurvey))] == [(two.id, SECOND)]
    send(desk, address, **{f"survey-{two.id.hex()}": "<b>"})
    assert len(look(select(CycleSurvey))) == 1
    assert "Second consultation" in desk.get(at(cycle)).text


def test_the_calendar_gets_another_address(desk: FlaskClient, cycle: RevisionCycle, look: Look) -> None:
    answer = send(desk, at(cycle, "/plan/calendar"))
    assert answer.status_code == 303
    assert "The old one leads nowhere" in desk.get(answer.location).text
    assert look(select(RevisionCycle))[0].calendar_key != cycle.calendar_key
    assert verbs(look)[-1] == "calendar key"


def test_a_cycle_is_given_up_and_taken_up_again(desk: FlaskClient, cycle: RevisionCycle, look: Look) -> None:
    assert "8 steps of its plan are not done yet" in desk.get(at(cycle, "/plan/end")).text
    assert send(desk, at(cycle, "/plan/end"), do="end").status_code == 303
    assert look(select(RevisionCycle))[0].ended_on == TODAY
    page = desk.get(at(cycle)).text
    assert "This revision ended on" in page
    assert "Done today" not in page
    for closed in ("/plan/draft", "/plan/due", "/plan/surveys", "/plan/end"):
        assert desk.get(at(cycle, closed)).status_code == 404
        assert send(desk, at(cycle, closed), do="keep").status_code == 404
    assert send(desk, at(cycle, "/plan/earlier"), kind="law", text="x").status_code == 404
    assert desk.get(at(cycle, "/plan/earlier")).status_code == 200
    assert send(desk, at(cycle, "/plan/end"), do="resume").status_code == 303
    assert look(select(RevisionCycle))[0].ended_on is None
    assert send(desk, at(cycle, "/plan/end"), do="resume").status_code == 409
    assert verbs(look)[-2:] == ["ended cycle", "resumed cycle"]


# Earlier review


def test_a_change_of_law_is_noted_and_brings_the_review_forward(
    desk: FlaskClient, cycle: RevisionCycle, look: Look
) -> None:
    address = at(cycle, "/plan/earlier")
    law = {"kind": "law", "text": "The duty to commission changes", "address": "https://example.org/law"}
    assert send(desk, address, comes_on="1/1/2027", **law).status_code == 303
    (row,) = look(select(ReviewTrigger))
    assert (row.comes_on, row.raised_on) == (date(2027, 1, 1), TODAY)
    page = desk.get(address).text
    assert 'href="https://example.org/law"' in page
    assert "1 thing calls for an earlier review." in desk.get(at(cycle)).text
    assert "1 thing calls for an earlier review." in desk.get("/desk/revise").text
    on = re.search(r"/plan/due\?on=([\d-]+)&amp;calls=(\w+)", page)
    assert on
    form = fields(desk.get(at(cycle, f"/plan/due?on={on[1]}&calls={on[2]}")).text)
    assert form["due_on"] == on[1] < DUE.isoformat()
    shown = send(desk, at(cycle, "/plan/due"), do="look", **form)
    assert send(desk, at(cycle, "/plan/due"), do="keep", **fields(shown.text)).status_code == 303
    (row,) = look(select(ReviewTrigger))
    assert row.answered_on == TODAY
    assert "is due on" in row.answer
    assert "calls for an earlier review" not in desk.get("/desk/revise").text
    assert row.answer in desk.get(address).text


def test_a_review_may_stay_on_its_day_with_a_reason(
    desk: FlaskClient, session: Session, cycle: RevisionCycle, look: Look
) -> None:
    law = note_law(session, cycle, "The duty changes", TODAY)
    session.commit()
    address = at(cycle, f"/plan/earlier/{law.id.hex()}")
    assert send(desk, address).status_code == 400
    assert send(desk, address, do="drop").status_code == 400, "what was raised is not forgotten"
    assert send(desk, address, **{f"why-{law.id.hex()}": "It is covered already."}).status_code == 303
    (row,) = look(select(ReviewTrigger))
    assert row.answer == "It is covered already."
    assert send(desk, at(cycle, f"/plan/earlier/{'0' * 32}"), do="drop").status_code == 404
    assert send(desk, at(cycle, "/plan/earlier/none"), do="drop").status_code == 404


UNNOTED: tuple[tuple[dict[str, str], str], ...] = (
    ({"kind": "law", "text": ""}, "text"),
    ({"kind": "law", "text": "x" * 401}, "text"),
    ({"kind": "law", "text": "x", "address": "javascript:alert(1)"}, "address"),
    ({"kind": "law", "text": "x", "address": "http://example.org/"}, "address"),
    ({"kind": "law", "text": "x", "address": "https://[::1"}, "address"),
    ({"kind": "law", "text": "x", "comes_on": "soon"}, "comes_on"),
    ({"kind": "threshold", "code": "ZZ", "audience": ALL, "percent": "40"}, "code"),
    ({"kind": "threshold", "code": "AE", "audience": "cats", "percent": "40"}, "audience"),
    ({"kind": "threshold", "code": "AE", "audience": ALL, "percent": "101"}, "percent"),
    ({"kind": "threshold", "code": "AE", "audience": ALL, "percent": "40 %"}, "percent"),
)


def test_what_cannot_be_noted_is_said(desk: FlaskClient, cycle: RevisionCycle, look: Look) -> None:
    for form, field in UNNOTED:
        refused = send(desk, at(cycle, "/plan/earlier"), **form)
        assert refused.status_code == 400
        assert f'id="{field}-error"' in refused.text
        assert not look(select(ReviewTrigger))
    assert send(desk, at(cycle, "/plan/earlier"), kind="rumour").status_code == 400


def test_a_threshold_is_watched_and_noted_when_the_page_is_opened(
    desk: FlaskClient,
    session: Session,
    keys: Vault,
    engine: Engine,
    cycle: RevisionCycle,
    look: Look,
    model_folder: Path,
) -> None:
    row = published_survey(session, keys)
    submitted(session, row, 40, say="The poster in the surgery only showed women.")
    submitted(session, row, 40, say="My support worker listened and was trained for this.")
    link_survey(session, cycle, row.id, CONSULTATION)
    session.commit()
    take_in(Bench(engine, keys, lambda done, total: None, {"model folder": model_folder}), row.id.hex())
    address = at(cycle, "/plan/earlier")
    for code in ("LG", "AE", "SD", "OE"):
        assert send(desk, address, kind="threshold", code=code, audience="survivor", percent="1").status_code == 303
    assert send(desk, address, kind="threshold", code="AE", audience="provider", percent="1").status_code == 303
    page = desk.get(address).text
    reached = [each for each in look(select(ReviewTrigger)) if each.raised_on]
    assert reached
    assert {each.audience for each in reached} == {"survivor"}
    assert {each.raised_on for each in reached} == {TODAY}
    assert "1 per cent or more speak to" in page
    waiting = [each for each in look(select(ReviewTrigger)) if not each.raised_on]
    assert page.count("No figure that is shown reaches it.") == len(waiting)
    dropped = send(desk, f"{address}/{waiting[0].id.hex()}", do="drop")
    assert dropped.status_code == 303
    assert len(look(select(ReviewTrigger))) == 4


def test_there_are_not_more_of_them_than_can_be_read(desk: FlaskClient, session: Session, cycle: RevisionCycle) -> None:
    for _ in range(40):
        set_threshold(session, cycle, "AE", ALL, 40)
    session.commit()
    refused = send(desk, at(cycle, "/plan/earlier"), kind="law", text="One more")
    assert refused.status_code == 400
    assert "There are 40 here already." in refused.text


# Whose


def test_a_cycle_of_another_organisation_is_not_there(desk: FlaskClient, session: Session, look: Look) -> None:
    theirs = begin_cycle(session, add_organisation(session, "Other House").id, "mdan", TODAY, DUE)
    session.commit()
    pages = ("", "/plan/draft", "/plan/due", "/plan/surveys", "/plan/earlier", "/plan/calendar", "/plan/end")
    for page in (*pages, "/plan/calendar.ics"):
        assert desk.get(at(theirs, page)).status_code == 404
    for page in pages[1:]:
        assert send(desk, at(theirs, page), do="done", kind="law", text="x").status_code == 404
    assert not look(select(Milestone))
    assert not look(select(ReviewTrigger))
    for key in ("none", "0" * 32, "zz"):
        assert desk.get(f"/desk/revise/{key}").status_code == 404


def test_a_plan_worked_out_and_not_yet_kept_can_be_looked_at_and_changed(
    desk: FlaskClient, session: Session, look: Look
) -> None:
    cycle = begin_cycle(session, first_organisation(session).id, "mdan", TODAY, DUE + timedelta(600))
    session.commit()
    assert "First: Scope, from" in desk.get(at(cycle)).text
    assert not look(select(Milestone))
    assert send(desk, at(cycle, "/plan/scope"), do="done").status_code == 303
    assert len(look(select(Milestone))) == 8
    with Session(session.get_bind()) as reading:
        assert plan_of(reading, reading.get_one(RevisionCycle, cycle.id))[0].done_on == TODAY
