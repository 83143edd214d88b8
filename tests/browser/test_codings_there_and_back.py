"""A coded project leaves by the page of data files and comes back by the coding room, in a real browser."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, problems
from tests.browser.test_whole_consultation import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OpenPage = Callable[..., Page]
BRING = "/desk/code/views/bring"


def project(page: Page, address: str, folder: Path) -> Path:
    """A coded project of what may be quoted, asked for and fetched on the page."""
    page.goto(f"{address}/desk/share/views")
    page.click("button:has-text('Freeze them')")
    page.check("input[value=qdpx]")
    page.check("input[value=quotable]")
    page.click("button:has-text('Make the file')")
    until(page, "button:has-text('Fetch it')")
    with page.expect_download() as download:
        page.locator("button:has-text('Fetch it')").first.click()
    download.value.save_as(folder / "file.zip")
    with zipfile.ZipFile(folder / "file.zip") as archive:
        return Path(archive.extract("codings.qdpx", folder))


def test_a_project_goes_and_comes_back(heard: Running, at_the_desk: OpenPage, tmp_path: Path) -> None:
    page = at_the_desk("/desk/code")
    page.check("input[value=AE]")
    page.click("button[value=save]")
    file = project(page, heard.address, tmp_path)
    for seen in ({}, {"phone": True, "dark": True, "ours": False}):
        look = at_the_desk(BRING, **seen)
        assert problems(look) == []
        look.set_input_files("#file", file)
        look.click("text=Look into this file")
        expect(look.locator("h2", has_text="What is in the file")).to_be_visible()
        expect(look.locator("main")).to_contain_text("Texts of this survey, unchanged:")
        assert problems(look) == []
        look.set_input_files("#file", file)
        look.click("button[value=take]")
        expect(look.locator("[role=alert]")).to_contain_text("Nothing in this file is new here")
        assert problems(look) == []


def test_what_is_no_project_is_refused_where_it_was_chosen(at_the_desk: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "notes.qdpx").write_text("no project")
    page = at_the_desk(BRING, phone=True)
    page.set_input_files("#file", tmp_path / "notes.qdpx")
    page.click("text=Look into this file")
    expect(page.locator("[role=alert]")).to_contain_text("The file is no ZIP, or it is damaged or cut short.")
    assert problems(page) == []
