"""A Chromium for the browser tests, on machines that may have none: `executable()` and its `ARGUMENTS`."""

import os
import sys
from collections.abc import Callable

from playwright.sync_api import sync_playwright

from tests.browsers import Unavailable, Wanted, call

__all__ = ["ARGUMENTS", "CHOSEN", "ROUTES", "Unavailable", "executable"]

CHOSEN = "HEARD_TEST_CHROMIUM"
CHROMIUM = Wanted(
    name="Chromium",
    chosen=CHOSEN,
    names=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    places=(  # where macOS keeps its applications; they are not on PATH
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    package="chromium",
)
#: How to start it: quiet, calling nobody. Chromium's sandbox refuses root, so only root goes without.
ARGUMENTS: tuple[str, ...] = (
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """The path of a Chromium, by the first of the `ROUTES` that has one. Raises `Unavailable`."""
    return CHROMIUM.executable(ROUTES)


def from_playwright() -> str:
    """The browser that Playwright downloads for itself."""
    call(sys.executable, "-m", "playwright", "install", "chromium")
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


ROUTES: tuple[Callable[[], str], ...] = (CHROMIUM.installed, CHROMIUM.from_package_manager, from_playwright)
