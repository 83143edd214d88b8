"""Proposals for the next edition: their wordings, what they rest on, what was decided, and what the public was told."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = (
    "revision_account",
    "decision",
    "proposal_vote",
    "proposal_comment",
    "pinned_evidence",
    "proposal_wording",
    "proposal",
)


def upgrade() -> None:
    """Forward: tables with nothing in them."""
    _proposals()
    _grounds()
    _decisions()
    _accounts()


def _points(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("cycle_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("clause_id", sa.String(36), nullable=False),
        sa.Column("parent_id", sa.String(36), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("withdrawn_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        _points("proposal", "cycle_id", "revision_cycle", "CASCADE"),
        _points("proposal", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_proposal_cycle_id", "proposal", ["cycle_id", "number"], unique=True)
    op.create_table(
        "proposal_wording",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("proposal_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_wording"),
        _points("proposal_wording", "proposal_id", "proposal", "CASCADE"),
        _points("proposal_wording", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_proposal_wording_proposal_id", "proposal_wording", ["proposal_id", "number"], unique=True)


def _grounds() -> None:
    op.create_table(
        "pinned_evidence",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("proposal_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("refers", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pinned_evidence"),
        _points("pinned_evidence", "proposal_id", "proposal", "CASCADE"),
        _points("pinned_evidence", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_pinned_evidence_proposal_id", "pinned_evidence", ["proposal_id"])
    op.create_table(
        "proposal_comment",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("proposal_id", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("interest", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_comment"),
        _points("proposal_comment", "proposal_id", "proposal", "CASCADE"),
        _points("proposal_comment", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_proposal_comment_proposal_id", "proposal_comment", ["proposal_id"])


def _decisions() -> None:
    op.create_table(
        "proposal_vote",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("proposal_id", sa.LargeBinary(), nullable=False),
        sa.Column("vote", sa.String(10), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_vote"),
        _points("proposal_vote", "proposal_id", "proposal", "CASCADE"),
        _points("proposal_vote", "staff_id", "staff", "SET NULL"),
    )
    op.create_index("ix_proposal_vote_proposal_id", "proposal_vote", ["proposal_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("proposal_id", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        _points("decision", "proposal_id", "proposal", "CASCADE"),
        _points("decision", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_decision_proposal_id", "decision", ["proposal_id"])


def _accounts() -> None:
    op.create_table(
        "revision_account",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("cycle_id", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("taken_back_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_revision_account"),
        _points("revision_account", "cycle_id", "revision_cycle", "CASCADE"),
        _points("revision_account", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_revision_account_address", "revision_account", ["address"])
    op.create_index("ix_revision_account_cycle_id", "revision_account", ["cycle_id"])


def downgrade() -> None:
    """Back: proposals and decisions are gone; cycles, surveys and findings stay."""
    for name in TABLES:
        op.drop_table(name)
