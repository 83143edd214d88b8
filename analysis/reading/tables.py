"""What was asked, and what came of it, sealed: both may hold people's words. And the figures that analysts see.

A question without a name is forgotten after a day. An answer is sealed to every survey that it draws on, one around the
other, so that it is gone with the first of them that is destroyed; and it is dropped whenever answers are taken in or
taken back, for it may hold a word of somebody who is not there any more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Select, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.reading.asked import Asked
from safekeeping.database import Base
from safekeeping.vault import CannotOpen, Vault, random_id, seal_entry
from surveys.definition.published import PublishedSurvey

ASKED, FOUND, FIGURES = b"asked", b"found", b"reading figures"
LASTS = timedelta(days=1)


class SavedQuery(Base):
    """One question, sealed to the survey it was asked at; its answer once there is one. Named ones stay.

    `shared` lets everybody see it who reads in the survey. It points at no response.
    """

    __tablename__ = "saved_query"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    sealed: Mapped[bytes]
    found: Mapped[bytes | None]
    named: Mapped[bool] = mapped_column(default=False)
    shared: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]


class ReadingFigures(Base):
    """Words and codes in figures, for who may not read: sealed, already protected, as last counted."""

    __tablename__ = "reading_figures"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class Kept:
    """A question with its row."""

    row: SavedQuery
    asked: Asked

    @property
    def id(self) -> str:
        """As it stands in addresses."""
        return self.row.id.hex()


def seal_asked(row: PublishedSurvey, asked: Asked, query_id: bytes) -> bytes:
    """The question, to be opened in its own row only."""
    return seal_entry(asked.to_json().encode(), row.public_key, row.id, ASKED + query_id)


def keep_asked(session: Session, row: PublishedSurvey, asked: Asked, staff_id: bytes, now: datetime) -> SavedQuery:
    """Keep a question that somebody asks; forget what was asked without a name more than a day ago."""
    session.execute(delete(SavedQuery).where(SavedQuery.named.is_(False), SavedQuery.asked_at < now - LASTS))
    query_id = random_id()
    query = SavedQuery(
        id=query_id, survey_id=row.id, staff_id=staff_id, sealed=seal_asked(row, asked, query_id), asked_at=now
    )
    session.add(query)
    session.flush()
    return query


def keep_found(query: SavedQuery, surveys: Sequence[PublishedSurvey], found: dict[str, Any]) -> None:
    """Seal an answer to every survey it draws on."""
    sealed = json.dumps(found, ensure_ascii=False).encode()
    for survey in surveys:
        sealed = seal_entry(sealed, survey.public_key, survey.id, FOUND + query.id)
    query.found = sealed


def found_of(query: SavedQuery, surveys: Sequence[PublishedSurvey], keys: Vault) -> dict[str, Any] | None:
    """The answer, or None where there is none (any more). The surveys in the order in which it was sealed to them."""
    if query.found is None:
        return None
    sealed = query.found
    try:
        for survey in reversed(surveys):
            sealed = keys.opener(survey.id).entry(sealed, FOUND + query.id)
    except CannotOpen:
        return None
    content: dict[str, Any] = json.loads(sealed)
    return content


def asked_of(query: SavedQuery, keys: Vault) -> Asked:
    """The question in a row. Raises `safekeeping.vault.CannotOpen`."""
    return Asked.from_json(keys.opener(query.survey_id).entry(query.sealed, ASKED + query.id).decode())


def _seen_by(survey_id: bytes, staff_id: bytes) -> Select[SavedQuery]:
    theirs = or_(SavedQuery.staff_id == staff_id, SavedQuery.shared.is_(True))
    return select(SavedQuery).where(SavedQuery.survey_id == survey_id, theirs)


def query_of(session: Session, survey_id: bytes, query_id: bytes, staff_id: bytes) -> SavedQuery:
    """A question of one's own, or a shared one. Raises `sqlalchemy.exc.NoResultFound`."""
    return session.scalars(_seen_by(survey_id, staff_id).where(SavedQuery.id == query_id)).one()


def queries(session: Session, survey_id: bytes, staff_id: bytes, keys: Vault) -> list[Kept]:
    """What somebody can run again: the named ones by name, then the newest without one."""
    rows = session.scalars(_seen_by(survey_id, staff_id).order_by(SavedQuery.asked_at.desc(), SavedQuery.id)).all()
    every = [Kept(row, asked_of(row, keys)) for row in rows]
    named = sorted((each for each in every if each.row.named), key=lambda each: each.asked.name.casefold())
    return [*named, *(each for each in every if not each.row.named)]


def forget_found(session: Session, consultation_id: bytes) -> None:
    """Drop every answer in a consultation: each may hold a word of somebody who has taken theirs back."""
    ours = select(PublishedSurvey.id).where(PublishedSurvey.consultation_id == consultation_id)
    session.execute(update(SavedQuery).where(SavedQuery.survey_id.in_(ours)).values(found=None))
