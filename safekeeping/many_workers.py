"""Several workers on one machine: a process each, started again where one dies, and stopped together."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence

LOOK_EVERY = 1.0  # seconds
#: How long a worker has to end its step when it is stopped, in seconds.
PATIENCE = 60


def until_told(go_on: Callable[[], bool]) -> Callable[[], bool]:
    """The same, and false from the moment on at which this process is told to stop (SIGTERM, Ctrl-C)."""
    told = _told()
    return lambda: not told.is_set() and go_on()


def _told() -> threading.Event:
    told = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda _number, _frame: told.set())
    return told


def work_side_by_side(command: Sequence[str], count: int) -> None:
    """Run so many workers until told to stop; each then hands back what it was doing."""
    told, beside = _told(), [*command, "--beside", str(os.getpid())]
    workers = [subprocess.Popen(beside) for _ in range(count)]  # noqa: S603
    while not told.wait(LOOK_EVERY):
        workers = [each if each.poll() is None else subprocess.Popen(beside) for each in workers]  # noqa: S603
    for each in workers:
        each.terminate()
    for each in workers:
        _ended(each)


def _ended(worker: subprocess.Popen[bytes]) -> None:
    """What a worker was doing is not lost where its step takes too long: another one takes it up."""
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
