"""Bridges: audited responses coded again by another version of a code book; and the shares that waves compare by."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: every sample there is is an audit; a table with nothing in it."""
    op.add_column("audit_sample", sa.Column("bridge_of", sa.Integer(), nullable=True))
    op.add_column("audit_sample", sa.Column("bridge_draw", sa.Integer(), nullable=True))
    op.create_table(
        "wave_shares",
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("against", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "against", name="pk_wave_shares"),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_wave_shares_survey_id_survey", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Back: bridges go, or they would be taken for audits; shares can be worked out again."""
    op.drop_table("wave_shares")
    op.execute("DELETE FROM audit_sample WHERE bridge_of IS NOT NULL")
    op.drop_column("audit_sample", "bridge_draw")
    op.drop_column("audit_sample", "bridge_of")
