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


class OneSocket(MPServer):
    """A server whose processes all take from one socket, which was open before them and outlives each.

    Granian gives each process a socket of its own (SO_REUSEPORT). With one of those the system also closes what waits
    there and nobody has taken yet: whoever had just connected is cut off whenever a process follows another.
    """

    def __init__(self, target: str, listening: socket.socket, **given: Any) -> None:
        super().__init__(target, **given)
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._sso = self._listening
        self._sso.set_inheritable(True)
        self._sfd: int = self._listening.fileno()  # type: ignore[assignment]  # granian leaves these without types
        self._shd = SocketHolder(self._sfd, False, WAITING)  # type: ignore[call-arg, assignment]


def is_handed(environment: Mapping[str, str]) -> bool:
    """Whether a service manager opened our socket, and says so as in sd_listen_fds(3)."""
    return environment.get("LISTEN_FDS") == "1" and environment.get("LISTEN_PID") == str(os.getpid())


def listen(settings: Settings, handed: bool) -> socket.socket:
    """The socket that browsers come to: the one that was `handed` to us open, or a new one. Raises `BadSetting`."""
    try:
        listening = socket.socket(fileno=FIRST_HANDED) if handed else _opened(settings)
        # Whoever connects takes after it: else the end of each page waits 40 ms for the other side to say “got it”.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as fault:
        where = f"{settings.host}, port {settings.port}"
        why = f"HEARD_HOST and PORT: nothing can listen on {where} ({fault.strerror}). Is another Heard running there?"
        raise BadSetting(why) from None


def _opened(settings: Settings) -> socket.socket:
    family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((settings.host, settings.port), family=family, backlog=WAITING)


def serve(settings: Settings, target: str, worker_command: Sequence[str], *, handed: bool = False) -> None:
    """Serve the application factory named by `target`, in as many processes as are set, until told to stop. The
    database is to be set up before. No request is logged anywhere.

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
