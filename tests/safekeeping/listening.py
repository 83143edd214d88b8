"""Hear what the log handler of the application writes."""

import logging
from io import StringIO

from safekeeping.logs import EventFormatter


def listen() -> StringIO:
    """What the one handler writes that a starting application leaves in the process."""
    (handler,) = (one for one in logging.getLogger().handlers if isinstance(one.formatter, EventFormatter))
    assert isinstance(handler, logging.StreamHandler)
    handler.stream = written = StringIO()
    return written
