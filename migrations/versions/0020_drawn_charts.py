"""Charts of findings as a job drew them: sealed, one row for each and each language."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: a table with nothing in it; the next answers, or whoever asks, have it filled."""
    op.create_table(
        "drawn_chart",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("pictures", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drawn_chart"),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_drawn_chart_survey_id_survey", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_drawn_chart_name", "drawn_chart", ["survey_id", "language", "name"], unique=True)


def downgrade() -> None:
    """Back: the charts are gone; they can be drawn again."""
    op.drop_table("drawn_chart")
