"""Responses that came as a program's would: how many, what they say, and letting them count."""

from collections.abc import Iterator

from sqlalchemy import func, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from safekeeping.jobs import enqueue
from safekeeping.vault import Opener
from surveys.intake.read import ReadResponse, read_one
from surveys.intake.tables import Response

#: Responses that are looked at together.
AT_ONCE = 20


def aside_count(session: Session, survey_id: bytes) -> int:
    """How many of a survey's mixed responses are set aside."""
    of_it = select(func.count()).select_from(Response)
    return session.scalar(of_it.where(Response.survey_id == survey_id, Response.set_aside)) or 0


def read_aside(session: Session, survey_id: bytes, opener: Opener, part: int = 0) -> Iterator[ReadResponse]:
    """Some of those that are set aside, in the order of their random ids; `part` counts from 0."""
    of_it = select(Response.id).where(Response.survey_id == survey_id, Response.set_aside)
    for response_id in session.scalars(of_it.order_by(Response.id).offset(part * AT_ONCE).limit(AT_ONCE)).all():
        try:
            yield read_one(session, response_id, opener)
        except NoResultFound:  # withdrawn meanwhile
            continue


def let_in(session: Session, survey_id: bytes, response_id: bytes | None = None) -> int:
    """Let one of them count, or all; how many that were. The job that takes answers in is asked for."""
    those = update(Response).where(Response.survey_id == survey_id, Response.set_aside)
    if response_id is not None:
        those = those.where(Response.id == response_id)
    changed = len(session.scalars(those.values(set_aside=False).returning(Response.id)).all())
    if changed:
        enqueue(session, "take in", survey_id.hex())
    return changed
