"""Staff accounts, one-time sign-in links and server-side sessions.

A password and a second factor come with the accounts issue; until then a person signs in by a one-time link
that the server prints on its own console.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from safekeeping.clock import STEP
from safekeeping.cookies import new_secret
from safekeeping.database import Base
from safekeeping.permissions import permits
from safekeeping.vault import fingerprint, random_id

LINK_LASTS = timedelta(hours=12)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)


class Staff(Base):
    """A person who works with answers."""

    __tablename__ = "staff"
    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    roles: Mapped[list["StaffRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    def may(self, action: str) -> bool:
        """True if one of the person's roles permits the action."""
        return permits(frozenset(role.role for role in self.roles), action)


class StaffRole(Base):
    """One role of one person."""

    __tablename__ = "staff_role"
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class SignInLink(Base):
    """A one-time link. Only its SHA-256 is kept."""

    __tablename__ = "sign_in_link"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    ends_at: Mapped[datetime]


class StaffSession(Base):
    """A signed-in browser. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "staff_session"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    staff: Mapped[Staff] = relationship(lazy="joined")


def add_staff(session: Session, name: str, roles: tuple[str, ...]) -> Staff:
    """Add a person with these roles, or return the one of that name as they are."""
    found = session.scalar(select(Staff).where(Staff.name == name))
    if found:
        return found
    person = Staff(id=random_id(), name=name, roles=[StaffRole(role=role) for role in roles])
    session.add(person)
    session.flush()
    return person


def make_link(session: Session, person: Staff, now: datetime) -> bytes:
    """A fresh one-time secret (32 bytes) for a link; the person's earlier unused links stop working."""
    session.execute(delete(SignInLink).where(SignInLink.staff_id == person.id))
    secret = new_secret()
    session.add(SignInLink(fingerprint=fingerprint(secret), staff_id=person.id, ends_at=now + LINK_LASTS))
    return secret


def spend_link(session: Session, link_secret: bytes, now: datetime) -> bytes | None:
    """Use a one-time link: the secret of a new session (32 bytes), or None if it is wrong, used or too old.

    The row is locked: of two who use one link at once, the second finds it gone.
    """
    link = session.get(SignInLink, fingerprint(link_secret), with_for_update=True)
    if link is None:
        return None
    session.delete(link)
    if not now <= link.ends_at <= now + LINK_LASTS + STEP:
        return None
    secret = new_secret()
    session.add(StaffSession(fingerprint=fingerprint(secret), staff_id=link.staff_id, started_at=now, seen_at=now))
    return secret


def signed_in(session: Session, secret: bytes, now: datetime) -> Staff | None:
    """Whose session this is, if it has not been idle for 30 minutes and is not older than 8 hours."""
    found = session.get(StaffSession, fingerprint(secret))
    if found is None or not _lasts(found, now):
        return None
    if found.seen_at < now - SEEN_EVERY:
        found.seen_at = now
    return found.staff


def _lasts(found: StaffSession, now: datetime) -> bool:
    """What began later than now did so before the clock was set back, and nobody knows how long ago that is."""
    return now - IDLE <= found.seen_at <= now + STEP and now - LONGEST <= found.started_at <= now + STEP


def sweep_sessions(session: Session, now: datetime) -> None:
    """Delete every session and link that is over."""
    for found in session.scalars(select(StaffSession)):
        if not _lasts(found, now):
            session.delete(found)
    late = (SignInLink.ends_at < now) | (SignInLink.ends_at > now + LINK_LASTS + STEP)
    session.execute(delete(SignInLink).where(late))


def sign_out(session: Session, secret: bytes) -> None:
    """End this one session."""
    session.execute(delete(StaffSession).where(StaffSession.fingerprint == fingerprint(secret)))
