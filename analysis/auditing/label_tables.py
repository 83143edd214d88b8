"""What people gave the passages of an audit, blind and after. Nothing that learns may import this module.

`tests/analysis/auditing/test_kept_from_training.py` holds to that, by imports, by statements and by effect.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import Base
from safekeeping.vault import random_id


class AuditSeat(Base):
    """One of the two people who code a response blind (`seat` 1 or 2); given by a lead, or taken (`given_by` None)."""

    __tablename__ = "audit_seat"
    __table_args__ = (Index("ix_audit_seat_staff_id", "staff_id", "unit_id", unique=True),)
    unit_id: Mapped[bytes] = mapped_column(ForeignKey("audit_unit.id", ondelete="CASCADE"), primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    given_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id"))
    given_at: Mapped[datetime]


class _Labels:
    """What is given to a passage: codes of sections and themes, and a stance or none (`""`)."""

    sections: Mapped[list[Any]] = mapped_column(JSON)
    themes: Mapped[list[Any]] = mapped_column(JSON)
    stance: Mapped[str] = mapped_column(String(12))


class AuditCoding(_Labels, Base):
    """What one coder gave one passage blind, at one moment. A changed mind is a new row."""

    __tablename__ = "audit_coding"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    unit_id: Mapped[bytes] = mapped_column(ForeignKey("audit_unit.id", ondelete="CASCADE"), index=True)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    coded_at: Mapped[datetime]


class AuditDecision(_Labels, Base):
    """What one person decided where the two differ, and why (`reason` is sealed). A changed mind is a new row."""

    __tablename__ = "audit_decision"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    unit_id: Mapped[bytes] = mapped_column(ForeignKey("audit_unit.id", ondelete="CASCADE"), index=True)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[bytes]
    decided_at: Mapped[datetime]


class AuditAgreement(Base):
    """The newest figures on how far the blind coders of a sample agree, and their picture. No word of an answer."""

    __tablename__ = "audit_agreement"
    sample_id: Mapped[bytes] = mapped_column(ForeignKey("audit_sample.id", ondelete="CASCADE"), primary_key=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    chart: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class Practice(Base):
    """An exercise of one coder: settled passages of a sample (`passages`, ids in hex), to be coded blind."""

    __tablename__ = "practice"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    sample_id: Mapped[bytes] = mapped_column(ForeignKey("audit_sample.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    passages: Mapped[list[Any]] = mapped_column(JSON)
    begun_at: Mapped[datetime]


class PracticeCoding(_Labels, Base):
    """What a coder gave one passage of an exercise."""

    __tablename__ = "practice_coding"
    practice_id: Mapped[bytes] = mapped_column(ForeignKey("practice.id", ondelete="CASCADE"), primary_key=True)
    passage_id: Mapped[bytes] = mapped_column(
        ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    coded_at: Mapped[datetime]
