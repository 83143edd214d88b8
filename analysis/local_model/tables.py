"""Whether a consultation's suggestions come from a language model, how its asking went, and who allowed what."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.vault import random_id


class ModelLeave(Base):
    """An administrator's sentence that a model outside the organisation's own network may be asked. Never deleted."""

    __tablename__ = "model_leave"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    organisation_id: Mapped[bytes] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    host: Mapped[str] = mapped_column(String(260))
    sentence: Mapped[str] = mapped_column(String(400))
    staff_id: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    said_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ModelUse(Base):
    """How a model is used for one survey. Counts are of the newest run; `trouble` says why it stopped, if it did.

    `tried` is after how many passages the speed was measured, `seconds` how long they took one after another.
    """

    __tablename__ = "model_use"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    origin: Mapped[str] = mapped_column(String(64), default="")
    in_use: Mapped[bool] = mapped_column(default=False)
    passages: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    needs_person: Mapped[int] = mapped_column(default=0)
    tokens_about: Mapped[int] = mapped_column(default=0)
    tried: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    trouble: Mapped[str] = mapped_column(String(400), default="")


def leave_for(session: Session, organisation_id: bytes | None, host: str) -> ModelLeave | None:
    """The sentence that allows this host now, if one does. `host` is a `Place.name`."""
    of_it = select(ModelLeave).where(ModelLeave.organisation_id == organisation_id, ModelLeave.host == host)
    return session.scalars(of_it.where(ModelLeave.ended_at.is_(None)).order_by(ModelLeave.said_at.desc())).first()


def use_of(session: Session, survey_id: bytes) -> ModelUse | None:
    """How a model is used for a survey; None where nobody ever asked for it."""
    return session.get(ModelUse, survey_id)


def kept_use(session: Session, survey_id: bytes) -> ModelUse:
    """The same, made where there is none."""
    found = session.get(ModelUse, survey_id)
    if found is None:
        found = ModelUse(survey_id=survey_id)
        session.add(found)
        session.flush()
    return found
