"""A backup that is killed (kill -9) leaves the one before as it was, and the next one is whole."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from safekeeping.ageing import STOPPED_AFTER, prune
from safekeeping.backing_up import ANSWERS, KEYS, PART
from safekeeping.database import session_for
from safekeeping.recovery_key import keep_sealing
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from surveys.intake.tables import Intake
from tests.backed_up import EVERYTHING, backup_of, brought_back, elsewhere, fill, opened, some_recovery, words_in
from tests.factories import NOW

ROOT = Path(__file__).parent.parent.parent
RECOVERY = some_recovery()
#: Loads the application once; for every line it reads, makes that backup in a new process and says which one it is.
WORKER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
import app
from safekeeping.backing_up import back_up
from safekeeping.recovery_key import read_sealing
from safekeeping.settings import read_settings
from sqlalchemy.orm import configure_mappers
configure_mappers()
settings = read_settings(os.environ, Path())

for line in sys.stdin:
    child = os.fork()
    if not child:
        now = datetime.fromisoformat(line.strip())
        back_up(settings, settings.backups, read_sealing(settings.instance), "0", now, lambda rows: None)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""


@pytest.fixture
def worker(settings: Settings, engine: Engine, keys: Vault) -> Iterator[subprocess.Popen[str]]:
    """The process that starts others, each for one backup of a filled installation."""
    survey_id = fill(engine, keys)
    with session_for(engine) as session:  # so that there is something to be killed in
        session.add_all(Intake(id=os.urandom(16), survey_id=survey_id, sealed=bytes(20_000)) for _ in range(400))
    keep_sealing(settings.instance, RECOVERY.sealing)
    environment = os.environ | {
        "HEARD_INSTANCE": str(settings.instance),
        "HEARD_DATABASE": settings.database,
    }
    with subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=30)


def begin(worker: subprocess.Popen[str]) -> int:
    """Begin a backup of always the same hour; the number of its process."""
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(f"{NOW.isoformat()}\n")
    worker.stdin.flush()
    return int(worker.stdout.readline())


def end(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout
    assert worker.stdout.readline() == "over\n"


def whole(settings: Settings, folder: Path) -> bool:
    """Whether what is there under its name comes back whole, every word of it."""
    paths = [settings.backups / kind / f"heard-2026-11-22-10.{kind}" for kind in (ANSWERS, KEYS)]
    goal = elsewhere(settings, folder)
    brought_back(paths, RECOVERY, goal)
    with opened(goal) as (engine, keys), Session(engine) as session:
        (survey_id,) = {survey_id for (survey_id,) in session.query(Intake.survey_id)}
        return words_in(engine, keys, survey_id) == EVERYTHING


def parts(settings: Settings) -> set[Path]:
    """Files that are being written, or were."""
    return set(settings.backups.rglob(f".*{PART}"))


def wait_for_a_part(settings: Settings) -> None:
    """Until the backup that was begun begins to write."""
    before, patience = parts(settings), time.monotonic() + 20
    while parts(settings) <= before and time.monotonic() < patience:
        time.sleep(0.001)


def backing_up_is_killed(worker: subprocess.Popen[str], settings: Settings, folder: Path, times: int) -> None:
    backup_of(settings, RECOVERY)
    begin(worker)
    wait_for_a_part(settings)
    began = time.monotonic()
    end(worker)
    takes, chance, half_way = time.monotonic() - began, random.Random(9), 0
    for number in range(times):
        left, child = parts(settings), begin(worker)
        wait_for_a_part(settings)
        time.sleep(takes * (0.9 * number / times + 0.1 * chance.random()))
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        end(worker)
        half_way += bool(parts(settings) - left)
        assert whole(settings, folder / f"back{number}")
    assert half_way, "or it was always killed too late to prove anything"
    for path in parts(settings):
        os.utime(path, (0, time.time() - STOPPED_AFTER - 60))
    prune(settings.backups, NOW, clock_is_sure=True)
    assert parts(settings) == set(), "what is left half-written is taken away"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_backup_that_is_killed(worker: subprocess.Popen[str], settings: Settings, tmp_path: Path) -> None:
    backing_up_is_killed(worker, settings, tmp_path, times=3)


@pytest.mark.attack
def test_a_backup_that_is_killed_often(worker: subprocess.Popen[str], settings: Settings, tmp_path: Path) -> None:
    backing_up_is_killed(worker, settings, tmp_path, times=25)
