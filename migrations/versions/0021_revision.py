"""Editions of standards, the cycles of their revision, and self-assessments."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = (
    "assessed_clause",
    "self_assessment",
    "clause_document",
    "review_trigger",
    "milestone",
    "cycle_survey",
    "revision_cycle",
    "standard_edition",
)
SAID = "a published edition of a standard never changes"


def upgrade() -> None:
    """Forward: tables with nothing in them. A shipped standard is written down when something first points at it."""
    _editions()
    _cycles()
    _plans()
    _documents()
    _assessments()
    _refuse_changes()


def _points(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def _editions() -> None:
    op.create_table(
        "standard_edition",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standard_edition"),
        _points("standard_edition", "organisation_id", "organisation", "CASCADE"),
    )
    op.create_index("ix_standard_edition_name", "standard_edition", ["organisation_id", "name", "number"], unique=True)


def _cycles() -> None:
    op.create_table(
        "revision_cycle",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.LargeBinary(), nullable=False),
        sa.Column("edition_id", sa.LargeBinary(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("next_edition_id", sa.LargeBinary(), nullable=True),
        sa.Column("calendar_key", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision_cycle"),
        sa.UniqueConstraint("calendar_key", name="uq_revision_cycle_calendar_key"),
        _points("revision_cycle", "organisation_id", "organisation", "CASCADE"),
        _points("revision_cycle", "edition_id", "standard_edition", "CASCADE"),
        _points("revision_cycle", "made_by", "staff", "SET NULL"),
        _points("revision_cycle", "next_edition_id", "standard_edition", "SET NULL"),
    )
    op.create_index("ix_revision_cycle_organisation_id", "revision_cycle", ["organisation_id"])
    op.create_table(
        "cycle_survey",
        sa.Column("cycle_id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("cycle_id", "survey_id", name="pk_cycle_survey"),
        _points("cycle_survey", "cycle_id", "revision_cycle", "CASCADE"),
        _points("cycle_survey", "survey_id", "survey", "CASCADE"),
    )


def _plans() -> None:
    op.create_table(
        "milestone",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("cycle_id", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.LargeBinary(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_milestone"),
        _points("milestone", "cycle_id", "revision_cycle", "CASCADE"),
        _points("milestone", "owner_id", "staff", "SET NULL"),
    )
    op.create_index("ix_milestone_cycle_id", "milestone", ["cycle_id", "step"], unique=True)
    op.create_table(
        "review_trigger",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("cycle_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("raised_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_trigger"),
        _points("review_trigger", "cycle_id", "revision_cycle", "CASCADE"),
        _points("review_trigger", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_review_trigger_cycle_id", "review_trigger", ["cycle_id"])


def _documents() -> None:
    op.create_table(
        "clause_document",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("cycle_id", sa.LargeBinary(), nullable=False),
        sa.Column("clause_id", sa.String(36), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clause_document"),
        _points("clause_document", "cycle_id", "revision_cycle", "CASCADE"),
        _points("clause_document", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_clause_document_cycle_id", "clause_document", ["cycle_id"])


def _assessments() -> None:
    op.create_table(
        "self_assessment",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.LargeBinary(), nullable=False),
        sa.Column("edition_id", sa.LargeBinary(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("service", sa.String(200), nullable=False),
        sa.Column("made_by", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_self_assessment"),
        _points("self_assessment", "organisation_id", "organisation", "CASCADE"),
        _points("self_assessment", "edition_id", "standard_edition", "CASCADE"),
        _points("self_assessment", "made_by", "staff", "SET NULL"),
    )
    op.create_index("ix_self_assessment_organisation_id", "self_assessment", ["organisation_id"])
    op.create_table(
        "assessed_clause",
        sa.Column("assessment_id", sa.LargeBinary(), nullable=False),
        sa.Column("clause_id", sa.String(36), nullable=False),
        sa.Column("met", sa.String(10), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("plan_by", sa.Date(), nullable=True),
        sa.Column("kept_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("assessment_id", "clause_id", name="pk_assessed_clause"),
        _points("assessed_clause", "assessment_id", "self_assessment", "CASCADE"),
    )


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER standard_edition_no_update BEFORE UPDATE ON standard_edition "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION standard_edition_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER standard_edition_no_update BEFORE UPDATE ON standard_edition "
        "FOR EACH ROW EXECUTE FUNCTION standard_edition_refuses()"
    )


def downgrade() -> None:
    """Back: own editions, cycles and self-assessments are gone; surveys and findings stay."""
    for name in TABLES:
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION standard_edition_refuses()")
