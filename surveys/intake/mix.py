"""Move submissions from the intake to the responses so that neither order nor time leads back to a person."""

import random
from collections.abc import Sequence

from sqlalchemy import Engine, Table, func, select
from sqlalchemy.orm import Session

from safekeeping import vault
from safekeeping.keystore import KeyTable, KeyToKeep
from safekeeping.rewriting import rewrite
from surveys.intake.tables import Intake, Receipt, Response, SpentNonce, Withdrawal

#: Fewer than this are not mixed: among few, a person could be told by when they came.
BATCH = 10
#: Nor fewer than one for so many that are mixed already: each time everything is rewritten, and that takes as long as
#: there is much of it. A larger batch hides a person among more.
SHARE = 50

_shuffle = random.SystemRandom().shuffle


def waiting(session: Session, survey_id: bytes) -> int:
    """How many submissions wait to be mixed."""
    found = session.scalar(select(func.count()).select_from(Intake).where(Intake.survey_id == survey_id))
    return found or 0


def enough_wait(session: Session, survey_id: bytes) -> bool:
    """Whether so many wait that they can be mixed."""
    return _enough(session, survey_id, waiting(session, survey_id))


def _enough(session: Session, survey_id: bytes, count: int) -> bool:
    if count < BATCH:
        return False
    more_than_enough = count * SHARE + 1
    mixed = select(Response.id).where(Response.survey_id == survey_id).limit(more_than_enough)
    return (session.scalar(select(func.count()).select_from(mixed.subquery())) or 0) < more_than_enough


def mix(session: Session, survey_id: bytes, opener: vault.Opener, closing: bool = False) -> int:
    """Mix everything that waits, if enough do or the survey is `closing`. Returns how many were moved.

    The rows are locked: of two who mix at once, the second finds them gone. The keys are kept first, in their own
    store; `rewritten` makes both stores forget the order.
    """
    arrived = list(session.scalars(select(Intake).where(Intake.survey_id == survey_id).with_for_update()))
    if not arrived or not (closing or _enough(session, survey_id, len(arrived))):
        return 0
    forget_unused_keys(session, survey_id, opener)
    opened = [opener.intake(row.sealed) for row in arrived]
    _shuffle(opened)
    named = [(vault.random_id(), each) for each in opened]
    opener.store.put_responses(
        survey_id, [KeyToKeep(new_id, each.sealed.wrapped_key, each.withdrawal) for new_id, each in named]
    )
    session.add_all(_response(survey_id, new_id, each) for new_id, each in named)
    for row in arrived:
        session.delete(row)
    session.flush()
    return len(named)


def _response(survey_id: bytes, new_id: bytes, arrival: vault.Arrival) -> Response:
    sealed = arrival.sealed
    return Response(
        id=new_id, survey_id=survey_id, tag=sealed.tag, ciphertext=sealed.ciphertext, set_aside=arrival.set_aside
    )


def forget_unused_keys(session: Session, survey_id: bytes, opener: vault.Opener) -> int:
    """Destroy keys whose response was never kept, because mixing was stopped between the two. How many those were.

    To be called where nobody else can be mixing this survey: with its intake locked.
    """
    kept = set(session.scalars(select(Response.id).where(Response.survey_id == survey_id)))
    unused = [response_id for response_id in opener.store.response_ids(survey_id) if response_id not in kept]
    opener.store.forget_responses(unused)
    return len(unused)


#: What mixing and withdrawing change.
TABLES: tuple[Table, ...] = tuple(each.__table__ for each in (Intake, Response, SpentNonce, Receipt, Withdrawal))  # type: ignore[misc]


def rewritten(engine: Engine, keys: Engine, more: Sequence[Table] = ()) -> None:
    """Rewrite the tables of answers, of keys, and those `more` that are made from answers. After the commit."""
    rewrite(engine, (*TABLES, *more))
    rewrite(keys, list(KeyTable.metadata.tables.values()))
