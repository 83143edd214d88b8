"""Mixing, rotating and shredding are killed at any moment and begun again: nothing is lost, doubled or unreadable."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.master_keys import versions
from safekeeping.rotating import rotate
from safekeeping.settings import Settings
from safekeeping.vault import Vault, load_vault
from surveys.definition.published import publish
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from surveys.intake.tables import Intake, Response
from tests.factories import NOW, definition, submitted

ROOT = Path(__file__).parent.parent.parent
PEOPLE = 20
#: Loads the application once; for every line it reads, does that act in a new process and says which one it is.
WORKER = """
import os, sys
from pathlib import Path
from safekeeping.database import make_engine, session_for
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.rotating import rotate
from safekeeping.vault import load_vault
from surveys.intake.mix import mix, rewritten
from surveys.intake.shred import shred
from sqlalchemy.orm import configure_mappers
configure_mappers()
database, keystore, folder = sys.argv[1:]

def act(what, survey_id):
    engine, store = make_engine(database), Keystore(make_key_engine(keystore))
    if what == "rotate":
        rotate(Path(folder), store)
    with session_for(engine) as session:
        if what == "mix":
            mix(session, survey_id, load_vault(Path(folder), store).opener(survey_id))
        if what == "shred":
            shred(session, store, survey_id)
    if what != "rotate":
        rewritten(engine, store.engine)

for line in sys.stdin:
    what, survey_id = line.split()
    child = os.fork()
    if not child:
        act(what, bytes.fromhex(survey_id))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""


@dataclass
class Worker:
    """The process that starts others, each for one act."""

    process: subprocess.Popen[str]

    def begin(self, act: str, survey_id: bytes) -> int:
        """Begin the act; the number of its process."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{act} {survey_id.hex()}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self) -> None:
        """Wait until the act is over."""
        assert self.process.stdout
        assert self.process.stdout.readline() == "over\n"

    def kill(self, act: str, survey_id: bytes, after: float) -> None:
        """Begin the act and kill it so many seconds later, unless it is over."""
        number = self.begin(act, survey_id)
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        self.end()


@pytest.fixture
def worker(settings: Settings, keys: Vault, engine: Engine) -> Iterator[Worker]:
    """A worker on `store`."""
    command = [sys.executable, "-c", WORKER, settings.database, settings.keystore, str(settings.keys)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        yield Worker(process)
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=30)


def sent(engine: Engine, keys: Vault, number: int) -> bytes:
    """A survey to which twenty people have sent; its id."""
    with session_for(engine) as session:
        text = definition().replace('address = "tiny"', f'address = "tiny{number}"')
        row = publish(session, keys, text, NOW)
        for person in range(PEOPLE):
            submitted(session, row, say=f"number {person}")
        return row.id


def words(engine: Engine, keys: Vault, survey_id: bytes) -> list[str]:
    """What can be read of the mixed responses."""
    with Session(engine.execution_options(reading=True)) as session:
        return sorted(found.answers["say"] for found in read_all(session, survey_id, keys.opener(survey_id)))


def count(engine: Engine, table: type[Intake] | type[Response], survey_id: bytes) -> int:
    with Session(engine.execution_options(reading=True)) as session:
        return session.scalar(select(func.count()).select_from(table).where(table.survey_id == survey_id)) or 0


EVERYBODY = sorted(f"number {person}" for person in range(PEOPLE))


def duration(worker: Worker, act: str, survey_id: bytes) -> float:
    """How long the act takes here when nobody kills it, in seconds."""
    began = time.monotonic()
    worker.begin(act, survey_id)
    worker.end()
    return time.monotonic() - began


def mixing_is_killed(worker: Worker, engine: Engine, keys: Vault, times: int) -> None:
    takes, chance = duration(worker, "mix", sent(engine, keys, times)), random.Random(6)
    half_way = 0
    for number in range(times):
        survey_id = sent(engine, keys, number)
        worker.kill("mix", survey_id, chance.random() * takes)
        moved, left = count(engine, Response, survey_id), count(engine, Intake, survey_id)
        assert (moved, left) in ((0, PEOPLE), (PEOPLE, 0)), "never in both places, never in neither"
        half_way += not moved
        if not moved:
            with session_for(engine) as session:
                assert mix(session, survey_id, keys.opener(survey_id)) == PEOPLE
        assert words(engine, keys, survey_id) == EVERYBODY
        assert len(list(keys.store.response_ids(survey_id))) == PEOPLE, "no key is left over"
    assert half_way or times < 10, "or it was always killed too late to prove anything"


def rotating_is_killed(worker: Worker, engine: Engine, keys: Vault, settings: Settings, times: int) -> None:
    surveys = [sent(engine, keys, number) for number in range(3)]
    for survey_id in surveys:
        with session_for(engine) as session:
            mix(session, survey_id, keys.opener(survey_id))
    takes, chance = duration(worker, "rotate", surveys[0]), random.Random(7)
    for _ in range(times):
        worker.kill("rotate", surveys[0], chance.random() * takes)
        now = load_vault(settings.keys, keys.store)
        assert all(words(engine, now, survey_id) == EVERYBODY for survey_id in surveys)
    rotate(settings.keys, keys.store)
    assert len(versions(settings.keys)) == 1
    now = load_vault(settings.keys, keys.store)
    assert all(words(engine, now, survey_id) == EVERYBODY for survey_id in surveys)


def shredding_is_killed(worker: Worker, engine: Engine, keys: Vault, times: int) -> None:
    bystander = sent(engine, keys, times + 1)
    with session_for(engine) as session:
        mix(session, bystander, keys.opener(bystander))
    takes, chance = duration(worker, "shred", sent(engine, keys, times)), random.Random(8)
    for number in range(times):
        survey_id = sent(engine, keys, number)
        with session_for(engine) as session:
            mix(session, survey_id, keys.opener(survey_id))
        worker.kill("shred", survey_id, chance.random() * takes)
        left = count(engine, Response, survey_id)
        assert left in (0, PEOPLE)
        assert left or keys.store.survey(survey_id) is None, "the keys go first"
        worker.begin("shred", survey_id)
        worker.end()
        assert (count(engine, Response, survey_id), keys.store.survey(survey_id)) == (0, None)
        assert list(keys.store.response_ids(survey_id)) == []
    assert words(engine, keys, bystander) == EVERYBODY


ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@ON_SQLITE
def test_mixing_that_is_killed(worker: Worker, engine: Engine, keys: Vault) -> None:
    mixing_is_killed(worker, engine, keys, times=2)


@ON_SQLITE
def test_rotating_that_is_killed(worker: Worker, engine: Engine, keys: Vault, settings: Settings) -> None:
    rotating_is_killed(worker, engine, keys, settings, times=2)


@ON_SQLITE
def test_shredding_that_is_killed(worker: Worker, engine: Engine, keys: Vault) -> None:
    shredding_is_killed(worker, engine, keys, times=2)


@pytest.mark.attack
def test_mixing_that_is_killed_often(worker: Worker, engine: Engine, keys: Vault) -> None:
    mixing_is_killed(worker, engine, keys, times=25)


@pytest.mark.attack
def test_rotating_that_is_killed_often(worker: Worker, engine: Engine, keys: Vault, settings: Settings) -> None:
    rotating_is_killed(worker, engine, keys, settings, times=25)


@pytest.mark.attack
def test_shredding_that_is_killed_often(worker: Worker, engine: Engine, keys: Vault) -> None:
    shredding_is_killed(worker, engine, keys, times=25)
