"""Candidate themes, seed words, learning from decisions, and a language model where an organisation has one."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "model_answer",
    "model_use",
    "model_leave",
    "learning",
    "seed_words",
    "candidate_passage",
    "candidate_theme",
    "emerging_groups",
)


def upgrade() -> None:
    """Forward: eight tables with nothing in them."""
    _what_is_new()
    _learning()
    _language_model()


def _what_is_new() -> None:
    op.create_table(
        "emerging_groups",
        _of_survey(),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", name="pk_emerging_groups"),
        _points("emerging_groups", "survey_id", "survey", "CASCADE"),
    )
    op.create_table(
        "candidate_theme",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        _of_survey(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_candidate_theme"),
        _points("candidate_theme", "survey_id", "survey", "CASCADE"),
        _points("candidate_theme", "staff_id", "staff", "SET NULL"),
    )
    op.create_index("ix_candidate_theme_survey_id", "candidate_theme", ["survey_id"])
    op.create_table(
        "candidate_passage",
        sa.Column("candidate_id", sa.LargeBinary(), nullable=False),
        sa.Column("passage_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", "passage_id", name="pk_candidate_passage"),
        _points("candidate_passage", "candidate_id", "candidate_theme", "CASCADE"),
        _points("candidate_passage", "passage_id", "passage", "CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_candidate_passage_passage_id", "candidate_passage", ["passage_id"])


def _learning() -> None:
    op.create_table(
        "seed_words",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(), nullable=False),
        sa.Column("standard", sa.String(40), nullable=False),
        sa.Column("phrases", sa.JSON(), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=True),
        sa.Column("kept_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seed_words"),
        _points("seed_words", "consultation_id", "consultation", "CASCADE"),
        _points("seed_words", "staff_id", "staff", "SET NULL"),
    )
    op.create_index("ix_seed_words_consultation_id", "seed_words", ["consultation_id", "standard"], unique=True)
    op.create_table(
        "learning",
        _of_survey(),
        sa.Column("standard", sa.String(40), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("chart", sa.Text(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", name="pk_learning"),
        _points("learning", "survey_id", "survey", "CASCADE"),
    )


def _language_model() -> None:
    op.create_table(
        "model_leave",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.LargeBinary(), nullable=False),
        sa.Column("host", sa.String(260), nullable=False),
        sa.Column("sentence", sa.String(400), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=True),
        sa.Column("said_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_model_leave"),
        _points("model_leave", "organisation_id", "organisation", "CASCADE"),
        _points("model_leave", "staff_id", "staff", "SET NULL"),
    )
    op.create_index("ix_model_leave_organisation_id", "model_leave", ["organisation_id"])
    op.create_table(
        "model_use",
        _of_survey(),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("passages", "known", "needs_person")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("tokens_about", "tried")),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("trouble", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", name="pk_model_use"),
        _points("model_use", "survey_id", "survey", "CASCADE"),
    )
    op.create_table(
        "model_answer",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("passage_id", sa.LargeBinary(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_model_answer"),
        _points("model_answer", "passage_id", "passage", "CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_model_answer_passage_id", "model_answer", ["passage_id"])


def _of_survey() -> sa.Column[bytes]:
    return sa.Column("survey_id", sa.LargeBinary(), nullable=False)


def _points(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def downgrade() -> None:
    """Back: what was learnt, typed, named and asked is gone; passages, suggestions and decisions stay."""
    for name in TABLES:
        op.drop_table(name)
