"""Flags for people: possible danger and possible identifiers in passages, and who looked."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: two tables. Passages that are there are looked at when answers are next taken in."""
    op.create_table(
        "passage_flags",
        sa.Column("passage_id", sa.LargeBinary(), nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
        sa.Column("identifiers", sa.JSON(), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("passage_id", name="pk_passage_flags"),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name="fk_passage_flags_passage_id_passage", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "safety_look",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("passage_id", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("memo", sa.LargeBinary(), nullable=False),
        sa.Column("looked_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_safety_look"),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name="fk_safety_look_passage_id_passage", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_safety_look_staff_id_staff"),
    )
    op.create_index("ix_safety_look_passage_id", "safety_look", ["passage_id"])


def downgrade() -> None:
    """Back: the flags are gone, and who looked."""
    op.drop_table("safety_look")
    op.drop_table("passage_flags")
