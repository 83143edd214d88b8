"""The desk in Welsh: its words are longer, and still nothing is too wide, and axe finds nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import problems, read_it

Opens = Callable[..., Page]

PAGES = {
    "/desk/": "Beth sydd angen eich sylw nawr",
    "/desk/code/views": "Am beth mae’n sôn?",
    "/desk/code/views/new": "Beth sy’n newydd",
    "/desk/safeguard/views": "Gall sôn am berygl nawr",
    "/desk/find/views": "Am beth y siaradodd pobl",
    "/desk/people": "Gwahodd rhywun",
}


@pytest.mark.parametrize(("path", "says"), PAGES.items(), ids=PAGES)
def test_a_page_in_welsh_fits_and_reads_well(at_the_desk: Opens, seen: dict[str, bool], path: str, says: str) -> None:
    page = at_the_desk("/desk/account", **seen)
    page.set_extra_http_headers({"Accept-Language": "cy"})  # the choice itself would stay with the account of all tests
    page.goto(page.url.replace("/desk/account", path))
    read_it(page)
    assert page.get_attribute("html", "lang") == "cy"
    assert says in page.inner_text("main")
    assert problems(page) == []


def test_the_switch_works_without_scripts_before_and_after_signing_in(open_page: Opens) -> None:
    page = open_page("/desk/sign-in", scripts=False, phone=True)
    page.click("text=Cymraeg")
    assert page.inner_text("h1") == "Mewngofnodi i’r ddesg"
    page.click("text=English")
    assert page.inner_text("h1") == "Sign in to the desk"
