"""Standards at the desk: read and filtered on a phone and a desk, and wording brought by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from analysis.standard.bringing.sheet_rows import write_csv
from analysis.standard.shipped_texts import shipped_text
from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]
OpenPage = Callable[..., Page]
PAGES = (
    "/desk/standards",
    "/desk/standards/mdan",
    "/desk/standards/msp",
    "/desk/standards/respect",
    "/desk/standards/respect?stage=smp&aim=diversity",
    "/desk/standards/respect/across",
    "/desk/standards/bring",
)
#: What its holder filled in, in a file taken from the desk.
FILLED = {"A4.3,requirement": "Nobody begins before their papers were seen.", "A4.4,requirement": "=2+2 is no formula"}


def filled(folder: Path) -> Path:
    """The file of the Respect Standard with two wordings and a row that nobody understands."""
    rows = write_csv(shipped_text("respect")).decode().splitlines()
    path = folder / "respect.csv"
    lines = [
        row.replace('",,,', f'",{FILLED[start]},,', 1) if (start := ",".join(row.split(",")[:2])) in FILLED else row
        for row in rows
    ]
    path.write_text("\n".join([*lines, "Z9,,Nobody knows,,,,,,,", ""]), encoding="utf-8")
    return path


def test_every_page_of_standards_is_accessible(heard: Running, at_the_desk: OpenPage, seen: dict[str, bool]) -> None:
    page = at_the_desk("/desk/standards", **seen)
    found = {}
    for path in PAGES:
        page.goto(f"{heard.address}{path}")
        found[path] = problems(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_wording_is_brought_looked_at_and_kept(at_the_desk: OpenPage, tmp_path: Path) -> None:
    page = at_the_desk("/desk/standards/msp", phone=True, scripts=False)
    page.click("text=Bring wording for it")
    page.select_option("#to", "respect")
    page.set_input_files("#file", filled(tmp_path))
    page.click("main button")
    assert "Nothing is kept yet." in page.inner_text("main")
    assert "Z9 Nobody knows" in page.inner_text("main")
    page.click("main button")
    assert "Edition 3" in page.inner_text(".step")
    assert "Nobody begins before their papers were seen." in page.inner_text("main")
    page.click("text=Edition 2")
    assert "This is an earlier edition." in page.inner_text("main")
    page.select_option("#stage", "smp")
    page.click("text=Show")
    assert "60 clauses are shown" in page.inner_text("main")


def test_the_look_before_keeping_is_accessible(at_the_desk: OpenPage, seen: dict[str, bool], tmp_path: Path) -> None:
    page = at_the_desk("/desk/standards/bring", **seen)
    page.select_option("#to", "own")
    page.fill("#title", "Ours")
    page.set_input_files("#file", filled(tmp_path))
    page.click("main button")
    assert "How it would be" in page.inner_text("main")
    assert problems(page) == []
    page.goto(page.url)
    page.click("main button")
    assert "No file was chosen" in page.inner_text("main")
    assert problems(page) == []
