"""Chromium and Firefox with a profile on disk, driven the same way."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Error
from playwright.sync_api import Page as ChromiumPage

from tests import chromium
from tests.firefox import Firefox


class Driven(Protocol):
    """A browser with one tab."""

    def go(self, address: str) -> None: ...
    def click(self, selector: str) -> None: ...
    def type(self, selector: str, words: str) -> None: ...
    def clear(self, selector: str) -> None: ...
    def find(self, selector: str) -> str | None: ...
    def back(self) -> None: ...
    def forward(self) -> None: ...
    def quit(self) -> None: ...
    def kill(self) -> None: ...
    @property
    def address(self) -> str: ...
    @property
    def page(self) -> str: ...


class Chromium:
    """Chromium, without a window, on a profile that stays on disk, with the ways back that people's own have."""

    def __init__(self, browser: Browser, profile: Path, *, scripts: bool, again: bool = False) -> None:
        self.profile = profile
        self.context = browser.browser_type.launch_persistent_context(
            str(profile),
            executable_path=chromium.executable(),
            args=[*chromium.ARGUMENTS, *(["--restore-last-session"] if again else [])],
            ignore_default_args=["--disable-back-forward-cache"],
            java_script_enabled=scripts,
        )
        self.tab: ChromiumPage = self.context.pages[0]

    def go(self, address: str) -> None:
        """Open a page."""
        self.tab.goto(address)

    def click(self, selector: str) -> None:
        """Press it."""
        self.tab.click(selector)
        self.tab.wait_for_load_state()

    def type(self, selector: str, words: str) -> None:
        """Type into a field."""
        self.tab.fill(selector, words)

    def clear(self, selector: str) -> None:
        """Take out what stands in a field."""
        self.tab.fill(selector, "")

    def find(self, selector: str) -> str | None:
        """The selector, if there is such an element."""
        return selector if self.tab.locator(selector).count() else None

    def back(self) -> None:
        """One page back."""
        self._move(self.tab.go_back)

    def forward(self) -> None:
        """One page forward."""
        self._move(self.tab.go_forward)

    def _move(self, step: Any) -> None:
        with suppress(Error):  # at either end, or where a page may only be sent again: neither shows anything
            step(timeout=1000, wait_until="commit")
        self.tab.wait_for_timeout(150)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.tab.url

    @property
    def page(self) -> str:
        """The HTML that it shows."""
        for _ in range(20):
            with suppress(Error):  # it is on its way to another page
                return self.tab.content()
            self.tab.wait_for_timeout(250)
        raise AssertionError(f"{self.tab.url} does not come to rest")

    def quit(self) -> None:
        """Close it as people do."""
        self.context.close()

    def kill(self) -> None:
        """End it in the middle of whatever it does: every process of this profile."""
        listed = subprocess.run(["ps", "-axo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        mine = [line.split()[0] for line in listed.splitlines() if f"--user-data-dir={self.profile}" in line]
        for number in mine:
            os.kill(int(number), signal.SIGKILL)
        with suppress(Error):
            self.context.close()


@contextmanager
def driven(name: str, browser: Browser, profile: Path, scripts: bool, again: bool = False) -> Iterator[Driven]:
    """The browser of that name on this profile; `again` brings its old tabs back."""
    found: Driven
    if name == "chromium":
        found = Chromium(browser, profile, scripts=scripts, again=again)
    else:
        found = Firefox(profile, scripts=scripts)
        if again:
            found.restore()
    try:
        yield found
    finally:
        found.quit()
