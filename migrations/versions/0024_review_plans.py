"""How often a plan changed, for calendars that follow it; and of what calls for an earlier review, its answer."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ADDED = {
    "revision_cycle": ("plan_changes", "plan_changed_at"),
    "review_trigger": ("address", "comes_on", "answered_on", "answer"),
}


def upgrade() -> None:
    """Forward: no plan has changed yet, and nothing was answered."""
    op.add_column("revision_cycle", sa.Column("plan_changes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("revision_cycle", sa.Column("plan_changed_at", Utc(), nullable=True))
    op.add_column("review_trigger", sa.Column("address", sa.String(500), nullable=False, server_default=""))
    op.add_column("review_trigger", sa.Column("comes_on", sa.Date(), nullable=True))
    op.add_column("review_trigger", sa.Column("answered_on", sa.Date(), nullable=True))
    op.add_column("review_trigger", sa.Column("answer", sa.String(400), nullable=False, server_default=""))


def downgrade() -> None:
    """Back: plans stay; what was answered to a call for an earlier review is gone."""
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
