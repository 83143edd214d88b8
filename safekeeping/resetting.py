"""Letting somebody in again who lost password or second factor: two colleagues agree, and neither is that person."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.staff import INVITATION_LASTS, Staff, make_link

WISH_LASTS = timedelta(days=2)


class ResetWish(Base):
    """One colleague has asked that somebody may set up their account again."""

    __tablename__ = "reset_wish"
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    asked_by: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime]


class NotYou(Exception):
    """It takes two colleagues, and none of them the person themself."""


def wish_for(session: Session, person: Staff, now: datetime) -> ResetWish | None:
    """What a colleague has asked for this person, if that was within two days."""
    wish = session.get(ResetWish, person.id)
    return wish if wish and now - WISH_LASTS <= wish.asked_at <= now else None


def ask(session: Session, person: Staff, by: bytes, now: datetime) -> None:
    """Ask that `person` may set up their account again. Raises `NotYou`."""
    if by == person.id:
        raise NotYou
    session.merge(ResetWish(staff_id=person.id, asked_by=by, asked_at=now))
    session.flush()


def agree(session: Session, person: Staff, by: bytes, now: datetime) -> bytes | None:
    """Agree to what a colleague asked: the secret of a one-time link (32 bytes), None where nothing is asked any more.

    Until the link is used, the account stays as it is. Raises `NotYou`.
    """
    wish = wish_for(session, person, now)
    if wish is None:
        return None
    if by in (person.id, wish.asked_by):
        raise NotYou
    session.delete(wish)
    return make_link(session, person, now, INVITATION_LASTS)
