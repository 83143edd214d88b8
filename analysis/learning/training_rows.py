"""What people decided and suggestions may learn from: the one place where decisions are read for learning.

Passages of an audit are never among them. Whatever keeps passages for an audit adds its statement to `KEPT_APART`; no
other module of the house reads `Coding` for learning (`tests/analysis/learning/test_training_rows.py` looks).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import audited_passages
from analysis.code_books.carrying import Carrying
from analysis.coding.tables import Coding, Passage
from surveys.intake.tables import Response

#: With fewer settled passages, of fewer people, nothing is learnt.
FEWEST, FEWEST_RESPONSES = 30, 10
#: Each gives, for the id of a survey, the ids of passages that must never be learnt from.
KEPT_APART: tuple[Callable[[bytes], Select[bytes]], ...] = (audited_passages,)


@dataclass(frozen=True)
class TrainingRow:
    """One passage that people have settled: whose answer it is part of, and the sections they gave it.

    `themes`: those that all of them gave. `stance`: the one they agree on, or none.
    """

    passage_id: bytes
    response_id: bytes
    sections: tuple[str, ...]
    themes: tuple[str, ...] = ()
    stance: str = ""


def training_rows(session: Session, survey_id: bytes, standard: str, coder: bytes | None = None) -> list[TrainingRow]:
    """Every passage of a survey on which all who coded it agree in their newest decisions, by the passages' random ids.

    Only decisions for this standard count: codes of another mean something else. Passages kept apart are left out.
    `coder`: only passages that this person has coded too.
    """
    wanted = (
        select(
            Passage.response_id,
            Coding.passage_id,
            Coding.staff_id,
            Coding.sections,
            Coding.themes,
            Coding.stance,
            Coding.book,
            Coding.coded_at,
        )
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
    newest: dict[bytes, dict[bytes, Any]] = {}
    for row in decisions:
        newest.setdefault(row.passage_id, {})[row.staff_id] = row
    for passage_id, by_coder in newest.items():
        said = [carrying.carried(row) for row in by_coder.values()]
        first = said[0]
        if first is None or any(each is None or each.sections != first.sections for each in said):
            continue
        themes = tuple(code for code in first.themes if all(each and code in each.themes for each in said))
        stances = {row.stance for row in by_coder.values()}
        response_id = next(iter(by_coder.values())).response_id
        yield TrainingRow(passage_id, response_id, first.sections, themes, stances.pop() if len(stances) == 1 else "")
