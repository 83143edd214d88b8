"""Move submissions from the intake to the responses so that neither order nor time leads back to a person."""

import random
from collections.abc import Callable, Sequence
from itertools import islice, pairwise

from sqlalchemy import Engine, Table, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from safekeeping import vault
from safekeeping.at_once import AtOnce
from safekeeping.database import AT_ONCE, in_parts, session_for
from safekeeping.keystore import KeyTable, KeyToKeep
from safekeeping.rewriting import rewrite
from surveys.intake.tables import Intake, Receipt, Response, SpentNonce, Withdrawal

#: Fewer than this are not mixed: among few, a person could be told by when they came.
BATCH = 10
#: Nor fewer than one for so many that are mixed already: each time everything is rewritten, and that takes as long as
#: there is much of it. A larger batch hides a person among more.
SHARE = 50
#: Of many, at least so many are mixed in one transaction, and fewer than twice as many: some 17 KB each in memory.
CHUNK = 1_000
#: So many that wait are counted by somebody's submission, and no more.
LOOK = 200

_random = random.SystemRandom()
_shuffle = _random.shuffle


def waiting(session: Session, survey_id: bytes) -> int:
    """How many submissions wait to be mixed."""
    found = session.scalar(select(func.count()).select_from(Intake).where(Intake.survey_id == survey_id))
    return found or 0


def enough_wait(session: Session, survey_id: bytes) -> bool:
    """Whether so many wait that they can be mixed."""
    return _enough(session, survey_id, waiting(session, survey_id))


_SOME = select(Intake.id).where(Intake.survey_id == bindparam("survey_id")).limit(LOOK)
_SOME_WAIT = select(func.count()).select_from(_SOME.subquery())
_SOME_WAIT_AT_ONCE = AtOnce(_SOME_WAIT)


def may_be_enough(session: Session, survey_id: bytes) -> bool:
    """Whether so many wait that they can be mixed, as a submission asks that must not wait for it.

    Where n wait, one of n / 10 looks, at up to 50 n rows; of those over `LOOK`, one of `LOOK`. So each looks at about
    500 rows on average, the tenth always does, and what one has not seen the next ones do.
    """
    count = session.connection().scalar(_SOME_WAIT, {"survey_id": survey_id}) or 0
    return _looks(count) and _enough(session, survey_id, waiting(session, survey_id) if count == LOOK else count)


def may_be_enough_now(engine: Engine, survey_id: bytes) -> bool:
    """The same, where no session is open."""
    (count,) = _SOME_WAIT_AT_ONCE.row(engine, survey_id=survey_id) or (0,)
    if not _looks(count):
        return False
    with Session(engine.execution_options(reading=True)) as session:
        return _enough(session, survey_id, waiting(session, survey_id) if count == LOOK else count)


