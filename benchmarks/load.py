"""How many people can answer at once, and how long they wait: the real server over real HTTP.

Run: python -m benchmarks.load [--survey twelve|views] [--at-once 1,2,4,8,16,32,64] [--seconds 10] [--people 4]
         [--database postgresql+psycopg://…] [--postgres] [--processes 2] [--beside] [--work]
     python -m benchmarks.load --soak 30 --at-once 8     (memory, minute by minute)

Starts `heard`'s server on an installation made for it, drives it with `benchmarks.respondents`, and measures beside it,
in the same run and in turn, what that server and that database give at most: requests a second of an empty view (in
Heard's own application, and in a bare Flask one), and durable commits of a single row a second.

Then the same at half of the most requests a second that were reached.

`--people` is how many respondents there are for each connection: with more, each takes longer from start to end, as
people do. `--beside` lets each fetch what browsers fetch beside a page. `--work` runs a worker meanwhile, which mixes
and codes what comes; without it the figures are those of the pages alone. `--postgres` starts a durable PostgreSQL of
its own, and takes it away at the end.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import text

from app import ROOT, WORKER, create_app, settings_from_environment
from benchmarks.own_postgres import own_postgres
from benchmarks.respondents import Connection, Crowd, Measured, Request
from safekeeping.database import make_engine, session_for
from safekeeping.opening import open_installation
from safekeeping.serving import serve
from surveys.definition.published import publish, published
from surveys.intake.tables import Intake

SURVEYS = {"twelve": ROOT / "benchmarks/data/twelve_questions.toml", "views": ROOT / "surveys/example/survey.toml"}
IDLE = (sys.executable, "-c", "import time; time.sleep(10**6)")
PORT = 8310
WARM_UP = 3.0  # seconds
#: How often the load and the empty views take turns in one step.
ROUNDS = 8


# The server ------------------------------------------------------------------------------------------


def with_empty_views() -> Flask:
    """Heard with two views that do nothing: one behind everything that Heard does to a request, one in bare Flask."""
    app = create_app()
    app.add_url_rule("/empty", "empty", lambda: app.response_class(b"", mimetype="text/plain"))
    bare, heard = Flask("bare"), app.wsgi_app
    bare.add_url_rule("/bare", "bare", lambda: bare.response_class(b"", mimetype="text/plain"))

    def either(environ: dict[str, Any], start_response: Any) -> Any:
        return (bare if environ["PATH_INFO"] == "/bare" else heard)(environ, start_response)

    app.wsgi_app = either  # type: ignore[method-assign]
    return app


def be_the_server(survey: str, works: bool) -> None:
    """Set up, publish, serve until stopped."""
    settings = settings_from_environment()
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        if not published(session):
            publish(session, opened.vault, SURVEYS[survey].read_text(encoding="utf-8"), datetime.now(UTC))
    opened.close()
    serve(settings, "benchmarks.load:with_empty_views", WORKER if works else IDLE)


@contextmanager
def served(folder: Path, given: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """The address of a running server, and the number of its process."""
    here = {"HEARD_INSTANCE": str(folder), "PORT": str(PORT), "HEARD_BUSIEST": "1000000"}
    here |= {"HEARD_DATABASE": given.database} if given.database else {}
    here |= {"HEARD_PROCESSES": str(given.processes)} if given.processes else {}
    command = [sys.executable, "-m", "benchmarks.load", "--serve", "--survey", given.survey]
    command += ["--work"] if given.work else []
    process = subprocess.Popen(command, env=os.environ | here, cwd=ROOT, start_new_session=True)
    try:
        asyncio.run(_answering())
        yield f"http://127.0.0.1:{PORT}", process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


async def _answering() -> None:
    for _ in range(600):
        connection = Connection(f"http://127.0.0.1:{PORT}")
        try:
            await connection.ask(Request("empty", "/empty"))
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit("the server did not start")


# What is measured ------------------------------------------------------------------------------------


async def requests_a_second(address: str, path: str, at_once: int, seconds: float) -> float:
    """Requests a second of one address."""
    done, until = 0, time.perf_counter() + seconds

    async def ask() -> None:
        nonlocal done
        connection = Connection(address)
        while time.perf_counter() < until:
            await connection.ask(Request("empty", path))
            done += 1
        connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(at_once)))
    return done / (time.perf_counter() - begun)


def commits_a_second(url: str, seconds: float) -> float:
    """Durable commits of a row of a few bytes, one after the other, by a statement that is prepared once."""
    engine, done, until = make_engine(url), 0, time.perf_counter() + seconds
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS floor (n INTEGER)"))
    raw = engine.raw_connection()
    begun = time.perf_counter()
    while time.perf_counter() < until:
        cursor = raw.cursor()
        cursor.execute("INSERT INTO floor VALUES (1)")
        cursor.close()
        raw.commit()
        done += 1
    rate = done / (time.perf_counter() - begun)
    raw.close()
    engine.dispose()
    return rate


def processes_of(leader: int) -> list[int]:
    """The numbers of the processes of a session."""
    found = subprocess.run(["ps", "-o", "pid=", "-s", str(leader)], capture_output=True, text=True, check=False)
    return [int(each) for each in found.stdout.split()]


def memory_of(leader: int) -> float:
    """What the processes of a session hold alone and their part of what they share (PSS), in MB."""
    held = 0
    for process in processes_of(leader):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        held += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return held / 1024


def processor_of(leader: int) -> float:
    """Seconds of processor that the processes of a session have had."""
    tick, had = os.sysconf("SC_CLK_TCK"), 0
    for process in processes_of(leader):
        try:
            parts = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        had += int(parts[11]) + int(parts[12])
    return had / tick


def kept(url: str) -> int:
    """How many responses wait in the intake."""
    engine = make_engine(url)
    with session_for(engine.execution_options(reading=True)) as session:
        found = session.query(Intake).count()
    engine.dispose()
    return found


def run_once(
    address: str, leader: int, survey: str, at_once: int, seconds: float, people: int, beside: bool
) -> tuple[Measured, dict[str, float]]:
    """One step of the load, in turn with the empty views: a machine's pace changes within seconds."""
    rates: dict[str, list[float]] = {"/empty": [], "/bare": []}
    crowd, had = Crowd(address, f"/{survey}", max(1, people) * at_once, at_once, beside), 0.0
    for _round in range(ROUNDS):
        for path, found in rates.items():
            found.append(asyncio.run(requests_a_second(address, path, at_once, seconds / ROUNDS / 4)))
        had -= processor_of(leader)
        measured = asyncio.run(crowd.load(at_once, seconds / ROUNDS))
        had += processor_of(leader)
    figures = {path: sum(found) / len(found) for path, found in rates.items()}
    return measured, figures | {"processor": had, "memory": memory_of(leader)}


