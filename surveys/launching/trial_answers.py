"""The answers of a trial, opened to be looked at. Only a trial's: nobody promised to anybody to mix these."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safekeeping.vault import Vault
from surveys.definition.path import Path
from surveys.definition.published import TRIAL, PublishedSurvey, definition_of
from surveys.definition.questions import Information
from surveys.definition.voice import Voice
from surveys.intake.tables import Intake

#: So many are shown; a trial is no survey.
SHOWN = 20


@dataclass(frozen=True)
class TrialAnswers:
    """How many answered, and a row for each question with the lines that each of the first so many answered."""

    count: int
    columns: int
    rows: list[tuple[str, list[list[str]]]]


def trial_answers(session: Session, keys: Vault, trial: PublishedSurvey) -> TrialAnswers:
    """What was answered in a trial. Raises `ValueError` for a survey that is none: its answers are read only mixed."""
    if trial.state != TRIAL:
        raise ValueError("only the answers of a trial are read before they are mixed")
    survey = definition_of(trial)
    voices = [Voice(Path(survey, answers), survey.language) for answers in _opened(session, keys, trial)]
    rows = [
        (question.wording["default"], [voice.lines(question) for voice in voices])
        for question in survey.questions
        if not isinstance(question, Information)
    ]
    count = session.scalar(select(func.count()).select_from(Intake).where(Intake.survey_id == trial.id)) or 0
    return TrialAnswers(count, len(voices), rows)


def _opened(session: Session, keys: Vault, trial: PublishedSurvey) -> list[dict[str, Any]]:
    of_it = select(Intake.sealed).where(Intake.survey_id == trial.id).order_by(Intake.id).limit(SHOWN)
    sealed = session.scalars(of_it).all()
    opener = keys.opener(trial.id)
    return [json.loads(opener.response(opener.intake(blob).sealed))["answers"] for blob in sealed]
