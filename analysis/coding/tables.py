"""Passages, suggestions and codings, and what coders did in their order. None holds a word of an answer: passages are
offsets.

What the machine suggested and what people decided never share a table. History is rows: a passage that was cut anew and
a decision that was taken back stay, and no statement finds them unless it is given `HISTORY`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, event, exists, text
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from safekeeping.database import UNORDERED, Base
from safekeeping.vault import random_id

#: Given to a statement that must also see what is no longer in use or in force.
HISTORY: dict[str, Any] = {"history": True}
#: The kind of act that takes another one back.
UNDO = "undo"


class Passage(Base):
    """A piece of one free-text answer: `start` and `end` are offsets in code points, end exclusive.

    `may_quote` repeats what its writer allowed, which is sealed with the answer, so that the database can refuse too:
    a table of quotes points at (`id`, `may_quote`) with a check that the latter is true. It is set once.

    Those `in_use` tile the answer. One that was split, or merged with the next, is in use no longer; how that came
    stands in the acts of the coder.
    """

    __tablename__ = "passage"
    __table_args__ = (
        Index("ix_passage_place", "response_id", "question", "start", "end", unique=True),
        Index(
            "ix_passage_in_use",
            "response_id",
            "question",
            "start",
            "in_use",  # always true, and there only so that SQLite counts by the index and reads no row
            unique=True,
            # word for word as statements say it: else SQLite does not use it
            sqlite_where=text("in_use IS 1"),
            postgresql_where=text("in_use IS true"),
        ),
        Index("ix_passage_may_quote", "id", "may_quote", unique=True),
        UNORDERED,
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(40))
    start: Mapped[int]
    end: Mapped[int]
    may_quote: Mapped[bool]
    in_use: Mapped[bool] = mapped_column(default=True)


class Suggestion(Base):
    """What the model in use suggests for one passage. `reasons` are offsets inside the passage, never words.

    `model` is the identity of the model; another model's suggestions take their place.
    """

    __tablename__ = "suggestion"
    # the least sure first: a queue begins with them, and looks at no others
    __table_args__ = (Index("ix_suggestion_confidence", "confidence", "passage_id"), UNORDERED)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    sections: Mapped[list[str]] = mapped_column(JSON)
    probabilities: Mapped[dict[str, float]] = mapped_column(JSON)
    themes: Mapped[list[str]] = mapped_column(JSON)
    stance: Mapped[str] = mapped_column(String(12))
    confidence: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(JSON)


class ResponseLevels(Base):
    """How sure the suggestions for the passages of one response are, in a sign each (`levels`): pages that count all
    responses read nothing else.

    Kept with the suggestions it is made of. Who cuts a passage by hand leaves it as it was: a response in which
    somebody did so is counted from its passages (`analysis.learning.weighing`).
    """

    __tablename__ = "response_levels"
    __table_args__ = UNORDERED
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    codes: Mapped[str]
    passages: Mapped[str]
    together: Mapped[str]


class Coding(Base):
    """What one person decided about one passage at one moment. A changed mind is a new row.

    `stance` is empty where it was not said. `book` is the SHA-256 of the code book it was decided by, empty in rows
    from before it was noted.
    """

    __tablename__ = "coding"
    __table_args__ = (Index("ix_coding_of_coder", "staff_id", "passage_id"),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    sections: Mapped[list[str]] = mapped_column(JSON)
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    stance: Mapped[str] = mapped_column(String(12), default="")
    act: Mapped[str] = mapped_column(String(10))
    standard: Mapped[str] = mapped_column(String(40))
    book: Mapped[str] = mapped_column(String(64), default="")
    coded_at: Mapped[datetime]


class DeskAct(Base):
    """One act of one coder at the desk, in the order in which they came; never changed.

    `about` is the row that the act made (a coding, a memo, a mark), or its own id where it made none. An act of the
    kind `UNDO` names by it what it takes back. `detail` holds ids of passages (hex) where they were cut anew.
    """

    __tablename__ = "desk_act"
    __table_args__ = (
        Index("ix_desk_act_of_coder", "staff_id", "survey_id", "done_at"),
        Index("ix_desk_act_of_kind", "staff_id", "survey_id", "kind", "done_at"),
        Index("ix_desk_act_about", "about", "kind"),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(10))
    about: Mapped[bytes]
    detail: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    done_at: Mapped[datetime]


_undoing = DeskAct.__table__.alias("undoing")


def in_force(row_id: Any) -> ColumnElement[bool]:
    """Whether nobody has taken back the act that made the row of this id (a column)."""
    return ~exists().where(_undoing.c.about == row_id, _undoing.c.kind == UNDO)


_CRITERIA = (
    with_loader_criteria(Passage, Passage.in_use.is_(True), include_aliases=True),
    with_loader_criteria(Coding, in_force(Coding.id), include_aliases=True),
)


@event.listens_for(Session, "do_orm_execute")
def _leave_out_history(state: ORMExecuteState) -> None:
    """Applied to every statement that reads, so that no page and no job can forget it."""
    if state.is_select and not state.execution_options.get("history"):
        state.statement = state.statement.options(*_CRITERIA)
