"""Keep one submission: sealed, once, and durably before anybody is told so."""

import json
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from safekeeping import vault
from safekeeping.at_once import AtOnce, changes_both
from safekeeping.database import session_for
from safekeeping.jobs import enqueue
from safekeeping.many_rows import keep_many
from surveys.definition.path import NO_DAY, Path
from surveys.definition.published import Open
from surveys.definition.quotable import quotable
from surveys.intake.mix import enough_wait, may_be_enough, may_be_enough_now
from surveys.intake.tables import Intake, SpentNonce


@dataclass(frozen=True)
class Submission:
    """What somebody sends: their answers, the day they answered (for calculations), and the language they read.

    `handle` is what they can withdraw by; nobody else ever has it. `set_aside` is true where it came as a program's
    would. `quotable` names the answers whose words they allowed to quote, where that is asked of each.
    """

    answers: Mapping[str, Any]
    today: date = NO_DAY
    language: str = ""
    handle: bytes = field(default_factory=vault.random_id)
    set_aside: bool = False
    quotable: Collection[str] = ()


def submit(session: Session, target: Open, sent: Submission, nonce: bytes) -> bool:
    """Seal the answers on the person's path into the intake. False if this nonce was kept before.

    `nonce` (16 bytes) belongs to one draft, so a double click or a retry lands once. The caller's request commits;
    only then may the person be told. Where enough wait to be mixed, the job that does so is asked for.
    """
    arrived = _arrived(target, sent)  # before anything is locked
    connection = session.connection()
    if not _SPEND_NONCE.run(connection, {"nonce": nonce}).rowcount:
        return False
    _KEEP_ARRIVED.run(connection, arrived)
    if not target.trial and may_be_enough(session, target.id):
        enqueue(session, "take in", target.id.hex())
    return True


def submit_at_once(engine: Engine, target: Open, sent: Submission, nonce: bytes) -> bool:
    """Keep it as `submit` does, where this is all that there is to keep; it is kept then."""
    arrived = _arrived(target, sent)
    if not changes_both(engine, _SPEND_NONCE, _KEEP_ARRIVED, nonce=nonce, **arrived):
        return False
    with suppress(SQLAlchemyError):  # it is kept, so nobody is told otherwise; the next one asks for the mixing
        if not target.trial and may_be_enough_now(engine, target.id):
            with session_for(engine) as session:
                enqueue(session, "take in", target.id.hex())
    return True


def arrivals(target: Open, all_sent: Iterable[Submission]) -> list[Intake]:
    """Many at once, each sealed as `submit` does, in an order that nobody chose; some 17 KB each. No database is
    needed for it, so nobody waits meanwhile."""
    shuffled = list(all_sent)
    random.SystemRandom().shuffle(shuffled)
    return [Intake(**_arrived(target, sent)) for sent in shuffled]


def land(session: Session, target: Open, arrived: Sequence[Intake]) -> int:
    """Keep what `arrivals` sealed: all of it in the transaction of `session`, or none. How many they were.

    The caller sees to it that they land once.
    """
    keep_many(session, arrived)
    if not target.trial and enough_wait(session, target.id):
        enqueue(session, "take in", target.id.hex())
    return len(arrived)


def _arrived(target: Open, sent: Submission) -> dict[str, bytes]:
    """What somebody sent, sealed and padded like what everybody sends: column of the intake -> value."""
    path = Path(target.survey, sent.answers, sent.today)
    kept = {
        "answers": path.to_keep(),
        "quotable": quotable(path, sent.quotable),
        "language": sent.language or target.survey.language,
        "version": target.version,
    }
    plaintext = json.dumps(kept, ensure_ascii=False).encode()
    sealed = vault.seal_response(plaintext, target.public_key, target.id)
    arrival = vault.Arrival(sealed, vault.withdrawal_mark(sent.handle), sent.set_aside)
    landed = vault.seal_for_mixing(arrival, target.public_key, target.id)
    return {"id": vault.random_id(), "survey_id": target.id, "sealed": landed}


def was_kept(session: Session, nonce: bytes) -> bool:
    """Whether the submission of this nonce is kept."""
    return session.get(SpentNonce, nonce) is not None


#: A nonce is spent by whoever keeps it first; who comes second, also at this moment, changes nothing.
_NONCE: dict[str, Any] = {"nonce": bindparam("nonce")}
_SPEND_NONCE = AtOnce(
    {
        "sqlite": sqlite.insert(SpentNonce).values(_NONCE).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(SpentNonce).values(_NONCE).on_conflict_do_nothing(),
    }
)
_KEEP_ARRIVED = AtOnce(insert(Intake).values({name: bindparam(name) for name in ("id", "survey_id", "sealed")}))
