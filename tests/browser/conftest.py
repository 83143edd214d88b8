"""A real Heard, started by its own command with the worked example, and a real Chromium in front of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from safekeeping.clock import steady_now
from safekeeping.database import make_engine
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.staff import add_staff, begin_session
from safekeeping.static_files import IN_PAGES, in_page
from safekeeping.vault import Vault, load_vault
from tests import chromium
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
#: Makes what stands in a page as its own script no script, before it can run; any other is left alone.
KEPT_OUT = """
const ours = new Set(%s);
new MutationObserver(changes => {
  for (const change of changes) for (const part of [change.target, ...change.addedNodes]) {
    const script = part.parentNode && part.nodeName === "#text" ? part.parentNode : part;
    if (script.nodeName === "SCRIPT" && ours.has(script.textContent)) script.type = "text/plain";
  }
}).observe(document, { childList: true, subtree: true });
""" % json.dumps([in_page(name) for name in IN_PAGES])  # noqa: UP031 (braces are JavaScript's here)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SECONDS_TO_START = 240
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}


@dataclass
class Running:
    """A Heard that runs: its folder, its address, and what it printed."""

    folder: Path
    address: str
    printed: str

    def stores(self) -> tuple[Engine, Vault]:
        """Its database and its keys, opened beside it."""
        keys = make_key_engine(f"sqlite:///{self.folder / 'keystore.sqlite'}")
        vault = load_vault(self.folder / "keys", Keystore(keys))
        return make_engine(f"sqlite:///{self.folder / 'heard.sqlite'}"), vault

    def sign_in_link(self) -> str:
        """A fresh one-time link to the desk."""
        command = [sys.executable, "-m", "app", "sign-in-link"]
        return subprocess.run(
            command, cwd=ROOT, env=environment(self.folder, self.address), capture_output=True, text=True, check=True
        ).stdout.strip()


def environment(folder: Path, address: str) -> dict[str, str]:
    """What `heard` is told in its environment: its own folder and port, and a page to leave to on this machine."""
    port = address.rsplit(":", 1)[1]
    return {**os.environ, "HEARD_INSTANCE": str(folder), "PORT": port, "HEARD_EXIT": f"{address}/static/icon.svg"}


def wait_for(printed: Path, process: subprocess.Popen[bytes]) -> str:
    """What the command printed once it said that it is ready."""
    ends = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < ends and process.poll() is None:
        text = printed.read_text(encoding="utf-8")
        if "Stop with Ctrl-C." in text:
            return text
        time.sleep(0.2)
    raise AssertionError(f"Heard did not start: {printed.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def heard(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Running]:
    """`heard run --example`, once for all browser tests; with a trained model in place if there is one."""
    folder, address = tmp_path_factory.mktemp("instance"), f"http://127.0.0.1:{free_port()}"
    if model_folder.is_dir():
        shutil.copytree(model_folder, folder / "models")
    printed = folder / "printed.txt"
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "run", "--example"],
            cwd=ROOT,
            env=environment(folder, address),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            text = wait_for(printed, process)
            wait_until_answering(address)
            yield Running(folder, address, text)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def wait_until_answering(address: str) -> None:
    """The addresses are printed just before the server listens."""
    port = int(address.rsplit(":", 1)[1])
    for _ in range(200):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=list(chromium.ARGUMENTS))
        yield browser
        browser.close()


#: Does a click on this fetch another page?
TURNS = """element => Boolean(element.closest("button:not([type=button])")?.form
    || element.closest("a[href]:not([href^='#']):not([download])"))"""


def turning(page: Page) -> Page:
    """The page, with a `click` that ends when the next page is whole: what is read before that is of the last page.

    A click that a script keeps from turning the page, or that fetches a file, is `page.locator(…).click()`.
    """
    plain = page.click

    def click(selector: str, **how: Any) -> None:
        if page.locator(selector).first.evaluate(TURNS):
            with page.expect_navigation(wait_until="load"):
                plain(selector, **how)
        else:
            plain(selector, **how)

    page.click = click  # type: ignore[method-assign]
    return page


@pytest.fixture
def open_page(browser: Browser, heard: Running) -> Iterator[Callable[..., Page]]:
    """Opens a page in a fresh browser profile; every request that leaves our own address fails the test.

    `scripts=False` switches JavaScript off, `ours=False` keeps out the site's own scripts only.
    """
    contexts: list[BrowserContext] = []
    strangers: list[str] = []

    def opened(
        path: str,
        *,
        scripts: bool = True,
        ours: bool = True,
        phone: bool = False,
        dark: bool = False,
        state: StorageState | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            storage_state=state,
        )
        contexts.append(context)
        page = turning(context.new_page())
        if not ours:  # axe needs a browser that runs scripts; without ours the page is as it is without any
            page.route("**/*.js", lambda asked: asked.abort())
            page.add_init_script(KEPT_OUT)
        page.on("request", lambda asked: None if asked.url.startswith(heard.address) else strangers.append(asked.url))
        page.goto(f"{heard.address}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not strangers


def read_it(page: Page) -> None:
    """Where a passage is announced as one that may speak of harm, choose to read it: any may be the next."""
    if page.locator("[value=open]").count():
        page.click("[value=open]")


def press(page: Page, keys: Sequence[str]) -> None:
    """One key after the other; the last one turns the page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(keys[-1])


def problems(page: Page) -> list[str]:
    """What axe finds on the page, and whether it is wider than its window."""
    found = page.evaluate(f"{AXE}; axe.run()")
    told = [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*told, *([f"{wider} pixels too wide"] if wider > 0 else [])]


#: Screen, colours, own scripts: each appears both ways, on a phone and on a desk.
SETTINGS = {
    "phone, light": {"phone": True},
    "phone, dark, no scripts": {"phone": True, "dark": True, "ours": False},
    "desk, light": {},
    "desk, dark, no scripts": {"dark": True, "ours": False},
}


#: The short run looks at pages on a phone; the long run in every dress.
_LONG = ("phone, dark, no scripts", "desk, light", "desk, dark, no scripts")
_LOOKS = [
    pytest.param(how, id=name, marks=[pytest.mark.slow] if name in _LONG else []) for name, how in SETTINGS.items()
]


@pytest.fixture(params=_LOOKS)
def seen(request: pytest.FixtureRequest) -> dict[str, bool]:
    """How a page is looked at: once on each screen, in both colours, with and without scripts."""
    chosen: dict[str, bool] = request.param
    return chosen


@pytest.fixture(scope="session")
def signed_in(heard: Running, browser: Browser) -> StorageState:
    """The cookie of a browser that is signed in at the desk."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(heard.sign_in_link())
    page.click("main button")
    page.wait_for_selector("text=What needs you now")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def colleague(heard: Running) -> StorageState:
    """The cookie of a second coder."""
    engine, _vault = heard.stores()
    with Session(engine) as session:
        secret = begin_session(session, add_staff(session, "Second Coder", ("coder",)), steady_now())
        session.commit()
    engine.dispose()
    where = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [{"name": "d", "value": secret.hex(), **where}], "origins": []}  # type: ignore[typeddict-item]


@pytest.fixture
def at_the_desk(signed_in: StorageState, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a staff page, signed in."""

    def opened(path: str, **how: bool) -> Page:
        return open_page(path, state=signed_in, **how)

    return opened
