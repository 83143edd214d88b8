"""What a worker clears away every hour: unfinished answers, files nobody went on
with, sign-ins that are over, answers kept long enough."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import Table

from safekeeping.accounts import sweep_browsers
from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.high_water import Stopwatch
from safekeeping.staff import sweep_sessions
from safekeeping.tokens import sweep_tokens
from safekeeping.trail import HEADS, note_day
from surveys.importing.waiting import sweep_imports
from surveys.intake.retention import keep_schedule
from surveys.launching.running import close_what_is_over
from surveys.responding.drafts import sweep


def sweep_drafts(app: Flask) -> None:
    """Unfinished answers are promised to be gone after four hours, whether or not anybody else comes."""
    with session_for(app.extensions["drafts_engine"]) as session:
        sweep(session, steady_now())


def tidy(app: Flask, made: Sequence[Table], stopwatch: Stopwatch) -> None:
    """All that is over. `made` are the tables of what was made from answers."""
    sweep_drafts(app)
    with session_for(app.extensions["engine"]) as session:
        close_what_is_over(session, datetime.now(UTC))
        sweep_sessions(session, steady_now())
        sweep_browsers(session, steady_now())
        sweep_imports(session, steady_now())
        sweep_tokens(session, steady_now())
        note_day(session, app.extensions["settings"].instance / HEADS, datetime.now(UTC))
    keys = app.extensions["vault"]
    keep_schedule(app.extensions["engine"], keys, made, datetime.now(UTC), stopwatch.passed())
