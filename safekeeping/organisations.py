"""Organisations that share an installation, and their consultations. Nothing crosses from one to another.

A consultation is what roles are given for. Rows of tables that belong to one carry its id (`OfConsultation`), and a
session that has been told what its reader may see (`show_only`) finds no others, whatever is asked of it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, event, select
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from safekeeping.clock import steady_now
from safekeeping.database import Base
from safekeeping.vault import random_id

VISIBLE = "visible consultations"
#: Given to a statement that must see every organisation's rows, such as one that looks for a free address.
EVERYWHERE: dict[str, Any] = {"everywhere": True}


#: What an organisation is called until somebody gives it its name.
NOT_NAMED = "Our organisation"


class Organisation(Base):
    """One organisation. `zone` is the time zone of its dates, `language` that of its desk.

    While it is `trying_out`, with the worked example, a link from the console opens the desk without a password.
    """

    __tablename__ = "organisation"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    zone: Mapped[str] = mapped_column(String(40), default="Europe/London")
    language: Mapped[str] = mapped_column(String(10), default="en")
    trying_out: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]

    def local(self, moment: datetime) -> datetime:
        """A moment by the clocks of this organisation."""
        return moment.astimezone(ZoneInfo(self.zone))


class Consultation(Base):
    """What is asked about one matter: surveys, their waves, and everything made from the answers."""

    __tablename__ = "consultation"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    organisation_id: Mapped[bytes] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(300))


class OfConsultation:
    """A row that belongs to a consultation, by its id; one that belongs to none is shown to nobody."""

    consultation_id: Mapped[bytes | None] = mapped_column()


def organisation_of(session: Session, row: OfConsultation) -> Organisation | None:
    """Whose the consultation is that a row belongs to; None where it belongs to none."""
    of_it = select(Organisation).join(Consultation).where(Consultation.id == row.consultation_id)
    return session.scalars(of_it).first()


def first_organisation(session: Session, name: str = NOT_NAMED) -> Organisation:
    """The organisation this installation began with; made, under that name, where there is none yet."""
    found = session.scalars(select(Organisation).order_by(Organisation.made_at, Organisation.id).limit(1)).first()
    return found or add_organisation(session, name)


def add_organisation(session: Session, name: str) -> Organisation:
    """One organisation more, by a name that no other has."""
    row = Organisation(id=random_id(), name=name, made_at=steady_now(), trying_out=False)
    session.add(row)
    session.flush()
    return row


def begin_consultation(session: Session, organisation_id: bytes, name: str) -> Consultation:
    """A consultation that has just begun."""
    row = Consultation(id=random_id(), organisation_id=organisation_id, name=name[:300])
    session.add(row)
    session.flush()
    return row


def consultations_of(session: Session, organisation_id: bytes) -> list[Consultation]:
    """The consultations of an organisation, by name."""
    of_it = select(Consultation).where(Consultation.organisation_id == organisation_id)
    return list(session.scalars(of_it.order_by(Consultation.name, Consultation.id)))


def show_only(session: Session, visible: Collection[bytes]) -> None:
    """From here on this session finds rows of these consultations only."""
    session.info[VISIBLE] = tuple(visible)


@event.listens_for(Session, "do_orm_execute")
def _only_visible(state: ORMExecuteState) -> None:
    """Applied to every statement, also where one row is fetched by its id, so that no page can forget it."""
    if VISIBLE not in state.session.info or state.execution_options.get("everywhere"):
        return
    visible = state.session.info[VISIBLE]
    if state.is_select or state.is_update or state.is_delete:
        criteria = with_loader_criteria(
            OfConsultation,
            # No choice inside: what this gives is compiled once a process, so it would choose once for everybody.
            lambda cls: cls.consultation_id.in_(visible),
            include_aliases=True,
            track_closure_variables=False,
        )
        state.statement = state.statement.options(criteria)
