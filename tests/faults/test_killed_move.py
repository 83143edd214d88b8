"""A move that is killed (kill -9) at any commit goes on from there, and ends with everything once on the other side."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from safekeeping.closing import marked_at
from safekeeping.database import session_for
from safekeeping.settings import Settings
from safekeeping.table_stream import AT_ONCE
from safekeeping.vault import Vault
from surveys.intake.tables import Intake, SpentNonce
from tests.backed_up import EVERYTHING, fill, opened, words_in
from tests.safekeeping.test_move import goal as goal  # a fixture
from tests.safekeeping.test_move import let_go, tallies

ROOT = Path(__file__).parent.parent.parent
#: Loads the application once; for every number it reads, moves in a new process that dies at that commit: before it
#: where the number is odd, after it where it is even.
WORKER = """
import os, signal, sys
from sqlalchemy import Engine, event
from sqlalchemy.orm import configure_mappers
import app
from safekeeping.settings import read_settings
configure_mappers()
to, keystore = sys.argv[1:]

def die_at(commit):
    count = 0
    def before(connection):
        nonlocal count
        count += 1
        if 2 * count - 1 == commit:
            os.kill(os.getpid(), signal.SIGKILL)
    def after(connection):
        if 2 * count == commit:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(Engine, "commit", before)
    event.listen(Engine, "begin", after)

for line in sys.stdin:
    child = os.fork()
    if not child:
        die_at(int(line))
        os.dup2(2, 1)
        app.heard(["move", "--to", to, "--keystore", keystore])
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.fixture
def mover(settings: Settings, goal: Settings, engine: Engine, keys: Vault) -> Iterator[subprocess.Popen[str]]:
    """The process that starts others, each for one run of the move of a filled installation."""
    survey_id = fill(engine, keys)
    with session_for(engine) as session:
        session.add_all(SpentNonce(nonce=os.urandom(16)) for _ in range(3 * AT_ONCE))
        session.add_all(Intake(id=os.urandom(16), survey_id=survey_id, sealed=bytes(2_000)) for _ in range(3 * AT_ONCE))
    let_go(engine, keys)
    environment = os.environ | {"HEARD_INSTANCE": str(settings.instance), "HEARD_DATABASE": settings.database}
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, goal.database, goal.keystore],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=30)


def run(mover: subprocess.Popen[str], commit: int) -> bool:
    """Move, and be killed at that commit. Whether it came to its end."""
    assert mover.stdin
    assert mover.stdout
    mover.stdin.write(f"{commit}\n")
    mover.stdin.flush()
    status = int(mover.stdout.readline())
    assert status in (0, signal.SIGKILL), "neither killed nor done"
    return status == 0


def moving_is_killed(mover: subprocess.Popen[str], settings: Settings, goal: Settings, first: int, more: int) -> None:
    """Each run comes further than the one before by some commits, until one comes to its end."""
    killed, commit = 0, first
    while not run(mover, commit):
        killed, commit = killed + 1, commit + more
    assert killed >= 3, "or it was killed too seldom to prove anything"
    assert tallies(settings) == tallies(goal)
    assert marked_at(goal.database) is None
    with opened(goal) as (engine, keys), Session(engine.execution_options(reading=True)) as session:
        (survey_id,) = {survey_id for (survey_id,) in session.query(Intake.survey_id)}
        assert words_in(engine, keys, survey_id) == EVERYTHING


def test_a_move_that_is_killed(mover: subprocess.Popen[str], settings: Settings, goal: Settings) -> None:
    moving_is_killed(mover, settings, goal, first=3, more=97)


@pytest.mark.attack
@pytest.mark.parametrize("first", [1, 2])
def test_a_move_that_is_killed_often(
    mover: subprocess.Popen[str], settings: Settings, goal: Settings, first: int
) -> None:
    moving_is_killed(mover, settings, goal, first=first, more=4)
