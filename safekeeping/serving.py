"""The production server and, beside it, one worker for long work: how they begin, and how they end."""

import os
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from safekeeping.settings import BadSetting, Settings

THREADS = 4
#: Seconds in which requests, and then the worker, may finish what they are at when we are told to stop.
TO_FINISH = 30
#: Connections that wait to be taken: while one process follows another, all of them wait here.
WAITING = 1024
#: Where a service manager puts the first socket that it opened for us (sd_listen_fds(3)).
FIRST_HANDED = 3


def serve(settings: Settings, target: str, worker_command: Sequence[str], *, handed: bool = False) -> None:
    """Serve the application factory named by `target`, in as many processes as are set, until told to stop. The database
    is to be set up before. No request is logged anywhere.

    `handed` says that a service manager opened the socket; it goes on holding it, and whoever waits there, when we end.
    Told to stop (SIGTERM), this takes nothing more, finishes what is in flight, stops the worker and returns. Told to
    begin again (SIGHUP), it puts fresh processes in the place of those that answer.
    """
    listening = listen(settings, handed)
    worker = subprocess.Popen([*worker_command, "--beside", str(os.getpid())])  # noqa: S603
    try:
        OneSocket(
            target,
            listening,
            interface=Interfaces.WSGI,
            factory=True,
            workers=settings.processes,
            blocking_threads=THREADS,
            workers_kill_timeout=TO_FINISH,
            log_access=False,
            log_level=LogLevels.error,
        ).serve()
    finally:
        end(worker)


def end(worker: subprocess.Popen[bytes]) -> None:
    """Ask the worker to stop, and stop it where it does not: a job that was cut off is taken up again by the next."""
    worker.terminate()
    try:
        worker.wait(timeout=TO_FINISH)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def lives_beside(parent: int) -> Callable[[], bool]:
    """True for as long as the process that started us is there; a worker must not outlive its server."""
    return lambda: os.getppid() == parent
