"""kill -9 of a real server: what was acknowledged is there, once, after the restart; what was not can be sent again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine

from safekeeping.settings import Settings
from safekeeping.vault import Vault, form_token
from tests.surveys.browsing import intake_answers, put_up

ROOT = Path(__file__).parent.parent.parent
#: Loads the application once; for every line it reads, serves in a new process until that one is killed.
SERVER = """
import os, sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from app import create_app

class Quiet(WSGIRequestHandler):
    def log_message(self, *words): pass

app = create_app()
warm = app.test_client()
for go in ("start", "back"):
    warm.post("/tiny", data={"go": go})
    warm.get("/tiny")
for name in ("engine", "drafts_engine"):
    app.extensions[name].dispose()
app.extensions["allowances"].engine.dispose()
for line in sys.stdin:
    child = os.fork()
    if not child:
        server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
        print(server.server_port, os.getpid(), flush=True)
        server.serve_forever()
    os.waitpid(child, 0)
"""


@dataclass
class Distant:
    """A browser that reaches its server over the network. `port` changes when the server is started again."""

    port: int
    cookie: str = ""

    def press(self, go: str, **typed: str) -> int:
        """Press a button and wait for the answer; its status."""
        line = self.press_and_run(go, **typed)
        answer = line.getresponse()
        answer.read()
        line.close()
        self.cookie = (answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]
        return answer.status

    def press_and_run(self, go: str, **typed: str) -> HTTPConnection:
        """Press a button and do not wait."""
        token = form_token(bytes.fromhex(self.cookie.partition("=")[2]))
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        line.request("POST", "/tiny", urlencode({"go": go, "token": token, **typed}), headers)
        return line

    def look(self) -> str:
        """The page where this person is."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", "/tiny", headers={"Cookie": self.cookie})
        page = line.getresponse().read().decode()
        line.close()
        return page


@dataclass
class Server:
    """The process that starts servers."""

    process: subprocess.Popen[str]
    pid: int = 0

    def start(self) -> int:
        """Serve; the port."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        port, self.pid = map(int, self.process.stdout.readline().split())
        return port

    def kill(self) -> None:
        """No time to tidy up."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self.pid = 0


@pytest.fixture
def server(settings: Settings, keys: Vault, engine: Engine) -> Iterator[Server]:
    """A server on `store`, not serving yet, with the tiny survey."""
    put_up(engine, keys)
    ours = {"HEARD_INSTANCE": str(settings.instance), "HEARD_DATABASE": settings.database}
    command = [sys.executable, "-W", "error", "-c", SERVER]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | ours, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        server = Server(process)
        try:
            yield server
        finally:
            server.kill()
            assert process.stdin
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait(timeout=10)


def at_check(port: int, words: str) -> Distant:
    """Somebody who looks over their answers."""
    person = Distant(port)
    person.press("start")
    person.press("continue", page="you", **{"q-audience": "survivor"})
    person.press("continue", page="words", **{"q-say": words})
    return person


@contextmanager
def killed_at_the_end(server: Server) -> Iterator[int]:
    yield server.start()
    server.kill()


def attack(server: Server, rounds: int) -> tuple[list[str], list[str]]:
    """In each round one person is thanked, and one has pressed Send when the server is killed; that one tries again.

    Returns the words of those who were thanked, and of those who tried twice.
    """
    chance = random.Random(4)
    thanked: list[str] = []
    tried: list[Distant] = []
    for number in range(rounds):
        with killed_at_the_end(server) as port:
            for person in tried[-1:]:
                try_again(person, port)
            hasty, calm = at_check(port, f"hasty {number}"), at_check(port, f"calm {number}")
            assert calm.press("send") == 303
            thanked.append(f"calm {number}")
            line = hasty.press_and_run("send")
            tried.append(hasty)
            time.sleep(chance.random() * 0.02)
        line.close()
    with killed_at_the_end(server) as port:
        try_again(tried[-1], port)
    return thanked, [f"hasty {number}" for number in range(rounds)]


def try_again(person: Distant, port: int) -> None:
    """Press the same button at the server that was started again."""
    person.port = port
    assert person.press("send") == 303
    assert "Your answers are kept" in person.look()


def nobody_is_lost_or_twice(server: Server, engine: Engine, keys: Vault, rounds: int) -> None:
    thanked, tried = attack(server, rounds)
    kept = Counter(answers["say"] for answers in intake_answers(engine, keys))
    assert kept == Counter([*thanked, *tried])


def test_nobody_who_was_thanked_is_lost_and_nobody_is_kept_twice(server: Server, engine: Engine, keys: Vault) -> None:
    nobody_is_lost_or_twice(server, engine, keys, rounds=10)


@pytest.mark.slow
def test_nor_in_two_hundred_kills(server: Server, engine: Engine, keys: Vault) -> None:
    nobody_is_lost_or_twice(server, engine, keys, rounds=200)
