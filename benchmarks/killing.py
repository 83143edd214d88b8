"""What is killed, how, and how often: any process of a site at any time, its connections, its database."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url

from benchmarks.hosts import Unit
from benchmarks.own_postgres import Postgres

#: Seconds from one kill to the next, and for which something stays away.
BETWEEN, DOWN = (2.0, 10.0), (0.0, 8.0)
#: A worker that was stopped longer than this wakes up when another has its work (safekeeping/jobs.py).
ASLEEP = 40.0
#: Seconds for which a job to be cut off is waited for.
FOR_A_JOB = 4.0


@dataclass
class Site:
    """All that there is: the hosts and workers, the server of the database if it is ours, and where people come."""

    units: list[Unit]
    database: str
    server: Postgres | None
    doors: list[str]
    draw: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def named(self, *names: str) -> list[Unit]:
        """The units of these names that run just now."""
        return [each for each in self.units if each.name in names and each.process and each.process.poll() is None]

    def keep_up(self) -> None:
        """Start again what is gone."""
        for each in self.units:
            each.keep_up()


def _plain(site: Site) -> str:
    return make_url(site.database).set(drivername="postgresql").render_as_string(hide_password=False)


HOSTS, WORKERS = ("desk", "respond"), ("worker 1", "worker 2")


def _one_of(names: tuple[str, ...], killed: Callable[[Unit, float], None]) -> Callable[[Site, float], bool]:
    """Kills one that runs of the units of these names."""

    def kill(site: Site, down: float) -> bool:
        running = site.named(*names)
        if running:
            killed(site.draw.choice(running), down)
        return bool(running)

    return kill


def _one_that_answers(site: Site, down: float) -> bool:
    running = site.named(*HOSTS)
    return bool(running) and site.draw.choice(running).kill_one(site.draw, worker=False)


def _worker_beside(site: Site, down: float) -> bool:
    running = site.named("desk")
    return bool(running) and running[0].kill_one(site.draw, worker=True)


def _workers_at_work(site: Site, down: float) -> bool:
    """Both at the moment at which a job is being done, if one is within a few seconds."""
    until = time.monotonic() + FOR_A_JOB
    with psycopg.connect(_plain(site), autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM job WHERE state = 'running'").fetchone() is None:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
    for each in site.named(*WORKERS):
        each.kill(down)
    return True


def _sleeping_worker(site: Site, down: float) -> bool:
    """A machine that sleeps: it is stopped for so long that another takes its work, and then goes on."""
    running = site.named(*WORKERS)
    process = site.draw.choice(running).process if running else None
    if process is None:
        return False
    process.send_signal(signal.SIGSTOP)
    threading.Timer(ASLEEP, process.send_signal, (signal.SIGCONT,)).start()
    return True


def _connections(site: Site, down: float) -> bool:
    """Cut off one connection in three to the database, as `pg_terminate_backend` does."""
    with psycopg.connect(_plain(site), autocommit=True) as connection:
        theirs = "SELECT pid FROM pg_stat_activity WHERE application_name = 'heard' AND pid <> pg_backend_pid()"
        found = [pid for (pid,) in connection.execute(theirs)]
        for pid in site.draw.sample(found, k=-(-len(found) // 3)):
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
    return bool(found)


def _both_hosts(site: Site, down: float) -> bool:
    running = site.named(*HOSTS)
    for each in running:
        each.kill(min(down, 2.0))
    return bool(running)


#: What is killed: its name, how often among all, and how.
KINDS: tuple[tuple[str, int, Callable[[Site, float], bool]], ...] = (
    ("a web host, all its processes", 5, _one_of(HOSTS, Unit.kill)),
    ("a web host's first process alone", 2, _one_of(HOSTS, Unit.kill_first)),
    ("a process that answers", 4, _one_that_answers),
    ("both web hosts at once", 1, _both_hosts),
    ("the worker beside the desk", 2, _worker_beside),
    ("a worker", 6, _one_of(WORKERS, Unit.kill)),
    ("both workers while a job is done", 2, _workers_at_work),
    ("a worker put to sleep", 1, _sleeping_worker),
    ("a third of the connections to PostgreSQL", 3, _connections),
)
CRASH = "PostgreSQL itself, at once, and started again"


def crash(server: Postgres, draw: random.Random) -> None:
    """PostgreSQL stops as by a crash, and comes back: unfinished answers are gone."""
    server.stop(signal.SIGQUIT)
    time.sleep(draw.uniform(*DOWN) / 4)
    server.start()


def kill_until(site: Site, until: float, crashes: int) -> None:
    """Every few seconds something, until the time is over. Crashes are spread evenly over it."""
    begun = time.monotonic()
    due = [begun + (until - begun) * (number + 0.5) / crashes for number in range(crashes if site.server else 0)]
    names, weights = [each[0] for each in KINDS], [each[1] for each in KINDS]
    how = {name: kill for name, _, kill in KINDS}
    while time.monotonic() < until and not site.over.is_set():
        pause = time.monotonic() + site.draw.uniform(*BETWEEN)
        while time.monotonic() < min(pause, until) and not site.over.wait(0.1):
            site.keep_up()
        if site.server and due and time.monotonic() >= due[0]:
            due.pop(0)
            crash(site.server, site.draw)
            _note(site, begun, CRASH, done=True)
            continue
        name = site.draw.choices(names, weights)[0]
        _note(site, begun, name, how[name](site, site.draw.uniform(*DOWN)))


def _note(site: Site, begun: float, name: str, done: bool) -> None:
    site.kills[name] += done
    if done:
        print(f"{time.monotonic() - begun:6.1f} s  {name}", flush=True)
