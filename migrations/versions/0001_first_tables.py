"""The first tables of every room."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: In the order they are made; unmade the other way round.
TABLES = (
    "job",
    "staff",
    "staff_role",
    "sign_in_link",
    "staff_session",
    "survey",
    "spent_nonce",
    "intake",
    "response",
    "response_key",
    "passage",
    "suggestion",
    "coding",
    "findings",
)


def upgrade() -> None:
    """Forward."""
    _jobs()
    _staff()
    _surveys()
    _intake()
    _coding()
    _findings()


def downgrade() -> None:
    """Back to nothing."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _id(name: str = "id", to: str = "", key: str = "", ondelete: str | None = None) -> sa.Column[bytes]:
    """A column of random bytes; `to` is the column it points at by the foreign key named `key`."""
    points = [sa.ForeignKey(to, name=key, ondelete=ondelete)] if to else []
    return sa.Column(name, sa.LargeBinary(), *points, nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, Utc(), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _jobs() -> None:
    op.create_table(
        "job",
        _id(),
        _text("kind", 40),
        _text("argument", 200),
        _text("state", 10),
        _whole("done"),
        _whole("total"),
        _whole("attempts"),
        _text("fault", 200),
        _moment("made_at"),
        _moment("heart_at"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_state", "job", ["state"])


def _staff() -> None:
    op.create_table(
        "staff",
        _id(),
        _text("name", 200),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("name", name="uq_staff_name"),
    )
    op.create_table(
        "staff_role",
        _id("staff_id", "staff.id", "fk_staff_role_staff_id_staff", "CASCADE"),
        _text("role", 20),
        sa.PrimaryKeyConstraint("staff_id", "role", name="pk_staff_role"),
    )
    op.create_table(
        "sign_in_link",
        _sealed("fingerprint"),
        _id("staff_id", "staff.id", "fk_sign_in_link_staff_id_staff", "CASCADE"),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_sign_in_link"),
    )
    op.create_table(
        "staff_session",
        _sealed("fingerprint"),
        _id("staff_id", "staff.id", "fk_staff_session_staff_id_staff", "CASCADE"),
        _moment("started_at"),
        _moment("seen_at"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_staff_session"),
    )


def _surveys() -> None:
    op.create_table(
        "survey",
        _id(),
        _text("address", 40),
        sa.Column("definition", sa.Text(), nullable=False),
        _text("definition_hash", 64),
        _sealed("public_key"),
        _sealed("wrapped_private_key"),
        sa.PrimaryKeyConstraint("id", name="pk_survey"),
        sa.UniqueConstraint("address", name="uq_survey_address"),
    )


def _intake() -> None:
    """Tables of answers: on SQLite without the hidden row number that would keep the order of arrival."""
    op.create_table(
        "spent_nonce",
        _id("nonce"),
        sa.PrimaryKeyConstraint("nonce", name="pk_spent_nonce"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "intake",
        _id(),
        _id("survey_id", "survey.id", "fk_intake_survey_id_survey"),
        _sealed("sealed"),
        sa.PrimaryKeyConstraint("id", name="pk_intake"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response",
        _id(),
        _id("survey_id", "survey.id", "fk_response_survey_id_survey"),
        _id("tag"),
        _sealed("ciphertext"),
        sa.Column("format", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_response_survey_id", "response", ["survey_id"])
    op.create_table(
        "response_key",
        _id("response_id", "response.id", "fk_response_key_response_id_response", "CASCADE"),
        _sealed("wrapped_key"),
        sa.PrimaryKeyConstraint("response_id", name="pk_response_key"),
        sqlite_with_rowid=False,
    )


def _coding() -> None:
    op.create_table(
        "passage",
        _id(),
        _id("response_id", "response.id", "fk_passage_response_id_response", "CASCADE"),
        _text("question", 40),
        _whole("start"),
        _whole("end"),
        sa.PrimaryKeyConstraint("id", name="pk_passage"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_passage_place", "passage", ["response_id", "question", "start"], unique=True)
    op.create_table(
        "suggestion",
        _id("passage_id", "passage.id", "fk_suggestion_passage_id_passage", "CASCADE"),
        _text("model", 64),
        _list("sections"),
        _list("probabilities"),
        _list("themes"),
        _text("stance", 12),
        sa.Column("confidence", sa.Double(), nullable=False),
        _list("reasons"),
        sa.PrimaryKeyConstraint("passage_id", name="pk_suggestion"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coding",
        _id(),
        _id("passage_id", "passage.id", "fk_coding_passage_id_passage", "CASCADE"),
        _id("staff_id", "staff.id", "fk_coding_staff_id_staff"),
        _list("sections"),
        _text("act", 10),
        _text("standard", 40),
        _moment("coded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_coding"),
    )
    op.create_index("ix_coding_passage_id", "coding", ["passage_id"])


def _findings() -> None:
    op.create_table(
        "findings",
        _id("survey_id", "survey.id", "fk_findings_survey_id_survey"),
        _sealed("sealed"),
        _moment("made_at"),
        sa.PrimaryKeyConstraint("survey_id", name="pk_findings"),
    )
