"""How long answers are kept: so many months after their survey closed, as people were told before they answered."""

import calendar
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, Table, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from safekeeping import high_water
from safekeeping.database import session_for
from safekeeping.keystore import Keystore
from safekeeping.vault import Vault
from surveys.definition.published import (
    ENDED,
    GONE,
    SHREDDING,
    PublishedSurvey,
    definition_of,
    published,
    versions,
)
from surveys.intake.shred import left_over, shred_whole

log = logging.getLogger("heard.retention")


@dataclass(frozen=True)
class Schedule:
    """For how many months answers are kept, and the last day on which they are; None while nobody knows it."""

    months: int
    last_day: date | None


def schedule(session: Session, row: PublishedSurvey) -> Schedule:
    """Until when a survey's answers are kept. Of several versions, the one that keeps them shortest counts."""
    told = [definition_of(version).keep_months for version in versions(session, row.id)]
    months = min(told, default=definition_of(row).keep_months)
    return Schedule(months, months_after(row.closed_on, months) if row.closed_on else None)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def overdue(session: Session, now: datetime) -> list[PublishedSurvey]:
    """The closed surveys whose answers have been kept long enough: by the clock and by the high water mark, both."""
    sure = high_water.surely(session, now).date()
    closed = [row for row in published(session) if row.state in ENDED]
    return [row for row in closed if (last := schedule(session, row).last_day) and last < sure]


def keep_schedule(engine: Engine, keys: Vault, made: Sequence[Table], now: datetime, passed: timedelta) -> list[str]:
    """Raise the high water mark, then destroy what has been kept long enough, and what an earlier run began to.

    `made` are the tables of what was made from answers; `passed` is how much time really passed since the last call.
    Returns the addresses of the surveys whose answers are gone. What cannot be done now is done the next time.
    """
    try:
        with session_for(engine) as session:
            high_water.raise_mark(session, now, passed)
            _date_the_undated(session, now)
        return [_gone(engine, keys, made, *each) for each in _to_destroy(engine, keys.store, made, now)]
    except SQLAlchemyError:
        log.exception("retention failed")
        return []


def _date_the_undated(session: Session, now: datetime) -> None:
    """Where it is not known since when a survey is closed, its time runs from now."""
    undated = select(PublishedSurvey).where(PublishedSurvey.state.in_(ENDED), PublishedSurvey.closed_on.is_(None))
    for row in session.scalars(undated):
        row.closed_on = high_water.latest(session, now).date()


def _to_destroy(engine: Engine, store: Keystore, made: Sequence[Table], now: datetime) -> list[tuple[bytes, str]]:
    """Each survey with what the trail is to say: of what somebody began at the console, not that its time is over."""
    with Session(engine.execution_options(reading=True)) as session:
        begun = [row for row in published(session) if row.state in GONE and _unfinished(session, store, made, row)]
        return [(row.id, "shredded") for row in begun] + [(row.id, "time over") for row in overdue(session, now)]


def _unfinished(session: Session, store: Keystore, made: Sequence[Table], row: PublishedSurvey) -> bool:
    return row.state == SHREDDING or left_over(session, store, row.id, made)


def _gone(engine: Engine, keys: Vault, made: Sequence[Table], survey_id: bytes, verb: str) -> str:
    log.info("answers destroyed")
    return shred_whole(engine, keys, survey_id, made, verb=verb)
