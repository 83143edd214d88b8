"""Move submissions from the intake to the responses so that neither order nor time leads back to a person."""

import random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safekeeping import vault
from surveys.intake.tables import Intake, Response, ResponseKey

#: Fewer than this are not mixed: among few, a person could be told by when they came.
BATCH = 10

_shuffle = random.SystemRandom().shuffle


def waiting(session: Session, survey_id: bytes) -> int:
    """How many submissions wait to be mixed."""
    found = session.scalar(select(func.count()).select_from(Intake).where(Intake.survey_id == survey_id))
    return found or 0


def mix(session: Session, survey_id: bytes, opener: vault.Opener) -> int:
    """Mix everything that waits, if there are at least `BATCH`. Returns how many were moved.

    The rows are locked: of two who mix at once, the second finds them gone.
    """
    arrived = list(session.scalars(select(Intake).where(Intake.survey_id == survey_id).with_for_update()))
    if len(arrived) < BATCH:
        return 0
    opened = [opener.intake(row.sealed) for row in arrived]
    _shuffle(opened)
    for sealed in opened:
        response_id = vault.random_id()
        session.add(Response(id=response_id, survey_id=survey_id, tag=sealed.tag, ciphertext=sealed.ciphertext))
        session.add(ResponseKey(response_id=response_id, wrapped_key=sealed.wrapped_key))
    for row in arrived:
        session.delete(row)
    session.flush()
    return len(opened)
