"""The researcher's way: sign in, see answers counted, code a passage, open the findings."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Running, press, problems, read_it
from tests.browser.test_respondent import begin, fill_everything

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]
EXAMPLE = Path(__file__).resolve().parent.parent.parent / "surveys" / "example"
SHARE = "/desk/share/views"
PAGES = (
    "/desk/",
    "/desk/collect",
    "/desk/code",
    "/desk/safeguard/views",
    "/desk/safeguard/views?looked=1",
    "/desk/code/views/new",
    "/desk/read/views",
    "/desk/read/views/ask/find",
    "/desk/read/views/ask/keyness",
    "/desk/read/views/figures",
    "/desk/books",
    "/desk/books/new",
    "/desk/books/mdan/1",
    "/desk/books/mdan/versions",
    "/desk/audit/views",
    "/desk/queues/views",
    "/desk/queues/views/people",
    "/desk/code/views/decided",
    "/desk/code/views/marked/colleague",
    "/desk/code/views/learning",
    "/desk/code/views/needs-a-person",
    "/desk/code/views/seeds",
    "/desk/code/views/model",
    "/desk/code/views/bring",
    "/desk/model",
    "/desk/find",
    "/desk/find/views/charts",
    "/desk/find/views/reports",
    SHARE,
    f"{SHARE}/words",
    "/desk/revise",
    "/desk/people",
    "/desk/trail",
    "/desk/organisation",
    "/desk/account",
    "/desk/collect/views/versions",
    "/desk/collect/views/progress",
    "/desk/tokens",
    "/desk/nothing-here",
)


def count(page: Page) -> str:
    return page.inner_text(".card:has(a[href='/views']) .big")


def coded(page: Page) -> int:
    found = re.search(r"(\d+) of \d+ passages coded", page.inner_text("main"))
    assert found
    return int(found[1])


def test_the_command_prints_where_to_go(heard: Running) -> None:
    assert f"{heard.address}/views" in heard.printed
    assert f"{heard.address}/desk/sign-in/" in heard.printed


def test_one_answer_alone_changes_no_number(open_page: OpenPage, at_the_desk: OpenPage) -> None:
    """It waits for nine others; a number that went up by one would say when somebody answered."""
    collect = at_the_desk("/desk/collect")
    before = count(collect)
    assert before == "About 300"
    respondent = open_page("/views", phone=True, scripts=False)
    begin(respondent)
    fill_everything(respondent)
    respondent.click("button[value=send]")
    collect.reload()
    assert count(collect) == before


def test_every_staff_page_is_accessible(heard: Running, at_the_desk: OpenPage, seen: dict[str, bool]) -> None:
    page = at_the_desk("/desk/", **seen)
    found = {}
    for path in PAGES:
        page.goto(f"{heard.address}{path}")
        found[path] = problems(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_pages_outside_the_desk_are_accessible(heard: Running, open_page: OpenPage) -> None:
    page = open_page("/desk/")
    assert "not signed in" in page.inner_text("h1")
    assert problems(page) == []
    page.goto(heard.sign_in_link())
    assert problems(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_passage_is_coded_by_mouse(at_the_desk: OpenPage, scripts: bool) -> None:
    page = at_the_desk("/desk/code/views", scripts=scripts)
    read_it(page)
    before, here = coded(page), page.url
    page.check("input[value=AE]")
    page.click("button[value=save]")
    assert page.url != here
    assert coded(page) == before + 1
    page.click("text=Back to the last one")
    assert page.url == here
    assert page.is_checked("input[value=AE]")


def test_passages_are_coded_by_keyboard_alone(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/code/views")
    before = coded(page)
    for keys in ("1s", "a", "0", "24s"):
        if page.locator("[value=open]").count():
            press(page, "o")
        press(page, keys)
    assert coded(page) == before + 4


def test_saving_nothing_asks_instead_of_deciding(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/code/views")
    read_it(page)
    before = coded(page)
    page.locator("button[value=save]").click()
    assert "Tick a section first" in page.inner_text("#ticked")
    assert coded(page) == before


def test_the_findings_are_open_and_say_what_they_are_not(at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/find/views")
    assert "Access and Engagement" in page.inner_text("main")
    assert "What these figures are not" in page.inner_text("main")
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0 && image.alt.length > 40)")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_the_saved_report_opens_by_itself(at_the_desk: OpenPage, tmp_path: Path, phone: bool) -> None:
    page = at_the_desk("/desk/find/views", phone=phone)
    with page.expect_download() as download:
        page.locator("text=Save as one file").click()
    download.value.save_as(tmp_path / "report.html")
    alone = page.context.new_page()
    alone.goto((tmp_path / "report.html").as_uri())
    assert alone.locator("svg[role=img]").count() == 1
    assert problems(alone) == []


def test_no_answer_of_the_example_is_readable_on_disk_or_in_the_log(heard: Running) -> None:
    lines = (EXAMPLE / "responses.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [str(answer) for line in lines for answer in json.loads(line)["answers"].values()]
    written = [text.encode() for text in texts if len(text) > 12 and " " in text]
    files = [path for path in heard.folder.rglob("*") if path.is_file() and path.suffix != ".joblib"]
    kept = b"".join(path.read_bytes() for path in files)
    assert {path.name for path in files} >= {"heard.sqlite", "heard.sqlite-wal", "drafts.sqlite", "printed.txt"}
    assert len(written) > 400
    assert not [text for text in written if text in kept]


def test_signing_out_ends_the_session(heard: Running, open_page: OpenPage) -> None:
    page = open_page("/desk/")
    page.goto(heard.sign_in_link())
    page.click("main button")
    page.click("text=Sign out")
    page.goto(f"{heard.address}/desk/collect")
    assert "not signed in" in page.inner_text("h1")
