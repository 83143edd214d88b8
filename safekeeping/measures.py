"""What is measured of a running installation, in one table, and how long each figure stays as it is.

Somebody who sees every figure at every second, and later a telephone, must not learn when its owner answered. So
nothing that one person's answer moves is measured as it moves: what jobs wait is looked at once an hour, how full
disks are once a day and in steps that ten thousand answers fill. There is no count of requests, of answers, of
faults in pages, nor of seconds worked: on a quiet server each of them is a record of visits.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select, text

from safekeeping.ageing import backups_in
from safekeeping.backing_up import ANSWERS, KEYS
from safekeeping.doctor_checks import WAITED, heard_version
from safekeeping.high_water import HighWater
from safekeeping.jobs import STOPPED, Job
from safekeeping.readiness import LOOKED_AT, Parts, lacking
from safekeeping.settings import Settings, file_of

AT_ONCE, HOUR, DAY = timedelta(0), timedelta(hours=1), timedelta(days=1)
#: Bytes. Ten thousand answers take about as much as the first.
DATABASE_STEP, DISK_STEP = 64 * 2**20, 256 * 2**20


@dataclass(frozen=True)
class Look:
    """What measures are taken from."""

    settings: Settings
    parts: Parts
    now: datetime

    def reading(self) -> Connection:
        """A connection that only reads."""
        return self.parts.engine.connect().execution_options(reading=True)


#: Figures by the value of the measure's label; `""` where it has none.
Figures = Mapping[str, float]


@dataclass(frozen=True)
class Measure:
    """One line of the table: its name for Prometheus, what it says, how long a figure stays, how it is taken."""

    name: str
    says: str
    stays: timedelta
    take: Callable[[Look], Figures]
    label: str = ""


def _version(look: Look) -> Figures:
    return {heard_version(): 1}


def _ready(look: Look) -> Figures:
    missing = lacking(look.parts)
    return {word: float(word not in missing) for word in LOOKED_AT}


def _backups(look: Look) -> Figures:
    kept = {kind: backups_in(look.settings.backups, kind) for kind in (ANSWERS, KEYS)}
    return {kind: files[-1].at.timestamp() for kind, files in kept.items() if files}


def _jobs(look: Look) -> Figures:
    late = (Job.state == "queued") & (Job.made_at < look.now - WAITED)
    failed = (Job.state == "failed") & (Job.fault != STOPPED)  # what somebody stopped is as they want it
    return {"failed": _count(look, failed), "late": _count(look, late)}


def _count(look: Look, which: ColumnElement[bool]) -> float:
    with look.reading() as connection:
        return float(connection.scalar(select(func.count()).select_from(Job).where(which)) or 0)


def _worker(look: Look) -> Figures:
    """The hour in which a worker last tidied up. To the hour: what it had to do before that is a trace of answers."""
    with look.reading() as connection:
        at = connection.scalar(select(HighWater.at))
    return {"": at.replace(minute=0, second=0, microsecond=0).timestamp()} if at else {}


def _database(look: Look) -> Figures:
    file = file_of(look.settings.database)
    if file:
        size = file.stat().st_size
    else:
        with look.reading() as connection:
            size = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
    return {"": -(-size // DATABASE_STEP) * DATABASE_STEP}


def _free(look: Look) -> Figures:
    folders = {"instance": look.settings.instance, "backups": look.settings.backups}
    free = {name: shutil.disk_usage(folder).free for name, folder in folders.items() if folder.exists()}
    return {name: size // DISK_STEP * DISK_STEP for name, size in free.items()}


MEASURES = (
    Measure("heard_version_info", "The version of Heard.", AT_ONCE, _version, "version"),
    Measure("heard_ready", "Whether each part that takes answers can be used.", AT_ONCE, _ready, "part"),
    Measure("heard_backup_timestamp_seconds", "The hour of the last backup.", AT_ONCE, _backups, "kind"),
    Measure("heard_jobs", "Long work that failed, or waits for over two hours.", HOUR, _jobs, "state"),
    Measure("heard_worker_timestamp_seconds", "The hour in which a worker last tidied up.", HOUR, _worker),
    Measure("heard_database_bytes", "Size of the database, rounded up to steps of 64 MiB.", DAY, _database),
    Measure("heard_disk_free_bytes", "Free disk, rounded down to steps of 256 MiB.", DAY, _free, "folder"),
)
