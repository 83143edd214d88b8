"""A Firefox for the browser tests, on machines that may have none, driven over its own Marionette wire."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.browsers import Unavailable, Wanted

__all__ = ["CHOSEN", "ROUTES", "Firefox", "Unavailable", "executable"]

CHOSEN = "HEARD_TEST_FIREFOX"
FIREFOX = Wanted(
    name="Firefox",
    chosen=CHOSEN,
    names=("firefox-esr", "firefox"),
    places=("/Applications/Firefox.app/Contents/MacOS/firefox",),
    package="firefox-esr",
)
ROUTES: tuple[Callable[[], str], ...] = (FIREFOX.installed, FIREFOX.from_package_manager)
SECONDS = 60

#: As people have it, but calling nobody, and noting down open tabs twice a second instead of every 15 seconds.
PREFERENCES: dict[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.sessionstore.interval": 500,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.topsites.contile.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    # What is recommended for tests would switch off what people's browsers keep.
    "remote.prefs.recommended": False,
    "services.settings.server": "data:,#nobody/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def executable() -> str:
    """The path of a Firefox, by the first of the `ROUTES` that has one. Raises `Unavailable`."""
    return FIREFOX.executable(ROUTES)


class Refused(RuntimeError):
    """Firefox says that something cannot be done."""


class Firefox:
    """One running Firefox, without a window, on a profile that stays on disk."""

    def __init__(self, profile: Path, *, scripts: bool = True, **preferences: Any) -> None:
        self.profile = profile
        self._number = 0
        self._write_preferences({**PREFERENCES, "javascript.enabled": scripts, **preferences})
        port = profile / "MarionetteActivePort"
        port.unlink(missing_ok=True)
        command = [executable(), "-headless", "-marionette", "-remote-allow-system-access", "-no-remote"]
        quiet = os.environ | {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
        self.process = subprocess.Popen(
            [*command, "-profile", str(profile)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet
        )
        try:
            self._wire = self._connected(port)
            self._read()  # it says hello
            self.do("WebDriver:NewSession", capabilities={})
        except BaseException:
            self.kill()
            raise

    def _write_preferences(self, preferences: dict[str, Any]) -> None:
        self.profile.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        (self.profile / "user.js").write_text("\n".join(lines), encoding="utf-8")

    def _connected(self, port: Path) -> socket.socket:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends and self.process.poll() is None:
            if port.exists() and port.read_text().strip():
                try:
                    return socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=SECONDS)
                except ConnectionRefusedError:
                    pass
            time.sleep(0.05)
        raise Unavailable(f"{executable()} did not start")

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._some(1)
        return json.loads(self._some(int(length[:-1])))

    def _some(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            more = self._wire.recv(count - len(got))
            if not more:
                raise Refused("Firefox has gone")
            got += more
        return got

    def do(self, command: str, **how: Any) -> Any:
        """Give one command of Marionette and wait for what comes of it. Raises `Refused`."""
        self._number += 1
        asked = json.dumps([0, self._number, command, how]).encode()
        self._wire.sendall(b"%d:%s" % (len(asked), asked))
        _kind, _number, fault, result = self._read()
        if fault:
            raise Refused(f"{command}: {fault['error']}: {fault['message']}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def go(self, address: str) -> None:
        """Open a page."""
        self.do("WebDriver:Navigate", url=address)

    def find(self, selector: str) -> str | None:
        """The first element there is, or None."""
        found = self.do("WebDriver:FindElements", using="css selector", value=selector)
        return str(found[0][ELEMENT]) if found else None

    def _found(self, selector: str) -> str:
        element = self.find(selector)
        if element is None:
            raise Refused(f"{selector} is not on {self.address}")
        return element

    def click(self, selector: str) -> None:
        """Press it, and wait for the page that comes of it."""
        self.do("WebDriver:ElementClick", id=self._found(selector))

    def type(self, selector: str, words: str) -> None:
        """Type into a field."""
        self.do("WebDriver:ElementSendKeys", id=self._found(selector), text=words)

    def clear(self, selector: str) -> None:
        """Take out what stands in a field."""
        self.do("WebDriver:ElementClear", id=self._found(selector))

    @property
    def address(self) -> str:
        """Where it is."""
        return str(self.do("WebDriver:GetCurrentURL"))

    @property
    def page(self) -> str:
        """The HTML that it shows."""
        return str(self.do("WebDriver:GetPageSource"))

    def back(self) -> None:
        """One page back."""
        self._move("WebDriver:Back")

    def forward(self) -> None:
        """One page forward."""
        self._move("WebDriver:Forward")

    def _move(self, command: str) -> None:
        """Where nothing is to be loaded it would wait for minutes."""
        self.do("WebDriver:SetTimeouts", pageLoad=2000)
        with suppress(Refused):
            self.do(command)
        self.do("WebDriver:SetTimeouts", pageLoad=SECONDS * 1000)

    def run(self, script: str, *, chrome: bool = False) -> Any:
        """What a script says, on the page or (`chrome`) in the browser's own window."""
        self.do("Marionette:SetContext", value="chrome" if chrome else "content")
        try:
            return self.do("WebDriver:ExecuteScript", script=script, args=[])
        finally:
            self.do("Marionette:SetContext", value="content")

    def restore(self) -> None:
        """Bring back the tabs of the last time, as the menu offers it, and look at the last of them."""
        self.run("if (SessionStore.canRestoreLastSession) SessionStore.restoreLastSession()", chrome=True)
        time.sleep(1)
        handles = self.do("WebDriver:GetWindowHandles")
        self.do("WebDriver:SwitchToWindow", handle=handles[-1])

    def quit(self) -> None:
        """Close it as people do, so that it writes down all it wants to keep."""
        if self.process.poll() is None:
            self.do("Marionette:Quit", flags=["eAttemptQuit"])
            self.process.wait(timeout=SECONDS)
        self._wire.close()

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.process.kill()
        self.process.wait(timeout=SECONDS)
        if hasattr(self, "_wire"):
            self._wire.close()
