"""How the server begins and ends: what is in flight is finished, and who waits is not turned away."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app import ROOT
from safekeeping.serving import WAITING, listen
from safekeeping.settings import BadSetting, Settings, read_settings

#: An application whose one page takes its time, and what serves it.
SLOW = """
import time

def make():
    def page(environ, start):
        time.sleep(float(environ["PATH_INFO"][1:] or 0))
        start("200 OK", [("Content-Length", "5")])
        return [b"whole"]
    return page
"""
SLOW_TO_BEGIN = SLOW.replace("def make():", "def make():\n    time.sleep(60)")
SERVE = """
import os, sys
from pathlib import Path
from safekeeping.serving import serve
from safekeeping.settings import read_settings
settings = read_settings({"PORT": sys.argv[1], "HEARD_INSTANCE": "."}, Path("."))
beside = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: exit()); time.sleep(90)"
serve(settings, "slow:make", [sys.executable, "-c", beside])
"""


@contextmanager
def serving(folder: Path, application: str = SLOW) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    (folder / "slow.py").write_text(application)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    paths = os.pathsep.join((str(ROOT), str(folder)))
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)], cwd=folder, env=os.environ | {"PYTHONPATH": paths}
    ) as process:
        try:
            yield process, port
        finally:
            if process.poll() is None:
                process.kill()


def ask(port: int, seconds: float) -> str:
    """The page that takes so long; tried again while nobody listens yet."""
    for _ in range(600):
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request("GET", f"/{seconds}")
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return line.getresponse().read().decode()
        finally:
            line.close()
    raise TimeoutError


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_is_in_flight(tmp_path: Path, stop: signal.Signals) -> None:
    with serving(tmp_path) as (process, port):
        assert ask(port, 0) == "whole"
        said: list[str] = []
        asking = threading.Thread(target=lambda: said.append(ask(port, 2)))
        asking.start()
        time.sleep(1)
        process.send_signal(stop)
        assert process.wait(timeout=60) == 0
        asking.join(timeout=60)
    assert said == ["whole"]


def test_a_connection_that_nobody_uses_holds_nothing_up(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, port):
        idle = HTTPConnection("127.0.0.1", port, timeout=60)
        assert ask(port, 0) == "whole"
        idle.request("GET", "/0")
        idle.getresponse().read()
        process.terminate()
        assert process.wait(timeout=25) == 0, "it did not wait for the thirty seconds to pass"
        idle.close()


def test_told_to_stop_while_a_process_still_begins_it_stops_at_once(tmp_path: Path) -> None:
    """One that loads its pages has nothing in flight; it does not hold up the others until it is killed."""
    with serving(tmp_path, SLOW_TO_BEGIN) as (process, port):
        assert becomes(lambda: len(children(process.pid)) == 1 + read_settings({}, ROOT).processes)
        time.sleep(0.5)
        process.terminate()
        assert process.wait(timeout=25) == 0
        with socket.create_server(("127.0.0.1", port)):
            pass


def settings_on(host: str, port: int) -> Settings:
    return read_settings({"HEARD_HOST": host, "PORT": str(port)}, ROOT)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_it_listens_where_it_is_told(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with listen(settings_on(host, port), handed=False) as listening:
        assert listening.getsockname()[1] == port
        socket.create_connection((host, port)).close()


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BadSetting, match="Is another Heard running"):
        listen(settings_on("127.0.0.1", taken.getsockname()[1]), handed=False)


def test_many_may_wait() -> None:
    assert WAITING >= 1024


def children(process: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return {int(each) for each in found.stdout.split()}


def becomes(so: Callable[[], bool]) -> bool:
    """Whether it is so within a minute."""
    until = time.monotonic() + 60
    while not so() and time.monotonic() < until:
        time.sleep(0.1)
    return so()


def is_worker(process: int) -> bool:
    with suppress(OSError):
        return b"--beside" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("worker", [False, True], ids=["one that answers", "the worker beside"])
def test_a_child_that_dies_is_replaced_and_nobody_is_turned_away(tmp_path: Path, worker: bool) -> None:
    with serving(tmp_path) as (process, port):
        assert ask(port, 0) == "whole"
        before = {each for each in children(process.pid) if is_worker(each) is worker}
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        assert ask(port, 0) == "whole"

        def is_replaced() -> bool:
            now = {each for each in children(process.pid) if is_worker(each) is worker}
            return len(now) == len(before) and killed not in now

        assert becomes(is_replaced)
        assert process.poll() is None
        process.terminate()
        assert process.wait(timeout=60) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_when_the_first_process_is_killed_nobody_holds_the_port(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, port):
        assert ask(port, 0) == "whole"
        process.kill()
        process.wait()

        def is_free() -> bool:
            with suppress(OSError), socket.create_server(("127.0.0.1", port)):
                return True
            return False

        assert becomes(is_free)


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="only Linux holds back connections")
def test_who_has_said_nothing_yet_is_not_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with listen(settings_on("127.0.0.1", port), handed=False) as listening:
        listening.settimeout(0.2)
        with socket.create_connection(listening.getsockname()) as person:
            with pytest.raises(TimeoutError):
                listening.accept()
            person.sendall(b"GET")
            taken, _address = listening.accept()
            with taken:
                assert taken.recv(3) == b"GET"
