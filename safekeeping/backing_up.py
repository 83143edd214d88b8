"""One backup: the answers in one file and their keys in another, each sealed to the recovery key, then read back.

Nothing but ciphertext is ever written to the goal, and a file is there under its name whole or not at all. The answers
are read first, in one snapshot, and the keys after them: a key is kept before what it seals, so every answer in the
first file has its key in the second, unless somebody withdrew meanwhile, and that is then as they wished.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, func, select, text

from safekeeping.closing import MarkTable, marked_at
from safekeeping.database import Throwaway, make_engine
from safekeeping.keystore import Keystore, KeyTable, make_key_engine, make_key_tables
from safekeeping.master_keys import read_master_keys
from safekeeping.migrating import revision_of
from safekeeping.recovery_key import Sealing
from safekeeping.rewriting import scrub
from safekeeping.sealed_stream import read_sealed, write_sealed
from safekeeping.settings import Settings, file_of
from safekeeping.table_stream import BYTES, PLAIN, Row, Source, TableReader, Tell, source_of, write_tables
from safekeeping.vault import CannotOpen, Vault

ANSWERS, KEYS = "answers", "keys"
#: For how many days a file is kept, by what is in it (docs/deployment.md).
DAYS = {ANSWERS: 35, KEYS: 7}
#: Where keys lay before there was a key store: such a file has the clock of keys.
KEYS_AMONG_ANSWERS = "response_key"
MASTER = Source("master_key", (("version", PLAIN), ("key", BYTES)), ())
NAMED = "heard-%Y-%m-%d-%H"
PART = ".part"


class NoBackup(Exception):
    """No backup was made. The message says why and what to do; earlier backups are as they were."""


@dataclass(frozen=True)
class Part:
    """One file of a backup: where it lies, how many rows are in it, its length in bytes."""

    kind: str
    path: Path
    rows: int
    size: int


@dataclass(frozen=True)
class _Source:
    """What is backed up, opened."""

    engine: Engine
    key_engine: Engine
    master_folder: Path


@contextmanager
def _opened(settings: Settings) -> Iterator[_Source]:
    """Both stores. Raises `NoBackup` where one is not there: an empty one must not take the place of what was lost."""
    for name, address in (("HEARD_DATABASE", settings.database), ("HEARD_KEYSTORE", settings.keystore)):
        path = file_of(address)
        if path and not path.exists() and (name == "HEARD_DATABASE" or _has_moved_keys(settings)):
            raise NoBackup(f"{path} is not there. Check {name}, or bring it back from a backup: heard restore")
    if file_of(settings.database) and settings.database == settings.keystore:
        raise NoBackup("HEARD_KEYSTORE names the file of the answers. Keys need a file of their own.")
    if mark := marked_at(settings.database):  # or backups would go on of what nobody uses, and look well
        raise NoBackup(mark.says)
    engine, key_engine = make_engine(settings.database), make_key_engine(settings.keystore)
    try:
        make_key_tables(key_engine)
        yield _Source(engine, key_engine, settings.keys)
    finally:
        engine.dispose()
        key_engine.dispose()


def _has_moved_keys(settings: Settings) -> bool:
    engine = make_engine(settings.database)
    try:
        return KEYS_AMONG_ANSWERS not in {table.name for table in kept_tables(engine)}
    finally:
        engine.dispose()


def back_up(settings: Settings, goal: Path, sealing: Sealing, version: str, now: datetime, tell: Tell) -> list[Part]:
    """Write both files into `goal` and read them back. `tell(rows)` says how far it is.

    Raises `NoBackup`, `NoKeys`, or `OSError` where the goal cannot be written; then nothing new is there.
    """
    with _opened(settings) as source:
        revision = revision_of(source.engine)
        if revision is None:
            raise NoBackup("There is nothing to back up yet. Start Heard once: heard run")
        masters = read_master_keys(source.master_folder)
        count = closed_keys(Vault(masters, Keystore(source.key_engine)))
        if count:
            raise NoBackup(f"The master key does not open {count} of the keys in the key store. Run: heard doctor")
        head = {
            "id": secrets.token_hex(8),
            "stamp": now.astimezone(UTC).strftime(NAMED),
            "version": version,
            "revision": revision,
        }
        with _parts(goal) as waiting:
            with _answers(source.engine) as (sources, days):
                told = {**head, "kind": ANSWERS, "days": days}
                answers = _written(goal, told, sources, sealing, tell, waiting)
            with _keys(source, masters) as sources:
                told = {**head, "kind": KEYS, "days": DAYS[KEYS]}
                keys = _written(goal, told, sources, sealing, tell, waiting)
            placed = [_put_in_place(part, waiting) for part in (keys, answers)]  # no answers without their keys
        for engine in (source.engine, source.key_engine):
            scrub(engine)  # whoever wiped something meanwhile could not, for us reading
        return placed[::-1]


def closed_keys(vault: Vault) -> int:
    """How many of the keys in the key store no master key opens."""
    return sum(not _opens(vault, survey_id) for survey_id, _ in vault.store.surveys())


def _opens(vault: Vault, survey_id: bytes) -> bool:
    try:
        vault.opener(survey_id)
    except CannotOpen:
        return False
    return True


def kept_tables(engine: Engine) -> list[Table]:
    """The tables of a database as they are there, in an order in which they can be filled; never unfinished answers."""
    metadata = MetaData()
    metadata.reflect(engine.execution_options(reading=True))
    apart = {*Throwaway.metadata.tables, *MarkTable.metadata.tables, "alembic_version"}
    return [table for table in metadata.sorted_tables if table.name not in apart]


def key_tables() -> list[Table]:
    """The tables of the key store."""
    return list(KeyTable.metadata.sorted_tables)


@contextmanager
def snapshot(engine: Engine, tables: list[Table]) -> Iterator[Connection]:
    """A connection that sees these tables as they are at one moment. Nobody waits for it but who rewrites a table."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            yield connection.execution_options(reading=True)
            return
        connection.execution_options(isolation_level="REPEATABLE READ")
        names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS SHARE MODE"))  # before the snapshot is taken
        yield connection