HEADER = (
    f"{'at once':>7} {'resp/s':>7} {'req/s':>7} {'of empty':>8} {'of bare':>8} {'median':>7} {'p95':>7} {'p99':>7}"
    f" {'submit':>7} {'sub p95':>7} {'cpu ms':>7} {'MB':>6} {'errors':>6}"
)


def line(at_once: int, found: Measured, figures: dict[str, float]) -> str:
    """One line of the table; times in milliseconds, processor a request of a response."""
    rate = found.requests / found.seconds
    submit = found.percentile(0.5, "submit"), found.percentile(0.95, "submit")
    return (
        f"{at_once:7} {found.completed / found.seconds:7.1f} {rate:7.0f} {rate / figures['/empty']:8.2f}"
        f" {rate / figures['/bare']:8.2f} {found.percentile(0.5):7.1f} {found.percentile(0.95):7.1f}"
        f" {found.percentile(0.99):7.1f} {submit[0]:7.1f} {submit[1]:7.1f}"
        f" {figures['processor'] / max(1, found.requests) * 1000:7.2f} {figures['memory']:6.0f} {len(found.errors):6}"
    )


def wire_lines(found: Measured) -> Iterator[str]:
    """Bytes of each kind of page, head and all."""
    for kind, sizes in found.wire.items():
        times = len(sizes) / max(1, found.completed)
        yield f"  {kind:8} {sum(sizes) / len(sizes):9,.0f} bytes on average, {times:.1f} a response"


