"""The production server and, beside it, one worker for long work: how they begin, and how they end."""

import gc
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from safekeeping.settings import BadSetting, Settings
from safekeeping.turns import Answered, InTurn, Share

#: Of all processes together, and two of each at least: more of one wait for each other (docs/performance.md).
THREADS = 4
#: Seconds in which requests, and then the worker, may finish what they are at when we are told to stop.
TO_FINISH = 30
#: Connections that wait to be taken: while one process follows another, all of them wait here.
WAITING = 1024
#: Seconds in which who has connected and said nothing yet waits with the system (on Linux). A process that ends closes
#: what it has taken and not heard; so it takes only what has spoken.
TO_SPEAK = 5
#: Seconds between two looks at whether a process is still there.
LOOK_EVERY = 1.0
#: Objects that may come, beyond those that go, before the collector looks at them: each page makes some hundreds.
YOUNG = 20_000
#: What tells a process to stop.
STOPS = (signal.SIGTERM, signal.SIGINT)
#: Where a service manager puts the first socket that it opened for us (sd_listen_fds(3)).
FIRST_HANDED = 3


class OneSocket(MPServer):
    """A server whose processes all take from one socket, which was open before them and outlives each.

    Granian gives each process a socket of its own (SO_REUSEPORT). With one of those the system also closes what waits
    there and nobody has taken yet: whoever had just connected is cut off whenever a process follows another.

    A process that dies is replaced. When the first of them is killed, those that answer end too: else they would hold
    the port for nobody.
    """

    def __init__(self, target: str, listening: socket.socket, **given: Any) -> None:
        super().__init__(target, **given)
        self._listening, self._answered = listening, Answered(given["workers"])

    def _init_shared_socket(self) -> None:
        self._sso = self._listening
        self._sso.set_inheritable(True)
        self._sfd: int = self._listening.fileno()  # type: ignore[assignment]  # granian leaves these without types
        self._shd = SocketHolder(self._sfd, False, WAITING)  # type: ignore[call-arg, assignment]

    def _spawn_worker(self, idx: Any, target: Any, callback_loader: Any) -> Any:  # type: ignore[override]
        load = partial(_loaded_beside, os.getpid(), callback_loader, self._answered, idx)
        worker = super()._spawn_worker(idx, target, load)
        worker.start = partial(_told_later, worker.start)  # type: ignore[method-assign]
        return worker


def _told_later(start: Callable[[], None]) -> None:
    """Start a process that hears to stop when it can: what it has from this one to hear with would do nothing there."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _loaded_beside(parent: int, load: Callable[[], Any], answered: Answered, me: int) -> Any:
    """The application, in the process of the number `me`, which ends well when the one that started it is gone."""
    for stop in STOPS:  # until it answers, it has nothing to finish
        signal.signal(stop, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    threading.Thread(target=_end_after, args=(lives_beside(parent),), daemon=True).start()
    application = load()
    gc.freeze()  # what was loaded stays, so the collector need not walk it again and again
    gc.set_threshold(YOUNG)
    return InTurn(application, Share(answered, me))


def _end_after(go_on: Callable[[], bool]) -> None:
    while go_on():
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)


class Beside:
    """The worker beside the server: started again where it dies, until it is told to end."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = (*command, "--beside", str(os.getpid()))
        self._worker = subprocess.Popen(self._command)  # noqa: S603
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            if self._worker.poll():  # it did not end well
                self._worker = subprocess.Popen(self._command)  # noqa: S603

    def end(self) -> None:
        """Ask it to stop, and stop it where it does not: a job that was cut off is taken up again by the next."""
        self._over.set()
        self._watching.join()
        self._worker.terminate()
        try:
            self._worker.wait(timeout=TO_FINISH)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()


def is_handed(environment: Mapping[str, str]) -> bool:
    """Whether a service manager opened our socket, and says so as in sd_listen_fds(3)."""
    return environment.get("LISTEN_FDS") == "1" and environment.get("LISTEN_PID") == str(os.getpid())


def listen(settings: Settings, handed: bool) -> socket.socket:
    """The socket that browsers come to: the one that was `handed` to us open, or a new one. Raises `BadSetting`."""
    try:
        listening = socket.socket(fileno=FIRST_HANDED) if handed else _opened(settings)
        # Whoever connects takes after it: else the end of each page waits 40 ms for the other side to say “got it”.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_DEFER_ACCEPT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, TO_SPEAK)
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
    worker = Beside(worker_command)
    try:
        OneSocket(
            target,
            listening,
            interface=Interfaces.WSGI,
            factory=True,
            workers=settings.processes,
            blocking_threads=max(2, THREADS // settings.processes),
            workers_kill_timeout=TO_FINISH,
            respawn_failed_workers=True,
            log_access=False,
            log_level=LogLevels.error,
        ).serve()
    finally:
        worker.end()


def lives_beside(parent: int) -> Callable[[], bool]:
    """True for as long as the process that started us is there; a worker must not outlive its server."""
    return lambda: os.getppid() == parent
