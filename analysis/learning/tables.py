"""What came of learning from a survey's decisions: counts and a chart, and no word of an answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import Base


class Learning(Base):
    """The newest learning curve of one survey: points as `analysis.learning.curve` makes them, and their picture."""

    __tablename__ = "learning"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    standard: Mapped[str] = mapped_column(String(40))
    decisions: Mapped[int]
    points: Mapped[list[Any]] = mapped_column(JSON)
    chart: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
