"""The production server and, beside it, one worker for long work."""

import os
import subprocess
from collections.abc import Callable, Sequence

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from safekeeping.settings import Settings

THREADS = 4


def serve(settings: Settings, target: str, worker_command: Sequence[str]) -> None:
    """Serve the application factory named by `target`, in as many processes as are set, until interrupted. The database
    is to be set up before. No request is logged anywhere."""
    worker = subprocess.Popen([*worker_command, "--beside", str(os.getpid())])  # noqa: S603
    try:
        Granian(
            target,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            factory=True,
            workers=settings.processes,
            blocking_threads=THREADS,
            log_access=False,
            log_level=LogLevels.error,
        ).serve()
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def lives_beside(parent: int) -> Callable[[], bool]:
    """True for as long as the process that started us is there; a worker must not outlive its server."""
    return lambda: os.getppid() == parent
