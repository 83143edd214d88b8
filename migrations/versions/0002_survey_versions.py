"""Versions of surveys, surveys that are being written, and paper forms that are being entered."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. What was published before becomes version 1, published when this ran."""
    op.add_column("survey", sa.Column("state", sa.String(10), nullable=False, server_default="open"))
    op.create_table(
        "survey_version",
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.String(64), nullable=False),
        sa.Column("published_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_survey_version_survey_id_survey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("survey_id", "number", name="pk_survey_version"),
    )
    op.execute(
        "INSERT INTO survey_version (survey_id, number, definition, definition_hash, published_at) "
        "SELECT id, 1, definition, definition_hash, CURRENT_TIMESTAMP FROM survey"
    )
    _written()
    _paper()


def _written() -> None:
    op.create_table(
        "written_survey",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=True),
        sa.Column("trial_id", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_written_survey_survey_id_survey"),
        sa.ForeignKeyConstraint(["trial_id"], ["survey.id"], name="fk_written_survey_trial_id_survey"),
        sa.PrimaryKeyConstraint("id", name="pk_written_survey"),
    )
    op.create_table(
        "written_step",
        sa.Column("written_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tables", sa.Text(), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["written_id"], ["written_survey.id"], name="fk_written_step_written_id_written_survey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("written_id", "number", name="pk_written_step"),
    )


def _paper() -> None:
    """Answers on paper wait here, sealed, until two people have entered them; then they go through the intake."""
    op.create_table(
        "paper_form",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_paper_form_survey_id_survey"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_form"),
        sa.UniqueConstraint("survey_id", "label", name="uq_paper_form_survey_id"),
    )
    op.create_table(
        "paper_entry",
        sa.Column("form_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["paper_form.id"], name="fk_paper_entry_form_id_paper_form", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_paper_entry_staff_id_staff"),
        sa.PrimaryKeyConstraint("form_id", "number", name="pk_paper_entry"),
    )


def downgrade() -> None:
    """Back to the first tables; what was being written or entered is lost."""
    for table in ("paper_entry", "paper_form", "written_step", "written_survey", "survey_version"):
        op.drop_table(table)
    op.drop_column("survey", "state")
