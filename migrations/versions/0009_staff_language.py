"""The language a member of staff chose for the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: nobody has chosen yet, so their browser says."""
    op.add_column("staff", sa.Column("language", sa.String(35), nullable=True))


def downgrade() -> None:
    """Back: the desk speaks English to everybody."""
    with op.batch_alter_table("staff") as batch:
        batch.drop_column("language")
