"""Files of earlier answers: those that wait, sealed, and the fingerprints of those that were taken in."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "waiting_import",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column(
            "survey_id",
            sa.LargeBinary(),
            sa.ForeignKey("survey.id", name="fk_waiting_import_survey_id_survey"),
            nullable=False,
        ),
        sa.Column(
            "staff_id",
            sa.LargeBinary(),
            sa.ForeignKey("staff.id", name="fk_waiting_import_staff_id_staff"),
            nullable=False,
        ),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.Column("begun_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_import"),
    )
    op.create_table(
        "taken_import",
        sa.Column(
            "survey_id",
            sa.LargeBinary(),
            sa.ForeignKey("survey.id", name="fk_taken_import_survey_id_survey"),
            nullable=False,
        ),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "fingerprint", name="pk_taken_import"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("taken_import")
    op.drop_table("waiting_import")
