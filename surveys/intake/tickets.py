"""Invitations to a closed survey: printed on cards, typed once, used up together with the batch they came in.

A ticket is 80 random bits. Kept is a fingerprint of each that is not used up, beside its survey and nothing else. Who
sends takes a seat: the fingerprint, in the store of unfinished answers, apart from what was sent. When the survey is
mixed, the tickets of those who sat are deleted with the batch, and then the seats. So of a stolen database nothing says
more than that a ticket is in a batch of ten or more.
"""

import hashlib
import random
from collections.abc import Collection, Iterable

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import UNORDERED, Throwaway, session_for
from safekeeping.jobs import Bench
from safekeeping.rewriting import scrub
from safekeeping.signs import are_signs, in_fours, new_signs, signs_in
from surveys.intake.tables import Ticket

LENGTH = 16
_shuffle = random.SystemRandom().shuffle


class Seat(Throwaway):
    """An invitation that was used since its survey was mixed last. Nothing here leads to what was sent with it."""

    __tablename__ = "seat"
    __table_args__ = UNORDERED
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)


def new_ticket() -> str:
    """A fresh ticket, four signs at a time: `7QJM 0X2K 9VTA 4RCD`."""
    return in_fours(new_signs(LENGTH))


def signs_of(typed: str) -> str | None:
    """The signs of a ticket as somebody typed it: any case, spaces and dashes, O for 0, I or L for 1.

    None where they cannot be a ticket.
    """
    signs = signs_in(typed)
    return signs if len(signs) == LENGTH and are_signs(signs) else None


def fingerprint(ticket: str, survey_id: bytes) -> bytes | None:
    """What is kept of a ticket, 32 bytes; None where it cannot be one. The same ticket is another one elsewhere.

    No slow hash: nobody can try 2^80 tickets, and what is easier to guess than that is not a ticket.
    """
    signs = signs_of(ticket)
    return hashlib.sha256(b"ticket" + survey_id + signs.encode()).digest() if signs else None


def make_tickets(session: Session, survey_id: bytes, count: int) -> list[str]:
    """So many new tickets. They are nowhere but in what comes back."""
    made = {fingerprint(ticket, survey_id): ticket for ticket in (new_ticket() for _ in range(count))}
    rows = [{"fingerprint": each, "survey_id": survey_id} for each in sorted(filter(None, made))]
    session.execute(insert(Ticket), rows)
    return list(made.values())


def unused(session: Session, survey_id: bytes) -> int:
    """How many tickets of a survey are not used up; those in use since it was mixed last are among them."""
    return session.scalar(select(func.count()).select_from(Ticket).where(Ticket.survey_id == survey_id)) or 0


def forget_tickets(session: Session, survey_id: bytes) -> None:
    """Nobody gets in with a ticket made so far."""
    session.execute(delete(Ticket).where(Ticket.survey_id == survey_id))


def find(session: Session, drafts: Session, survey_id: bytes, typed: str) -> bytes | None:
    """The fingerprint of a ticket that can be used; None whether it is wrong, used, or of another survey."""
    wanted = fingerprint(typed, survey_id)
    if wanted is None or drafts.get(Seat, wanted) is not None:
        return None
    return wanted if _is_unspent(session, survey_id, wanted) else None


def _is_unspent(session: Session, survey_id: bytes, wanted: bytes) -> bool:
    held = select(Ticket.fingerprint).where(Ticket.fingerprint == wanted, Ticket.survey_id == survey_id)
    return session.scalar(held) is not None


def take_seat(session: Session, drafts: Session, survey_id: bytes, wanted: bytes) -> bool:
    """Use a ticket. False if it is used, also where another request is using it at this moment.

    Whoever uses one waits until the one before has been kept. First the seats are looked at, then the tickets:
    `forget_spent` comes before `clear_seats`, so a used ticket is always missed in one of the two. All seats are
    written anew each time, in no order: neither a place nor a transaction's number tells when one was taken.
    """
    _lock(drafts)
    seats = list(drafts.scalars(select(Seat.fingerprint)))
    if wanted in seats or not _is_unspent(session, survey_id, wanted):
        return False
    _write_anew(drafts, [*seats, wanted])
    return True


def _lock(drafts: Session) -> None:
    """SQLite's writers wait for each other as it is."""
    if drafts.get_bind().dialect.name == "postgresql":
        drafts.execute(text("LOCK TABLE seat IN ACCESS EXCLUSIVE MODE"))


def _write_anew(drafts: Session, seats: Iterable[bytes]) -> None:
    """PostgreSQL keeps deleted rows in the file of a table, with what made them; TRUNCATE gives it a new file."""
    on_postgresql = drafts.get_bind().dialect.name == "postgresql"
    drafts.execute(text("TRUNCATE seat") if on_postgresql else delete(Seat))
    rows = [{"fingerprint": each} for each in seats]
    _shuffle(rows)
    if rows:
        drafts.execute(insert(Seat), rows)


def spent(session: Session, drafts: Session, survey_id: bytes) -> list[bytes]:
    """The used tickets of a survey. To be asked for before it is mixed: what they sent is then in this batch."""
    of_it = set(session.scalars(select(Ticket.fingerprint).where(Ticket.survey_id == survey_id)))
    return [seat for seat in drafts.scalars(select(Seat.fingerprint)) if seat in of_it]


def forget_spent(session: Session, used: Collection[bytes]) -> None:
    """Delete used tickets, in random order, in the transaction that mixes what was sent with them."""
    for each in random.SystemRandom().sample(list(used), len(used)):
        session.execute(delete(Ticket).where(Ticket.fingerprint == each))


def used_tickets(session: Session, bench: Bench, survey_id: bytes) -> list[bytes]:
    """What `spent` says, for a job; `bench.context["drafts"]` is the engine of unfinished answers."""
    if not unused(session, survey_id):
        return []
    with session_for(bench.context["drafts"]) as drafts:
        return spent(session, drafts, survey_id)


def clear_used(bench: Bench) -> None:
    """What `clear_seats` does, for a job."""
    with session_for(bench.engine) as session, session_for(bench.context["drafts"]) as drafts:
        clear_seats(session, drafts)
    scrub(bench.context["drafts"])


def clear_seats(session: Session, drafts: Session) -> None:
    """Let go of seats whose ticket is deleted. After the deleting was committed."""
    _lock(drafts)
    held = set(session.scalars(select(Ticket.fingerprint)))
    seats = list(drafts.scalars(select(Seat.fingerprint)))
    _write_anew(drafts, [seat for seat in seats if seat in held])
