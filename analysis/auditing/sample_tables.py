"""Audit samples: which responses were drawn, how, and by whom. No label is here, and no audience of anybody.

Whatever learns may read these, to stay away from what they name; labels are in `label_tables`, which it may not.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import UNORDERED, Base
from safekeeping.vault import random_id


class AuditSample(Base):
    """One audit of a survey, coded by one version of a code book. Another begins with a `reason`, after this has ended.

    `book`: the SHA-256 of that version, whatever is published while people code.

    A bridge is the same but for what it is for: responses of an audit, coded once more by another version. `bridge_of`
    is the number of that audit, None for an audit itself; `bridge_draw` the last draw of it that was settled then.
    """

    __tablename__ = "audit_sample"
    __table_args__ = (Index("ix_audit_sample_survey_id", "survey_id", "number", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    number: Mapped[int]
    standard: Mapped[str] = mapped_column(String(40))
    book: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(300))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    bridge_of: Mapped[int | None]
    bridge_draw: Mapped[int | None]

    @property
    def is_bridge(self) -> bool:
        """Whether it is a bridge. Whatever asks for the newest audit must pass it by."""
        return self.bridge_of is not None


class AuditDraw(Base):
    """One draw of a sample: the first (`number` 1), or one that extends it. Written once, then never changed.

    `wanted`: stratum -> how many in all. What was drawn is `sealed` to the survey: the strata with their sizes, and the
    ids of the frame; `frame_hash` is of ids and strata, `mark` an HMAC over all of it. Both are empty until a job drew.
    """

    __tablename__ = "audit_draw"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    sample_id: Mapped[bytes] = mapped_column(ForeignKey("audit_sample.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime]
    seed: Mapped[bytes]
    frame_hash: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes]
    mark: Mapped[bytes]


class AuditUnit(Base):
    """One response of a sample, and the draw it came with. It goes when the response does."""

    __tablename__ = "audit_unit"
    __table_args__ = (Index("ix_audit_unit_response_id", "response_id", "sample_id", unique=True), UNORDERED)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    sample_id: Mapped[bytes] = mapped_column(ForeignKey("audit_sample.id", ondelete="CASCADE"), index=True)
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    draw: Mapped[int]
