"""The cycle of a revision in a browser: its pages on each screen, and its picture legible on a telephone."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from analysis.findings.shown import ALL
from analysis.revision.cycles import begin_cycle
from analysis.revision.earlier_review import note_law, set_threshold
from analysis.revision.planning import USUAL, planned_back, worked_before
from analysis.revision.plans import keep_plan, today_in
from safekeeping.organisations import first_organisation
from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]
PAGES = ("", "/plan/draft", "/plan/due", "/plan/earlier", "/plan/surveys", "/plan/calendar", "/plan/end")
SMALLEST = 12  # pixels


@pytest.fixture(scope="module")
def key(heard: Running) -> str:
    """A cycle that is late, with a law and a threshold, in the database that the browser looks at."""
    engine, _vault = heard.stores()
    today = today_in("Europe/London")
    due = worked_before(today + timedelta(140))
    with Session(engine) as session:
        home = first_organisation(session).id
        cycle = begin_cycle(session, home, "mdan", today - timedelta(950), due, title="A standard that is looked at")
        plan = planned_back(due, USUAL)
        keep_plan(session, cycle, (replace(plan[0], done_on=plan[0].due_on), *plan[1:]))
        note_law(session, cycle, "The duty changes", today, address="https://example.org/law")
        set_threshold(session, cycle, "AE", ALL, 100)
        found = cycle.id.hex()
        session.commit()
    engine.dispose()
    return found


def test_every_page_of_a_cycle_is_accessible(
    heard: Running, at_the_desk: OpenPage, key: str, seen: dict[str, bool]
) -> None:
    page = at_the_desk("/desk/revise", **seen)
    found = {"/desk/revise": problems(page)}
    for path in ("/desk/revise/begin", *(f"/desk/revise/{key}{each}" for each in PAGES)):
        page.goto(f"{heard.address}{path}")
        found[path] = problems(page)
    page.goto(f"{heard.address}/desk/revise/{key}/plan/draft")
    page.fill("#days", "70")
    page.click("button[value=look]")
    found["what moves"] = problems(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_picture_of_a_plan_can_be_read_on_a_telephone(at_the_desk: OpenPage, key: str) -> None:
    page = at_the_desk(f"/desk/revise/{key}", phone=True)
    letters = page.evaluate(
        """[...document.querySelectorAll("svg.course text")].map(text => [parseFloat(getComputedStyle(text).fontSize),
        text.getBoundingClientRect().left, text.getBoundingClientRect().right,
        text.closest("svg").getAttribute("role")])"""
    )
    assert letters
    assert all(size >= SMALLEST and left >= 0 and right <= 360 for size, left, right, _role in letters)
    for kind in (None, "img"):
        row = [(left, right) for _size, left, right, role in letters if role == kind]
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(row)), "no two overlap"
    said = page.get_attribute("svg.course[role=img]", "aria-label") or ""
    assert said.count(". ") >= 7
    assert "Consultation: late" in said


def test_a_plan_is_changed_without_scripts(at_the_desk: OpenPage, key: str) -> None:
    page = at_the_desk(f"/desk/revise/{key}/plan/publish", phone=True, scripts=False)
    page.fill("#days", "21")
    page.fill("#note", "Ask the printers")
    page.click("button[value=look]")
    assert "7 days later" in page.inner_text("#moves")
    page.click("button[value=keep]")
    assert "The plan is kept." in page.inner_text("main")
    assert "Ask the printers" in page.inner_text("main")


def test_the_calendar_is_there_for_who_has_its_address_and_no_longer(
    heard: Running, open_page: OpenPage, at_the_desk: OpenPage, key: str
) -> None:
    page = at_the_desk(f"/desk/revise/{key}/plan/calendar")
    address = page.input_value("#address")
    found = re.fullmatch(r"https?://[^/]+(/calendar/[\w-]{43}\.ics)", address)
    assert found
    stranger = open_page("/about").context.request
    answer = stranger.get(f"{heard.address}{found[1]}")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.text()
    page.click("text=Make a new address")
    assert page.input_value("#address") != address
    assert stranger.get(f"{heard.address}{found[1]}").status == 404
