"""The ledger of releases: what figures were let out, so that no two of them can be subtracted."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: a table with nothing in it."""
    op.create_table(
        "findings_release",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings_release"),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_findings_release_survey_id_survey", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_findings_release_survey_id", "findings_release", ["survey_id"])


def downgrade() -> None:
    """Back: what was let out is no longer known, so nothing may be let out beside it; answers and findings stay."""
    op.drop_table("findings_release")
