"""A report as a web page in a real browser: it asks for nothing, fits a phone, and readers of all kinds can read it."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analysis.reporting.as_html import write_html
from analysis.reporting.composing import compose
from analysis.reporting.report_charts import charts_of
from tests.analysis.reporting.samples import facts
from tests.browser.conftest import DESK, PHONE, problems

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with every kind of block, and a title of one long word; axe is slow, so it has no annexes."""
    made = facts("Services for men, " + "2026" * 30)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(
        write_html(compose(replace(made, charts=charts_of(made)), ["summary", "easy", "people", "findings"]))
    )
    return path


@pytest.mark.parametrize(
    ("size", "dark"),
    [
        pytest.param(PHONE, False, id="phone, light"),
        pytest.param(PHONE, True, id="phone, dark", marks=pytest.mark.slow),
        pytest.param(DESK, False, id="desk, light", marks=pytest.mark.slow),
        pytest.param(DESK, True, id="desk, dark", marks=pytest.mark.slow),
    ],
)
def test_it_is_whole_by_itself(browser: Browser, report_file: Path, size: dict[str, int], dark: bool) -> None:
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report_file.as_uri())
    assert problems(page) == []
    assert asked == [report_file.as_uri()]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    context.close()