def measure(given: argparse.Namespace, folder: Path) -> None:
    """Run and print."""
    database = given.database or f"sqlite:///{folder}/heard.sqlite"
    with served(folder, given) as (address, leader):
        asyncio.run(Crowd(address, f"/{given.survey}", 4).load(4, WARM_UP))
        print(f"\n{given.survey}, {database.partition(':')[0]}, {given.people} respondents a connection")
        print(HEADER)
        total, best = 0, 0.0
        for at_once in map(int, given.at_once.split(",")):
            found, figures = run_once(address, leader, given.survey, at_once, given.seconds, given.people, given.beside)
            total += found.completed
            best = max(best, found.requests / found.seconds)
            print(line(at_once, found, figures), flush=True)
            for error in found.errors[:3]:
                print(f"        {error}")
        half = Crowd(address, f"/{given.survey}", 16, 1, given.beside)
        calm = asyncio.run(half.load(16, given.seconds, best / 2))
        print(
            f"  at half of {best:.0f} requests a second: {calm.requests / calm.seconds:.0f}/s, median "
            f"{calm.percentile(0.5):.1f} ms, p95 {calm.percentile(0.95):.1f} ms, p99 {calm.percentile(0.99):.1f} ms, "
            f"submit p95 {calm.percentile(0.95, 'submit'):.1f} ms, {len(calm.errors)} errors"
        )
        print("\n".join(wire_lines(found)))
        print(f"  empty view {figures['/empty']:.0f}/s, in bare Flask {figures['/bare']:.0f}/s")
        print(f"  {json.dumps({'completed': total, 'waiting in the intake': kept(database)})}")
    print(f"  durable commits of one row: {commits_a_second(database, 3):.0f}/s")


def soak(given: argparse.Namespace, folder: Path) -> None:
    """The same load for minutes, and the memory of all processes at the end of each."""
    at_once = int(given.at_once.split(",")[0])
    with served(folder, given) as (address, leader):
        for minute in range(int(given.soak)):
            crowd = Crowd(address, f"/{given.survey}", max(1, given.people) * at_once, minute, given.beside)
            found = asyncio.run(crowd.load(at_once, 60))
            print(
                f"minute {minute + 1:3}: {found.completed / found.seconds:6.1f} responses/s, p95 "
                f"{found.percentile(0.95):6.1f} ms, {len(found.errors)} errors, {memory_of(leader):6.1f} MB",
                flush=True,
            )


def main() -> None:
    """Measure and print, or be the server that is measured."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--survey", choices=SURVEYS, default="twelve")
    asked.add_argument("--at-once", default="1,2,4,8,16,32,64")
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--people", type=int, default=1)
    asked.add_argument("--database", default="")
    asked.add_argument("--postgres", action="store_true")
    asked.add_argument("--processes", type=int, default=0)
    asked.add_argument("--soak", type=float, default=0)
    asked.add_argument("--beside", action="store_true")
    asked.add_argument("--work", action="store_true")
    asked.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.serve:
        be_the_server(given.survey, given.work)
        return
    with TemporaryDirectory() as folder, own_postgres() if given.postgres else nullcontext() as postgres:
        if postgres is not None:
            given.database = postgres.url.render_as_string(hide_password=False)
        (soak if given.soak else measure)(given, Path(folder))


if __name__ == "__main__":
    main()
