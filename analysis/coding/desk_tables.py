"""What coders leave beside passages: memos and marks; how each likes the desk, and how much a day is to hold.

Each memo and mark is a new row; one that was taken back stays, and does not count (`tables.in_force`).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import Base
from safekeeping.vault import random_id


class PassageMemo(Base):
    """What one coder noted about one passage. The newest counts; an empty one takes the earlier away.

    `sealed` opens with the key of the response that the passage is of, and with nothing once that is destroyed.
    """

    __tablename__ = "passage_memo"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    sealed: Mapped[bytes]
    noted_at: Mapped[datetime]


class PassageMark(Base):
    """That somebody marked a passage for something (`kind`), or took such a mark off (not `on`). The newest counts."""

    __tablename__ = "passage_mark"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(10))
    on: Mapped[bool]
    marked_at: Mapped[datetime]


class DeskHabit(Base):
    """How one coder likes the desk: without the machine's suggestion, without single keys."""

    __tablename__ = "desk_habit"
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    hint_hidden: Mapped[bool] = mapped_column(default=False)
    keys_off: Mapped[bool] = mapped_column(default=False)


class DeskPace(Base):
    """How a survey is to be coded: after how many minutes a break is due, and at most how many passages a day.

    0 means that nothing was set.
    """

    __tablename__ = "desk_pace"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    break_after: Mapped[int]
    most_a_day: Mapped[int]


class DeskCount(Base):
    """How many passages of a survey one coder has decided on, of how many: counted once, then kept up act by act.

    Not there, or old, it is counted anew (`counting`).
    """

    __tablename__ = "desk_count"
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    coded: Mapped[int]
    total: Mapped[int]
    counted_at: Mapped[datetime]
