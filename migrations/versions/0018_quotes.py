"""Quotes that two people release: proposed, edited, looked at by a second person, released; and their ledger."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("quote_ledger", "quote_release", "quote_review", "quote_replacement", "quote_version", "quote")


def upgrade() -> None:
    """Forward: six tables with nothing in them."""
    _proposed()
    _versions()
    _reviews()
    _releases()


def _proposed() -> None:
    op.create_table(
        "quote",
        *(_id(name) for name in ("id", "survey_id", "response_id", "passage_id")),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        _id("proposed_by"),
        sa.Column("proposed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quote"),
        _points("quote", "survey_id", "survey", "CASCADE"),
        _points("quote", "response_id", "response", "CASCADE"),
        _points("quote", "proposed_by", "staff"),
        _pair("fk_quote_passage_id_passage", ["passage_id", "may_quote"], "passage", ["id", "may_quote"]),
        sa.CheckConstraint("may_quote", name=op.f("ck_quote_may_quote")),
    )
    op.create_index("ix_quote_survey_id", "quote", ["survey_id"])
    op.create_index("ix_quote_passage_id", "quote", ["passage_id"], unique=True)
    op.create_index("ix_quote_proposed_by", "quote", ["id", "proposed_by"], unique=True)
    op.create_index("ix_quote_response_id", "quote", ["id", "response_id"], unique=True)


def _versions() -> None:
    op.create_table(
        "quote_version",
        *(_id(name) for name in ("id", "quote_id")),
        sa.Column("number", sa.Integer(), nullable=False),
        _id("staff_id"),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("by_audience", sa.Boolean(), nullable=False),
        sa.Column("by_question", sa.String(40), nullable=False),
        _id("sealed"),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quote_version"),
        _points("quote_version", "quote_id", "quote", "CASCADE"),
        _points("quote_version", "staff_id", "staff"),
    )
    op.create_index("ix_quote_version_number", "quote_version", ["quote_id", "number"], unique=True)
    op.create_index("ix_quote_version_staff_id", "quote_version", ["id", "staff_id"], unique=True)
    op.create_index("ix_quote_version_quote_id", "quote_version", ["id", "quote_id"], unique=True)
    op.create_table(
        "quote_replacement",
        *(_id(name) for name in ("version_id", "sealed")),
        sa.PrimaryKeyConstraint("version_id", name="pk_quote_replacement"),
        _points("quote_replacement", "version_id", "quote_version", "CASCADE"),
    )


def _reviews() -> None:
    op.create_table(
        "quote_review",
        *(_id(name) for name in ("id", "quote_id", "version_id", "edited_by", "proposed_by", "staff_id")),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        _id("sealed"),
        sa.Column("reviewed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quote_review"),
        _points("quote_review", "staff_id", "staff"),
        _pair("fk_quote_review_edited", ["version_id", "edited_by"], "quote_version", ["id", "staff_id"]),
        _pair("fk_quote_review_version", ["version_id", "quote_id"], "quote_version", ["id", "quote_id"]),
        _pair("fk_quote_review_proposed", ["quote_id", "proposed_by"], "quote", ["id", "proposed_by"]),
        sa.CheckConstraint(
            "staff_id <> edited_by AND staff_id <> proposed_by", name=op.f("ck_quote_review_two_people")
        ),
    )
    op.create_index("ix_quote_review_version_id", "quote_review", ["version_id"], unique=True)
    op.create_index("ix_quote_review_verdict", "quote_review", ["id", "verdict"], unique=True)
    op.create_index("ix_quote_review_quote_id", "quote_review", ["id", "quote_id"], unique=True)


def _releases() -> None:
    op.create_table(
        "quote_release",
        *(_id(name) for name in ("id", "quote_id", "response_id", "review_id")),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        _id("sealed"),
        sa.Column("released_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quote_release"),
        _pair("fk_quote_release_verdict", ["review_id", "verdict"], "quote_review", ["id", "verdict"]),
        _pair("fk_quote_release_review", ["review_id", "quote_id"], "quote_review", ["id", "quote_id"]),
        _pair("fk_quote_release_quote", ["quote_id", "response_id"], "quote", ["id", "response_id"]),
        sa.CheckConstraint("verdict = 'approved'", name=op.f("ck_quote_release_approved")),
    )
    op.create_index("ix_quote_release_quote_id", "quote_release", ["quote_id"], unique=True)
    op.create_index("ix_quote_release_one_each", "quote_release", ["response_id", "section"], unique=True)
    op.create_table(
        "quote_ledger",
        *(_id(name) for name in ("id", "survey_id", "release_id")),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=True),
        sa.Column("noted_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quote_ledger"),
        _points("quote_ledger", "survey_id", "survey", "CASCADE"),
        _points("quote_ledger", "staff_id", "staff"),
    )
    op.create_index("ix_quote_ledger_survey_id", "quote_ledger", ["survey_id"])
    op.create_index("ix_quote_ledger_release_id", "quote_ledger", ["release_id"])


def _id(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _points(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def _pair(name: str, columns: list[str], to: str, theirs: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, [f"{to}.{each}" for each in theirs], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Back: quotes and their ledger are gone; answers and passages stay."""
    for name in TABLES:
        op.drop_table(name)
