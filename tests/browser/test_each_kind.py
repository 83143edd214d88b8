"""Every kind of question in a real browser: on a phone, with and without scripts, in either direction of writing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from safekeeping.database import session_for
from surveys.definition.answered_at import find_open
from surveys.definition.published import publish
from tests.browser.conftest import Running, problems
from tests.factories import DEFINITIONS, NOW, definition

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]
Fill = Callable[[Page], object]


def pick(selector: str) -> Fill:
    return lambda page: page.check(selector)


def write(**fields: str) -> Fill:
    def fill(page: Page) -> None:
        for name, text in fields.items():
            page.fill(f"[name='q-{name.replace('__', '-')}']", text)

    return fill


def put_in_order(page: Page) -> None:
    for value in ("night", "men"):
        page.click(f"button[value='rank:first:next:{value}']")
    page.click("button[value='rank:first:up:men']")


def other(page: Page) -> None:
    page.check("[name=q-turned][value=other]")
    page.fill("[name=q-turned_other]", "A neighbour")
    page.check("[name=q-means][value=phone]")
    page.check("[name=q-means][value=chat]")


def clause(page: Page) -> None:
    page.check("[value=change]")
    page.fill("textarea", "By chat too")


def grid(page: Page) -> None:
    page.check("[name=q-rating-safe][value='5']")


#: Definition -> how it is filled in, and what then stands on the check page.
WALKS: dict[str, tuple[Fill, str]] = {
    "one-choice": (pick("[value=no]"), "No"),
    "list": (lambda page: page.select_option("select", "south"), "The south"),
    "other": (other, "A neighbour"),
    "several-choices": (pick("[value=shame]"), "Shame"),
    "scale": (pick("[value='2']"), "A little"),
    "ends": (pick("[value='11']"), "11 – Fully"),
    "scale-grid": (grid, "Helped me to be safer: Very well"),
    "ranking": (put_in_order, "1. Workers who know how to talk with men"),
    "number": (write(weeks="12"), "12 weeks"),
    "date": (write(asked_on__day="14", asked_on__month="March", asked_on__year="2019"), "14 March 2019"),
    "short-text": (write(keep="The line"), "The line"),
    "long-text": (write(help="Nobody\nasked"), "Nobody"),
    "yes-no": (pick("[value=yes]"), "Yes, I would"),
    "postcode-area": (write(area="ZZ99 9ZZ"), "ZZ99"),
    "consent": (pick("[value=yes]"), "Yes, I agree"),
    "clause-view": (clause, "By chat too"),
    "personal": (pick("[name=q-age-not_said]"), "I would rather not say"),
    "information": (lambda page: None, "A man who has been hurt"),
}


@pytest.fixture(scope="session")
def kinds(heard: Running) -> Running:
    """The running Heard, with every tiny definition taking answers."""
    engine, keys = heard.stores()
    with session_for(engine) as session:
        for path in DEFINITIONS.glob("*.toml"):
            if not find_open(session, path.stem):
                publish(session, keys, definition(path.stem), NOW)
    engine.dispose()
    return heard


def go_on(page: Page) -> None:
    page.click(".row button[value=continue]")


def begin(page: Page) -> None:
    page.click("button[value=intro]")
    page.click("button[value=start]")
    if page.locator("input[value=survivor]").count():
        page.check("input[value=survivor]")
        go_on(page)


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["scripts", "no scripts"])
def test_every_kind_is_answered_on_a_phone_and_is_accessible(
    kinds: Running, open_page: OpenPage, scripts: bool
) -> None:
    """Axe itself is a script, so it looks at the pages of the walk with scripts; both are 320 pixels wide."""
    page = open_page("/about", scripts=scripts, phone=True)
    page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for name, (fill, shown) in WALKS.items():
        page.goto(f"{kinds.address}/{name}")
        begin(page)
        fill(page)
        found[name] = problems(page) if scripts else []
        go_on(page)
        assert shown in page.inner_text("main"), name
        page.click("button[value=send]")
        assert page.inner_text("h1") == "Thank you. Your answers are kept.", name
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.slow
def test_every_kind_is_accessible_in_the_dark_on_a_desk_with_faults(kinds: Running, open_page: OpenPage) -> None:
    page = open_page("/about", dark=True, ours=False)
    faults: dict[str, Fill] = {
        "date": write(asked_on__day="14"),
        "number": write(weeks="some"),
        "postcode-area": write(area="Nowhere"),
        "long-text": write(help="w" * 101),
        "consent": lambda page: None,
        "limits": lambda page: None,
    }
    for name, fill in faults.items():
        page.goto(f"{kinds.address}/{name}")
        begin(page)
        fill(page)
        go_on(page)
        assert problems(page) == [], name
        page.click("#problems a")
        assert page.evaluate("document.activeElement.matches('input,textarea')"), name


def test_a_language_is_read_from_right_to_left(kinds: Running, open_page: OpenPage) -> None:
    page = open_page("/languages?in=ar", phone=True)
    assert problems(page) == []
    begin(page)
    assert page.get_attribute("html", "dir") == "rtl"
    assert problems(page) == []
    name, leave = page.locator(".bar .name").bounding_box(), page.locator("#leave").bounding_box()
    assert name
    assert leave
    assert leave["x"] < name["x"]
    page.fill("textarea", "كلمات")
    page.click("button[value='language:cy']")
    assert page.get_attribute("html", "lang") == "cy"
    assert page.input_value("textarea") == "كلمات"


def test_putting_in_order_by_keyboard_alone_keeps_the_place(kinds: Running, open_page: OpenPage) -> None:
    page = open_page("/ranking")
    begin(page)
    page.focus("button[value='rank:first:next:night']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ranked")
    page.focus("button[value='rank:first:next:men']")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[value='rank:first:up:men']")
    page.focus("button[value='rank:first:up:men']")
    page.keyboard.press("Enter")
    expect(page.locator("button[value='rank:first:down:men']")).to_be_focused()
    assert [line.strip() for line in re.findall(r".*talk.*|.*night.*", page.inner_text(".ranked"))]
    assert "talk with men" in page.locator(".ranked li").first.inner_text()


def test_scripts_ask_what_other_is_only_when_it_is_chosen(kinds: Running, open_page: OpenPage) -> None:
    page = open_page("/other")
    begin(page)
    field = page.locator("[name=q-turned_other]")
    expect(field).to_be_hidden()
    page.check("[name=q-turned][value=other]")
    field.fill("A neighbour")
    page.check("[name=q-turned][value=friend]")
    expect(field).to_be_hidden()
    page.locator("text=Clear this answer").click()
    assert page.locator("[name=q-turned]:checked").count() == 0
    page.check("[name=q-turned][value=other]")
    expect(field).to_have_value("A neighbour")


def test_without_scripts_a_choice_is_cleared_by_its_button(kinds: Running, open_page: OpenPage) -> None:
    page = open_page("/one-choice", scripts=False)
    begin(page)
    expect(page.locator("button.clear")).to_be_hidden()
    page.check("[value=no]")
    page.click("button.clear")
    assert page.locator("[name=q-known]:checked").count() == 0


def test_how_many_characters_are_left_is_said(kinds: Running, open_page: OpenPage) -> None:
    page = open_page("/long-text")
    begin(page)
    page.fill("textarea", "w" * 70)
    expect(page.locator(".count")).to_have_text("")
    page.fill("textarea", "w" * 90)
    expect(page.locator(".count")).to_have_text("Characters left: 10")
    page.fill("textarea", "w" * 105)
    expect(page.locator(".count")).to_have_text("Characters too many: 5")
    expect(page.locator("[role=status].unseen")).to_have_text("Characters too many: 5")


def test_a_new_question_on_the_page_is_gone_to(kinds: Running, open_page: OpenPage) -> None:
    page = open_page("/logic")
    begin(page)
    page.check("[name=q-asked][value=yes]")
    go_on(page)
    page.wait_for_selector("text=One more question, because of what you answered.")
    expect(page.locator("[name=q-whom]")).to_be_focused()
