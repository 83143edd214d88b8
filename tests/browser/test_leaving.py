"""Somebody takes the phone afterwards: answer, leave, then read all that the browser kept.

Chromium and Firefox with a profile on disk, with scripts and without. After leaving: Back, Forward, the closed tab
opened again, the browser started again with its old tabs, and every file of the profile read for words that were
typed, chosen or shown.
"""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import profiles
from tests.browser.conftest import Running
from tests.browser.driven import Driven, driven

pytestmark = [pytest.mark.browser]

HOST = "127.0.0.1"
TYPED = [f"sentinel{number}typed" for number in range(12)]
#: What the pages say, and what their parts are called inside.
SHOWN = [
    "hurt or controlled",
    "Which of these is closest",
    "friend of a man this happened",
    "plans, buys or funds",
    "police, health or housing",
    "that could tell someone who you are",
    "first looked for help",
    "somewhere you could turn",
    "before it was needed",
    "Yes, but only later",
    "What got in the way",
    "Not knowing that help",
    "women only",
    "not being believed",
    "what others would think",
    "Being turned away",
    "Nothing got in the way",
    "weeks passed between",
    "stopped you from getting help",
    "support you were given",
    "did the service do these",
    "Helped me to be safer",
    "housing, money, court",
    "as long as it was needed",
    "Thinking of a service you used",
    "men need support",
    "q-audience",
    "q-known",
]
SENTINELS = TYPED + SHOWN


def go_on(at: Driven) -> None:
    """Press Continue."""
    at.click(".row button[value=continue]")


def answer(at: Driven, address: str) -> None:
    """Through three pages, with a mistake and a change of mind; then words on the fourth that are not sent."""
    at.go(f"{address}/views")
    at.click("button[value=intro]")
    at.click("button[value=start]")
    at.click("input[value=survivor]")
    go_on(at)
    at.click("[name=q-known]")
    at.click("button.clear")
    at.type("[name=q-weeks]", TYPED[0])
    at.type("[name=q-help]", f"{TYPED[1]} {TYPED[2]}")
    go_on(at)
    at.clear("[name=q-weeks]")
    at.type("[name=q-weeks]", "7")
    at.type("[name=q-help]", TYPED[3])
    go_on(at)
    at.click("[name=q-rating-safe]")
    at.type("[name=q-service]", f"{TYPED[4]} {TYPED[5]}")
    at.click("button[value=back]")
    go_on(at)
    go_on(at)
    at.type("textarea", f"{TYPED[6]} {TYPED[7]}")


def told(page: str) -> set[str]:
    """The sentinels that a page shows."""
    return {word for word in SENTINELS if word.lower() in page.lower()}


def look_back(at: Driven, steps: int = 10) -> set[str]:
    """What Back and Forward show: all the way back, or so many steps, then forward and back once more."""
    shown = set()
    for _ in range(steps):
        at.back()
        shown |= told(at.page)
        if HOST not in at.address:
            break
    for step in (at.forward, at.back):
        step()
        shown |= told(at.page)
    return shown


def leave(at: Driven, address: str) -> None:
    """Press ‘Leave this site’ and be elsewhere."""
    at.click("#leave")
    ends = time.monotonic() + 10
    while at.address != f"{address}/static/icon.svg" and time.monotonic() < ends:
        time.sleep(0.05)
    assert at.address == f"{address}/static/icon.svg"


def neutral(profile: Path) -> list[tuple[str, str]]:
    """What the history says of us; where people leave to is a file of ours in tests, and of another site in life."""
    return [row for row in profiles.visits(profile, HOST) if "/static/icon.svg" not in row[0]]


def attack(name: str, browser: Browser, profile: Path, scripts: bool, address: str, again: bool = True) -> None:
    """Answer, leave, look back, start the browser `again` with its old tabs, then read the whole profile."""
    with driven(name, browser, profile, scripts) as at:
        answer(at, address)
        leave(at, address)
        assert look_back(at) == set()
    if again:
        with driven(name, browser, profile, scripts, again=True) as at:
            assert told(at.page) | look_back(at, 2) == set()
    assert profiles.found_in(profile, SENTINELS) == set()
    assert profiles.cookies(profile, HOST) == []
    history = {(place.partition("#")[0], title) for place, title in neutral(profile)}
    # Chromium calls a page that it may not send again by our name on the network.
    assert history <= {(f"{address}/views", "Your views"), (f"{address}/views", HOST), (f"{address}/x", "")}


WAYS = [("chromium", True), ("firefox", False), ("chromium", False), ("firefox", True)]
NAMES = [f"{name}, {'scripts' if scripts else 'no scripts'}" for name, scripts in WAYS]


@pytest.mark.parametrize(("name", "scripts"), WAYS[:2], ids=NAMES[:2])
def test_nothing_is_left_behind(browser: Browser, heard: Running, tmp_path: Path, name: str, scripts: bool) -> None:
    attack(name, browser, tmp_path, scripts, heard.address, again=name == "chromium")


@pytest.mark.attack
@pytest.mark.parametrize("run", range(30))
@pytest.mark.parametrize(("name", "scripts"), WAYS, ids=NAMES)
def test_nothing_is_left_behind_each_time(
    browser: Browser, heard: Running, tmp_path: Path, name: str, scripts: bool, run: int
) -> None:
    attack(name, browser, tmp_path, scripts, heard.address)


def killed(name: str, browser: Browser, profile: Path, scripts: bool, address: str) -> None:
    """The browser ends in the middle of a page, without leaving: words that are there must not be on the disk."""
    with driven(name, browser, profile, scripts) as at:
        answer(at, address)
        time.sleep(3)  # by then both have noted down which tabs are open
        at.kill()
    assert profiles.found_in(profile, SENTINELS) == set()


@pytest.mark.parametrize(("name", "scripts"), WAYS[2:3], ids=NAMES[2:3])
def test_a_browser_that_is_ended_on_a_page_keeps_no_words(
    browser: Browser, heard: Running, tmp_path: Path, name: str, scripts: bool
) -> None:
    killed(name, browser, tmp_path, scripts, heard.address)


@pytest.mark.attack
@pytest.mark.parametrize("run", range(10))
@pytest.mark.parametrize(("name", "scripts"), WAYS, ids=NAMES)
def test_a_browser_that_is_ended_on_a_page_keeps_no_words_each_time(
    browser: Browser, heard: Running, tmp_path: Path, name: str, scripts: bool, run: int
) -> None:
    killed(name, browser, tmp_path, scripts, heard.address)


@pytest.mark.parametrize("way", ["plain", "upper", "sixteen", "gzip", "zlib", "lz4"])
def test_words_are_found_however_they_are_written(tmp_path: Path, way: str) -> None:
    (tmp_path / "kept").write_bytes(profiles.packed_samples("sentinelword")[way])
    assert profiles.found_in(tmp_path, ["SentinelWord", "another"]) == {("SentinelWord", "kept")}
    assert profiles.lz4_block(b"\x14a\x01\0\0") == b"aaaaaaaaa"
