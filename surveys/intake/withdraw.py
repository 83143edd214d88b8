"""Withdrawing: a code given after sending, what is kept of it, and the wish of whoever types it later.

The code is shown once and kept nowhere. From it follow the name of a receipt and the key that opens it; the receipt
holds the handle of one response, and the handle's mark is beside the response's key. So nothing in the database ties a
receipt to a response, and a code can be asked for when the response is mixed already.

What somebody types is not looked up while they wait. Right, wrong, used or withdrawn, it is sealed and put on a list,
and a job looks at it later: the page and the time it takes are the same for all, whoever asks.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from safekeeping import codes, vault
from safekeeping.database import session_for
from safekeeping.jobs import Bench, enqueue
from safekeeping.keystore import KeyTable
from safekeeping.rewriting import rewrite, wipe
from surveys.intake.tables import Intake, Receipt, Response, Withdrawal

PLACE = b"withdrawal"


def keep_receipt(session: Session, survey_id: bytes, handle: bytes, found: codes.Followed) -> None:
    """From now on, the code that `found` follows from can withdraw the response of this handle."""
    session.add(Receipt(lookup=found.lookup, survey_id=survey_id, sealed=vault.seal_kept(found.key, handle, PLACE)))
    session.flush()


def forget_code(session: Session, lookup: bytes) -> None:
    """The code whose receipt has this name leads nowhere from now on."""
    session.execute(delete(Receipt).where(Receipt.lookup == lookup))


def wish(session: Session, survey_id: bytes, public_key: bytes, found: codes.Followed) -> None:
    """Put what follows from a typed code on the list, and ask for the job that looks at it. The request commits."""
    sealed = vault.seal_entry(found.lookup + found.key, public_key, survey_id, PLACE)
    session.add(Withdrawal(id=vault.random_id(), survey_id=survey_id, sealed=sealed))
    session.flush()
    enqueue(session, "withdraw", survey_id.hex())


def withdraw(bench: Bench, survey_id: str) -> None:
    """Fulfil every wish on the list of the survey of this id (hex), and leave nothing of it on the disk.

    It does the same work whether or not a wish leads to a response.
    """
    wanted = bytes.fromhex(survey_id)
    try:
        opener = bench.vault.opener(wanted)
    except vault.Destroyed:  # so are the answers, with the keys
        with session_for(bench.engine) as session:
            session.execute(delete(Withdrawal).where(Withdrawal.survey_id == wanted))
    else:
        fulfil(bench.engine, opener)
    wipe(bench.engine, [each.metadata.tables[each.__tablename__] for each in (Intake, Receipt, Withdrawal)])
    rewrite(bench.vault.store.engine, list(KeyTable.metadata.tables.values()))


def fulfil(engine: Engine, opener: vault.Opener) -> int:
    """Go through the list: take out the responses, then destroy their keys, then strike out the wishes.

    Each step is done before the next begins, and each can be done twice: stopped anywhere, the list still says what
    is left to do. How many wishes there were.
    """
    with session_for(engine) as session:
        wishes = list(session.scalars(select(Withdrawal).where(Withdrawal.survey_id == opener.survey_id)))
        found = {wish.id: _receipt(session, opener, wish) for wish in wishes}
        led = [each for each in found.values() if each]
        keys = _take_out(session, opener, {mark for _lookup, mark in led}) if led else []
    opener.store.forget_responses(keys)
    with session_for(engine) as session:
        session.execute(delete(Withdrawal).where(Withdrawal.id.in_(found)))
        session.execute(delete(Receipt).where(Receipt.lookup.in_([lookup for lookup, _mark in led])))
    return len(found)


def _receipt(session: Session, opener: vault.Opener, wish: Withdrawal) -> tuple[bytes, bytes] | None:
    """The name of the receipt that a wish leads to, and the mark of its response; None where it leads nowhere."""
    try:
        opened = opener.entry(wish.sealed, PLACE)
        receipt = session.get(Receipt, opened[: codes.LOOKUP_BYTES])
        if receipt is None or receipt.survey_id != opener.survey_id:
            return None
        handle = vault.open_kept(opened[codes.LOOKUP_BYTES :], receipt.sealed, PLACE)
    except vault.CannotOpen:
        return None
    return receipt.lookup, vault.withdrawal_mark(handle)


def _take_out(session: Session, opener: vault.Opener, marks: Collection[bytes]) -> Sequence[bytes]:
    """Delete the responses with these marks, mixed or waiting. The ids under which they have keys.

    The rows that wait are locked first: whoever is mixing them is done then, or begins when this is committed.
    """
    waiting = select(Intake).where(Intake.survey_id == opener.survey_id).with_for_update()
    for row in session.scalars(waiting).all():
        if _mark_of(opener, row) in marks:
            session.delete(row)
    keys = opener.store.marked(opener.survey_id, list(marks))
    session.execute(delete(Response).where(Response.id.in_(keys)))
    session.flush()
    return keys


def _mark_of(opener: vault.Opener, row: Intake) -> bytes:
    """One damaged row must not keep others from being withdrawn."""
    try:
        return opener.intake(row.sealed).withdrawal
    except vault.CannotOpen:
        return b""
