"""Access tokens, by which an organisation's own programs read what may be shown."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: one table, and no token yet."""
    op.create_table(
        "access_token",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.LargeBinary(), nullable=False),
        sa.Column("consultation_id", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        sa.UniqueConstraint("fingerprint", name="uq_access_token_fingerprint"),
        _points("organisation_id", "organisation", "CASCADE"),
        _points("consultation_id", "consultation", "CASCADE"),
        _points("made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_access_token_organisation_id", "access_token", ["organisation_id"])


def _points(column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = f"fk_access_token_{column}_{to}"
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    """Back: every token stops working."""
    op.drop_table("access_token")
