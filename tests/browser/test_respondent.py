"""The survivor's way through the survey in a real browser: phone and desk, with and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]


def go_on(page: Page) -> None:
    page.click(".row button[value=continue]")


def begin(page: Page) -> None:
    page.click("button[value=intro]")
    page.click("button[value=start]")
    page.check("input[value=survivor]")
    go_on(page)


def fill_everything(page: Page) -> None:
    """From the second page to the check page, a word in each text field."""
    while page.locator("button[value=send]").count() == 0:
        for field in page.locator("textarea").all():
            field.fill("The waiting room\nwas for everyone.")
        go_on(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_a_survivor_answers_from_start_to_thanks(open_page: OpenPage, scripts: bool, phone: bool) -> None:
    page = open_page("/views", scripts=scripts, phone=phone)
    begin(page)
    fill_everything(page)
    assert page.locator("dd .written").first.inner_text()
    page.click("button[value=send]")
    assert page.inner_text("h1") == "Thank you. Your answers are kept."


def test_every_respondent_page_is_accessible(open_page: OpenPage, seen: dict[str, bool]) -> None:
    page = open_page("/views", **seen)
    found = {"intro": problems(page)}
    page.click("button[value=intro]")
    page.click("button[value=start]")
    go_on(page)
    found["error"] = problems(page)
    page.check("input[value=provider]")
    go_on(page)
    while page.locator("button[value=send]").count() == 0:
        found[page.inner_text("h1")] = problems(page)
        go_on(page)
    found["check"] = problems(page)
    page.click("button[value=send]")
    found["thanks"] = problems(page)
    for path in ("/", "/safety", "/about", "/nothing-here"):
        page.goto(page.url.replace("/views", path))
        found[path] = problems(page)
        page.go_back()
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", [320, pytest.param(640, marks=pytest.mark.slow)])
def test_nothing_is_cut_off_when_it_is_narrow_or_large(open_page: OpenPage, width: int) -> None:
    page = open_page("/views")
    page.set_viewport_size({"width": width, "height": 600})
    begin(page)
    for _ in range(4):
        assert problems(page) == []
        go_on(page)


def test_an_error_keeps_what_was_typed_and_leads_to_the_field(open_page: OpenPage) -> None:
    page = open_page("/views", phone=True)
    begin(page)
    page.fill("[name=q-weeks]", "ages")
    page.fill("textarea", "I did not know\nwhere to turn.")
    go_on(page)
    assert page.input_value("textarea") == "I did not know\nwhere to turn."
    assert page.evaluate("document.activeElement.id") == "problems"
    page.click("#problems a")
    assert page.evaluate("document.activeElement.name") == "q-weeks"


def test_enter_continues_instead_of_going_back(open_page: OpenPage) -> None:
    page = open_page("/views")
    begin(page)
    page.press("[name=q-weeks]", "Enter")
    assert page.inner_text("h1") == "The support you were given"


def test_changing_the_audience_leads_through_new_questions_and_back(open_page: OpenPage) -> None:
    page = open_page("/views", scripts=False)
    begin(page)
    fill_everything(page)
    page.click("button[value='change:you']")
    page.check("input[value=commissioner]")
    go_on(page)
    assert page.inner_text("h1") == "What difference it makes"
    assert "One more question, because of what you answered." in page.inner_text("main")
    go_on(page)
    assert page.inner_text("h1") == "Check your answers"
    assert "How do male victims find and reach services" in page.inner_text("main")
    assert "About how many weeks" not in page.inner_text("main")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_leaving_takes_everything_away(open_page: OpenPage, heard: Running, scripts: bool) -> None:
    page = open_page("/views", scripts=scripts, phone=True)
    begin(page)
    page.fill("textarea", "sentinelword")
    page.click("#leave")
    page.wait_for_url("**/static/icon.svg")
    assert page.context.cookies() == []
    page.go_back()
    assert "sentinelword" not in page.content()
    page.goto(f"{heard.address}/views")
    assert page.locator("button[value=intro]").count() == 1


def test_shift_three_times_leaves(open_page: OpenPage) -> None:
    page = open_page("/views")
    begin(page)
    page.wait_for_selector("text=Page 2 of 6")
    page.wait_for_load_state()  # the script counts from when it is there
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/static/icon.svg")


def test_the_device_keeps_one_cookie_and_nothing_else(open_page: OpenPage) -> None:
    page = open_page("/views")
    assert page.context.cookies() == []
    begin(page)
    cookies = page.context.cookies()
    assert [(cookie["name"], cookie["expires"], cookie["httpOnly"]) for cookie in cookies] == [("s", -1, True)]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_a_page_is_readable_without_its_stylesheet(open_page: OpenPage) -> None:
    page = open_page("/views")
    page.evaluate("document.querySelector('link[rel=stylesheet]').disabled = true")
    assert problems(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_page_is_two_requests_and_less_than_twenty_kilobytes(open_page: OpenPage, scripts: bool) -> None:
    """As the browser counts what came over the network, heads and all."""
    page = open_page("/help", scripts=scripts, phone=True)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    came: list[float] = []
    network.on("Network.loadingFinished", lambda what: came.append(what["encodedDataLength"]))
    page.goto(page.url.replace("/help", "/views"))
    page.wait_for_load_state("networkidle")
    assert page.locator("button[value=intro]").is_visible()
    assert len(came) <= 2
    assert 4096 < sum(came) < 20_000
