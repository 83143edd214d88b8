"""Browsers for the tests, on machines that may have none: found, or installed by the first way that works."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: The package manager is asked once for what there is, however many browsers are missing.
_asked: set[str] = set()


class Unavailable(RuntimeError):
    """No such browser could be had this way; the message says why."""


@dataclass(frozen=True)
class Wanted:
    """A browser: its name, the setting that names one, its names on PATH, where else it may lie, its package."""

    name: str
    chosen: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    package: str

    def installed(self) -> str:
        """The browser that is installed here."""
        for name in self.names:
            if found := shutil.which(name):
                return found
        for place in self.places:
            if Path(place).exists():
                return place
        raise Unavailable("none is installed on this machine")

    def from_package_manager(self) -> str:
        """The browser of the system's own package, installed now."""
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Unavailable("the package manager needs root and apt-get")
        if not _asked:
            call("apt-get", "update")
            _asked.add("apt-get update")
        call("apt-get", "install", "-y", "--no-install-recommends", self.package)
        return self.installed()

    def executable(self, routes: tuple[Callable[[], str], ...]) -> str:
        """The path of one, by the first of `routes` that has it. Raises `Unavailable`."""
        if path := os.environ.get(self.chosen):
            return path
        reasons = []
        for route in routes:
            try:
                return route()
            except Unavailable as reason:
                reasons.append(str(reason))
        raise Unavailable(
            f"No {self.name} for the browser tests: {self.chosen} is not set; {'; '.join(reasons)}. "
            f"Install {self.name}, or set {self.chosen} to the path of one."
        )


def call(*command: str) -> None:
    """Run it. Raises `Unavailable` with what it says is wrong."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=quiet)
    if done.returncode != 0:
        said = (done.stderr or done.stdout or "it said nothing").strip().splitlines()
        fault = next((line for line in said if line.startswith(("Error", "E:"))), said[-1])
        raise Unavailable(f"“{' '.join(command[:4])} …” failed ({fault})")
