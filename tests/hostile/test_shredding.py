"""Attack M: after a survey is shredded, nothing opens its answers again: no file, no journal, no backup of the answers.

A backup of the key store taken before does, for as long as it is kept: that is why it is kept for seven days only.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.made import MADE
from safekeeping.database import make_engine
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.settings import Settings
from safekeeping.vault import CannotOpen, Vault, load_vault
from surveys.definition.published import PublishedSurvey, publish
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from surveys.intake.shred import shred_whole
from surveys.intake.tables import Intake, Response
from tests.factories import NOW, definition, opener_of, submitted

WORDS = "Words to be gone"
PEOPLE = 3


def filled(session: Session, keys: Vault, number: int) -> PublishedSurvey:
    """A survey with answers, some mixed and one waiting."""
    text = definition().replace('address = "tiny"', f'address = "tiny-{number}"')
    row = publish(session, keys, text, NOW)
    submitted(session, row, PEOPLE, say=WORDS)
    mix(session, row.id, opener_of(keys, row), closing=True)
    submitted(session, row, 1, say=WORDS)
    session.commit()
    return row


def opens(engine: Engine, keys: Vault, survey_id: bytes) -> bool:
    """Whether whoever holds this database and these keys reads a word of the survey's answers, mixed or waiting."""
    with Session(engine.execution_options(reading=True)) as session:
        try:
            opener = keys.opener(survey_id)
        except CannotOpen:
            return False
        found = [response.answers["say"] for response in read_all(session, survey_id, opener)]
        waiting = session.query(Intake.sealed).where(Intake.survey_id == survey_id)
        found += [opener.response(opener.intake(sealed).sealed).decode() for (sealed,) in waiting]
        return any(WORDS in each for each in found)


def copied(source: Path, target: Path) -> Path:
    """A backup, as SQLite makes one."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    return target


def left_in(folder: Path, needles: list[bytes]) -> list[bytes]:
    """Which of these bytes are in a file of the installation: databases and their journals."""
    whole = b"".join(path.read_bytes() for path in folder.iterdir() if ".sqlite" in path.name)
    return [needle for needle in needles if needle in whole]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("surveys", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_a_shredded_survey_opens_nowhere(
    surveys: int, session: Session, engine: Engine, keys: Vault, settings: Settings, tmp_path: Path
) -> None:
    rows = [filled(session, keys, number) for number in range(surveys)]
    noise = filled(session, keys, surveys)
    ids = [row.id for row in rows]
    needles = [bytes(sealed)[:64] for (sealed,) in session.query(Intake.sealed).where(Intake.survey_id.in_(ids))]
    needles += [sealed[:64] for (sealed,) in session.query(Response.ciphertext).where(Response.survey_id.in_(ids))]
    for survey_id in ids:
        needles += [
            keys.store.survey(survey_id) or b"",
            *keys.store.wrapped(list(keys.store.response_ids(survey_id))).values(),
        ]
    session.rollback()
    backups = tmp_path / "backups"
    backups.mkdir()
    answers = copied(tmp_path / "heard.sqlite", backups / "heard.sqlite")
    key_store = copied(tmp_path / "keystore.sqlite", backups / "keystore.sqlite")
    assert sum(opens(engine, keys, each) for each in ids) == surveys, "all of them open before"
    assert len(left_in(tmp_path, needles)) == len(needles) == surveys * (PEOPLE + 1 + 1 + PEOPLE)

    for survey_id in ids:
        shred_whole(engine, keys, survey_id, MADE)

    assert sum(opens(engine, keys, each) for each in ids) == 0, "not from the live files"
    assert left_in(tmp_path, needles) == [], "nor is a byte of them in any file or journal"
    old = make_engine(f"sqlite:///{answers}")
    assert sum(opens(old, keys, each) for each in ids) == 0, "not from a backup of the answers, with the live keys"
    assert opens(engine, keys, noise.id), "another survey opens as before"

    aged = load_vault(settings.keys, Keystore(make_key_engine(f"sqlite:///{key_store}")))
    assert sum(opens(old, aged, each) for each in ids) == surveys, "with a backup of the keys they do: keep it 7 days"
    shutil.rmtree(backups)
    old.dispose()
    aged.store.engine.dispose()
