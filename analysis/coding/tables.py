"""Passages, suggestions and codings. None of them holds a word of an answer: passages are offsets.

What the machine suggested and what people decided never share a table.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import UNORDERED, Base
from safekeeping.vault import random_id


class Passage(Base):
    """A piece of one free-text answer: `start` and `end` are offsets in code points, end exclusive.

    `may_quote` repeats what its writer allowed, which is sealed with the answer, so that the database can refuse too:
    a table of quotes points at (`id`, `may_quote`) with a check that the latter is true. It is set once.
    """

    __tablename__ = "passage"
    __table_args__ = (
        Index("ix_passage_place", "response_id", "question", "start", unique=True),
        Index("ix_passage_may_quote", "id", "may_quote", unique=True),
        UNORDERED,
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(40))
    start: Mapped[int]
    end: Mapped[int]
    may_quote: Mapped[bool]


class Suggestion(Base):
    """What the model in use suggests for one passage. `reasons` are offsets inside the passage, never words.

    `model` is the identity of the model; another model's suggestions take their place.
    """

    __tablename__ = "suggestion"
    __table_args__ = UNORDERED
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    sections: Mapped[list[str]] = mapped_column(JSON)
    probabilities: Mapped[dict[str, float]] = mapped_column(JSON)
    themes: Mapped[list[str]] = mapped_column(JSON)
    stance: Mapped[str] = mapped_column(String(12))
    confidence: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(JSON)


class Coding(Base):
    """What one person decided about one passage at one moment. A changed mind is a new row."""

    __tablename__ = "coding"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    sections: Mapped[list[str]] = mapped_column(JSON)
    act: Mapped[str] = mapped_column(String(10))
    standard: Mapped[str] = mapped_column(String(40))
    coded_at: Mapped[datetime]
