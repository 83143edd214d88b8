"""How many responses count, and which, told by an index: the responses themselves are gigabytes of a large survey."""

from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

INDEX = "ix_response_survey_id"


def upgrade() -> None:
    """Forward: the index on surveys also says which responses are set aside."""
    _anew("survey_id", "set_aside")


def downgrade() -> None:
    """Back: it says of which survey a response is, and no more."""
    _anew("survey_id")


def _anew(*columns: str) -> None:
    op.drop_index(INDEX, "response")
    op.create_index(INDEX, "response", list(columns))
