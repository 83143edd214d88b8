"""A researcher writes a small survey from nothing, with and without scripts; the editor on every screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import problems

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]


def begin(page: Page) -> str:
    """A survey begun with nothing; where its outline is."""
    page.click("text=Begin with nothing")
    page.wait_for_selector("text=to mend before this can be asked")
    return page.url


def save(page: Page) -> None:
    """Press the button that people see; pressing Enter would press another one."""
    page.click("button[value=save]:not(.unseen)")


def add(page: Page, kind: str, wording: str) -> None:
    """A question of a kind, on the first page; its form is left open."""
    page.click("text=Add a question >> nth=0")
    page.click(f"text={kind}")
    page.fill("#wording", wording)


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_survey_is_written_from_nothing(at_the_desk: OpenPage, scripts: bool) -> None:
    page = at_the_desk("/desk/write/new", scripts=scripts, phone=not scripts)
    begin(page)
    page.click("text=Edit >> nth=0")
    page.fill("#title", "A small survey")
    save(page)

    add(page, "One answer from a list", "Did you ask for help?")
    page.fill("#choices-0-label", "Yes")
    page.fill("#choices-1-label", "No")
    page.click("text=Paste a list")
    page.fill("#paste-choices-lines", "I am not sure\nI would not")
    page.click("text=Add these lines")
    assert page.input_value("#choices-2-label") == "I am not sure"
    page.click("button[value=remove-choices-3]")
    page.click("button[value=up-choices-1]")
    assert page.input_value("#choices-0-label") == "No"
    assert page.input_value("#wording") == "Did you ask for help?"
    save(page)
    assert page.url.endswith("#q-did_you_ask_for_help")

    add(page, "A long answer", "What happened then?")
    page.click("text=When it is asked")
    page.select_option("#when-question", "did_you_ask_for_help")
    if scripts:
        assert page.get_attribute("#when-value", "list") == "answers-did_you_ask_for_help"
        page.fill("#when-value", "Yes")
        page.click("text=Add this condition")
    else:
        page.click("text=Add this condition")
        page.select_option("#when-value", "yes")
        page.click("text=Add this condition")
    page.wait_for_selector("text=is “Yes”")
    assert page.input_value("#relevant") == "${did_you_ask_for_help} = 'yes'"
    save(page)

    assert "Nothing is wrong with this survey" in page.inner_text("main")
    assert "Asked if the answer to “Did you ask for help?” is “Yes”" in page.inner_text("main")
    page.click("#q-did_you_ask_for_help >> text=Delete")
    assert "there is no question “did_you_ask_for_help”" in page.inner_text("#problems")
    page.click("text=Undo: deleted “Did you ask for help?”")
    assert "Nothing is wrong with this survey" in page.inner_text("main")
    assert page.locator("#steps").get_by_role("button").count() == 2


def test_after_an_act_the_keyboard_goes_on_where_it_happened(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/write/new")
    page.click("text=Begin with this >> nth=1")
    page.wait_for_selector("#q-helped")
    page.click("#q-helped >> text=Move up")
    page.wait_for_url("**#q-helped")
    page.wait_for_function("document.activeElement.id === 'q-helped'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "What helped most?"
    page.keyboard.press("Enter")
    page.click("text=May it be skipped")
    page.fill("#hint", "Typed, then Enter")
    page.press("#hint", "Enter")
    page.wait_for_url(re.compile("/question/helped$"))
    assert page.input_value("#hint") == "Typed, then Enter"


def opened(page: Page, address: str) -> Page:
    """A page with everything on it unfolded."""
    page.goto(address)
    for closed in page.query_selector_all("details.group:not([open]) > summary"):
        closed.click()
    return page


def test_the_pages_of_the_editor_have_no_problems(at_the_desk: OpenPage, seen: dict[str, bool]) -> None:
    page = at_the_desk("/desk/write/new", **seen)
    assert problems(page) == []
    page.click("text=Begin with this >> nth=2")
    page.wait_for_selector("#q-counted")
    outline = page.url
    opened(page, f"{outline}/question/first")
    assert problems(page) == []
    page.fill("#relevant", "${nobody} >> 3")
    save(page)
    page.wait_for_selector("#problems")
    assert problems(page) == []


def test_every_other_page_of_the_editor_has_no_problems(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/write/new", phone=True)
    page.click("text=Begin with this >> nth=0")
    page.wait_for_selector("#q-barriers")
    outline = page.url
    page.goto(f"{outline}/calculated")
    page.fill("#name", "how_many_barriers_people_told_us_about")
    save(page)
    page.wait_for_selector("#value-fault")
    assert problems(page) == []
    page.fill("#value", "count-selected(${barriers}) + count-selected(${barriers})")
    save(page)
    page.wait_for_selector("#c-how_many_barriers_people_told_us_about")
    assert problems(page) == []
    page.goto(f"{outline}/settings")
    page.click("button[value=down-intro-0]")
    page.wait_for_function("document.activeElement.id === 'intro-1'")
    calculated = "calculated/how_many_barriers_people_told_us_about"
    for part in ("question/rating", "page/finding", "page/finding/add", "settings", "forget", calculated):
        assert problems(opened(page, f"{outline}/{part}")) == [], part
