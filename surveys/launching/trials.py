"""Trying a survey out: published at an address nobody guesses, under keys of its own, and wiped without a trace."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from safekeeping.vault import Vault
from surveys.definition.check import TRIAL
from surveys.definition.published import PublishedSurvey, forget_survey, publish
from surveys.definition.survey import Survey
from surveys.definition.tables import to_toml
from surveys.intake.tables import Intake, Response, ResponseKey
from surveys.writing.written import WrittenSurvey

#: How long to wait for those who read, in milliseconds. Writers wait as long.
PATIENCE = 5000


def trial_of(session: Session, row: WrittenSurvey) -> PublishedSurvey | None:
    """The trial of a survey that is being written, if one runs."""
    return session.get(PublishedSurvey, row.trial_id) if row.trial_id else None


def start_trial(session: Session, keys: Vault, row: WrittenSurvey, survey: Survey, now: datetime) -> PublishedSurvey:
    """Put the survey up to be tried, as it is now. A trial that ran before ends, and its answers are wiped."""
    end_trial(session, row)
    trial = publish(session, keys, to_toml(survey), now, trial_at=f"{TRIAL}{secrets.token_hex(5)}")
    row.trial_id = trial.id
    session.flush()
    return trial


def end_trial(session: Session, row: WrittenSurvey) -> bool:
    """Wipe a trial: its answers, their keys, its own keys and its definition. False if there was none.

    What was spent to keep a double click from counting twice is a random number that belongs to nobody; it stays.
    """
    trial_id = row.trial_id
    if trial_id is None:
        return False
    row.trial_id = None
    session.flush()
    of_trial = select(Response.id).where(Response.survey_id == trial_id)
    session.execute(delete(ResponseKey).where(ResponseKey.response_id.in_(of_trial)))
    for table in (Response, Intake):
        session.execute(delete(table).where(table.survey_id == trial_id))
    forget_survey(session, trial_id)
    session.flush()
    return True


def scrub(engine: Engine) -> bool:
    """Fold SQLite's journal into its file, so that what was wiped is off the disk. To be called after the commit.

    What is deleted is overwritten in the file (see `safekeeping.database`), but the journal beside it keeps the pages
    as they were until it is folded in. False if others were reading the whole time; it is then for the next to do.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        before = _one(cursor.execute("PRAGMA busy_timeout"))
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
        busy = _one(cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
        cursor.execute(f"PRAGMA busy_timeout={before}")
        cursor.close()
    finally:
        connection.close()
    return not busy


def _one(cursor: Any) -> int:
    return int(cursor.fetchone()[0])
