"""An audit from its draw to its settling, by hand in a browser: with keys alone, without scripts, and with axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.conftest import Running, press, problems

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
LOOK = "/desk/audit/views"
TRIES = 240  # a job is done when it is; each try fetches the page anew


def until(page: Page, words: str) -> None:
    """Fetch the page anew until it says so."""
    for _ in range(TRIES):
        if words in page.inner_text("main"):
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(page.inner_text("main"))


def code_all(page: Page, keys: str) -> int:
    """Take what is free and code all of it by keys alone; how many passages that were."""
    count = 0
    while page.locator("text=Take another response").count():
        page.focus("text=Take another response")
        press(page, ("Enter",))
        while "/code/" in page.url:
            press(page, keys)
            count += 1
    return count


def test_an_audit_is_drawn_coded_blind_and_settled(
    heard: Running, at_the_desk: OpenPage, open_page: OpenPage, colleague: StorageState
) -> None:
    lead, found = at_the_desk(LOOK), dict[str, list[str]]()
    for field in lead.locator("input[name^='n-']").all():
        field.fill("2" if field.get_attribute("name") == "n-survivor" else "0")
    lead.fill("#reason", "Whoever codes now looks for themselves.")  # the example has had an audit
    lead.click("text=Draw the sample")
    until(lead, "Responses in it")
    found["drawn"] = problems(lead)
    first = code_all(lead, "1s")
    other = open_page(LOOK, state=colleague, phone=True)
    assert code_all(other, "24s") == first >= 2
    found["coded"] = problems(other)
    other.goto(f"{heard.address}{LOOK}/settle")
    found["list"] = problems(other)
    other.click("table a >> nth=0")
    found["one"] = problems(other)
    assert "You coded this response" in other.inner_text("main")
    other.check("input[name=choice][value='1'] >> nth=0")
    other.fill("input[name=reason] >> nth=0", "It is about what came of it.")
    other.click("button:has-text('Decide') >> nth=0")
    assert "It is settled once" in other.inner_text("main")
    other.goto(f"{heard.address}{LOOK}/agreement")
    until(other, "Section by section")
    found["agreement"] = problems(other)
    other.goto(f"{heard.address}{LOOK}/practice")
    found["practice"] = problems(other)
    assert {name: faults for name, faults in found.items() if faults} == {}
    lead.goto(f"{heard.address}{LOOK}")
    lead.click("summary:has-text('End the audit')")
    lead.click("button:has-text('End the audit')")
    assert "The audit has ended" in lead.inner_text("main")
