"""A whole revision, as the worked example ships it: docs/reviewers.md, walked. `make pictures` takes its pictures."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page

from surveys.example.load import EXAMPLE
from tests.browser.conftest import DESK, Running, problems

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
PICTURES = os.environ.get("PICTURES", "")
PUBLIC = "/what-we-did/example"
PROPOSALS = 12


def picture(page: Page, name: str) -> None:
    """Check the page, and keep it as a picture where pictures are made."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert problems(page) == [], name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def ended(page: Page) -> str:
    """The address of the example's revision, which has ended: other tests may have ended others."""
    links = page.locator("main li a[href^='/desk/revise/']").evaluate_all("all => all.map(each => each.pathname)")
    for link in links:
        page.goto(urljoin(page.url, f"{link}/proposals"))
        if page.locator("table a[href*='/proposals/']").count() == PROPOSALS:
            return str(link)
    raise AssertionError("the revision of the example is not there")


def test_a_revision_goes_from_answers_to_what_was_done(heard: Running, at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/revise")
    picture(page, "revise")
    cycle = ended(page)
    page.goto(f"{heard.address}{cycle}")
    picture(page, "revise-plan")
    page.click("text=Evidence >> nth=0")
    assert page.locator("table a:has-text('AE1')").count()
    picture(page, "revise-evidence")
    page.click("table a:has-text('AE1')")
    assert "Awareness and publicity" in page.inner_text("h1")
    picture(page, "revise-clause")
    page.goto(f"{heard.address}{cycle}/proposals")
    assert page.locator("table a[href*='/proposals/']").count() == PROPOSALS
    picture(page, "revise-proposals")
    page.click("table a[href$='/proposals/4']")
    assert page.locator("main ins").count()
    assert page.locator("main del").count()
    picture(page, "revise-proposal")
    page.goto(f"{heard.address}{cycle}/next")
    assert page.inner_text("h1") == "Edition 2"
    picture(page, "revise-next")
    page.goto(f"{heard.address}{cycle}/told")
    picture(page, "revise-told")


def test_every_sentence_for_the_public_leads_to_what_is_behind_it_and_no_further(
    heard: Running, open_page: OpenPage
) -> None:
    page = open_page(PUBLIC, phone=True, scripts=False)
    links = page.locator("main a").evaluate_all("every => every.map(each => each.getAttribute('href'))")
    assert len(links) > 24
    outside = [link for link in links if not urljoin(PUBLIC, link).startswith(PUBLIC)]
    assert outside == []
    for block in page.locator("main article, main section.card").all():
        assert block.locator("a:has-text('The decision')").count() == 1
        figures = block.locator("li").count()
        assert block.locator("a:has-text('The figure')").count() == figures
        assert block.locator("a:has-text('About this quote')").count() == block.locator("blockquote").count()
    numbers = {found[1] for link in links if (found := re.search(r"/example/(\d+)#", urljoin(f"{PUBLIC}/", link)))}
    assert numbers == {str(number) for number in range(1, 13)}
    for number in sorted(numbers, key=int):
        page.goto(f"{heard.address}{PUBLIC}/{number}")
        assert "What was decided" in page.inner_text("main")
        behind = page.locator("main a").evaluate_all("every => every.map(each => each.getAttribute('href'))")
        assert [link for link in behind if not urljoin(f"{PUBLIC}/", link).startswith(PUBLIC)] == []
        for name in ("Example reviewer", "Example chair", EXAMPLE + "-"):
            assert name not in page.inner_text("main")


def test_the_public_page_looks_as_it_should(open_page: OpenPage) -> None:
    picture(open_page(PUBLIC), "what-we-did")
