"""A coded project leaves by the page of data files and comes back by the coding room, in a real browser."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from analysis.exchange.project import Coded, Selection
from analysis.exchange.qdpx_reading import read_qdpx
from analysis.exchange.qdpx_writing import write_qdpx
from tests.browser.conftest import Running, problems, read_it
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


def coded_elsewhere(file: Path) -> Path:
    """The same project after its coder has marked three whole texts in another program."""
    held = read_qdpx(BytesIO(file.read_bytes()))
    coder = held.users[0].guid
    code = next(each.guid for each in held.every_code if each.name.startswith("OE "))
    few = list(held.sources)[:3]
    marked = (
        replace(each, selections=(Selection(str(uuid4()), 0, len(each.text), (Coded(str(uuid4()), code, coder),)),))
        for each in few
    )
    changed = file.with_name("back.qdpx")
    with changed.open("wb") as out:
        write_qdpx(replace(held, sources=tuple(marked), cases=()).in_order(), out)
    return changed


def looked_into(page: Page, file: Path) -> Page:
    """The page after it has looked into a file."""
    page.set_input_files("#file", file)
    page.click("text=Look into this file")
    expect(page.locator("h2", has_text="What is in the file")).to_be_visible()
    return page


def test_a_project_goes_and_comes_back(heard: Running, at_the_desk: OpenPage, tmp_path: Path) -> None:
    page = at_the_desk("/desk/code/views")
    read_it(page)
    page.check("input[value=AE]")
    page.click("button[value=save]")
    file = project(page, heard.address, tmp_path)
    same = looked_into(at_the_desk(BRING), file)
    expect(same.locator("main")).to_contain_text("Nothing of it is new here")
    assert problems(same) == []
    back = coded_elsewhere(file)
    for seen in ({"dark": True}, {"phone": True, "dark": True, "ours": False}, {"phone": True}):
        page = at_the_desk(BRING, **seen)
        assert problems(page) == []
        looked_into(page, back)
        expect(page.locator("main")).to_contain_text("Texts of this survey, unchanged: 3")
        assert problems(page) == []
    page.set_input_files("#file", back)
    page.click("button[value=take]")
    expect(page.locator("[role=status]")).to_contain_text("Decisions taken in:")
    assert problems(page) == []
    expect(looked_into(page, back).locator("main")).to_contain_text("Nothing of it is new here")


def test_what_is_no_project_is_refused_where_it_was_chosen(at_the_desk: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "notes.qdpx").write_text("no project")
    page = at_the_desk(BRING, phone=True)
    page.set_input_files("#file", tmp_path / "notes.qdpx")
    page.click("text=Look into this file")
    expect(page.locator("[role=alert]")).to_contain_text("The file is no ZIP, or it is damaged or cut short.")
    assert problems(page) == []
