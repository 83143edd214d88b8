"""What the server remembers of what happened: event names and the hour, never words, addresses or values."""

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from flask import Flask

#: The only messages that are written out. Anything else is written as its logger's name alone.
EVENTS = frozenset(
    {
        *("started", "could not keep", "refused", "fault in a page", "database away"),
        *("job started", "job done", "job failed", "job stopped", "job handed back", "job lost"),
        "job without heart-beat",
    }
)


log = logging.getLogger("heard")


class EventFormatter(logging.Formatter):
    """One line an event: hour, level, event; of an exception its type and where in the code, nothing it says."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record. Arguments and exception texts are never formatted."""
        hour = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:00")
        event = record.msg if isinstance(record.msg, str) and record.msg in EVENTS else f"({record.name})"
        return f"{hour} {record.levelname.lower()} {event}{_where(record)}"


def _where(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return f": {record.exc_info[0].__name__} at {' < '.join(_frames(record.exc_info[2]))}"


def _frames(traceback: TracebackType | None) -> list[str]:
    """Innermost first, file name and line, at most six."""
    frames: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return frames[:-7:-1]


def init_app(app: Flask) -> None:
    """Write to standard error through the event formatter alone; nothing else in the process may log."""
    # A line that cannot be written would be explained by its arguments and the exception's text.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # Werkzeug would set this level by itself, to one at which its server writes every request.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app.logger.handlers.clear()
    app.logger.propagate = True
    app.logger.setLevel(logging.INFO)
