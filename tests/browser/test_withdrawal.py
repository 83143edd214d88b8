"""Codes in a real browser: answers taken back, and saved on one device and gone on with on another; no JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import problems
from tests.browser.test_respondent import begin, fill_everything, go_on

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]


def the_code(page: Page) -> str:
    """The code on the page."""
    assert page.inner_text("h1") == "Your code"
    return page.inner_text("main .big")


def test_from_the_start_to_the_withdrawal_on_a_phone_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/views", scripts=False, phone=True)
    address = page.url
    begin(page)
    fill_everything(page)
    page.click("button[value=send]")
    page.click("button[value=code]")
    code = the_code(page)
    page.click("main .button")
    assert page.inner_text("h1") == "Thank you. Your answers are kept."
    assert code not in page.content()
    later = open_page("/views", scripts=False, phone=True)
    later.click("button[value=intro]")
    later.click("button[value=take-back]")
    later.fill("#code", code[:-1] + str((int(code[-1]) + 1) % 10))
    later.click("button[value=withdraw]")
    assert "Check each digit" in later.inner_text("#problems")
    later.fill("#code", code)
    later.click("button[value=withdraw]")
    assert later.inner_text("h1") == "We will look for these answers"
    assert {page.url, later.url} == {address}
    assert later.context.cookies() == []


def test_saved_on_one_device_and_gone_on_with_on_another(open_page: OpenPage) -> None:
    page = open_page("/views", scripts=False, phone=True)
    begin(page)
    page.fill("textarea", "Half a sentence")
    page.click("button[value=save]")
    page.click("button[value='save:code']")
    code = the_code(page)
    page.click("#leave")
    page.wait_for_url("**/static/icon.svg")
    other = open_page("/views")
    other.click("button[value=intro]")
    other.click("button[value=come-back]")
    other.fill("#code", code.replace(" ", ""))
    other.click("button[value=come-back]")
    assert other.input_value("textarea") == "Half a sentence"
    go_on(other)
    fill_everything(other)
    other.click("button[value=send]")
    assert other.inner_text("h1") == "Thank you. Your answers are kept."


def test_every_page_with_a_code_is_accessible(open_page: OpenPage, seen: dict[str, bool]) -> None:
    page = open_page("/views", **seen)
    found = {}
    for go in ("take-back", "come-back"):
        page.click("button[value=intro]")
        page.click(f"button[value={go}]")
        found[go] = problems(page)
        page.click(".row button")
        found[f"{go}, wrong"] = problems(page)
        page.goto(page.url)
    begin(page)
    page.click("button[value=save]")
    found["save"] = problems(page)
    page.click("button[value='save:code']")
    found["saved"] = problems(page)
    page.click("main .button")
    page.click("button[value=save]")
    found["save again"] = problems(page)
    page.click("button[value='save:again']")
    found["saved again"] = problems(page)
    page.click("main .button")
    fill_everything(page)
    page.click("button[value=send]")
    found["thanks"] = problems(page)
    page.click("button[value=code]")
    found["receipt"] = problems(page)
    code = the_code(page)
    later = open_page("/views", **seen)
    later.click("button[value=intro]")
    later.click("button[value=take-back]")
    later.fill("#code", code)
    later.click("button[value=withdraw]")
    found["taken back"] = problems(later)
    assert {name: faults for name, faults in found.items() if faults} == {}
