"""Days a survey opens and closes by itself, how many answers are hoped for, and how many have come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DAYS = ("opens_on", "closes_on")


def upgrade() -> None:
    """Forward."""
    for day in DAYS:
        op.add_column("survey", sa.Column(day, sa.Date(), nullable=True))
    for table, number in (("target", "wanted"), ("progress", "came")):
        op.create_table(
            table,
            sa.Column("survey_id", sa.LargeBinary(), nullable=False),
            sa.Column("audience", sa.String(100), nullable=False),
            sa.Column(number, sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["survey_id"], ["survey.id"], name=f"fk_{table}_survey_id_survey", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("survey_id", "audience", name=f"pk_{table}"),
        )


def downgrade() -> None:
    """Back."""
    for table in ("progress", "target"):
        op.drop_table(table)
    for day in DAYS:
        op.drop_column("survey", day)
