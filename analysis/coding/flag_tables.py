"""Flags for people: where a passage may speak of danger, or may hold a name or a number; and who looked. No words.

Everything is an offset inside the passage, in code points. The answer itself stays sealed where it is; both rows go
when it does. What somebody notes beside a look is sealed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import UNORDERED, Base
from safekeeping.vault import random_id


class PassageFlags(Base):
    """What the rules of that identity (`rules`, SHA-256) saw in one passage; other rules take its place.

    `identifiers`: ``[start, end, kind]``. `danger`: whether it is shown to whoever looks after safety, with what
    `chance` and because of which words (`signs`: ``[start, end]``).
    """

    __tablename__ = "passage_flags"
    __table_args__ = (
        # those of danger alone: they are few, and the first page of the desk asks for them
        Index(
            "ix_passage_flags_danger",
            "passage_id",
            "danger",  # always true, and there only so that SQLite reads no row
            sqlite_where=text("danger IS 1"),
            postgresql_where=text("danger IS true"),
        ),
        UNORDERED,
    )
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True)
    rules: Mapped[str] = mapped_column(String(64))
    identifiers: Mapped[list[Any]] = mapped_column(JSON)
    danger: Mapped[bool]
    chance: Mapped[float]
    signs: Mapped[list[Any]] = mapped_column(JSON)


class SafetyLook(Base):
    """That one person looked at one passage, and what they did. A changed mind is a new row.

    `memo` is sealed, or empty.
    """

    __tablename__ = "safety_look"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    memo: Mapped[bytes]
    looked_at: Mapped[datetime]
