"""Several web processes on one machine: people go from one to the other without noticing, and nothing is kept twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from safekeeping.allowances import PROCESS, Allowance, engine_beside
from safekeeping.database import make_engine
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from tests.browser.conftest import wait_until_answering
from tests.faults.test_killed_server import Distant
from tests.postgres import free_port
from tests.surveys.browsing import intake_answers, put_up

ROOT = Path(__file__).parent.parent.parent
SERVE = """
import sys
from app import settings_from_environment
from safekeeping.serving import serve
serve(settings_from_environment(), "app:create_app", [sys.executable, "-c", "import time; time.sleep(600)"])
"""
#: In so many a process of two is met but once in a million times.
MOST = 20


@pytest.fixture
def port(settings: Settings, engine: Engine, keys: Vault) -> Iterator[int]:
    """Where two processes serve the tiny survey."""
    put_up(engine, keys)
    port, known = free_port(), {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    set_so = {"HEARD_INSTANCE": str(settings.instance), "HEARD_DATABASE": settings.database, "HEARD_PROCESSES": "2"}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env={**known, **set_so, "PORT": str(port)},
        start_new_session=True,
    )
    try:
        wait_until_answering(f"http://127.0.0.1:{port}")
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def processes(settings: Settings) -> int:
    """How many have said that they are there."""
    drafts = make_engine(settings.drafts)
    rows = engine_beside(drafts)
    with Session(rows.execution_options(reading=True)) as session:
        names = [bytes(name) for name in session.scalars(select(Allowance.name))]
    rows.dispose()
    drafts.dispose()
    return sum(name.startswith(PROCESS) for name in names)


def begun(port: int) -> Distant:
    """Somebody who has just pressed Start."""
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", "/tiny", "go=start", {"Content-Type": "application/x-www-form-urlencoded"})
    answer = line.getresponse()
    answer.read()
    line.close()
    return Distant(port, answer.headers["Set-Cookie"].partition(";")[0])


def test_people_go_from_one_process_to_the_other(port: int, settings: Settings, engine: Engine, keys: Vault) -> None:
    """Each press is a connection of its own, so that either may take it."""
    sent: list[str] = []
    while len(sent) < MOST and (len(sent) < 4 or processes(settings) < 2):
        person, words = begun(port), f"This is what person number {len(sent)} says, in words enough to be looked at."
        assert person.press("continue", page="you", **{"q-audience": "survivor"}) == 303
        assert person.press("continue", page="words", **{"q-say": words}) == 303
        assert [person.press("send") for _ in range(2)] == [303, 303]
        sent.append(words)
    assert processes(settings) == 2
    assert sorted(each["say"] for each in intake_answers(engine, keys)) == sorted(sent)
