"""A service is assessed by hand, in a browser without scripts; every page of it in every dress."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from analysis.standard.as_asked import asked_from
from analysis.standard.shipped_texts import shipped_text
from surveys.definition.published import is_taken, publish
from surveys.definition.tables import to_toml
from surveys.writing.from_standard import self_assessment
from surveys.writing.written import as_survey
from tests.browser.conftest import Running, problems
from tests.factories import NOW

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]


@pytest.fixture
def survey(heard: Running) -> str:
    """The address of a self-assessment survey that nobody answered yet."""
    made, _faults = as_survey(self_assessment(asked_from(shipped_text("mdan"))))
    assert made is not None
    engine, vault = heard.stores()
    with Session(engine) as session:
        if not is_taken(session, made.address):
            publish(session, vault, to_toml(made), NOW)
        session.commit()
    engine.dispose()
    return made.address


def begun(page: Page, service: str) -> str:
    """A self-assessment of that service on all of the first standard; its address."""
    page.fill("#service", service)
    page.select_option("#of", "mdan/1/")
    page.click("main form button")
    return page.url


def test_a_section_is_filled_in_without_scripts_and_what_is_wrong_is_kept(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/assess", scripts=False, phone=True)
    begun(page, "Harbour House")
    page.click("text=Go on with LG")
    page.check("input[name=met-1][value=met]")
    page.check("input[name=met-2][value='not met']")
    page.fill("#plan-2", "Ask for a budget. " * 120)
    page.click("button[value=next]")
    assert "LG2, the plan: take out" in page.inner_text(".errors")
    assert page.is_checked("input[name=met-1][value=met]")
    page.fill("#plan-2", "Ask for a budget.")
    page.fill("#by-2", "2026-01-31")
    page.click("button[value=next]")
    assert "Access and Engagement" in page.inner_text("h1")
    page.click("text=Back to the summary")
    summary = page.inner_text("main")
    assert "2 of 20 clauses answered" in summary
    assert "By 31 January 2026, overdue" in summary
    bars = page.locator("svg[role=img]").all()
    assert bars[0].get_attribute("aria-label") == "LG Leadership and Governance: met 1, not met 1, nothing said yet 3"


def test_every_page_of_it_is_accessible(
    heard: Running, at_the_desk: OpenPage, survey: str, seen: dict[str, bool]
) -> None:
    page = at_the_desk("/desk/assess", **seen)
    one = begun(page, "Lighthouse")
    found = {}
    for path in (
        "/desk/assess",
        one.removeprefix(heard.address),
        f"{one.removeprefix(heard.address)}/2",
        "/desk/assess/providers",
        f"/desk/assess/providers/{survey}",
        "/desk/write/new",
    ):
        page.goto(f"{heard.address}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found[path] = problems(page)
    page.goto(f"{heard.address}/desk/assess")
    page.click("main form button")  # a service without a name
    found["refused"] = problems(page)
    assert "Which service is it about?" in page.inner_text(".errors")
    assert {path: faults for path, faults in found.items() if faults} == {}
