"""Trying a survey out: published at an address nobody guesses, under keys of its own, and wiped without a trace."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from safekeeping.vault import Vault
from surveys.definition.check import TRIAL
from surveys.definition.published import PublishedSurvey, forget_survey, publish
from surveys.definition.survey import Survey
from surveys.definition.tables import to_toml
from surveys.intake.shred import wipe_answers
from surveys.writing.written import WrittenSurvey


def trial_of(session: Session, row: WrittenSurvey) -> PublishedSurvey | None:
    """The trial of a survey that is being written, if one runs."""
    return session.get(PublishedSurvey, row.trial_id) if row.trial_id else None


def start_trial(session: Session, keys: Vault, row: WrittenSurvey, survey: Survey, now: datetime) -> PublishedSurvey:
    """Put the survey up to be tried, as it is now. A trial that ran before ends, and its answers are wiped."""
    end_trial(session, keys, row)
    trial = publish(session, keys, to_toml(survey), now, f"{TRIAL}{secrets.token_hex(5)}", row.consultation_id)
    row.trial_id = trial.id
    session.flush()
    return trial


def end_trial(session: Session, keys: Vault, row: WrittenSurvey) -> bool:
    """Wipe a trial: its answers, their keys, its own keys and its definition. False if there was none.

    What was spent to keep a double click from counting twice is a random number that belongs to nobody; it stays.
    """
    trial_id = row.trial_id
    if trial_id is None:
        return False
    row.trial_id = None
    session.flush()
    wipe_answers(session, trial_id)
    forget_survey(session, trial_id)
    keys.store.forget_survey(trial_id)
    session.flush()
    return True
