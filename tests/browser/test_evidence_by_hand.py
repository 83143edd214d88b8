"""A reviewer looks for what was said about a clause: from the map to the clause, and leaves a document there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from analysis.revision.cycles import begin_cycle, link_survey
from analysis.revision.tables import CONSULTATION
from safekeeping.clock import steady_now
from safekeeping.organisations import first_organisation
from surveys.definition.published import published_at
from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def room(heard: Running) -> str:
    """The evidence of a cycle that the worked example gives its evidence."""
    engine, _keys = heard.stores()
    with Session(engine) as session:
        today = steady_now().date()
        cycle = begin_cycle(session, first_organisation(session).id, "mdan", today, today.replace(day=1, month=1))
        link_survey(session, cycle, published_at(session, "views").id, CONSULTATION)
        session.commit()
        address = f"/desk/revise/{cycle.id.hex()}/evidence"
    engine.dispose()
    return address


def test_from_the_map_to_a_clause(at_the_desk: OpenPage, room: str, seen: dict[str, bool]) -> None:
    page = at_the_desk(room, **seen)
    assert problems(page) == []
    page.select_option("#section", "AE")
    page.click("form.chosen button")
    assert page.locator("th[role=rowheader]").count() == 6
    page.click("th >> text=Routes in")
    assert "Routes in" in page.inner_text("h1")
    for closed in page.locator("details").all():
        closed.locator("summary").click()
    assert problems(page) == []
    page.fill("#document-title", "A report of an inspection")
    page.fill("#document-address", "https://example.org/inspection")
    page.click("text=Add it")
    page.click("text=Change or remove")
    assert problems(page) == []
    page.click("text=Remove it")
    assert page.locator("text=A report of an inspection").count() == 0
