"""Frozen waves, which responses belong to each, and the data files that are made of them."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: three new tables."""
    op.create_table(
        "wave",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column(
            "survey_id", sa.LargeBinary(), sa.ForeignKey("survey.id", name="fk_wave_survey_id_survey"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("bound", sa.Boolean(), nullable=False),
        sa.Column("weighed", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_wave"),
        sa.UniqueConstraint("survey_id", "number", name="uq_wave_survey_id"),
    )
    _of_wave("wave_member", "fk_wave_member_wave_id_wave")
    op.create_index("ix_wave_member_response_id", "wave_member", ["response_id"])
    op.create_table(
        "export",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        _wave_id("fk_export_wave_id_wave"),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(10), nullable=False),
        _staff_id("asked_by", nullable=False),
        _staff_id("agreed_by", nullable=True),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )


def _wave_id(key: str) -> sa.Column[bytes]:
    return sa.Column(
        "wave_id", sa.LargeBinary(), sa.ForeignKey("wave.id", name=key, ondelete="CASCADE"), nullable=False
    )


def _staff_id(name: str, nullable: bool) -> sa.Column[bytes]:
    points = sa.ForeignKey("staff.id", name=f"fk_export_{name}_staff")
    return sa.Column(name, sa.LargeBinary(), points, nullable=nullable)


def _of_wave(table: str, key: str) -> None:
    """Without a hidden row number: the order in which rows came is kept nowhere."""
    response = sa.ForeignKey("response.id", name=f"fk_{table}_response_id_response", ondelete="CASCADE")
    op.create_table(
        table,
        _wave_id(key),
        sa.Column("response_id", sa.LargeBinary(), response, nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "response_id", name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back: what was frozen is forgotten; the answers stay."""
    for table in ("export", "wave_member", "wave"):
        op.drop_table(table)
