"""Whether this server can take answers just now: a word for each part that it lacks."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from safekeeping.database import Throwaway
from safekeeping.doctor_checks import LEAST
from safekeeping.migrating import revision_of, revisions
from safekeeping.settings import Settings, file_of


@dataclass(frozen=True)
class Parts:
    """What a server stands on: what is kept, what is unfinished, and the folders of its files."""

    engine: Engine
    drafts: Engine
    folders: tuple[Path, ...]


@cache
def _newest() -> str:
    return revisions()[-1]


def _database(parts: Parts) -> bool:
    return revision_of(parts.engine) is not None


def _shape(parts: Parts) -> bool:
    return revision_of(parts.engine) == _newest()


def _drafts(parts: Parts) -> bool:
    """Names every column of every table and reads no row."""
    with parts.drafts.connect().execution_options(reading=True) as connection:
        for table in Throwaway.metadata.sorted_tables:
            connection.execute(select(table).limit(0))
    return True


def _disk(parts: Parts) -> bool:
    return all(shutil.disk_usage(folder).free >= LEAST for folder in parts.folders)


#: What is looked at, by the word that is said where it is not so.
LOOKED_AT: dict[str, Callable[[Parts], bool]] = {
    "database": _database,
    "shape": _shape,
    "drafts": _drafts,
    "disk": _disk,
}


def folders_of(settings: Settings) -> tuple[Path, ...]:
    """The folders that must have room: the instance's, and where the databases are files, theirs."""
    files = (file_of(address) for address in (settings.database, settings.drafts))
    return tuple({settings.instance, *(file.parent for file in files if file)})


def lacking(parts: Parts) -> list[str]:
    """The words for what this server lacks; none where it is ready. Changes nothing."""
    return [word for word, is_so in LOOKED_AT.items() if not _holds(is_so, parts)]


def _holds(is_so: Callable[[Parts], bool], parts: Parts) -> bool:
    try:
        return is_so(parts)
    except (SQLAlchemyError, OSError):  # whatever it says would be of the installation
        return False
