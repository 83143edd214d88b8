"""Questions to the words and codes, with their answers; and the figures of words that analysts see. All sealed."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: two tables with nothing in them."""
    op.create_table(
        "saved_query",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_query"),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_saved_query_survey_id_survey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_saved_query_staff_id_staff", ondelete="CASCADE"),
    )
    op.create_index("ix_saved_query_survey_id", "saved_query", ["survey_id"])
    op.create_table(
        "reading_figures",
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", name="pk_reading_figures"),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_reading_figures_survey_id_survey", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Back: what was asked is gone, and the figures; answers, passages and codes stay."""
    op.drop_table("reading_figures")
    op.drop_table("saved_query")
