"""Between writing and answering, in a real browser: every page holds on a phone, and the frame shows the real page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]
OpenPage = Callable[..., Page]

#: The pages about a survey that is being written, and those about one that is published.
WRITTEN = ("preview", "words", "words/pl?page=you", "bank?search=weeks", "try", "launch")
PUBLISHED = ("/desk/collect/views/versions", "/desk/collect/bank?search=weeks")


def correcting(page: Page) -> str:
    """Press the button on the page of versions; the address of the correction. It goes on with one that was begun."""
    page.click("text=Correct this survey")
    page.wait_for_url(re.compile(r"/desk/write/[0-9a-f]+$"))
    return page.url


def test_every_page_holds_on_a_phone_and_on_a_desk(at_the_desk: OpenPage, heard: Running) -> None:
    page = at_the_desk(PUBLISHED[0], phone=True, dark=True)
    written = correcting(page)
    page.goto(f"{written}/words")
    if page.locator("main a:has-text('Polski')").count() == 0:
        page.select_option("#language", "pl")
        page.click("text=Add it")
    page.goto(f"{written}/try")
    page.click("button:has-text('Start')")
    found = []
    for path in (*(f"{written}/{each}" for each in WRITTEN), *(f"{heard.address}{each}" for each in PUBLISHED)):
        page.goto(path)
        page.set_viewport_size({"width": 320, "height": 740})
        found += [(path, "phone", problem) for problem in problems(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 860})
    page.goto(f"{written}/preview?screen=desk")
    found += [("preview", "desk", problem) for problem in problems(page)]
    page.goto(f"{written}/try")
    page.click("text=End the trial")
    page.wait_for_selector("text=Its answers are wiped")
    assert found == []


def test_the_frame_shows_the_page_and_follows_its_buttons(at_the_desk: OpenPage, heard: Running) -> None:
    refused: list[str] = []
    page = at_the_desk(PUBLISHED[0])
    page.on("console", lambda told: refused.append(told.text) if "Content Security" in told.text else None)
    written = correcting(page)
    page.goto(f"{written}/preview")
    page.select_option("#audience", "provider")
    page.select_option("#page", "finding")
    page.click("text=Show")
    frame = page.frame_locator("iframe")
    frame.locator("h2:has-text('Do men in your area know that you are there for them?')").wait_for()
    assert page.locator("iframe").bounding_box()["width"] == 360  # type: ignore[index]
    frame.locator(".row button").click()
    frame.locator("h1:has-text('The support itself')").wait_for()
    assert refused == []
    page.select_option("#screen", "desk")
    page.click("text=Show")
    frame.locator("h1").first.wait_for()
    assert page.locator("iframe").bounding_box()["width"] > 900  # type: ignore[index]


def test_no_other_page_can_be_put_in_a_frame(at_the_desk: OpenPage, heard: Running) -> None:
    page = at_the_desk(PUBLISHED[0])
    written = correcting(page)
    page.goto(f"{written}/preview")
    page.evaluate("address => { document.querySelector('iframe').src = address }", f"{written}/launch")
    page.wait_for_timeout(500)
    assert page.frames[1].locator("text=Check and publish").count() == 0
