"""Installations that are backed up and brought back: filled with one of everything, and compared word by word."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from safekeeping.backing_up import Part, back_up
from safekeeping.database import make_engine, session_for
from safekeeping.jobs import enqueue
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.recovery_key import Recovery, recovery_from
from safekeeping.restoring import files_of, restore
from safekeeping.settings import Settings, moved
from safekeeping.staff import add_staff, begin_session, make_link
from safekeeping.table_stream import Tallies
from safekeeping.trail import Act, record
from safekeeping.vault import Vault, load_vault
from surveys.definition.published import publish
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from tests.factories import NOW, definition, opener_of, submitted

#: A recovery key of nobody.
SIGNS = "2K6V YJ4T QH8D 91MR CWZB 5XNA 3QXD"
WORDS = "Canary words"
MIXED, WAITING = 12, 2
LATER = NOW + timedelta(minutes=5)


def quiet(rows: int) -> None:
    """Nobody watches."""


def fill(engine: Engine, keys: Vault, name: str = "tiny") -> bytes:
    """A survey with answers, mixed and waiting; somebody on the staff, an act on the trail, a job. The survey's id."""
    with session_for(engine) as session:
        row = publish(session, keys, definition().replace('address = "tiny"', f'address = "{name}"'), NOW)
        for number in range(MIXED):
            submitted(session, row, say=f"{WORDS} {number}")
        mix(session, row.id, opener_of(keys, row))
        submitted(session, row, WAITING, say=WORDS)
        person = add_staff(session, "Researcher", ("author",))
        begin_session(session, person, NOW)
        make_link(session, person, NOW)
        enqueue(session, "take in", row.id.hex())
        record(session, keys, Act("published", row.address, person.id, person.organisation_id), NOW)
        return row.id


def words_in(engine: Engine, keys: Vault, survey_id: bytes) -> list[str]:
    """What can be read of a survey's mixed answers."""
    with Session(engine.execution_options(reading=True)) as session:
        return sorted(found.answers["say"] for found in read_all(session, survey_id, keys.opener(survey_id)))


EVERYTHING = sorted(f"{WORDS} {number}" for number in range(MIXED))


def backup_of(settings: Settings, recovery: Recovery, now: datetime = NOW) -> list[Part]:
    """A backup into the folder that the settings name."""
    return back_up(settings, settings.backups, recovery.sealing, "0.1.0", now.astimezone(UTC), quiet)


def brought_back(paths: list[Path], recovery: Recovery, goal: Settings) -> Tallies:
    """What `heard restore` does."""
    return restore(files_of(paths), recovery, goal, LATER, quiet)


def elsewhere(settings: Settings, folder: Path, database: str = "") -> Settings:
    """An installation that is not there yet: in a new folder on SQLite, or on the database named."""
    goal = moved(settings, folder)
    kept, drafts, keys = (f"sqlite:///{folder}/{name}.sqlite" for name in ("heard", "drafts", "keystore"))
    return replace(goal, database=database or kept, drafts=database or drafts, keystore=database or keys)


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Engine, Vault]]:
    """An installation's answers and keys."""
    engine, key_engine = make_engine(settings.database), make_key_engine(settings.keystore)
    try:
        yield engine, load_vault(settings.keys, Keystore(key_engine))
    finally:
        engine.dispose()
        key_engine.dispose()


def some_recovery() -> Recovery:
    """The recovery key that tests use."""
    return recovery_from(SIGNS)
