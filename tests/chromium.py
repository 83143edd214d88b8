"""A Chromium for the browser tests, on machines that may have none: `executable()` and its `ARGUMENTS`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

CHOSEN = "HEARD_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Where macOS keeps its applications; they are not on PATH.
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
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


class Unavailable(RuntimeError):
    """No Chromium could be had this way; the message says why."""


def executable() -> str:
    """The path of a Chromium, by the first of the `ROUTES` that has one. Raises `Unavailable`."""
    if chosen := os.environ.get(CHOSEN):
        return chosen
    reasons = []
    for route in ROUTES:
        try:
            return route()
        except Unavailable as reason:
            reasons.append(str(reason))
    raise Unavailable(
        f"No Chromium for the browser tests: {CHOSEN} is not set; {'; '.join(reasons)}. "
        f"Install Chromium, or set {CHOSEN} to the path of one."
    )


def installed() -> str:
    """The browser that is installed here."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    for place in PLACES:
        if Path(place).exists():
            return place
    raise Unavailable("none is installed on this machine")


def from_package_manager() -> str:
    """The browser of the system's own package, installed now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unavailable("the package manager needs root and apt-get")
    _call("apt-get", "update")
    _call("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    return installed()


def from_playwright() -> str:
    """The browser that Playwright downloads for itself."""
    _call(sys.executable, "-m", "playwright", "install", "chromium")
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


ROUTES: tuple[Callable[[], str], ...] = (installed, from_package_manager, from_playwright)


def _call(*command: str) -> None:
    """Run it. Raises `Unavailable` with what it says is wrong."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=quiet)
    if done.returncode != 0:
        said = (done.stderr or done.stdout or "it said nothing").strip().splitlines()
        fault = next((line for line in said if line.startswith(("Error", "E:"))), said[-1])
        raise Unavailable(f"“{' '.join(command[:4])} …” failed ({fault})")