@contextmanager
def _answers(engine: Engine) -> Iterator[tuple[Iterator[Source], int]]:
    tables = kept_tables(engine)
    hold_keys = any(table.name == KEYS_AMONG_ANSWERS for table in tables)
    with snapshot(engine, tables) as connection:
        yield (source_of(connection, table) for table in tables), DAYS[KEYS if hold_keys else ANSWERS]


@contextmanager
def _keys(source: _Source, masters: Mapping[int, bytes]) -> Iterator[Iterator[Source]]:
    def sources(connection: Connection) -> Iterator[Source]:
        yield from (source_of(connection, table) for table in key_tables())
        yield Source(MASTER.name, MASTER.columns, _master_rows(source.master_folder, masters))

    with snapshot(source.key_engine, key_tables()) as connection:
        yield sources(connection)


def _master_rows(folder: Path, before: Mapping[int, bytes]) -> Iterator[Row]:
    """Those there were before the key store was read and those there are after: one of them wrapped each row of it,
    also where they are being rotated."""
    yield from sorted({**before, **read_master_keys(folder)}.items())


@contextmanager
def _parts(goal: Path) -> Iterator[set[Path]]:
    """Files that are being written; whatever is left of them at the end is taken away."""
    goal.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kind in DAYS:
        (goal / kind).mkdir(mode=0o700, exist_ok=True)
    waiting: set[Path] = set()
    try:
        yield waiting
    finally:
        for path in waiting:
            path.unlink(missing_ok=True)


def _written(
    goal: Path, head: Mapping[str, Any], sources: Iterator[Source], sealing: Sealing, tell: Tell, waiting: set[Path]
) -> Part:
    """Write one file under a passing name, and read all of it back from the disk. Raises `BadBackup`."""
    path = goal / str(head["kind"]) / f"{head['stamp']}.{head['kind']}"
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    waiting.add(part)
    chunk_key = write_sealed(part, head, write_tables(sources, tell), sealing)
    reader = TableReader(read_sealed(part, chunk_key))
    for _ in reader.tables():
        pass
    rows = sum(each.rows for each in reader.tallies.values())
    return Part(str(head["kind"]), part, rows, part.stat().st_size)


def _put_in_place(part: Part, waiting: set[Path]) -> Part:
    name = part.path.name.removeprefix(".").rsplit(".", 2)[0]
    path = part.path.replace(part.path.with_name(name))
    waiting.discard(part.path)
    with suppress(OSError):  # some disks know no folders to be synced
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return Part(part.kind, path, part.rows, part.size)


def row_count(settings: Settings) -> int:
    """How many rows there are to back up, to show how far it is."""
    with _opened(settings) as source:
        counted = [(source.engine, kept_tables(source.engine)), (source.key_engine, key_tables())]
        total = 0
        for engine, tables in counted:
            with engine.execution_options(reading=True).connect() as connection:
                total += sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
        return total
