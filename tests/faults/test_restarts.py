"""The server is restarted again and again while people answer: nobody meets an error, nobody is lost or kept twice."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from safekeeping.settings import Settings
from safekeeping.vault import Vault
from surveys.definition.published import published_at
from surveys.intake.read import read_wanted
from surveys.intake.tables import Response
from tests.factories import opener_of
from tests.faults.test_killed_server import Distant
from tests.surveys.browsing import intake_answers, put_up

ROOT = Path(__file__).parent.parent.parent
AT_ONCE = 8
#: Puts our socket where a service manager would, says so, and becomes the server.
HANDED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, "-m", "app", "run"])
"""


@dataclass
class Host:
    """A server with one socket that outlives it, as a service manager holds it."""

    settings: Settings
    socket: socket.socket
    process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.socket.getsockname()[1])

    def start(self) -> None:
        """Begin serving; whoever comes before it does waits."""
        number = self.socket.fileno()
        ours = {"HEARD_INSTANCE": str(self.settings.instance), "HEARD_DATABASE": self.settings.database}
        ours |= {"PORT": str(self.port), "HEARD_BUSIEST": "1000000"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", HANDED, str(number)],
            *(-1, None, None, subprocess.DEVNULL),
            cwd=ROOT,
            env=os.environ | ours,
            pass_fds=(number,),
        )

    def stop(self) -> int:
        """Ask it to end; its status."""
        assert self.process
        self.process.terminate()
        return self.process.wait(timeout=90)

    def restart(self) -> None:
        """As `systemctl restart`."""
        assert self.stop() == 0
        self.start()

    def renew(self) -> None:
        """As `systemctl reload`: the server stays, the process that answers is another."""
        assert self.process
        self.process.send_signal(signal.SIGHUP)
        time.sleep(6)


@dataclass
class Crowd:
    """People who answer one after the other, several at once. `faults` are the answers that were no page."""

    port: int
    thanked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, words: str) -> None:
        """From the first page to the confirmation."""
        person = Distant(self.port)
        steps = ({"go": "start"}, {"page": "you", "q-audience": "survivor"}, {"page": "words", "q-say": words})
        for step in (*steps, {"go": "send"}):
            status = person.press(step.pop("go", "continue"), **step)
            if status != 303:
                self.faults.append(f"{step}: {status}")
                return
        if "Your answers are kept" in person.look():
            self.thanked.append(words)
        else:
            self.faults.append("no confirmation")

    def keep_answering(self, who: int) -> None:
        """Until it is over."""
        number = 0
        while not self.over.is_set():
            try:
                self.answer(f"{who} says {number}")
            except (OSError, HTTPException) as fault:
                self.faults.append(repr(fault))
            number += 1

    def wait_for(self, more: int) -> None:
        """Until so many more have been thanked."""
        goal, end = len(self.thanked) + more, time.monotonic() + 120
        while len(self.thanked) < goal and time.monotonic() < end:
            time.sleep(0.05)
        assert len(self.thanked) >= goal, self.faults[-3:]

    @contextmanager
    def answering(self) -> Iterator[None]:
        """The crowd answers meanwhile."""
        threads = [threading.Thread(target=self.keep_answering, args=(who,)) for who in range(AT_ONCE)]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self.over.set()
            for each in threads:
                each.join(timeout=90)


@pytest.fixture
def host(settings: Settings, keys: Vault, engine: Engine) -> Iterator[Host]:
    """A host that serves the tiny survey."""
    put_up(engine, keys)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as held:
        host = Host(settings, held)
        host.start()
        try:
            yield host
        finally:
            if host.process and host.process.poll() is None:
                host.process.kill()
                host.process.wait()


def kept_words(engine: Engine, keys: Vault) -> Counter[str]:
    """What everybody said, mixed or not, set aside or not."""
    with Session(engine.execution_options(reading=True)) as session:
        opener = opener_of(keys, published_at(session, "tiny"))
        mixed = [each.answers["say"] for each in read_wanted(session, select(Response), opener)]
    return Counter([*mixed, *(each["say"] for each in intake_answers(engine, keys))])


def nobody_meets_an_error(host: Host, engine: Engine, keys: Vault, again: Callable[[], None], times: int) -> None:
    crowd = Crowd(host.port)
    with crowd.answering():
        crowd.wait_for(AT_ONCE)
        for _ in range(times):
            again()
            crowd.wait_for(2 * AT_ONCE)
    assert crowd.faults == []
    assert host.stop() == 0
    assert kept_words(engine, keys) == Counter(crowd.thanked)


@pytest.mark.slow
def test_nobody_meets_an_error_in_five_restarts(host: Host, engine: Engine, keys: Vault) -> None:
    nobody_meets_an_error(host, engine, keys, host.restart, times=5)


@pytest.mark.slow
def test_nor_where_the_process_that_answers_is_renewed(host: Host, engine: Engine, keys: Vault) -> None:
    nobody_meets_an_error(host, engine, keys, host.renew, times=5)
