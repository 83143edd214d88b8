"""A new user's first consultation, from the first start to a backup that came back: docs/researchers.md, walked.

`make pictures` walks it too, and puts what it sees into docs/pictures.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pyreadstat
import pytest
from playwright.sync_api import Browser, Page

from surveys.example.load import RESPONSES
from tests.browser.conftest import (
    DESK,
    PHONE,
    ROOT,
    environment,
    problems,
    turning,
    wait_for,
    wait_until_answering,
)
from tests.postgres import free_port
from tests.safekeeping.signing_in import PASSWORD, digits

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = 30
PICTURES = os.environ.get("PICTURES", "")


def picture(page: Page, name: str, *, phone: bool = False) -> None:
    """Check the page, and keep it as a picture where pictures are made."""
    page.set_viewport_size(PHONE if phone else DESK)  # type: ignore[arg-type]
    assert problems(page) == [], name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@contextmanager
def serving(folder: Path, address: str) -> Iterator[str]:
    """`heard run` in an empty folder; what it printed."""
    printed = folder.with_suffix(".txt")
    with printed.open("wb") as output:
        command = [sys.executable, "-m", "app", "run"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(folder, address), stdout=output, stderr=output, start_new_session=True
        )
        try:
            text = wait_for(printed, process)
            wait_until_answering(address)
            yield text
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def console(folder: Path, address: str, *words: str, typed: str = "") -> str:
    """One command on the server's console; it must succeed."""
    command = [sys.executable, "-m", "app", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder, address), input=typed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def new_account(page: Page, link: str) -> list[str]:
    """Follow a one-time link and set the account up. Its recovery codes."""
    page.goto(link)
    page.click("main button")
    page.wait_for_selector("h1:has-text('Set up your account'), h1:has-text('What needs you now')")
    page.goto(link.split("/desk/")[0] + "/desk/set-up")
    picture(page, "set-up")
    page.click("summary")
    secret = b32decode(page.inner_text("details code").replace(" ", ""))
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.fill("#code", digits(secret, datetime.now(UTC)))
    page.click("text=Set up my account")
    page.wait_for_selector("h1:has-text('recovery codes')")
    return re.findall(r"\b(?:[0-9a-z]{4}-){3}[0-9a-z]{4}\b", page.inner_text("main"))


def press(page: Page, button: str, codes: list[str]) -> None:
    """Press a button; where Heard asks who it is, say so with a recovery code, and go on."""
    page.click(button)
    if page.inner_text("h1") == "Is it you?":
        page.fill("#password", PASSWORD)
        page.fill("#code", codes.pop())
        page.click("button:has-text('Go on')")
        if page.locator("main form button").count() == 1:
            page.click("main form button")


def words_of_people() -> Iterator[str]:
    """Something else for everybody to say."""
    with RESPONSES.open(encoding="utf-8") as lines:
        for line in lines:
            answers = json.loads(line)["answers"]
            if answers.get("help"):
                yield answers["help"]


def step(page: Page, number: int, words: Iterator[str]) -> bool:
    """Answer one page of the survey and go on; False once the answers are to be checked."""
    if page.inner_text("h1") == "Check your answers":
        return False
    for group in page.locator("fieldset").all():
        choices = group.locator("input[type=radio]")
        if choices.count():
            choices.nth(number % choices.count()).check()
    for box in page.locator("main textarea").all():
        box.fill(next(words))
    page.click(".row button:has-text('Continue')")
    return True


def answered(browser: Browser, address: str) -> None:
    """Thirty people answer on their phones, without JavaScript, each in their own time."""
    words, open_ones = words_of_people(), []
    for _ in range(PEOPLE):
        context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
        page = turning(context.new_page())
        page.goto(address)
        page.click("button:has-text('Next')")
        page.click("button:has-text('Start')")
        open_ones.append(page)
    for number, page in enumerate(open_ones):
        while step(page, number, words):
            pass
    for page in open_ones:
        page.click("button:has-text('Send')")
        assert page.inner_text("h1") == "Thank you. Your answers are kept."
        page.context.close()


def until(page: Page, selector: str, seconds: int = 120) -> None:
    """Reload until it is there, as the page says one should."""
    ends = time.monotonic() + seconds
    while page.locator(selector).count() == 0:
        assert time.monotonic() < ends, page.inner_text("main")
        time.sleep(1)
        page.reload()


