"""Reports that were asked for, and their files."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: two tables with nothing in them."""
    op.create_table(
        "made_report",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_made_report"),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_made_report_survey_id_survey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_made_report_asked_by_staff"),
    )
    op.create_index("ix_made_report_survey_id", "made_report", ["survey_id"])
    op.create_table(
        "report_file",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("report_id", sa.LargeBinary(), nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_file"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["made_report.id"], name="fk_report_file_report_id_made_report", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_report_file_report_id", "report_file", ["report_id"])


def downgrade() -> None:
    """Back: reports that were made are forgotten, and can be made again."""
    op.drop_table("report_file")
    op.drop_table("made_report")
