"""Hosts on one machine, to be killed: units as a service manager runs them, and nginx before them.

A unit is a process with all that it starts. As with `KillMode` of systemd, whatever is left of it is killed once its
first process is gone; and it is started again.
"""

import getpass
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app import ROOT
from benchmarks.load import processes_of
from tests.postgres import free_port

HEARD = (sys.executable, "-m", "app")
RECIPE = ROOT / "docs" / "deploy" / "nginx.conf"
#: A unit that ended by itself is started again after so many seconds.
RESTARTED_AFTER = 1.0
#: What the recipe for nginx says of names and files that only a real host has -> what stands there here.
HERE = (
    (r"server 127\.0\.0\.1:8001 (.*;)", r"server 127.0.0.1:{0} \1"),
    (r"server 10\.0\.0\.2:8001 (.*;)", r"server 127.0.0.1:{1} \1"),
    (r"listen 443 ssl http2;", "listen 127.0.0.1:{2};"),
    (r"server_name .*;", "server_name _;"),
    (r"ssl_certificate .*;", ""),
    (r"ssl_certificate_key .*;", ""),
    (r"ssl_protocols .*;", ""),
)


@dataclass
class Unit:
    """A service: its command, its settings, and where it writes what it says. `down_until` is a moment at which it is
    to be started again; `ended` are the statuses with which it ended by itself."""

    name: str
    command: tuple[str, ...]
    settings: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    down_until: float = 0.0
    starts: int = 0
    ended: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*HEARD, *self.command],
                cwd=ROOT,
                env=os.environ | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def keep_up(self) -> None:
        """As a service manager: what ended is started again when it is time."""
        if self.process is not None and self.process.poll() is not None:
            self._clear()
            if self.down_until < time.monotonic():
                self.ended.append(self.process.returncode)
                self.down_until = time.monotonic() + RESTARTED_AFTER
            self.process = None
        if self.process is None and time.monotonic() >= self.down_until:
            self.start()

    @property
    def members(self) -> list[int]:
        """The numbers of its processes, the first one first."""
        return sorted(processes_of(self.process.pid)) if self.process else []

    def kill(self, down: float) -> None:
        """Kill all of it at once; it stays down for so many seconds."""
        self.down_until = time.monotonic() + down
        self._clear()

    def kill_first(self, down: float) -> None:
        """Kill its first process; what is left goes on for a moment, until the manager kills that too."""
        self.down_until = time.monotonic() + max(down, 1.0)
        if self.process:
            self.process.kill()
            time.sleep(0.3)

    def kill_one(self, draw: random.Random, worker: bool) -> bool:
        """Kill one child: the worker beside the server, or one that answers. Whether there was one."""
        found = [each for each in self.members[1:] if _is_worker(each) is worker]
        if found:
            with suppress(ProcessLookupError):
                os.kill(draw.choice(found), signal.SIGKILL)
        return bool(found)

    def stop(self) -> None:
        """End it well."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=90)
            finally:
                self._clear()
        self.process = None

    def _clear(self) -> None:
        for each in self.members:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=60)


def _is_worker(process: int) -> bool:
    try:
        return b"\0work\0" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


# nginx ----------------------------------------------------------------------------------------------------


@contextmanager
def balancer(folder: Path, first: int, second: int) -> Iterator[str | None]:
    """The address of an nginx with the recipe of docs/deploy before two ports; None where there is no nginx."""
    program, port = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"), free_port()
    if program is None:
        yield None
        return
    folder.mkdir()
    (folder / "nginx.conf").write_text(configuration(folder, first, second, port), encoding="utf-8")
    with subprocess.Popen([program, "-p", str(folder), "-e", "/dev/null", "-c", "nginx.conf"]) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def configuration(folder: Path, first: int, second: int, port: int) -> str:
    """The recipe without HTTPS, with ports of ours, as the whole configuration of an nginx that is no service."""
    recipe = RECIPE.read_text(encoding="utf-8")
    for pattern, here in HERE:
        recipe, count = re.subn(rf"(?m)^(\s*){pattern}", rf"\1{_shifted(here).format(first, second, port)}", recipe)
        if count != 1:
            raise SystemExit(f"docs/deploy/nginx.conf has {count} lines like “{pattern}”: bring hosts.py up to date.")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"daemon off;\nuser {getpass.getuser()};\npid {folder}/pid;\nerror_log /dev/null emerg;\n"
    return f"{head}events {{}}\nhttp {{\n{temporary}{recipe}}}\n"


def _shifted(here: str) -> str:
    """The indent is the first group, so what the pattern found comes second."""
    return here.replace(r"\1", r"\2")
