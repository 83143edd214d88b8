"""Quotes: what is proposed, each version of it, what the second person said, what is released; and the ledger.

The database itself refuses three things: a quote of a passage whose writer does not allow it, a verdict by whoever
proposed the quote or edited that version, and a second released quote of one response in one section.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import Base
from safekeeping.vault import random_id


def _points(columns: list[str], to: list[str], name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, to, name=name, ondelete="CASCADE")


class ProposedQuote(Base):
    """A passage that somebody proposed to quote. `may_quote` is what its writer allowed, held to it by the key."""

    __tablename__ = "quote"
    __table_args__ = (
        _points(["passage_id", "may_quote"], ["passage.id", "passage.may_quote"], "fk_quote_passage_id_passage"),
        CheckConstraint("may_quote", name="may_quote"),
        Index("ix_quote_passage_id", "passage_id", unique=True),
        Index("ix_quote_proposed_by", "id", "proposed_by", unique=True),
        Index("ix_quote_response_id", "id", "response_id", unique=True),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    passage_id: Mapped[bytes]
    may_quote: Mapped[bool]
    proposed_by: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime]


class QuoteVersion(Base):
    """A quote as somebody left it. `sealed` is its text as it would be released, beside the response it is of.

    `section` and `theme` are codes of the standard; `by_audience` and `by_question` (the name of a closed question, or
    empty) say what should stand under it. `asked`: whether a second person is asked to look.
    """

    __tablename__ = "quote_version"
    __table_args__ = (
        Index("ix_quote_version_number", "quote_id", "number", unique=True),
        Index("ix_quote_version_staff_id", "id", "staff_id", unique=True),
        Index("ix_quote_version_quote_id", "id", "quote_id", unique=True),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    quote_id: Mapped[bytes] = mapped_column(ForeignKey("quote.id", ondelete="CASCADE"))
    number: Mapped[int]
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    section: Mapped[str] = mapped_column(String(40))
    theme: Mapped[str] = mapped_column(String(40), default="")
    by_audience: Mapped[bool]
    by_question: Mapped[str] = mapped_column(String(40), default="")
    sealed: Mapped[bytes]
    asked: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]


class QuoteReplacement(Base):
    """What was replaced in one version: sealed, kept apart from its text, and gone with the response."""

    __tablename__ = "quote_replacement"
    version_id: Mapped[bytes] = mapped_column(ForeignKey("quote_version.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes]


class QuoteReview(Base):
    """What the second person said of one version: the verdict, the answers to the checklist, and why (sealed)."""

    __tablename__ = "quote_review"
    __table_args__ = (
        _points(["version_id", "edited_by"], ["quote_version.id", "quote_version.staff_id"], "fk_quote_review_edited"),
        _points(["version_id", "quote_id"], ["quote_version.id", "quote_version.quote_id"], "fk_quote_review_version"),
        _points(["quote_id", "proposed_by"], ["quote.id", "quote.proposed_by"], "fk_quote_review_proposed"),
        CheckConstraint("staff_id <> edited_by AND staff_id <> proposed_by", name="two_people"),
        Index("ix_quote_review_version_id", "version_id", unique=True),
        Index("ix_quote_review_verdict", "id", "verdict", unique=True),
        Index("ix_quote_review_quote_id", "id", "quote_id", unique=True),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    quote_id: Mapped[bytes]
    version_id: Mapped[bytes]
    edited_by: Mapped[bytes]
    proposed_by: Mapped[bytes]
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    verdict: Mapped[str] = mapped_column(String(10))
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    sealed: Mapped[bytes]
    reviewed_at: Mapped[datetime]


class QuoteRelease(Base):
    """That a quote may be shown, since which review of it. `sealed` is what stands under it, beside the response."""

    __tablename__ = "quote_release"
    __table_args__ = (
        _points(["review_id", "verdict"], ["quote_review.id", "quote_review.verdict"], "fk_quote_release_verdict"),
        _points(["review_id", "quote_id"], ["quote_review.id", "quote_review.quote_id"], "fk_quote_release_review"),
        _points(["quote_id", "response_id"], ["quote.id", "quote.response_id"], "fk_quote_release_quote"),
        CheckConstraint("verdict = 'approved'", name="approved"),
        Index("ix_quote_release_quote_id", "quote_id", unique=True),
        Index("ix_quote_release_one_each", "response_id", "section", unique=True),
    )
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    quote_id: Mapped[bytes]
    response_id: Mapped[bytes]
    review_id: Mapped[bytes]
    verdict: Mapped[str] = mapped_column(String(10))
    section: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes]
    released_at: Mapped[datetime]


class QuoteLedger(Base):
    """What became of a released quote, row by row: released, used in a report (`place`), or shown no more.

    It points at no quote, so it stays when that goes. Whoever withdrew must not be told by the minute, so a quote that
    is shown no more has only the day, and no reason.
    """

    __tablename__ = "quote_ledger"
    __table_args__ = (Index("ix_quote_ledger_release_id", "release_id"),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[bytes]
    act: Mapped[str] = mapped_column(String(10))
    place: Mapped[str] = mapped_column(String(200), default="")
    section: Mapped[str] = mapped_column(String(40))
    text_hash: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id"))
    noted_at: Mapped[datetime]
