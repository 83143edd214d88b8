"""Signing in with a name, a password and a second factor; setting them up; and telling guessers from colleagues.

Guesses are slowed down per account, and that could lock a colleague out. So a browser from which somebody has signed in
before is known by a cookie, and counts for itself: strangers who guess keep strangers out, not the person (OWASP, "Slow
down online guessing attacks with device cookies"). Nobody's network address is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping import second_factor
from safekeeping.cookies import new_secret
from safekeeping.database import Base
from safekeeping.passwords import hashed, matches
from safekeeping.staff import Staff, StaffSession, called, sign_out_everywhere
from safekeeping.vault import Office, fingerprint

#: So many failures, and the account or browser rests for so long.
TRIES, RESTS = 10, timedelta(minutes=15)
DEVICE_LASTS = timedelta(days=90)


class KnownBrowser(Base):
    """A browser from which a person has signed in. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "known_browser"
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    tries: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime]


class RecoveryCode(Base):
    """One recovery code that has not been used: its SHA-256."""

    __tablename__ = "recovery_code"
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


class Resting(Exception):
    """Too many have guessed at this account from browsers it does not know. Nothing was checked."""


@dataclass(frozen=True)
class Proof:
    """Who showed who they are, and the browser they are known by, if it is one."""

    person: Staff
    known: KnownBrowser | None


def _place(person: Staff) -> bytes:
    return b"second factor" + person.id


def who_is(session: Session, name: str, browser: bytes, now: datetime) -> tuple[Staff | None, KnownBrowser | None]:
    """Whose name this is, and their known browser if this is one. Raises `Resting`."""
    person = called(session, name)
    if person is None or person.gone:
        return None, None
    known = session.get(KnownBrowser, fingerprint(browser)) if browser else None
    if known and (known.staff_id != person.id or known.ends_at < now or known.tries >= TRIES):
        known = None
    rested = person.tried_at is None or not now - RESTS <= person.tried_at <= now
    if known is None and not rested and person.tries >= TRIES:
        raise Resting
    return person, known


def check(session: Session, office: Office, person: Staff | None, password: str, code: str, now: datetime) -> bool:
    """Whether password and second factor are this person's. A code that was right is used up. Raises `Busy`.

    Both are looked at whatever comes of the first, and as long for a name that nobody has.
    """
    right = matches(password, person.password if person else "")
    if person is None or person.second_factor is None or not right:
        return False
    step = second_factor.step_of(office.open(person.second_factor, _place(person)), code, now, person.last_step)
    if step is not None:
        person.last_step = step
        return True
    spent = session.get(RecoveryCode, second_factor.recovery_fingerprint(code))
    if spent is None or spent.staff_id != person.id:
        return False
    session.delete(spent)
    return True


def prove(
    session: Session, office: Office, name: str, browser: bytes, shown: tuple[str, str], now: datetime
) -> Proof | None:
    """The proof, where somebody of this name showed their password and code; None counts a failure where it belongs.

    The caller commits what was counted. Raises `Resting` and `Busy`.
    """
    person, known = who_is(session, name, browser, now)
    if check(session, office, person, *shown, now) and person:
        return Proof(person, known)
    note_failure(person, known, now)
    return None


def note_failure(person: Staff | None, known: KnownBrowser | None, now: datetime) -> None:
    """Count a failure where it belongs: with the known browser, or with everybody who is not known."""
    if known:
        known.tries += 1
    elif person:
        rested = person.tried_at is None or not now - RESTS <= person.tried_at <= now
        person.tries, person.tried_at = (1 if rested else person.tries + 1), now


def note_success(session: Session, person: Staff, known: KnownBrowser | None, now: datetime) -> bytes | None:
    """Remember this browser: the secret of its cookie (32 bytes), or None where it is known already."""
    if known:
        known.tries, known.ends_at = 0, now + DEVICE_LASTS
        return None
    secret = new_secret()
    session.add(KnownBrowser(fingerprint=fingerprint(secret), staff_id=person.id, ends_at=now + DEVICE_LASTS))
    return secret


def set_up(session: Session, office: Office, person: Staff, password: str, secret: bytes, step: int) -> list[str]:
    """Give an account its password and second factor (`secret`, whose time step `step` was just shown).

    Every other session ends and every browser is forgotten. Returns fresh recovery codes, shown once. Raises `Busy`.
    """
    person.password = hashed(password)
    person.second_factor = office.seal(secret, _place(person))
    person.last_step, person.tries, person.tried_at = step, 0, None
    sign_out_everywhere(session, person)
    session.execute(delete(KnownBrowser).where(KnownBrowser.staff_id == person.id))
    return new_codes(session, person)


def change_password(session: Session, person: Staff, password: str, keep: bytes) -> None:
    """A new password; every other session ends, and the one of the secret `keep` stays. Raises `Busy`."""
    person.password = hashed(password)
    others = (StaffSession.staff_id == person.id) & (StaffSession.fingerprint != fingerprint(keep))
    session.execute(delete(StaffSession).where(others))


def new_codes(session: Session, person: Staff) -> list[str]:
    """Fresh recovery codes in place of the earlier ones."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    codes = second_factor.new_recovery_codes()
    session.add_all(
        RecoveryCode(fingerprint=second_factor.recovery_fingerprint(code), staff_id=person.id) for code in codes
    )
    session.flush()
    return codes


def codes_left(session: Session, person_id: bytes) -> int:
    """How many recovery codes a person has not used."""
    return len(session.scalars(select(RecoveryCode.fingerprint).where(RecoveryCode.staff_id == person_id)).all())


def leave(session: Session, person: Staff) -> None:
    """Somebody works here no more: nothing opens for them, and their name stays under what they did."""
    person.gone, person.password, person.second_factor, person.roles = True, "", None, []
    sign_out_everywhere(session, person)
    for table in (KnownBrowser, RecoveryCode):
        session.execute(delete(table).where(table.staff_id == person.id))


def sweep_browsers(session: Session, now: datetime) -> None:
    """Forget browsers that were not used for 90 days."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.ends_at < now))
