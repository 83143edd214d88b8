"""Estimated shares of a survey as they may be seen: sealed, one row for each survey."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: a table with nothing in it; the next answers, or whoever asks, have it filled."""
    op.create_table(
        "estimates",
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", name="pk_estimates"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_estimates_survey_id_survey", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Back: the figures are gone; they can be estimated again."""
    op.drop_table("estimates")
