"""Staff: their accounts, roles, one-time links, known browsers and sessions, all on the server.

Somebody is let in by name, password and second factor. A one-time link lets its holder set these up: it invites, or
lets in again who lost them, and then two colleagues must have agreed, or the server's own console was used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from safekeeping.clock import STEP
from safekeeping.cookies import new_secret
from safekeeping.database import Base
from safekeeping.organisations import Organisation, consultations_of, first_organisation
from safekeeping.permissions import permits
from safekeeping.vault import fingerprint, random_id

LINK_LASTS, INVITATION_LASTS = timedelta(hours=12), timedelta(days=7)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)


class Staff(Base):
    """A person who works with answers. `password` is a hash and `second_factor` sealed; empty until they are set up.

    `last_step` is the second factor's time step that was used last, `tries` and `tried_at` count sign-ins that failed
    from browsers this person never used. `language` is the tag of the one they chose for the desk, None until they do.
    Who left keeps the name under what they did, and opens nothing.
    """

    __tablename__ = "staff"
    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    organisation_id: Mapped[bytes | None]
    password: Mapped[str] = mapped_column(String(200), default="")
    second_factor: Mapped[bytes | None]
    last_step: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    gone: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(35))
    roles: Mapped[list["HeldRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def is_set_up(self) -> bool:
        """Whether they can sign in with a password and a second factor."""
        return bool(self.password and self.second_factor)


class HeldRole(Base):
    """One role of one person: in one consultation, or in every one of their organisation where it is None."""

    __tablename__ = "held_role"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    consultation_id: Mapped[bytes | None] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))


class SignInLink(Base):
    """A one-time link. Only its SHA-256 is kept."""

    __tablename__ = "sign_in_link"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    ends_at: Mapped[datetime]


class StaffSession(Base):
    """A signed-in browser. Only the SHA-256 of its cookie is kept.

    `confirmed_at` is when its person last showed who they are, `words_at` when the trail last said that they read,
    in the consultation `words_of`; while `setting_up` it opens nothing but their account.
    """

    __tablename__ = "staff_session"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    words_at: Mapped[datetime | None]
    words_of: Mapped[bytes | None]
    setting_up: Mapped[bool] = mapped_column(default=False)
    staff: Mapped[Staff] = relationship(lazy="joined")


@dataclass(frozen=True)
class Visitor:
    """Who is at the desk: what the guard knows of them, and the consultation the page is about, if it is about one."""

    id: bytes
    name: str
    organisation_id: bytes
    organisation: str
    zone: str
    roles: frozenset[tuple[bytes | None, str]]
    is_set_up: bool
    here: bytes | None = None
    language: str | None = None

    def may(self, action: str, consultation_id: bytes | None = None) -> bool:
        """Whether a role permits the action: in that consultation, else in the page's own, else in any."""
        there = consultation_id or self.here
        held = {role for where, role in self.roles if there is None or where in (None, there)}
        return permits(frozenset(held), action)


def visitor(session: Session, person: Staff, here: bytes | None = None) -> Visitor:
    """The person as the desk's pages know them."""
    organisation = session.get_one(Organisation, person.organisation_id)
    return Visitor(
        person.id,
        person.name,
        organisation.id,
        organisation.name,
        organisation.zone,
        frozenset((held.consultation_id, held.role) for held in person.roles),
        person.is_set_up,
        here,
        person.language,
    )


def only_trying(session: Session, person: Staff) -> bool:
    """Whether this is somebody who tries Heard out, without an account yet."""
    return not person.is_set_up and session.get_one(Organisation, person.organisation_id).trying_out


def visible_to(session: Session, who: Visitor) -> set[bytes]:
    """The consultations in which somebody has a role: none but their own organisation's."""
    of_theirs = {row.id for row in consultations_of(session, who.organisation_id)}
    held = {where for where, _ in who.roles}
    return of_theirs if None in held else of_theirs & held


def add_staff(session: Session, name: str, roles: Iterable[str], organisation: Organisation | None = None) -> Staff:
    """Add a person with these roles in every consultation, or return the one of that name as they are."""
    found = called(session, name)
    if found:
        return found
    home = organisation or first_organisation(session)
    person = Staff(id=random_id(), name=name, organisation_id=home.id, roles=[HeldRole(role=role) for role in roles])
    session.add(person)
    session.flush()
    return person


