"""Paper and telephone in a real browser: sheets that fit on A4 and split no question, and pages to type them in."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]
#: What can be printed on of a sheet of A4 between its margins, in pixels of 1/96 inch.
WIDTH, HEIGHT = 176 / 25.4 * 96, 263 / 25.4 * 96
SHEETS = ("", "?large=1", "?audience=survivor", "?audience=provider&large=1")
#: In print, where all boxes of a question stand: what is taller than a page or wider than it cannot be kept together.
PARTS = ".item:not(.stacked), .row, .start, .corner"
TOO_BIG = """([parts, width, height]) => [...document.querySelectorAll(parts)].filter(part => {
    const box = part.getBoundingClientRect();
    return box.height > height || box.right > width + 1 || part.scrollWidth > part.clientWidth + 1
        || getComputedStyle(part).breakInside !== "avoid" && !part.matches(".corner");
}).map(part => part.innerText.slice(0, 80))"""


def sheets_in(pdf: bytes) -> int:
    """How many pages a PDF has, all of them A4."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_sheets_fit_on_a4_and_keep_questions_together(heard: Running, at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/collect/views/paper")
    counted = []
    for sheet in SHEETS:
        page.goto(f"{heard.address}/desk/collect/views/paper{sheet}")
        assert problems(page) == [], sheet
        counted.append(sheets_in(page.pdf(prefer_css_page_size=True)))
        page.emulate_media(media="print")
        page.set_viewport_size({"width": int(WIDTH), "height": 900})
        assert page.evaluate(TOO_BIG, [PARTS, WIDTH, HEIGHT]) == [], sheet
        assert not page.is_visible(".screen")
        size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert size == pytest.approx(18 / 72 * 96 if "large" in sheet else 11.5 / 72 * 96, abs=0.1)
        page.emulate_media(media="null")
    page.set_viewport_size({"width": 360, "height": 740})
    assert problems(page) == []
    assert counted[0] < counted[1] <= 20
    assert 4 <= counted[2] <= counted[0]


def press(page: Page, button: str) -> list[str]:
    """Press a button a person can see, and look at where it leads."""
    page.click(f"button[value='{button}']:not(.unseen)")
    return problems(page)


def fill(page: Page) -> list[str]:
    """Go through an entry, looking at each page; a number is wrong at first and left blank."""
    page.check("input[value=survivor]")
    found = press(page, "continue")
    page.fill("input[name=q-weeks]", "many")
    found += press(page, "continue")
    assert "Write a number" in page.inner_text(".errors")
    found += press(page, "blank")
    while not page.is_visible("button[value=finish]"):
        page.click("button[value=continue]:not(.unseen)")
    return found + problems(page)


def test_a_sheet_is_entered_twice_on_a_phone_without_scripts(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/enter/views", phone=True, ours=False)
    found = problems(page)
    page.fill("#label", "A 17")
    page.click("form:has(#label) button")
    found += fill(page) + press(page, "finish")
    page.click("button[value=begin]")
    page.check("input[value=provider]")
    while not page.is_visible("button[value=finish]"):
        page.click("button[value=continue]:not(.unseen)")
    page.click("button[value=finish]")
    assert "differ" in page.inner_text("h1")
    found += press(page, "send")
    assert "Choose which answer" in page.inner_text(".errors")
    page.click("summary >> nth=0")
    found += problems(page) + press(page, "throw")
    assert "Thrown away" in page.inner_text("[role=status]")
    assert found == []


def test_a_call_is_stopped(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/enter/views", dark=True)
    page.click("form:has([value=phone]) button")
    assert "safe time to talk" in page.inner_text("main")
    found = problems(page) + press(page, "begin")
    page.check("input[value=survivor]")
    found += press(page, "continue") + press(page, "stop")
    assert "Thrown away" in page.inner_text("[role=status]")
    assert found == []
