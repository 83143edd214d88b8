"""The coding desk: themes and stance in decisions, passages cut anew, memos, marks, and acts in their order."""

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("desk_count", "desk_pace", "desk_habit", "passage_mark", "passage_memo", "desk_act")
PLACE = ["response_id", "question", "start"]


def upgrade() -> None:
    """Forward: six tables with nothing in them. Decisions made before say no theme, no stance and no code book."""
    op.add_column("coding", sa.Column("themes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("coding", sa.Column("stance", sa.String(12), nullable=False, server_default=""))
    op.add_column("coding", sa.Column("book", sa.String(64), nullable=False, server_default=""))
    op.create_index("ix_coding_of_coder", "coding", ["staff_id", "passage_id"])
    op.add_column("passage", sa.Column("in_use", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.drop_index("ix_passage_place", "passage")
    op.create_index("ix_passage_place", "passage", [*PLACE, "end"], unique=True)
    in_use = {"sqlite_where": sa.text("in_use IS 1"), "postgresql_where": sa.text("in_use IS true")}
    op.create_index("ix_passage_in_use", "passage", PLACE, unique=True, **in_use)  # type: ignore[arg-type]
    _acts()
    _beside("passage_memo", "noted_at", sa.Column("sealed", sa.LargeBinary(), nullable=False))
    _beside(
        "passage_mark",
        "marked_at",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
    )
    _habits()


def _acts() -> None:
    op.create_table(
        "desk_act",
        *(_id(name) for name in ("id", "survey_id", "passage_id", "staff_id")),
        sa.Column("kind", sa.String(10), nullable=False),
        _id("about"),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("done_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_act"),
        _points("desk_act", "survey_id", "survey", "CASCADE"),
        _points("desk_act", "passage_id", "passage", "CASCADE"),
        _points("desk_act", "staff_id", "staff"),
    )
    op.create_index("ix_desk_act_of_coder", "desk_act", ["staff_id", "survey_id", "done_at"])
    op.create_index("ix_desk_act_of_kind", "desk_act", ["staff_id", "survey_id", "kind", "done_at"])
    op.create_index("ix_desk_act_about", "desk_act", ["about", "kind"])
    op.create_index("ix_desk_act_survey_id", "desk_act", ["survey_id"])
    op.create_index("ix_desk_act_passage_id", "desk_act", ["passage_id"])


def _beside(table: str, moment: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        *(_id(name) for name in ("id", "passage_id", "staff_id")),
        *columns,
        sa.Column(moment, Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _points(table, "passage_id", "passage", "CASCADE"),
        _points(table, "staff_id", "staff"),
    )
    op.create_index(f"ix_{table}_passage_id", table, ["passage_id"])


def _habits() -> None:
    op.create_table(
        "desk_habit",
        _id("staff_id"),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("hint_hidden", "keys_off")),
        sa.PrimaryKeyConstraint("staff_id", name="pk_desk_habit"),
        _points("desk_habit", "staff_id", "staff", "CASCADE"),
    )
    op.create_table(
        "desk_count",
        *(_id(name) for name in ("staff_id", "survey_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("coded", "total")),
        sa.Column("counted_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "survey_id", name="pk_desk_count"),
        _points("desk_count", "staff_id", "staff", "CASCADE"),
        _points("desk_count", "survey_id", "survey", "CASCADE"),
    )
    op.create_table(
        "desk_pace",
        _id("survey_id"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("break_after", "most_a_day")),
        sa.PrimaryKeyConstraint("survey_id", name="pk_desk_pace"),
        _points("desk_pace", "survey_id", "survey", "CASCADE"),
    )


def _id(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _points(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def downgrade() -> None:
    """Back: what was taken back or cut anew is gone for good, with memos, marks, themes and stances."""
    op.execute("DELETE FROM coding WHERE id IN (SELECT about FROM desk_act WHERE kind = 'undo')")
    op.execute("DELETE FROM coding WHERE passage_id IN (SELECT id FROM passage WHERE NOT in_use)")
    for name in TABLES:
        op.drop_table(name)
    op.execute("DELETE FROM passage WHERE NOT in_use")
    op.drop_index("ix_passage_in_use", "passage")
    op.drop_index("ix_passage_place", "passage")
    op.create_index("ix_passage_place", "passage", PLACE, unique=True)
    op.drop_column("passage", "in_use")
    op.drop_index("ix_coding_of_coder", "coding")
    for name in ("book", "stance", "themes"):
        op.drop_column("coding", name)
