"""Bringing earlier answers in a real browser: every page of the way, accessible, with and without scripts."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import problems
from tests.browser.test_desk import count

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]
#: A question of the worked example that asks everybody for words.
WORDS = "else"


def export(folder: Path, name: str, who: tuple[str, ...], column: str) -> Path:
    """A file as a form exports it, with this question."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Timestamp", "Email Address", "audience", column, "Something else"))
        for number, each in enumerate(who):
            words = f"What I think, {name} {number}" if number else ""
            writer.writerow(("1/5/2024 10:00:00", "a@example.org", each, words, "x"))
    return path


def test_a_file_comes_in_and_each_page_is_accessible(
    at_the_desk: OpenPage, tmp_path: Path, seen: dict[str, bool]
) -> None:
    page = at_the_desk("/desk/import/views", **seen)
    found = {"start": problems(page)}
    name = "-".join(["file", *seen]) + ".csv"
    page.set_input_files("#file", export(tmp_path, name, ("survivor", "provider", "a neighbour"), "Words"))
    page.click("text=Read this file")
    assert page.inner_text("h1") == "Which column is which question?"
    found["columns"] = problems(page)
    page.click("text=Go on")
    assert "Please check this" in page.inner_text(".errors")
    found["faults"] = problems(page)
    page.select_option("#c-1", WORDS)
    page.click("text=Go on")
    assert page.inner_text("h1") == "What do these values mean?"
    found["values"] = problems(page)
    page.select_option("select", "survivor")
    page.click("text=Try it out")
    assert "of 3" in page.inner_text(".big")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found["check"] = problems(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_way_is_the_same_without_scripts(at_the_desk: OpenPage, tmp_path: Path, scripts: bool) -> None:
    collect = at_the_desk("/desk/collect")
    before = count(collect)
    page = at_the_desk("/desk/collect", scripts=scripts)
    page.click("a[href='/desk/import/views']")
    page.set_input_files("#file", export(tmp_path, f"scripts-{scripts}.csv", ("survivor", "family", "survivor"), WORDS))
    page.click("text=Read this file")
    page.click("text=Go on")
    with page.expect_download() as download:
        page.locator("text=Save the whole list as CSV").click()
    assert "nothing in it can be taken in" in download.value.path().read_text(encoding="utf-8-sig")
    assert page.inner_text(".big").startswith("2 of 3")
    page.click("button[value=take]")
    assert "Taken in" in page.inner_text("[role=status]")
    collect.reload()
    assert count(collect) == before == "About 300"
