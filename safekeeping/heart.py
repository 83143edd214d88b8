"""The heart of a worker: it beats in a thread of its own, so that a long step is not taken for a death."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("heard.jobs")


class Interrupted(BaseException):
    """Why a worker leaves a job at its next step. No job may catch it, so it is no `Exception`."""


class Lost(Interrupted):
    """Another worker has the job: this one's heart had stopped, as where its machine slept."""


class StopAsked(Interrupted):
    """Somebody at the desk stopped the job."""


class HandedBack(Interrupted):
    """The worker is being stopped; another one is to go on with the job."""


class Heart:
    """Calls `beat()` every so many seconds while a job is done. What it raises is raised at the job's next `check`."""

    def __init__(self, beat: Callable[[], None], every: float) -> None:
        self._beat, self._every = beat, every
        self._why: Interrupted | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def check(self) -> None:
        """Raises `Interrupted` where the job must be left."""
        if self._why:
            raise self._why

    def _run(self) -> None:
        while not self._why and not self._over.wait(self._every):
            try:
                self._beat()
            except Interrupted as why:
                self._why = why
            except SQLAlchemyError:  # locked or away for a moment: the next beat may do
                log.warning("job without heart-beat")