def _looks(count: int) -> bool:
    return count >= BATCH and not _random.randrange(LOOK if count == LOOK else count // BATCH)


def _enough(session: Session, survey_id: bytes, count: int) -> bool:
    if count < BATCH:
        return False
    more_than_enough = count * SHARE + 1
    mixed = select(Response.id).where(Response.survey_id == survey_id).limit(more_than_enough)
    return (session.scalar(select(func.count()).select_from(mixed.subquery())) or 0) < more_than_enough


def mix(session: Session, survey_id: bytes, opener: vault.Opener, closing: bool = False) -> int:
    """Mix everything that waits, if enough do or the survey is `closing`. Returns how many were moved.

    All in the transaction of `session`; `mix_all` does it in many. `rewritten` makes both stores forget the order.
    """
    unused = unused_keys(session, survey_id, opener)
    chunks = _begin(session, survey_id, opener, closing, unused)
    return sum(_move(session, survey_id, opener, ids) for ids in chunks)


def mix_all(
    engine: Engine,
    survey_id: bytes,
    opener: vault.Opener,
    closing: bool = False,
    also: Callable[[Session], None] = lambda session: None,
) -> int:
    """The same a chunk at a time, each in a transaction of its own, so that nobody's submission waits behind all.

    `also(session)` is done in each transaction. Who is in a chunk is chance, as ids are, and each hides a person among
    `CHUNK` or more, or among all that wait. Stopped half-way, the rest waits as before.
    """
    moved = 0
    with Session(engine.execution_options(reading=True)) as reading:
        unused = unused_keys(reading, survey_id, opener)
    with session_for(engine) as session:
        chunks = _begin(session, survey_id, opener, closing, unused)
    for ids in chunks:
        with session_for(engine) as session:
            also(session)
            moved += _move(session, survey_id, opener, ids, at_least=0 if closing else BATCH)
    return moved


def _begin(
    session: Session, survey_id: bytes, opener: vault.Opener, closing: bool, unused: Sequence[bytes]
) -> list[list[bytes]]:
    """The ids of what waits, chunk by chunk, and nothing if too little does.

    All of it is locked: of two who mix at once, the second finds it gone, and no key is found unused that the first
    has just kept.
    """
    of_it = select(Intake.id).where(Intake.survey_id == survey_id)
    ids = sorted(session.scalars(of_it.with_for_update()))
    if not ids or not (closing or _enough(session, survey_id, len(ids))):
        return []
    _forget(session, opener, unused)
    chunks = max(1, len(ids) // CHUNK)
    edges = [len(ids) * number // chunks for number in range(chunks + 1)]
    return [ids[first:last] for first, last in pairwise(edges)]


def _move(session: Session, survey_id: bytes, opener: vault.Opener, ids: Sequence[bytes], at_least: int = 0) -> int:
    """Move what of these still waits, locked first. Its keys are kept first, in their own store."""
    blobs = [
        blob
        for some in in_parts(ids)
        for blob in session.scalars(select(Intake.sealed).where(Intake.id.in_(some)).with_for_update())
    ]
    if len(blobs) < max(1, at_least):
        return 0
    opened = [opener.intake(blob) for blob in blobs]
    _shuffle(opened)
    named = [(vault.random_id(), each) for each in opened]
    opener.store.put_responses(
        survey_id, [KeyToKeep(new_id, each.sealed.wrapped_key, each.withdrawal) for new_id, each in named]
    )
    for some in in_parts([_response(survey_id, new_id, each) for new_id, each in named]):
        session.execute(insert(Response), some)
    for gone in in_parts(ids):
        session.execute(delete(Intake).where(Intake.id.in_(gone)))
    return len(named)


def _response(survey_id: bytes, new_id: bytes, arrival: vault.Arrival) -> dict[str, object]:
    sealed = arrival.sealed
    return {
        "id": new_id,
        "survey_id": survey_id,
        "tag": sealed.tag,
        "ciphertext": sealed.ciphertext,
        "format": 1,
        "set_aside": arrival.set_aside,
    }


def unused_keys(session: Session, survey_id: bytes, opener: vault.Opener) -> list[bytes]:
    """The ids of keys whose response is not kept: mixing was stopped between the two, or is going on just now."""
    ids, unused = opener.store.response_ids(survey_id), list[bytes]()
    while some := list(islice(ids, AT_ONCE)):
        unused += _missing(session, some)
    return unused


def _missing(session: Session, ids: Sequence[bytes]) -> set[bytes]:
    return set(ids) - set(session.scalars(select(Response.id).where(Response.id.in_(ids))))


def _forget(session: Session, opener: vault.Opener, unused: Sequence[bytes]) -> None:
    """Destroy those of these keys whose response was never kept.

    To be called where nobody else can be mixing this survey: with its intake locked.
    """
    for some in in_parts(unused):
        opener.store.forget_responses(sorted(_missing(session, some)))


#: What mixing and withdrawing change.
TABLES: tuple[Table, ...] = tuple(each.__table__ for each in (Intake, Response, SpentNonce, Receipt, Withdrawal))  # type: ignore[misc]


def rewritten(engine: Engine, keys: Engine, more: Sequence[Table] = ()) -> None:
    """Rewrite the tables of answers, of keys, and those `more` that are made from answers. After the commit."""
    rewrite(engine, (*TABLES, *more))
    rewrite(keys, list(KeyTable.metadata.tables.values()))
