"""Pages of the desk that count and order passages of a large survey without reading them one by one.

How sure each suggestion is, is kept once more, in a sign each; here it is worked out for what is there.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

IN_USE, DANGER, CONFIDENCE = "ix_passage_in_use", "ix_passage_flags_danger", "ix_suggestion_confidence"
LEVELS = "response_levels"
AT_ONCE = 500  # responses
#: As `analysis.coding.levels` had it when this was written.
LIMITS = [step / 100 for step in range(50, 100)]
FIRST, ABSTAINS, UNSAID = 0x20, chr(0x20), chr(0xFF)

_RESPONSE = sa.table("response", sa.column("id", sa.LargeBinary), sa.column("survey_id", sa.LargeBinary))
_PASSAGE = sa.table(
    "passage",
    sa.column("id", sa.LargeBinary),
    sa.column("response_id", sa.LargeBinary),
    sa.column("in_use", sa.Boolean),
)
_SUGGESTION = sa.table(
    "suggestion",
    sa.column("passage_id", sa.LargeBinary),
    sa.column("probabilities", sa.JSON),
    sa.column("confidence", sa.Float),
)


def upgrade() -> None:
    """Forward: what tells which passages are in use, or of danger, says so itself; one finds the least sure; levels."""
    _in_use_anew("in_use")
    _danger_anew("danger")
    op.create_index(CONFIDENCE, "suggestion", ["confidence", "passage_id"])
    kept = op.create_table(
        LEVELS,
        sa.Column("response_id", sa.LargeBinary(), nullable=False),
        sa.Column("survey_id", sa.LargeBinary(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("passages", sa.String(), nullable=False),
        sa.Column("together", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("response_id", name="pk_response_levels"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name="fk_response_levels_response_id_response", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name="fk_response_levels_survey_id_survey", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_response_levels_survey_id", LEVELS, ["survey_id"])
    for rows in _levels():
        op.get_bind().execute(sa.insert(kept), rows)


def downgrade() -> None:
    """Back: passages are read to be counted, and suggestions to be put in order."""
    op.drop_table(LEVELS)
    op.drop_index(CONFIDENCE, "suggestion")
    _danger_anew()
    _in_use_anew()


def _in_use_anew(*more: str) -> None:
    op.drop_index(IN_USE, "passage")
    op.create_index(
        IN_USE,
        "passage",
        ["response_id", "question", "start", *more],
        unique=True,
        sqlite_where=sa.text("in_use IS 1"),
        postgresql_where=sa.text("in_use IS true"),
    )


def _danger_anew(*more: str) -> None:
    op.drop_index(DANGER, "passage_flags")
    op.create_index(
        DANGER,
        "passage_flags",
        ["passage_id", *more],
        sqlite_where=sa.text("danger IS 1"),
        postgresql_where=sa.text("danger IS true"),
    )


def _levels() -> Iterator[list[dict[str, Any]]]:
    """Rows for all responses with passages, some at a time: there may be a million."""
    ids = sa.select(_RESPONSE.c.id).order_by(_RESPONSE.c.id).limit(AT_ONCE)
    some = op.get_bind().scalars(ids).all()
    while some:
        if rows := _rows(some[0], some[-1]):
            yield rows
        some = op.get_bind().scalars(ids.where(_RESPONSE.c.id > some[-1])).all()


def _rows(first: bytes, last: bytes) -> list[dict[str, Any]]:
    wanted = (
        sa.select(_RESPONSE.c.id, _RESPONSE.c.survey_id, _SUGGESTION.c.probabilities, _SUGGESTION.c.confidence)
        .select_from(
            _RESPONSE.join(_PASSAGE, _PASSAGE.c.response_id == _RESPONSE.c.id).outerjoin(
                _SUGGESTION, _SUGGESTION.c.passage_id == _PASSAGE.c.id
            )
        )
        .where(_RESPONSE.c.id >= first, _RESPONSE.c.id <= last, _PASSAGE.c.in_use.is_(True))
        .order_by(_RESPONSE.c.id, _PASSAGE.c.id)
    )
    found = op.get_bind().execute(wanted).all()
    return [_row(key, [(each[2], each[3]) for each in group]) for key, group in groupby(found, key=lambda row: row[:2])]


def _row(key: Sequence[bytes], suggested: list[tuple[dict[str, float] | None, float | None]]) -> dict[str, Any]:
    codes = sorted({code for chances, _sure in suggested for code in chances or ()})
    rows = [_signs(chances, sure, codes) for chances, sure in suggested]
    together = _abstaining(codes)
    if all(row[0] != ABSTAINS for row in rows):
        together = min(row[0] for row in rows) + "".join(map(max, *(row[1:] for row in rows), rows[0][1:]))
    return {
        "response_id": key[0],
        "survey_id": key[1],
        "codes": " ".join(codes),
        "passages": "".join(rows),
        "together": together,
    }


def _signs(chances: dict[str, float] | None, sure: float | None, codes: list[str]) -> str:
    if not sure or not chances:
        return _abstaining(codes)
    said = (chr(FIRST + _level(chances[code])) if code in chances else UNSAID for code in codes)
    return chr(FIRST + 1 + bisect_right(LIMITS, sure)) + "".join(said)


def _abstaining(codes: list[str]) -> str:
    return ABSTAINS + UNSAID * len(codes)


def _level(chance: float) -> int:
    return len(LIMITS) + bisect_right(LIMITS, chance) - bisect_right(LIMITS, 1 - chance)
