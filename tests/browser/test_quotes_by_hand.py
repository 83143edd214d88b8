"""A quote from choosing it to the findings, by two people in a browser without scripts; every page in every dress."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.conftest import problems

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
LIST = "/desk/quotes/views"
TRIES = 240  # a job is done when it is; each try fetches the page anew


def quotes_of(page: Page) -> int:
    """How many quotes stand beside the findings."""
    page.goto(page.url.partition("/desk")[0] + "/desk/find/views")
    return page.locator("blockquote").count()


def test_two_people_release_a_quote_without_scripts(
    at_the_desk: OpenPage, open_page: OpenPage, colleague: StorageState
) -> None:
    one = at_the_desk(f"{LIST}/candidates?plain=on", scripts=False)
    one.click("li.card button")
    assert one.locator("h1").inner_text().strip() == "The words of a quote"
    words = one.url
    one.click("button[value=ask]")
    assert "A second person is asked" in one.inner_text("main")
    other = open_page(f"{words[words.index('/desk') :]}/second", state=colleague, scripts=False)
    other.click("button[value=approved]")
    assert "Answer every question" in other.inner_text(".errors")
    for radio in other.query_selector_all("input[value=no]"):
        radio.check()
    other.click("button[value=approved]")
    assert "Approved" in other.inner_text(".note")
    shown = other.locator("li.card").count()
    for _ in range(TRIES):
        if "Approved, not released yet" not in other.inner_text("main"):
            break
        other.wait_for_timeout(250)
        other.goto(other.url.partition("?")[0])
    assert other.locator("text=Show it no more").count() <= shown
    assert quotes_of(one) > 0


def test_every_page_in_every_dress(at_the_desk: OpenPage, seen: dict[str, bool]) -> None:
    page = at_the_desk(LIST, **seen)
    assert problems(page) == []
    for link in ("text=Its words", "text=Choose passages", "text=Ledger"):
        page.goto(page.url.partition("/desk")[0] + LIST)
        page.click(f"main >> {link}")
        assert problems(page) == [], link
