"""Who codes which part of a survey, and what was searched for: ids, and words only sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import UNORDERED, Base
from safekeeping.vault import random_id


class CodingShare(Base):
    """That somebody is to code one response. It goes when the response does, and holds no moment."""

    __tablename__ = "coding_share"
    __table_args__ = UNORDERED
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)


class WordSearch(Base):
    """A search for words in the passages of a survey: the words sealed, the passages found (ids in hex), how far.

    `state` is "waiting", "done" or "cut" (there were more than are kept).
    """

    __tablename__ = "word_search"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    words: Mapped[bytes]
    passages: Mapped[list[Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
