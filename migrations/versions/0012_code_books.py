"""Code books: versions that never change, and the draft of the next one."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("code_book_draft", "code_book_version", "code_book")
SAID = "a published version of a code book never changes"


def upgrade() -> None:
    """Forward: three tables with nothing in them. Version 1 of a shipped standard is written when first pinned."""
    op.create_table(
        "code_book",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_code_book"),
        sa.UniqueConstraint("name", name="uq_code_book_name"),
        _points("code_book", "organisation_id", "organisation", "CASCADE"),
    )
    op.create_table(
        "code_book_version",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("book_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=True),
        sa.Column("published_at", Utc(), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_code_book_version"),
        sa.UniqueConstraint("sha256", name="uq_code_book_version_sha256"),
        _points("code_book_version", "book_id", "code_book", "CASCADE"),
    )
    op.create_index("ix_code_book_version_book_id", "code_book_version", ["book_id", "number"], unique=True)
    op.create_table(
        "code_book_draft",
        sa.Column("book_id", sa.LargeBinary(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(), nullable=True),
        sa.Column("kept_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("book_id", name="pk_code_book_draft"),
        _points("code_book_draft", "book_id", "code_book", "CASCADE"),
        _points("code_book_draft", "staff_id", "staff", "SET NULL"),
    )
    _refuse_changes()


def _points(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def _refuse_changes() -> None:
    """The database refuses to change what a coding may pin; a book goes as a whole with its organisation."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER code_book_version_no_update BEFORE UPDATE ON code_book_version "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION code_book_version_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER code_book_version_no_update BEFORE UPDATE ON code_book_version "
        "FOR EACH ROW EXECUTE FUNCTION code_book_version_refuses()"
    )


def downgrade() -> None:
    """Back: code books of one's own and every later version are gone; codings and surveys stay."""
    for name in TABLES:
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION code_book_version_refuses()")
