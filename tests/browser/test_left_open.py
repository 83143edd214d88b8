"""A page that is open: covered when nobody touches it, blank when it is not in front, and left by one link."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import problems

pytestmark = [pytest.mark.browser]

FIVE_MINUTES = 5 * 60 * 1000


@pytest.fixture
def asked(open_page: Callable[..., Page]) -> Page:
    """A page of questions with a word typed on it, and a clock that the test winds on."""
    page = open_page("/safety", phone=True)
    page.clock.install()
    page.goto(page.url.replace("/safety", "/views"))
    for button in ("intro", "start"):
        page.click(f"button[value={button}]")
    page.check("input[value=survivor]")
    page.click(".row button[value=continue]")
    page.fill("textarea", "sentinelword")
    return page


def is_seen(page: Page, selector: str) -> bool:
    """Whether this is what a finger on its middle would touch."""
    script = """selector => {
        const part = document.querySelector(selector), box = part.getBoundingClientRect();
        return part.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    }"""
    return bool(page.evaluate(script, selector))


def test_a_page_that_nobody_touches_is_covered_and_keeps_every_word(asked: Page) -> None:
    asked.focus("textarea")
    asked.clock.run_for(FIVE_MINUTES - 1000)
    asked.mouse.move(100, 100)
    asked.clock.run_for(FIVE_MINUTES - 1000)
    assert is_seen(asked, "textarea")
    asked.clock.run_for(2000)
    assert not is_seen(asked, "textarea")
    assert is_seen(asked, "#leave")
    assert problems(asked) == []
    asked.keyboard.press("Enter")  # the button has the focus
    assert is_seen(asked, "textarea")
    assert asked.evaluate("[document.activeElement.tagName, document.activeElement.value]") == [
        "TEXTAREA",
        "sentinelword",
    ]


def test_a_covered_page_can_be_left(asked: Page) -> None:
    asked.clock.run_for(FIVE_MINUTES + 1000)
    asked.click("#leave")
    asked.wait_for_url("**/static/icon.svg")


def test_a_page_that_is_not_in_front_shows_nothing_and_loses_nothing(asked: Page) -> None:
    asked.focus("textarea")
    for state, seen in (("hidden", False), ("visible", True)):
        asked.evaluate(
            """state => {
                Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )
        assert asked.evaluate("getComputedStyle(document.documentElement, '::after').position") == (
            "static" if seen else "fixed"
        )
    assert asked.evaluate("[document.activeElement.tagName, document.activeElement.value]") == [
        "TEXTAREA",
        "sentinelword",
    ]


def test_a_page_that_comes_back_from_the_browser_s_memory_is_asked_for_anew(asked: Page) -> None:
    comes_back = "window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    with asked.expect_navigation():
        asked.evaluate(comes_back)
    assert asked.inner_text(".step") == "Page 2 of 6"  # nobody is thrown out
    asked.context.clear_cookies()  # as leaving does
    with asked.expect_navigation():
        asked.evaluate(comes_back)
    assert "sentinelword" not in asked.content()
    assert asked.locator("button[value=intro]").count() == 1


def test_how_to_leave_is_on_every_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/", scripts=False)
    for path in ("/views", "/help", "/about", "/nothing-here"):
        page.goto(page.url.rsplit("/", 1)[0] + path)
        page.mouse.wheel(0, 4000)
        box = page.locator("#leave").bounding_box()
        assert box is not None
        assert box["y"] < 100
        assert page.get_attribute("#leave", "href") == "/x"
        assert "abus" not in page.title().lower()
