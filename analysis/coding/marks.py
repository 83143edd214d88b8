"""Marks on passages: to be quoted, for whoever looks after safety, for a colleague. They are the team's."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from analysis.coding.acts import MARK, Here, did
from analysis.coding.code_passages import of_survey
from analysis.coding.desk_tables import PassageMark
from analysis.coding.tables import Passage, in_force
from safekeeping.vault import random_id

QUOTE, SAFEGUARD, COLLEAGUE = KINDS = ("quote", "safeguard", "colleague")
_Later = aliased(PassageMark)


def counts() -> ColumnElement[bool]:
    """Whether a row of `PassageMark` says that its passage carries the mark now."""
    after = or_(
        _Later.marked_at > PassageMark.marked_at,
        and_(_Later.marked_at == PassageMark.marked_at, _Later.id > PassageMark.id),
    )
    same = select(_Later.id).where(_Later.passage_id == PassageMark.passage_id, _Later.kind == PassageMark.kind)
    newer = same.where(in_force(_Later.id), after).exists()
    return and_(PassageMark.on.is_(True), in_force(PassageMark.id), ~newer)


def on(session: Session, passages: Iterable[bytes]) -> dict[bytes, set[str]]:
    """The marks that a few passages carry, by their ids."""
    found: dict[bytes, set[str]] = {}
    for row in session.scalars(_rows(passages)):
        found.setdefault(row.passage_id, set()).add(row.kind)
    return found


def _rows(passages: Iterable[bytes]) -> Select[PassageMark]:
    return select(PassageMark).where(PassageMark.passage_id.in_(list(passages)), counts())


def marked(survey_id: bytes, kind: str) -> Select[Passage, PassageMark]:
    """The passages of a survey that carry a mark, and it, the newest first."""
    found = of_survey(survey_id).join(PassageMark, PassageMark.passage_id == Passage.id)
    found = found.where(PassageMark.kind == kind, counts())
    return found.with_only_columns(Passage, PassageMark).order_by(PassageMark.marked_at.desc(), PassageMark.id)


def turn(here: Here, kind: str, *, note: bool = True) -> PassageMark:
    """Put a mark on, or take it off where it is on. `note=False`: the caller notes the act."""
    there = kind in on(here.session, [here.passage.id]).get(here.passage.id, ())
    row = PassageMark(
        id=random_id(),
        passage_id=here.passage.id,
        staff_id=here.coder,
        kind=kind,
        on=not there,
        marked_at=here.now,
    )
    here.session.add(row)
    here.session.flush()
    if note:
        did(here, MARK, row.id)
    return row


def carry_over(session: Session, before: Iterable[Passage], after: Iterable[Passage]) -> None:
    """Passages that were cut anew carry the marks of those they were cut from, by whom and since when they were put."""
    places = list(before)
    rows = list(session.scalars(_rows(each.id for each in places)))
    carried = {row.kind: row for row in rows}
    for passage in after:
        there = on(session, [passage.id]).get(passage.id, set())
        for kind, row in carried.items():
            if kind not in there:
                session.add(
                    PassageMark(
                        passage_id=passage.id, staff_id=row.staff_id, kind=kind, on=True, marked_at=row.marked_at
                    )
                )
    session.flush()
