"""How many responses count, and which, told by an index: the responses themselves are gigabytes of a large survey."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INDEX, DANGER = "ix_response_survey_id", "ix_passage_flags_danger"


def upgrade() -> None:
    """Forward: the index on surveys also says which responses are set aside; one finds flags of danger."""
    _anew("survey_id", "set_aside")
    op.create_index(
        DANGER,
        "passage_flags",
        ["passage_id"],
        sqlite_where=sa.text("danger IS 1"),
        postgresql_where=sa.text("danger IS true"),
    )


def downgrade() -> None:
    """Back: the first says of which survey a response is, and no more."""
    op.drop_index(DANGER, "passage_flags")
    _anew("survey_id")


def _anew(*columns: str) -> None:
    op.drop_index(INDEX, "response")
    op.create_index(INDEX, "response", list(columns))
