"""Levels of responses for tests that keep suggestions themselves, as the job that suggests keeps them."""

from itertools import groupby

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.coding.levels import levels_of
from analysis.coding.tables import Passage, ResponseLevels, Suggestion
from surveys.intake.tables import Response


def keep_levels(session: Session, survey_id: bytes) -> None:
    """Keep the levels of every response of a survey, made of the suggestions that are there."""
    session.flush()
    session.execute(delete(ResponseLevels).where(ResponseLevels.survey_id == survey_id))
    wanted = (
        select(Passage.response_id, Suggestion.probabilities, Suggestion.confidence)
        .join(Response, Response.id == Passage.response_id)
        .outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
        .where(Response.survey_id == survey_id)
        .order_by(Passage.response_id)
    )
    for response_id, rows in groupby(session.execute(wanted).all(), key=lambda row: row[0]):
        levels = levels_of([(row[1] or {}, row[2] or 0.0) for row in rows])
        session.add(ResponseLevels(response_id=response_id, survey_id=survey_id, **vars(levels)))
    session.flush()
