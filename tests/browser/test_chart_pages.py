"""Charts in a real browser: dark on a dark screen, light on paper, and each with its words, its table and its files."""

import csv
import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from analysis.findings.charts.drawing import svg_of
from analysis.findings.charts.look import DARK, PAPER
from analysis.findings.charts.stance_balance import stance_balance
from tests.analysis.findings.charted import drawn_words, table_of
from tests.browser.conftest import problems

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]
STANCES = stance_balance(table_of())


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_the_picture_turns_dark_on_a_dark_screen_and_not_on_paper(browser: Browser) -> None:
    found = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.set_content(svg_of(STANCES))
        paper = "getComputedStyle(document.querySelector('svg path')).fill"
        found[scheme] = page.evaluate(paper)
        page.emulate_media(media="print")
        found[f"{scheme}, printed"] = page.evaluate(paper)
        assert page.evaluate("document.querySelectorAll('svg text').length") == len(drawn_words(STANCES))
        page.close()
    white, night = rgb(PAPER), rgb(DARK[PAPER])
    assert found == {"light": white, "light, printed": white, "dark": night, "dark, printed": white}


def test_words_stay_within_the_picture_in_the_fonts_of_a_browser(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(svg_of(STANCES))
    outside = """() => { const sheet = document.querySelector('svg').getBoundingClientRect();
        return [...document.querySelectorAll('svg text')].filter(each => { const box = each.getBoundingClientRect();
            return box.left < sheet.left || box.right > sheet.right }).map(each => each.textContent) }"""
    assert page.evaluate(outside) == []
    page.close()


def once_drawn(page: Page) -> Page:
    """The page when its jobs have ended: shares are estimated first, then the charts are drawn."""
    for _second in range(300):
        if page.locator("figure img").count():
            return page
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError("no chart was drawn in five minutes")


def test_the_charts_of_the_worked_example_have_words_tables_and_files(
    at_the_desk: OpenPage, seen: dict[str, bool]
) -> None:
    page = once_drawn(at_the_desk("/desk/find/views/charts", **seen))
    assert problems(page) == []
    shown = page.locator("figure img")
    assert shown.count() >= 3
    assert page.evaluate("[...document.querySelectorAll('figure img')].every(each => each.naturalWidth > 0)")
    section = page.locator("section", has=page.locator("#audience-sections"))
    section.locator("summary", has_text="As a table").click()
    assert section.locator("tbody tr").count() == 4 * 6
    assert re.search(r"most (responses )?speak to [\w ]+, \d+ %", section.inner_text())
    files = {}
    for ending in ("svg", "png", "csv"):
        link = section.locator(f"a[href$='.{ending}']").get_attribute("href")
        files[ending] = page.request.get(page.evaluate("link => new URL(link, location).href", link)).body()
    assert ElementTree.fromstring(files["svg"]).get("role") == "img"  # noqa: S314 (our own picture)
    assert files["png"].startswith(b"\x89PNG")
    assert len(list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))) == 1 + 4 * 6
