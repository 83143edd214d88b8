"""What people decided and suggestions may learn from: the one place where decisions are read for learning.

Passages of an audit are never among them. Whatever keeps passages for an audit adds its statement to `KEPT_APART`; no
other module of the house reads `Coding` for learning (`tests/analysis/learning/test_training_rows.py` looks).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analysis.code_books.carrying import Carrying
from analysis.coding.tables import Coding, Passage
from surveys.intake.tables import Response

#: With fewer settled passages, of fewer people, nothing is learnt.
FEWEST, FEWEST_RESPONSES = 30, 10
#: Each gives, for the id of a survey, the ids of passages that must never be learnt from.
KEPT_APART: tuple[Callable[[bytes], Select[bytes]], ...] = ()


@dataclass(frozen=True)
class TrainingRow:
    """One passage that people have settled: whose answer it is part of, and the sections they gave it."""

    passage_id: bytes
    response_id: bytes
    sections: tuple[str, ...]


def training_rows(session: Session, survey_id: bytes, standard: str, coder: bytes | None = None) -> list[TrainingRow]:
    """Every passage of a survey on which all who coded it agree in their newest decisions, by the passages' random ids.

    Only decisions for this standard count: codes of another mean something else. Passages kept apart are left out.
    `coder`: only passages that this person has coded too.
    """
    wanted = (
        select(Coding.passage_id, Coding.staff_id, Coding.sections, Coding.coded_at, Passage.response_id)
        .join(Passage, Passage.id == Coding.passage_id)
        .join(Response, Response.id == Passage.response_id)
        .where(Response.survey_id == survey_id, Response.set_aside.is_(False), Coding.standard == standard)
        .order_by(Coding.passage_id, Coding.coded_at, Coding.id)
    )
    for apart in KEPT_APART:
        wanted = wanted.where(Passage.id.not_in(apart(survey_id)))
    if coder is not None:
        wanted = wanted.where(Passage.id.in_(select(Coding.passage_id).where(Coding.staff_id == coder)))
    return list(_settled(session.execute(wanted), Carrying(session, standard)))


def _settled(decisions: Iterable[Any], carrying: Carrying) -> Iterable[TrainingRow]:
    """What was decided under an earlier version of the code book counts as far as nobody must look at it again."""
    newest: dict[bytes, dict[bytes, tuple[str, ...] | None]] = {}
    response_of: dict[bytes, bytes] = {}
    for decision in decisions:
        newest.setdefault(decision.passage_id, {})[decision.staff_id] = carrying.sections(decision)
        response_of[decision.passage_id] = decision.response_id
    for passage_id, said in newest.items():
        agreed = set(said.values())
        sections = agreed.pop()
        if sections is not None and not agreed:
            yield TrainingRow(passage_id, response_of[passage_id], sections)
