"""What a published survey can become: paused, closed, archived, open again; and the days on which that happens by
itself."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safekeeping.languages import gettext as _
from surveys.definition.published import (
    ARCHIVED,
    CLOSED,
    ENDED,
    OPEN,
    PAUSED,
    PublishedSurvey,
    local_day,
)
from surveys.launching.publishing import close, open_again

#: From which states each act leads on; elsewhere it is not offered and does nothing.
FROM: dict[str, frozenset[str]] = {
    "pause": frozenset({OPEN}),
    "close": frozenset({OPEN, PAUSED}),
    "open": frozenset({PAUSED, CLOSED}),
    "archive": frozenset({CLOSED}),
    "take out": frozenset({ARCHIVED}),
}
#: What the trail says of them.
VERBS = {"pause": "paused", "close": "closed", "open": "opened", "archive": "archived", "take out": "opened"}


def act(session: Session, live: PublishedSurvey, wanted: str, now: datetime) -> bool:
    """Do it, if it can be done from here. Raises `KeyError` for what is no act."""
    if live.state not in FROM[wanted]:
        return False
    acts: dict[str, Callable[[], None]] = {
        "pause": lambda: setattr(live, "state", PAUSED),
        "close": lambda: close(session, live, now),
        "open": lambda: open_again(live),
        "archive": lambda: setattr(live, "state", ARCHIVED),
        "take out": lambda: setattr(live, "state", CLOSED),
    }
    acts[wanted]()
    return True


def set_days(live: PublishedSurvey, opens_on: date | None, closes_on: date | None) -> str:
    """Keep the days on which it opens and closes by itself; what is wrong with them, or nothing. Both are in it."""
    if opens_on and closes_on and closes_on < opens_on:
        return _("The day it closes is before the day it opens. Nothing was changed.")
    live.opens_on, live.closes_on = opens_on, closes_on
    return ""


def close_what_is_over(session: Session, now: datetime) -> list[str]:
    """Close every survey whose last day is past, by the clocks of its organisation; their addresses."""
    due = select(PublishedSurvey).where(PublishedSurvey.state.not_in(ENDED), PublishedSurvey.closes_on.is_not(None))
    over = [row for row in session.scalars(due) if row.closes_on and row.closes_on < local_day(session, row, now)]
    return [row.address for row in over if act(session, row, "close", now)]
