"""The calendar of a cycle: read by another program's reader, over its public address, with titles and days alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from analysis.revision.calendar_file import calendar_of
from analysis.revision.calendar_pages import USUAL
from analysis.revision.cycles import begin_cycle
from analysis.revision.earlier_review import note_law
from analysis.revision.planning import STEPS
from analysis.revision.plans import Aside, end_cycle, keep_plan, new_calendar_key, plan_of
from analysis.revision.tables import RevisionCycle
from safekeeping.headers import HEADERS
from safekeeping.organisations import first_organisation
from safekeeping.staff import add_staff
from tests.factories import let_in

TITLE = "National Standards; edition 2, “plain”"
NAME, NOTE, LAW = "Ruth Reviewer", "Wait for forty passages", "The duty to commission changes"
ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def cycle(session: Session) -> RevisionCycle:
    """A cycle with an owner, a note and a law, of which a calendar may say nothing."""
    home = first_organisation(session)
    cycle = begin_cycle(session, home.id, "mdan", date(2026, 1, 5), date(2029, 1, 5), title=TITLE)
    ruth = add_staff(session, NAME, ["reviewer"])
    plan = plan_of(session, cycle)
    plan = (replace(plan[0], done_on=date(2028, 3, 1)), *plan[1:])
    keep_plan(session, cycle, plan, {"code": Aside(ruth.id, NOTE)})
    note_law(session, cycle, LAW, date(2026, 11, 23), address="https://example.org/law")
    session.commit()
    return cycle


def read(made: bytes) -> dict[str, Any]:
    """Part of the UID -> event, as another program reads them."""
    return {str(each["uid"]).split("-", 1)[1].split("@")[0]: each for each in Calendar.from_ical(made).walk("VEVENT")}


def address(cycle: RevisionCycle) -> str:
    return f"/calendar/{cycle.calendar_key}.ics"


@ON_SQLITE
def test_every_step_is_a_whole_day(session: Session, cycle: RevisionCycle) -> None:
    made = calendar_of(cycle, plan_of(session, cycle))
    events = read(made)
    assert set(events) == {*STEPS, "due"}
    for step in plan_of(session, cycle):
        event, day = events[step.name], step.done_on or step.due_on
        assert event["dtstart"].dt == day
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event["dtend"].dt == day + timedelta(1)
        assert TITLE in event["summary"]
        assert len(event.walk("VALARM")) == (0 if step.done_on else 1)
    assert events["due"]["dtstart"].dt == date(2029, 1, 5)
    assert "done" in events["scope"]["summary"]
    calendar = Calendar.from_ical(made)
    assert (str(calendar["version"]), str(calendar["calscale"])) == ("2.0", "GREGORIAN")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert b"\n" not in made.replace(b"\r\n", b"")


@ON_SQLITE
def test_it_is_the_same_until_the_plan_changes(session: Session, cycle: RevisionCycle) -> None:
    plan = plan_of(session, cycle)
    before = calendar_of(cycle, plan)
    assert calendar_of(cycle, plan) == before
    moved = tuple(replace(each, due_on=each.due_on + timedelta(7)) if each.name == "draft" else each for each in plan)
    cycle.plan_changed_at = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
    keep_plan(session, cycle, moved)
    after = read(calendar_of(cycle, moved))
    for part, event in read(before).items():
        assert after[part]["uid"] == event["uid"]
        assert int(after[part]["sequence"]) == int(event["sequence"]) + 1
        assert after[part]["dtstamp"].dt >= event["dtstamp"].dt
    assert after["draft"]["dtstart"].dt == read(before)["draft"]["dtstart"].dt + timedelta(7)


@ON_SQLITE
def test_of_a_cycle_that_ended_stays_what_was_done(session: Session, cycle: RevisionCycle) -> None:
    end_cycle(cycle, date(2028, 4, 1))
    assert set(read(calendar_of(cycle, plan_of(session, cycle)))) == {"scope"}


def test_whoever_has_the_address_reads_titles_and_days_alone(
    client: FlaskClient, session: Session, cycle: RevisionCycle
) -> None:
    answer = client.get(address(cycle))
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert set(read(answer.data)) == {*STEPS, "due"}
    unfolded = answer.text.replace("\r\n ", "")
    for secret in (NAME, "Ruth", NOTE, LAW, "example.org", cycle.calendar_key, first_organisation(session).name):
        assert secret not in unfolded
    session.rollback()


@ON_SQLITE
@pytest.mark.parametrize("found", [True, False])
def test_nothing_is_left_behind(client: FlaskClient, cycle: RevisionCycle, found: bool) -> None:
    answer = client.get(address(cycle) if found else f"/calendar/{'A' * 43}.ics")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified", "Date", "Expires"} & set(dict(answer.headers))
    assert all(answer.headers[name] == value for name, value in HEADERS.items())


@ON_SQLITE
def test_a_wrong_address_says_always_the_same(client: FlaskClient, cycle: RevisionCycle) -> None:
    key = cycle.calendar_key
    for wrong in ("A" * 43, key[:-1], f"{key}A", key.swapcase(), "%27%20OR%201=1", "A" * 5000):
        answer = client.get(f"/calendar/{wrong}.ics", headers={"Cookie": "d=x; s=y", "Accept-Language": "cy"})
        assert answer.status_code == 404
        assert answer.data == b"There is no calendar here.\n"
        assert answer.content_type == "text/plain; charset=utf-8"
    assert client.get(f"/calendar/{key}%00.ics").status_code == 404


@ON_SQLITE
def test_a_new_address_ends_the_old_one(client: FlaskClient, session: Session, cycle: RevisionCycle) -> None:
    old = address(cycle)
    uid = read(client.get(old).data)["draft"]["uid"]
    new_calendar_key(cycle)
    session.commit()
    assert client.get(old).status_code == 404
    assert read(client.get(address(cycle)).data)["draft"]["uid"] == uid


@ON_SQLITE
def test_one_address_is_not_asked_for_without_end(client: FlaskClient, session: Session, cycle: RevisionCycle) -> None:
    other = begin_cycle(session, cycle.organisation_id, "mdan", date(2026, 1, 5), date(2029, 1, 5))
    session.commit()
    first = [client.get(address(cycle)).status_code for _ in range(int(USUAL.at_once) + 1)]
    assert first == [200] * int(USUAL.at_once) + [429]
    refused = client.get(address(cycle))
    assert int(refused.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in refused.headers
    assert client.get(address(other)).status_code == 200


@ON_SQLITE
def test_it_only_reads(client: FlaskClient, cycle: RevisionCycle) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.open(address(cycle), method=method).status_code == 405


@ON_SQLITE
def test_the_desk_gives_its_address_and_a_file(app: Flask, session: Session, cycle: RevisionCycle) -> None:
    desk = let_in(app, session)
    key = cycle.id.hex()
    page = desk.get(f"/desk/revise/{key}/plan/calendar").text
    assert address(cycle) in page
    file = desk.get(f"/desk/revise/{key}/plan/calendar.ics")
    assert file.headers["Content-Disposition"] == 'attachment; filename="mdan-plan.ics"'
    assert set(read(file.data)) == {*STEPS, "due"}


@ON_SQLITE
def test_a_welsh_organisation_has_a_calendar_in_its_own_language(
    client: FlaskClient, session: Session, cycle: RevisionCycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    first_organisation(session).language = "cy"
    session.commit()
    monkeypatch.setattr("analysis.revision.calendar_pages.speaking", _noting(said))
    assert client.get(address(cycle), headers={"Accept-Language": "de"}).status_code == 200
    assert said == ["cy"]


def _noting(said: list[str]) -> Callable[[str], Any]:
    from safekeeping.languages import speaking

    def noted(tag: str) -> Any:
        said.append(tag)
        return speaking(tag)

    return noted