def called(session: Session, name: str) -> Staff | None:
    """The person who signs in by that name, in small or capital letters."""
    wanted = " ".join(name.split()).casefold()
    found = session.scalars(select(Staff).where(func.lower(Staff.name) == wanted)).first()
    return found or session.scalars(select(Staff).where(Staff.name == " ".join(name.split()))).first()


def colleagues(session: Session, organisation_id: bytes) -> list[Staff]:
    """Everybody of an organisation who has not left, by name."""
    there = select(Staff).where(Staff.organisation_id == organisation_id, Staff.gone.is_(False))
    return list(session.scalars(there.order_by(Staff.name)))


def others_who_may(session: Session, who: Visitor, action: str, consultation_id: bytes | None) -> list[Staff]:
    """The visitor's colleagues who have set up their account and may do this there, by name."""
    others = [each for each in colleagues(session, who.organisation_id) if each.is_set_up and each.id != who.id]
    return [each for each in others if visitor(session, each).may(action, consultation_id)]


def make_link(session: Session, person: Staff, now: datetime, lasts: timedelta = LINK_LASTS) -> bytes:
    """A fresh one-time secret (32 bytes) for a link; the person's earlier unused links stop working."""
    session.execute(delete(SignInLink).where(SignInLink.staff_id == person.id))
    secret = new_secret()
    session.add(SignInLink(fingerprint=fingerprint(secret), staff_id=person.id, ends_at=now + lasts))
    return secret


def spend_link(session: Session, link_secret: bytes, now: datetime) -> bytes | None:
    """Use a one-time link: the secret of a new session (32 bytes), or None if it is wrong, used or too old.

    The session sets up an account and opens nothing else, unless the organisation is only trying Heard out.
    The row is locked: of two who use one link at once, the second finds it gone.
    """
    link = session.get(SignInLink, fingerprint(link_secret), with_for_update=True)
    if link is None:
        return None
    session.delete(link)
    person = session.get_one(Staff, link.staff_id)
    if not now <= link.ends_at <= now + INVITATION_LASTS + STEP or person.gone:
        return None
    organisation = session.get_one(Organisation, person.organisation_id)
    return begin_session(session, person, now, setting_up=person.is_set_up or not organisation.trying_out)


def begin_session(session: Session, person: Staff, now: datetime, setting_up: bool = False) -> bytes:
    """A new session of somebody who has shown who they are; its secret (32 bytes)."""
    secret = new_secret()
    session.add(
        StaffSession(
            fingerprint=fingerprint(secret),
            staff_id=person.id,
            started_at=now,
            seen_at=now,
            confirmed_at=now,
            setting_up=setting_up,
        )
    )
    session.flush()
    return secret


def signed_in(session: Session, secret: bytes, now: datetime) -> StaffSession | None:
    """The session of this secret, if it has not been idle for 30 minutes and is not older than 8 hours."""
    found = session.get(StaffSession, fingerprint(secret))
    if found is None or found.staff.gone or not _lasts(found, now):
        return None
    if found.seen_at < now - SEEN_EVERY:
        found.seen_at = now
    return found


def confirmed(found: StaffSession, now: datetime, within: timedelta) -> bool:
    """Whether the person has shown who they are within that time."""
    return found.confirmed_at is not None and now - within <= found.confirmed_at <= now + STEP


def _lasts(found: StaffSession, now: datetime) -> bool:
    """What began later than now did so before the clock was set back, and nobody knows how long ago that is."""
    return now - IDLE <= found.seen_at <= now + STEP and now - LONGEST <= found.started_at <= now + STEP


def sweep_sessions(session: Session, now: datetime) -> None:
    """Delete every session and link that is over."""
    for found in session.scalars(select(StaffSession)):
        if not _lasts(found, now):
            session.delete(found)
    late = (SignInLink.ends_at < now) | (SignInLink.ends_at > now + INVITATION_LASTS + STEP)
    session.execute(delete(SignInLink).where(late))


def sign_out(session: Session, secret: bytes) -> None:
    """End this one session."""
    session.execute(delete(StaffSession).where(StaffSession.fingerprint == fingerprint(secret)))


def sign_out_everywhere(session: Session, person: Staff) -> None:
    """End every session of a person, and make their unused links useless."""
    for table in (StaffSession, SignInLink):
        session.execute(delete(table).where(table.staff_id == person.id))
