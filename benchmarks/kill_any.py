"""Kill any process at any time while people answer: what was acknowledged is kept, each once.

Run: python -m benchmarks.kill_any [--minutes 10] [--seed 1] [--people 8] [--crashes 3]
         [--database postgresql+psycopg://…] [--logs FOLDER]

Two web hosts (one with the desk, one that takes answers only), two workers of their own and nginx before the hosts
with the recipe of docs/deploy, all on one PostgreSQL that is started for it, or is given: then it must be empty, and is
not crashed. Every few seconds one of the processes is killed with SIGKILL, or connections are cut off, or PostgreSQL
itself is stopped as by a crash; what is gone comes back after a moment. At the end the survey is closed, the workers
finish, every response is opened and counted by the word that only it has. Ends with status 1 where anything is lost,
double, stuck or not coded once.
"""

import argparse
import asyncio
import random
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app import ROOT
from benchmarks.hosts import Unit, balancer
from benchmarks.kept_once import Reckoned, reckon, settle
from benchmarks.killing import Site, kill_until
from benchmarks.load import SURVEYS
from benchmarks.own_postgres import own_postgres
from benchmarks.persistent import Person, Told, answer_until, asked
from benchmarks.respondents import Request
from safekeeping.database import session_for
from safekeeping.opening import open_installation
from safekeeping.settings import read_settings
from surveys.definition.published import publish
from tests.postgres import free_port

ADDRESS = "twelve"
#: Seconds until all is up.
TO_START = 180.0


# Setting up -----------------------------------------------------------------------------------------------


def settings_of(folder: Path, database: str, door: str, port: int) -> dict[str, str]:
    """The environment of one host."""
    return {
        "HEARD_INSTANCE": str(folder),
        "HEARD_DATABASE": database,
        "HEARD_DOOR": door,
        "HEARD_BUSIEST": "1000000",
        "HEARD_EXIT": "https://example.org/weather",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "PORT": str(port),
    }


def host(folder: Path, name: str, database: str, command: str, door: str = "both") -> Unit:
    """A host with an instance folder of its own, and the model that `heard model train` would have made there."""
    here = folder / name
    models = ROOT / "instance" / "models"
    if models.is_dir() and door == "both":
        shutil.copytree(models, here / "models")
    here.mkdir(exist_ok=True, mode=0o700)
    return Unit(name, (command,), settings_of(here, database, door, free_port()), folder / f"{name}.log")


def hosts_on(folder: Path, database: str) -> list[Unit]:
    """Two that people come to and two workers; those with the desk have the master key of the first."""
    desk = host(folder, "desk", database, "run")
    respond = host(folder, "respond", database, "run", door="respond")
    workers = [host(folder, name, database, "work") for name in ("worker 1", "worker 2")]
    opened = open_installation(read_settings(desk.settings, ROOT))
    with session_for(opened.engine) as session:
        publish(session, opened.vault, SURVEYS[ADDRESS].read_text(encoding="utf-8"), datetime.now(UTC))
    opened.close()
    for each in workers:
        shutil.copytree(Path(desk.settings["HEARD_INSTANCE"]) / "keys", Path(each.settings["HEARD_INSTANCE"]) / "keys")
    return [desk, respond, *workers]


@contextmanager
def site(folder: Path, given: str, seed: int) -> Iterator[Site]:
    """Everything set up and started."""
    with ExitStack() as stack:
        server = None if given else stack.enter_context(own_postgres())
        database = given or server.url.render_as_string(hide_password=False)  # type: ignore[union-attr]
        units = hosts_on(folder, database)
        ports = [int(each.settings["PORT"]) for each in units[:2]]
        before = stack.enter_context(balancer(folder / "nginx", ports[0], ports[1]))
        doors = [before] if before else [f"http://127.0.0.1:{port}" for port in ports]
        found = Site(units, database, server, doors, random.Random(seed))
        try:
            found.keep_up()
            yield found
        finally:
            for each in units:
                each.stop()


# The run --------------------------------------------------------------------------------------------------


def wait_until_up(site: Site) -> None:
    """Until pages are shown at every door, five times running; units that ended are started again meanwhile."""
    well, until = 0, time.monotonic() + TO_START
    while well < 5:
        if time.monotonic() > until:
            raise SystemExit("The hosts do not come up.")
        site.keep_up()
        well = well + 1 if asyncio.run(_answers(site)) else 0
        time.sleep(0.5)


async def _answers(site: Site) -> bool:
    doors = [f"http://127.0.0.1:{each.settings['PORT']}" for each in site.units[:2]] + site.doors
    replies = await asyncio.gather(*(asked(each, Request("look", f"/{ADDRESS}")) for each in doors))
    return all(reply.status == 200 for reply in replies)


def load(site: Site, minutes: float, people: int, seed: int, crashes: int) -> Told:
    """People answer and processes are killed for so many minutes; then everything is up again."""
    told, until = Told(), time.monotonic() + minutes * 60

    async def answer() -> None:
        persons = [Person(f"/{ADDRESS}", told, seed * 1000 + number) for number in range(people)]
        await asyncio.gather(*(answer_until(each, told, site.doors, until) for each in persons))

    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill_until, site, until, crashes)
        try:
            asyncio.run(answer())
        finally:
            site.over.set()
        killing.result()
    wait_until_up(site)
    return told


def report(site: Site, told: Told, found: Reckoned, minutes: float) -> None:
    """Print what came of it."""
    print(f"{minutes:g} minutes, {told.requests} requests, {sum(site.kills.values())} kills")
    for name, count in site.kills.most_common():
        print(f"  {count:5}  {name}")
    print(f"  starts: {', '.join(f'{each.name} {each.starts}' for each in site.units)}")
    ended = ", ".join(f"{each.name} {each.ended}" for each in site.units if each.ended)
    print(f"  ended by themselves, with status: {ended or 'none'}")
    print(f"errors that people saw: {sum(told.seen.values())}")
    for name, count in told.seen.most_common():
        print(f"  {count:5}  {name}")
    print(f"begun anew because unfinished answers were gone: {told.anew}")
    print(f"longest time in which nobody got a page: {told.longest_outage:.1f} s")
    print(found.lines())


def run(minutes: float, seed: int, people: int, database: str = "", crashes: int = 3, logs: Path | None = None) -> bool:
    """Do all of it and print. Whether everything was kept once. What the units said is copied to `logs`."""
    with TemporaryDirectory() as folder, site(Path(folder), database, seed) as there:
        wait_until_up(there)
        told = load(there, minutes, people, seed, crashes)
        opened = open_installation(read_settings(there.units[0].settings, ROOT))
        try:
            settled = settle(opened, ADDRESS, there.keep_up)
            found = reckon(opened, ADDRESS, told, settled)
        finally:
            opened.close()
        report(there, told, found, minutes)
        if logs:
            logs.mkdir(parents=True, exist_ok=True)
            for each in there.units:
                shutil.copy(each.log, logs)
    return found.is_well


def main() -> None:
    """Run it, and end with status 1 where something was lost, double or stuck."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--people", type=int, default=8)
    options.add_argument("--crashes", type=int, default=3)
    options.add_argument("--database", default="")
    options.add_argument("--logs", type=Path, help="a folder for what the hosts and workers said")
    sys.exit(0 if run(**vars(options.parse_args())) else 1)


if __name__ == "__main__":
    main()
