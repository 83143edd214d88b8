"""Surveys that are being written: their tables, every step of the writing, and undoing it.

What is being written may have faults, so it is kept as plain tables (see `definition/tables.py`) and becomes a `Survey`
only when it has none.
"""

import json
from typing import Any

from sqlalchemy import ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.languages import gettext as _
from safekeeping.organisations import OfConsultation, begin_consultation, first_organisation
from safekeeping.vault import random_id
from surveys.definition.load import BadSurvey, Fault, survey_from
from surveys.definition.survey import Survey

#: Older steps are forgotten, so that a survey written for weeks does not grow without end.
STEPS_KEPT = 200

Tables = dict[str, Any]


class WrittenSurvey(OfConsultation, Base):
    """One survey that is being written. `survey_id` is the published survey that it corrects, `trial_id` its trial,
    `at` the number of the step that counts (undoing goes back one). `asked_by` is who asked a second person to look it
    over, as it was at the step `asked_at`."""

    __tablename__ = "written_survey"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes | None] = mapped_column(ForeignKey("survey.id"))
    trial_id: Mapped[bytes | None] = mapped_column(ForeignKey("survey.id"))
    at: Mapped[int]
    asked_by: Mapped[bytes | None]
    asked_at: Mapped[int | None]


class WrittenStep(Base):
    """The whole definition after one step (JSON), and what the step did, as one sentence."""

    __tablename__ = "written_step"
    written_id: Mapped[bytes] = mapped_column(ForeignKey("written_survey.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    tables: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(String(200))


class ChangedMeanwhile(Exception):
    """Somebody else took a step after the page was opened."""


def begin_writing(
    session: Session, tables: Tables, what: str, survey_id: bytes | None = None, consultation_id: bytes | None = None
) -> WrittenSurvey:
    """A new survey to write, or a correction of the published one of that id.

    Without a consultation, one of its own begins with it, in the first organisation.
    """
    if consultation_id is None:
        consultation_id = begin_consultation(session, first_organisation(session).id, title_in(tables)).id
    row = WrittenSurvey(id=random_id(), survey_id=survey_id, trial_id=None, at=1, consultation_id=consultation_id)
    session.add(row)
    session.flush()
    session.add(WrittenStep(written_id=row.id, number=1, tables=json.dumps(tables), what=what[:200]))
    session.flush()
    return row


def title_in(tables: Tables) -> str:
    """What staff call a survey that is being written."""
    title = tables.get("title")
    text = title.get("default", "") if isinstance(title, dict) else title
    return str(text or _("A survey without a title"))


def consultation_written(session: Session, written_id: str) -> bytes | None:
    """The consultation of the survey of that id (hex) that is being written."""
    try:
        key = bytes.fromhex(written_id)
    except ValueError:
        return None
    return session.scalar(select(WrittenSurvey.consultation_id).where(WrittenSurvey.id == key))


def being_written(session: Session) -> list[WrittenSurvey]:
    """Every survey that is being written."""
    return list(session.scalars(select(WrittenSurvey).order_by(WrittenSurvey.id)))


def written_by_id(session: Session, written_id: str) -> WrittenSurvey:
    """The one of that id (hex), locked where the request may write: of two who save at once, one comes second.

    Raises `sqlalchemy.exc.NoResultFound`.
    """
    try:
        key = bytes.fromhex(written_id)
    except ValueError:
        key = b""
    wanted = select(WrittenSurvey).where(WrittenSurvey.id == key)
    return session.scalars(wanted.with_for_update()).one()


def _step(session: Session, row: WrittenSurvey, number: int) -> WrittenStep | None:
    return session.get(WrittenStep, (row.id, number))


def tables_of(session: Session, row: WrittenSurvey) -> Tables:
    """The definition as it stands, a fresh copy that may be changed."""
    found: Tables = json.loads(session.get_one(WrittenStep, (row.id, row.at)).tables)
    return found


def take_step(session: Session, row: WrittenSurvey, tables: Tables, what: str, seen: int | None = None) -> None:
    """Keep the changed definition; what had been undone is gone.

    `seen` is the step the person's page showed. Raises `ChangedMeanwhile` where another came after it.
    """
    if seen is not None and seen != row.at:
        raise ChangedMeanwhile
    session.execute(delete(WrittenStep).where(WrittenStep.written_id == row.id, WrittenStep.number > row.at))
    row.at += 1
    session.add(WrittenStep(written_id=row.id, number=row.at, tables=json.dumps(tables), what=what[:200]))
    too_old = WrittenStep.number <= row.at - STEPS_KEPT
    session.execute(delete(WrittenStep).where(WrittenStep.written_id == row.id, too_old))
    session.flush()


def can_undo(session: Session, row: WrittenSurvey) -> str:
    """What undoing would take back; empty where there is nothing."""
    now = _step(session, row, row.at)
    return now.what if now and _step(session, row, row.at - 1) else ""


def can_redo(session: Session, row: WrittenSurvey) -> str:
    """What was undone last; empty where nothing was."""
    undone = _step(session, row, row.at + 1)
    return undone.what if undone else ""


def undo(session: Session, row: WrittenSurvey) -> str:
    """Go one step back. Returns what was taken back."""
    what = can_undo(session, row)
    row.at -= 1 if what else 0
    return what


def redo(session: Session, row: WrittenSurvey) -> str:
    """Do again what was undone last. Returns what that was."""
    what = can_redo(session, row)
    row.at += 1 if what else 0
    return what


def stop_writing(session: Session, row: WrittenSurvey) -> None:
    """Forget a survey that is being written, with its steps. A trial must be wiped before."""
    session.execute(delete(WrittenStep).where(WrittenStep.written_id == row.id))
    session.delete(row)
    session.flush()


def as_survey(tables: Tables) -> tuple[Survey | None, list[Fault]]:
    """The survey if nothing is wrong with it, else what is."""
    try:
        return survey_from(tables), []
    except BadSurvey as bad:
        return None, bad.located