def test_a_first_consultation_from_start_to_restore(browser: Browser, tmp_path: Path, model_folder: Path) -> None:
    folder, address = tmp_path / "heard", f"http://127.0.0.1:{free_port()}"
    if model_folder.is_dir():  # else it is trained when the first answers are taken in
        shutil.copytree(model_folder, folder / "models")
    with serving(folder, address) as printed:
        link = re.search(r"http\S+/desk/sign-in/\w+", printed)
        assert link
        ann = turning(browser.new_context(viewport=DESK, accept_downloads=True).new_page())  # type: ignore[arg-type]
        codes = new_account(ann, link[0])
        assert len(codes) == 10
        ann.goto(f"{address}/desk/people")
        ann.fill("#name", "Ben Example")
        ann.check("input[value=publisher]")
        ann.check("input[value=coder]")
        press(ann, "main form button", codes)
        invited = ann.inner_text("code.long")
        picture(ann, "people")
        ben = turning(browser.new_context(viewport=DESK).new_page())  # type: ignore[arg-type]
        ben_codes = new_account(ben, invited)

        ann.goto(f"{address}/desk/write/new")
        ann.click("section:has-text('Feedback on a service') button")
        ann.wait_for_url(re.compile(r"/desk/write/[0-9a-f]+"))
        ann.goto(f"{ann.url.split('?')[0]}/launch")
        press(ann, "text=Ask for a second look", codes)
        ben.goto(f"{address}/desk/")
        picture(ben, "home")
        ben.click("main a:has-text('Look it over')")
        picture(ben, "look-over")
        press(ben, "main button:has-text('Publish')", ben_codes)

        answered(browser, f"{address}/how-was-it")

        ann.goto(f"{address}/desk/collect/how-was-it/versions")
        press(ann, "button:has-text('Close')", codes)
        assert "It is closed" in ann.inner_text("main")
        picture(ann, "run")
        ann.goto(f"{address}/desk/collect/how-was-it/progress")
        until(ann, "text=About 30", 240)
        picture(ann, "progress")

        ann.goto(f"{address}/desk/share/how-was-it")
        press(ann, "text=Freeze them", codes)
        until(ann, "h3:has-text('What will be withheld')")
        for box in ann.locator("fieldset:has-text('Forms') input").all():
            box.check()
        ann.check("input[name=words][value=quotable]")
        press(ann, "button:has-text('Make the file')", codes)
        until(ann, "button:has-text('Fetch it')")
        picture(ann, "data-files")
        with ann.expect_download() as coming:
            ann.locator("button:has-text('Fetch it')").click()
        coming.value.save_as(tmp_path / "files.zip")
        ann.goto(f"{address}/desk/trail")
        press(ann, "button:has-text('Check')", codes)
        picture(ann, "trail")

    with ZipFile(tmp_path / "files.zip") as files:
        files.extractall(tmp_path / "files")
    (sav,) = (tmp_path / "files").rglob("*.sav")
    rows, about = pyreadstat.read_sav(str(sav))
    assert len(rows) == PEOPLE
    assert about.variable_value_labels
    assert "How are things now, compared with before you came to the service?" in about.column_labels

    paper = console(folder, address, "backup", "key")
    signs = re.search(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){6}[0-9A-HJKMNP-TV-Z]{4}", paper)
    assert signs
    console(folder, address, "backup", "--to", str(tmp_path / "backups"))
    back = tmp_path / "back"
    made = {path.parent.name: path for path in (tmp_path / "backups").rglob("*") if path.is_file()}
    paper_file = tmp_path / "paper.txt"
    paper_file.write_text(signs[0], encoding="utf-8")
    console(back, address, "restore", str(made["answers"]), str(made["keys"]), "--key-file", str(paper_file))
    assert "The trail holds" in console(back, address, "trail", "verify")
    console(back, address, "backup")
    assert "must be mended" not in console(back, address, "doctor").replace("0 must be mended", "")
    with serving(back, address):  # nobody is signed in to what was brought back
        ann.goto(f"{address}/desk/sign-in?on=/desk/collect/how-was-it/progress")
        for field, typed in (("#name", "Researcher"), ("#password", PASSWORD), ("#code", codes.pop())):
            ann.fill(field, typed)
        ann.click("main form button:has-text('Sign in')")
        ann.wait_for_selector("h1:has-text('What men say of our service')")
        assert "About 30" in ann.inner_text("main")
