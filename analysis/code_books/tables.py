"""Code books in the database: their versions, which never change, and one draft each. Staff's words only."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import Base
from safekeeping.vault import random_id

LONGEST_NOTE = 400


class CodeBook(Base):
    """One code book, by the name of its standard, which no other has. A shipped one belongs to no organisation."""

    __tablename__ = "code_book"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[bytes | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]


class CodeBookVersion(Base):
    """One version: its canonical form and the SHA-256 of that. The database refuses to change it.

    `staff_id` is who published it; None where it came with Heard. It points at nobody, since a row that never changes
    could not let go of an account that is deleted.
    """

    __tablename__ = "code_book_version"
    __table_args__ = (Index("ix_code_book_version_book_id", "book_id", "number", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    book_id: Mapped[bytes] = mapped_column(ForeignKey("code_book.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[bytes | None]
    published_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE))


class CodeBookDraft(Base):
    """The draft of the next version: what it starts from (canonical form), the acts since, and what a file lost."""

    __tablename__ = "code_book_draft"
    book_id: Mapped[bytes] = mapped_column(ForeignKey("code_book.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[str] = mapped_column(Text)
    acts: Mapped[list[Any]] = mapped_column(JSON)
    report: Mapped[list[Any]] = mapped_column(JSON)
    staff_id: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    kept_at: Mapped[datetime]
