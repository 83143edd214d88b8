"""Keys move to a store of their own; receipts, wishes to withdraw and invitations get their tables."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import Connection, Engine, text

from safekeeping.keystore import Keystore, KeyToKeep
from safekeeping.vault import random_id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Which master key had wrapped what there was: there was one.
FIRST = b"\x01"


def upgrade() -> None:
    """Forward. The keys are in their store before they are deleted here; stopped in between, this runs again."""
    _move_keys(op.get_bind())
    op.drop_table("response_key")
    op.drop_column("survey", "wrapped_private_key")
    op.add_column("survey", sa.Column("by_ticket", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("survey", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("response", sa.Column("set_aside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("DELETE FROM findings")  # were sealed under another key; the next job makes them anew
    _code_tables()
    op.create_table(
        "high_water",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_high_water"),
    )
    op.add_column("passage", sa.Column("may_quote", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_passage_may_quote", "passage", ["id", "may_quote"], unique=True)


def _move_keys(connection: Connection) -> None:
    surveys = connection.execute(text("SELECT id, wrapped_private_key FROM survey")).all()
    if not surveys:
        return
    store = _store()
    for survey_id, wrapped in surveys:
        store.put_survey(survey_id, FIRST + wrapped)
        of_it = text(
            "SELECT response_id, wrapped_key FROM response_key JOIN response ON response.id = response_id "
            "WHERE survey_id = :survey_id"
        )
        rows = connection.execute(of_it, {"survey_id": survey_id}).all()
        store.forget_responses([response_id for response_id, _ in rows])
        marks = [KeyToKeep(response_id, wrapped_key, random_id() + random_id()) for response_id, wrapped_key in rows]
        store.put_responses(survey_id, marks)


def _store() -> Keystore:
    keys: Engine | None = context.config.attributes["keys"]
    if keys is None:
        raise RuntimeError("this database holds keys, and there is no key store to move them to")
    return Keystore(keys)


def _code_tables() -> None:
    op.create_table(
        "receipt",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_receipt_survey_id_survey"),
        sa.PrimaryKeyConstraint("lookup", name="pk_receipt"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_withdrawal_survey_id_survey"),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawal"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ticket",
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_ticket_survey_id_survey"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_ticket"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back, with the keys. What waits to be mixed stays sealed in the newer way and cannot be read by the older."""
    op.drop_index("ix_passage_may_quote", "passage")
    op.drop_column("passage", "may_quote")
    for table in ("high_water", "ticket", "withdrawal", "receipt"):
        op.drop_table(table)
    op.drop_column("response", "set_aside")
    op.drop_column("survey", "closed_on")
    op.drop_column("survey", "by_ticket")
    op.add_column("survey", sa.Column("wrapped_private_key", sa.LargeBinary(), nullable=False, server_default=""))
    op.create_table(
        "response_key",
        sa.Column("response_id", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name="fk_response_key_response_id_response", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", name="pk_response_key"),
        sqlite_with_rowid=False,
    )
    _bring_keys_back(op.get_bind())
    op.execute("DELETE FROM findings")


def _bring_keys_back(connection: Connection) -> None:
    surveys = connection.execute(text("SELECT id FROM survey")).scalars().all()
    for survey_id in surveys:
        store = _store()
        wrapped = store.survey(survey_id) or b""
        change = text("UPDATE survey SET wrapped_private_key = :wrapped WHERE id = :survey_id")
        connection.execute(change, {"wrapped": wrapped.removeprefix(FIRST), "survey_id": survey_id})
        of_it = text("SELECT id FROM response WHERE survey_id = :survey_id")
        kept = connection.execute(of_it, {"survey_id": survey_id}).scalars().all()
        put = text("INSERT INTO response_key (response_id, wrapped_key) VALUES (:response_id, :wrapped_key)")
        for response_id, wrapped_key in store.wrapped(list(kept)).items():
            connection.execute(put, {"response_id": response_id, "wrapped_key": wrapped_key})
