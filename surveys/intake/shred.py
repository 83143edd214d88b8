"""Destroying a survey's answers for good: first the keys, then what they opened."""

from collections.abc import Sequence

from sqlalchemy import Engine, Table, delete, select
from sqlalchemy.orm import Session

from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.keystore import Keystore
from safekeeping.organisations import organisation_of
from safekeeping.trail import Act, record
from safekeeping.vault import Vault
from surveys.definition.published import SHREDDED, SHREDDING, PublishedSurvey
from surveys.intake.mix import rewritten
from surveys.intake.tables import Intake, Receipt, Response, Ticket, Withdrawal

#: What was sent to a survey, and what leads to it.
ANSWERS = (Intake, Response, Receipt, Withdrawal, Ticket)


def wipe_answers(session: Session, survey_id: bytes) -> None:
    """Delete everything that was sent to a survey and what leads to it; what was made from it goes along."""
    for table in ANSWERS:
        session.execute(delete(table).where(table.survey_id == survey_id))
    session.flush()


def shred(session: Session, store: Keystore, survey_id: bytes) -> None:
    """Destroy the survey's private half and every response's key, then delete what they opened.

    From the first step on nothing of it can be read, not from a backup of the answers either; stopped after it, this
    can be called again. The survey's questions and versions stay.
    """
    store.forget_survey(survey_id)
    wipe_answers(session, survey_id)


def shred_whole(engine: Engine, keys: Vault, survey_id: bytes, made: Sequence[Table], *, verb: str = "shredded") -> str:
    """Destroy a survey's answers and what was `made` from them, off the disk too. Its address.

    The trail says so by `verb`, once all is done.

    Stopped anywhere, it is to be called again: the survey says that it is being shredded until all is done. Of `made`,
    rows that name the survey are deleted; the others go with their responses.
    """
    with session_for(engine) as session:
        session.get_one(PublishedSurvey, survey_id).state = SHREDDING
    with session_for(engine) as session:
        shred(session, keys.store, survey_id)
        for table in _naming_it(made):
            session.execute(delete(table).where(table.c.survey_id == survey_id))
    rewritten(engine, keys.store.engine, made)
    with session_for(engine) as session:
        row = session.get_one(PublishedSurvey, survey_id)
        row.state = SHREDDED
        organisation = organisation_of(session, row)
        act = Act(verb, row.address, organisation_id=organisation.id if organisation else None)
        record(session, keys, act, steady_now())
        return row.address


def left_over(session: Session, store: Keystore, survey_id: bytes, made: Sequence[Table]) -> bool:
    """Whether a shredded survey has anything again: what somebody was sending, or a job was writing, meanwhile."""
    if store.survey(survey_id) is not None or any(store.response_ids(survey_id)):
        return True
    tables = (*(table.__table__ for table in ANSWERS), *_naming_it(made))
    of_it = (select(table).where(table.c.survey_id == survey_id).limit(1) for table in tables)
    return any(session.execute(statement).first() is not None for statement in of_it)


def _naming_it(made: Sequence[Table]) -> list[Table]:
    return [table for table in made if "survey_id" in table.c]
