"""How far a coder is in a survey: counted once and kept up with what they do, as counting much takes long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.coding.code_passages import of_survey
from analysis.coding.desk_tables import DeskCount
from analysis.coding.tables import Coding, Passage
from surveys.intake.tables import Response

#: What is kept up act by act is counted anew after so long, so that nothing can be wrong for more than a day.
HOLDS = timedelta(hours=12)


@dataclass(frozen=True)
class Progress:
    """How many passages of a survey one coder has coded, of how many."""

    coded: int
    total: int


def progress(session: Session, survey_id: bytes, coder: bytes) -> Progress:
    """How far this coder is, as it was last counted and kept up since; else counted now.

    How many passages there are is the same for everybody, and takes longest to count.
    """
    row = session.get(DeskCount, (coder, survey_id))
    if row:
        return Progress(row.coded, row.total)
    others = select(DeskCount.total).where(DeskCount.survey_id == survey_id)
    total = session.scalar(others.order_by(DeskCount.counted_at.desc()).limit(1))
    return counted(session, survey_id, coder) if total is None else Progress(_done(session, survey_id, coder), total)


def counted(session: Session, survey_id: bytes, coder: bytes) -> Progress:
    """How far this coder is, counted now."""
    total = session.scalar(of_survey(survey_id).with_only_columns(func.count(Passage.id))) or 0
    return Progress(_done(session, survey_id, coder), total)


def _done(session: Session, survey_id: bytes, coder: bytes) -> int:
    ours = select(Response.id).where(Response.survey_id == survey_id, Response.id.not_in(being_audited()))
    mine = select(func.count(func.distinct(Passage.id))).join(Coding, Coding.passage_id == Passage.id)
    return session.scalar(mine.where(Coding.staff_id == coder, Passage.response_id.in_(ours))) or 0


def keep_up(session: Session, survey_id: bytes, coder: bytes, more: int, now: datetime) -> None:
    """Count so many decided passages more, or fewer; anew where that was done long ago."""
    row = session.get(DeskCount, (coder, survey_id), with_for_update=True)
    if row is not None and row.counted_at <= now < row.counted_at + HOLDS:
        row.coded += more
        session.flush()
        return
    found = counted(session, survey_id, coder)
    session.merge(DeskCount(staff_id=coder, survey_id=survey_id, counted_at=now, **vars(found)))
    session.flush()


def cut_anew(session: Session, survey_id: bytes, before: Sequence[bytes], after: Sequence[bytes]) -> None:
    """Passages have taken the place of others: that much more is there, and done by some."""
    of_it = update(DeskCount).where(DeskCount.survey_id == survey_id)
    session.execute(of_it.values(total=DeskCount.total + len(after) - len(before)))
    for by, passages in ((-1, before), (1, after)):
        done = select(Coding.staff_id, Coding.passage_id).where(Coding.passage_id.in_(passages)).distinct()
        for staff_id, _passage in session.execute(done).all():
            session.execute(of_it.where(DeskCount.staff_id == staff_id).values(coded=DeskCount.coded + by))


def forget_counts(session: Session, survey_id: bytes) -> None:
    """What there is to count has changed: everybody's is counted anew."""
    session.execute(delete(DeskCount).where(DeskCount.survey_id == survey_id))
