"""What coders do: find the next passage, read it in its answer, record a decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.standard.edition import Edition
from surveys.intake.tables import Response

#: What a decision did with the suggestion.
ACCEPTED, CHANGED, NONE = "accepted", "changed", "none"


@dataclass(frozen=True)
class Progress:
    """How many passages of a survey one coder has coded, of how many."""

    coded: int
    total: int


def _passages_of(survey_id: bytes) -> Select[Passage]:
    found = select(Passage).join(Response, Response.id == Passage.response_id)
    return found.where(Response.survey_id == survey_id)


def next_uncoded(session: Session, survey_id: bytes, coder: bytes) -> Passage | None:
    """The first passage this coder has not coded, in the random order of the responses."""
    mine = select(Coding.passage_id).where(Coding.staff_id == coder)
    left = _passages_of(survey_id).where(Passage.id.not_in(mine))
    return session.scalars(left.order_by(Passage.response_id, Passage.question, Passage.start).limit(1)).first()


def next_doubtful(
    session: Session, survey_id: bytes, coder: bytes, apart: Iterable[Select[bytes]] = ()
) -> Passage | None:
    """The passage this coder has not coded of which the machine is least sure; first those it suggests nothing for.

    `apart`: statements for ids of passages that must not be shown here, such as those of an audit.
    """
    mine = select(Coding.passage_id).where(Coding.staff_id == coder)
    left = _passages_of(survey_id).outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
    left = left.where(Passage.id.not_in(mine), *(Passage.id.not_in(each) for each in apart))
    return session.scalars(left.order_by(func.coalesce(Suggestion.confidence, 0), Passage.id).limit(1)).first()


def coded_by_anybody(session: Session, survey_id: bytes) -> frozenset[bytes]:
    """The ids of the passages that carry somebody's decision."""
    passages = _passages_of(survey_id).subquery()
    found = select(Coding.passage_id).join(passages, passages.c.id == Coding.passage_id).distinct()
    return frozenset(session.scalars(found))


def last_coded(session: Session, survey_id: bytes, coder: bytes) -> Passage | None:
    """The passage this coder coded last."""
    mine = _passages_of(survey_id).join(Coding, Coding.passage_id == Passage.id).where(Coding.staff_id == coder)
    return session.scalars(mine.order_by(Coding.coded_at.desc()).limit(1)).first()


def passage_of(session: Session, survey_id: bytes, passage_id: bytes) -> Passage:
    """A passage of this survey. Raises `sqlalchemy.exc.NoResultFound` if it is not there."""
    return session.scalars(_passages_of(survey_id).where(Passage.id == passage_id)).one()


def passages_of_answer(session: Session, passage: Passage) -> list[Passage]:
    """All passages of the same answer, in their order."""
    same = select(Passage).where(Passage.response_id == passage.response_id, Passage.question == passage.question)
    return list(session.scalars(same.order_by(Passage.start)))


def suggestion_for(session: Session, passage: Passage) -> Suggestion | None:
    """What the model in use suggests."""
    return session.get(Suggestion, passage.id)


def latest_coding(session: Session, passage: Passage, coder: bytes) -> Coding | None:
    """This coder's newest decision about the passage."""
    mine = select(Coding).where(Coding.passage_id == passage.id, Coding.staff_id == coder)
    return session.scalars(mine.order_by(Coding.coded_at.desc()).limit(1)).first()


def progress(session: Session, survey_id: bytes, coder: bytes) -> Progress:
    """How far this coder is."""
    passages = _passages_of(survey_id).subquery()
    total = session.scalar(select(func.count()).select_from(passages)) or 0
    mine = select(func.count(func.distinct(Coding.passage_id))).join(passages, passages.c.id == Coding.passage_id)
    return Progress(session.scalar(mine.where(Coding.staff_id == coder)) or 0, total)


def record(
    session: Session, passage: Passage, coder: bytes, sections: Iterable[str], edition: Edition, now: datetime
) -> Coding:
    """Add a decision. Sections that the edition does not have are left out; the rest stand in its order."""
    chosen = list(edition.in_order(sections))
    suggested = suggestion_for(session, passage)
    same = suggested is not None and suggested.sections == chosen
    coding = Coding(
        passage_id=passage.id,
        staff_id=coder,
        sections=chosen,
        act=ACCEPTED if same else CHANGED if chosen else NONE,
        standard=edition.name,
        coded_at=now,
    )
    session.add(coding)
    session.flush()
    return coding
