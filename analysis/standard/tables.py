"""Editions of standards in the database: each as it was published, which never changes. Nobody's answers are here."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import Base
from safekeeping.vault import random_id


class StandardEdition(Base):
    """One edition of a standard as an organisation holds it: `content` is `StandardText.to_text()`.

    The database refuses to change it. A shipped standard's first edition is written here when something first points
    at it. `made_by` points at nobody, since a row that never changes could not let go of an account that is deleted.
    """

    __tablename__ = "standard_edition"
    __table_args__ = (Index("ix_standard_edition_name", "organisation_id", "name", "number", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    organisation_id: Mapped[bytes] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    published_on: Mapped[date | None]
    made_by: Mapped[bytes | None]
    made_at: Mapped[datetime]
