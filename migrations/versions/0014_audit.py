"""Audit samples, what is coded blind and settled in them, shares of the coding, and searches for words."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from safekeeping.database import Utc

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    "word_search",
    "coding_share",
    "practice_coding",
    "practice",
    "audit_agreement",
    "audit_decision",
    "audit_coding",
    "audit_seat",
    "audit_unit",
    "audit_draw",
    "audit_sample",
)


def upgrade() -> None:
    """Forward: eleven tables with nothing in them."""
    _samples()
    _labels()
    _practice()
    _queues()


def _samples() -> None:
    _table(
        "audit_sample",
        [_bytes("id"), _bytes("survey_id"), _whole("number"), _text("standard", 40), _text("book", 64)],
        [
            _text("reason", 300),
            sa.Column("begun_at", Utc(), nullable=False),
            sa.Column("ended_at", Utc(), nullable=True),
        ],
        points={"survey_id": ("survey", "CASCADE")},
    )
    op.create_index("ix_audit_sample_survey_id", "audit_sample", ["survey_id", "number"], unique=True)
    _table(
        "audit_draw",
        [_bytes("id"), _bytes("sample_id"), _whole("number"), sa.Column("wanted", sa.JSON(), nullable=False)],
        [_bytes("staff_id"), sa.Column("drawn_at", Utc(), nullable=False), _bytes("seed"), _text("frame_hash", 64)],
        [_bytes("sealed"), _bytes("mark")],
        points={"sample_id": ("audit_sample", "CASCADE"), "staff_id": ("staff", None)},
    )
    op.create_index("ix_audit_draw_sample_id", "audit_draw", ["sample_id"])
    _table(
        "audit_unit",
        [_bytes("id"), _bytes("sample_id"), _bytes("response_id"), _whole("draw")],
        points={"sample_id": ("audit_sample", "CASCADE"), "response_id": ("response", "CASCADE")},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_unit_sample_id", "audit_unit", ["sample_id"])
    op.create_index("ix_audit_unit_response_id", "audit_unit", ["response_id", "sample_id"], unique=True)


def _labels() -> None:
    _table(
        "audit_seat",
        [_bytes("unit_id"), _whole("seat"), _bytes("staff_id"), _bytes("given_by", nullable=True)],
        [sa.Column("given_at", Utc(), nullable=False)],
        key=("unit_id", "seat"),
        points={"unit_id": ("audit_unit", "CASCADE"), "staff_id": ("staff", None), "given_by": ("staff", None)},
    )
    op.create_index("ix_audit_seat_staff_id", "audit_seat", ["staff_id", "unit_id"], unique=True)
    of_unit = {
        "unit_id": ("audit_unit", "CASCADE"),
        "passage_id": ("passage", "CASCADE"),
        "staff_id": ("staff", None),
    }
    for name, last in (
        ("audit_coding", [sa.Column("coded_at", Utc(), nullable=False)]),
        ("audit_decision", [_bytes("reason"), sa.Column("decided_at", Utc(), nullable=False)]),
    ):
        _table(name, [_bytes(each) for each in ("id", *of_unit)], _given(), last, points=of_unit)
        for column in ("unit_id", "passage_id"):
            op.create_index(f"ix_{name}_{column}", name, [column])
    _table(
        "audit_agreement",
        [_bytes("sample_id"), sa.Column("figures", sa.JSON(), nullable=False)],
        [sa.Column("chart", sa.Text(), nullable=False), sa.Column("made_at", Utc(), nullable=False)],
        key=("sample_id",),
        points={"sample_id": ("audit_sample", "CASCADE")},
    )


def _practice() -> None:
    _table(
        "practice",
        [_bytes("id"), _bytes("sample_id"), _bytes("staff_id"), sa.Column("passages", sa.JSON(), nullable=False)],
        [sa.Column("begun_at", Utc(), nullable=False)],
        points={"sample_id": ("audit_sample", "CASCADE"), "staff_id": ("staff", None)},
    )
    op.create_index("ix_practice_sample_id", "practice", ["sample_id"])
    _table(
        "practice_coding",
        [_bytes("practice_id"), _bytes("passage_id")],
        _given(),
        [sa.Column("coded_at", Utc(), nullable=False)],
        key=("practice_id", "passage_id"),
        points={"practice_id": ("practice", "CASCADE"), "passage_id": ("passage", "CASCADE")},
    )
    op.create_index("ix_practice_coding_passage_id", "practice_coding", ["passage_id"])


def _queues() -> None:
    _table(
        "coding_share",
        [_bytes("response_id"), _bytes("staff_id")],
        key=("response_id", "staff_id"),
        points={"response_id": ("response", "CASCADE"), "staff_id": ("staff", None)},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_coding_share_staff_id", "coding_share", ["staff_id"])
    _table(
        "word_search",
        [_bytes("id"), _bytes("survey_id"), _bytes("staff_id"), _bytes("words")],
        [sa.Column("passages", sa.JSON(), nullable=False), _text("state", 10)],
        [sa.Column("asked_at", Utc(), nullable=False)],
        points={"survey_id": ("survey", "CASCADE"), "staff_id": ("staff", None)},
    )
    op.create_index("ix_word_search_survey_id", "word_search", ["survey_id"])


def _given() -> list[sa.Column[Any]]:
    """What is given to a passage."""
    lists = [sa.Column(name, sa.JSON(), nullable=False) for name in ("sections", "themes")]
    return [*lists, _text("stance", 12)]


def _table(
    name: str,
    *columns: list[Any],
    key: tuple[str, ...] = ("id",),
    points: dict[str, Any],
    **how: bool,
) -> None:
    every = [column for some in columns for column in some]
    keys = [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{name}_{column}_{to}", ondelete=ondelete)
        for column, (to, ondelete) in points.items()
    ]
    op.create_table(name, *every, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"), *keys, **how)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def downgrade() -> None:
    """Back: samples, what was coded blind and settled, shares and searches are gone; what the desk decided stays."""
    for name in TABLES:
        op.drop_table(name)
