"""Every function of expressions in a real browser, with scripts and without: one answer opens the second page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from safekeeping.database import session_for
from surveys.definition.published import publish
from tests.browser.conftest import Running
from tests.factories import NOW, definition
from tests.surveys.function_cases import CASES

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="session")
def functions(heard: Running) -> Running:
    """The running Heard, with the definition of every function taking answers."""
    engine, keys = heard.stores()
    with session_for(engine) as session:
        for name in CASES:
            publish(session, keys, definition(f"functions/{name}"), NOW)
    engine.dispose()
    return heard


def fill(page: Page, answer: Any) -> None:
    """Give the answer by what the page has to give it with."""
    if page.locator("input[type=checkbox][name=q-a]").count():
        for value in answer:
            page.check(f"[name=q-a][value={value}]")
    elif page.locator("button[value^='rank:a:next']").count():
        for value in answer:
            page.click(f"button[value='rank:a:next:{value}']")
    elif page.locator("[name=q-a-day]").count():
        year, month, day = answer.split("-")
        for part, written in (("day", day), ("month", month), ("year", year)):
            page.fill(f"[name=q-a-{part}]", written)
    elif answer is not None:
        page.fill("[name=q-a]", str(answer))


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_second_page_opens_where_the_condition_holds(
    functions: Running, open_page: Callable[..., Page], scripts: bool
) -> None:
    page = open_page("/about", scripts=scripts, phone=True)
    seen = {}
    for name, (answer, _) in CASES.items():
        page.goto(f"{functions.address}/f-{name}")
        page.click("button[value=intro]")
        page.click("button[value=start]")
        fill(page, answer)
        page.click(".row button[value=continue]")
        seen[name] = page.inner_text("h1")
    assert seen == dict.fromkeys(CASES, "It holds")
