"""Bring an installation back from the two files of a backup: whole, counted and compared, or not at all.

It is built where nobody uses it (a folder `.restoring`, or an empty PostgreSQL database), in the shape it had when it
was backed up; then every row is read again and compared with what was written; then it is brought to the newest shape.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, delete, inspect, text

from safekeeping.backing_up import ANSWERS, KEYS, MASTER, kept_tables, key_tables
from safekeeping.database import make_engine, session_for
from safekeeping.keystore import SCHEMA, Keystore, make_key_engine, make_key_tables
from safekeeping.master_keys import key_file, put_back, versions
from safekeeping.migrating import migrate, revisions
from safekeeping.opening import make_private
from safekeeping.recovery_key import Recovery
from safekeeping.sealed_stream import BadBackup, chunk_key_of, read_head, read_sealed
from safekeeping.settings import Settings, file_of, moved
from safekeeping.staff import SignInLink, StaffSession
from safekeeping.table_stream import ReadTable, TableReader, Tallies, Tell, insert_rows, source_of, tally_of
from safekeeping.trail import Act, record
from safekeeping.vault import load_vault

STAGING = ".restoring"


class NotEmpty(Exception):
    """There is something already where the backup was to be brought back. The message says what, and what to do."""


@dataclass(frozen=True)
class Files:
    """The files of a backup by what is in them (`answers`, `keys`), and what they say of themselves."""

    paths: Mapping[str, Path]
    heads: Mapping[str, Mapping[str, Any]]

    @property
    def made_together(self) -> bool:
        """Whether they are of the same backup."""
        return len({head.get("id") for head in self.heads.values()}) == 1


def files_of(paths: Sequence[Path]) -> Files:
    """Tell the files of a backup apart, in whatever order they are given. Raises `BadBackup`."""
    by_kind: dict[str, Path] = {}
    for path in paths:
        kind = str(read_head(path).get("kind"))
        if kind not in (ANSWERS, KEYS):
            raise BadBackup(f"{path.name} is not a backup of answers or keys.")
        if kind in by_kind:
            raise BadBackup(f"{by_kind[kind].name} and {path.name} both hold {kind}. Give one of answers, one of keys.")
        by_kind[kind] = path
    files = Files(by_kind, {kind: read_head(path) for kind, path in by_kind.items()})
    unknown = [head for head in files.heads.values() if head.get("revision") not in revisions()]
    if unknown:
        raise BadBackup(f"It was made by a newer Heard ({unknown[0].get('version')}). Install that one, then restore.")
    return files


@dataclass
class Target:
    """An installation that is being built, and what was read into it."""

    settings: Settings
    engine: Engine
    key_engine: Engine
    tallies: Tallies


def restore(files: Files, recovery: Recovery, goal: Settings, now: datetime, tell: Tell) -> Tallies:
    """Bring back what is in the files to where `goal` says. Table -> how many rows, and what they add up to.

    Raises `NotEmpty` where something is there, `WrongKey`, or `BadBackup`; then nothing is there that was not before.
    """
    chunk_keys = {kind: chunk_key_of(path, recovery) for kind, path in files.paths.items()}
    with _built(goal) as target:
        head = files.heads.get(ANSWERS)
        migrate(target.engine, target.key_engine, str(head["revision"]) if head else "head")
        make_key_tables(target.key_engine)
        for kind, path in files.paths.items():
            _fill(target, kind, TableReader(read_sealed(path, chunk_keys[kind])), tell)
        migrate(target.engine, target.key_engine)
        if set(files.paths) == {ANSWERS, KEYS}:
            _note(target, str(files.heads[ANSWERS]["stamp"]), now)
    return target.tallies


def _fill(target: Target, kind: str, reader: TableReader, tell: Tell) -> None:
    if kind == ANSWERS:
        engine, tables = target.engine, {table.name: table for table in kept_tables(target.engine)}
    else:
        engine, tables = target.key_engine, {table.name: table for table in key_tables()}
    before = sum(each.rows for each in target.tallies.values())
    with engine.begin() as connection:
        for read in reader.tables():
            if read.name == MASTER.name and kind == KEYS:
                _put_masters(target.settings.keys, read)
            elif read.name in tables:
                done = before + sum(each.rows for each in reader.tallies.values())
                insert_rows(connection, tables[read.name], read, lambda rows, done=done: tell(done + rows))  # type: ignore[misc]
            else:
                raise BadBackup(f"It holds a table {read.name} that this version of Heard does not know.")
    _compare(engine, tables, reader.tallies)
    target.tallies.update(reader.tallies)


def _put_masters(folder: Path, read: ReadTable) -> None:
    order = [name for name, _ in read.columns]
    for row in read.rows:
        named = dict(zip(order, row, strict=True))
        put_back(folder, int(named["version"]), bytes(named["key"]))


def _compare(engine: Engine, tables: Mapping[str, Table], tallies: Tallies) -> None:
    """Every row is read again from where it was put."""
    with engine.execution_options(reading=True).connect() as connection:
        for name, tally in tallies.items():
            if name in tables and tally_of(source_of(connection, tables[name])) != tally:
                raise BadBackup(f"The table {name} is not what was backed up. The disk may be failing.")


def _note(target: Target, stamp: str, now: datetime) -> None:
    vault = load_vault(target.settings.keys, Keystore(target.key_engine))
    with session_for(target.engine) as session:
        for table in (StaffSession, SignInLink):  # what was signed out or used since must not be good again
            session.execute(delete(table))
        record(session, vault, Act("restored", stamp), now)


# Where it is built -----------------------------------------------------------------------------------


@contextmanager
def _built(goal: Settings) -> Iterator[Target]:
    staging = goal.instance / STAGING
    _check_empty(goal, staging)
    goal.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    goal.instance.chmod(0o700)
    staging.mkdir(mode=0o700)
    staged = moved(goal, staging)
    for address in (staged.database, staged.keystore):
        make_private(address)
    target = Target(staged, make_engine(staged.database), make_key_engine(staged.keystore), {})
    undo = _what_undoes(target)
    try:
        yield target
        _let_go(target)
        _move_up(staged)
    except BaseException:
        undo()
        raise
    finally:
        _let_go(target)
        shutil.rmtree(staging, ignore_errors=True)


def _let_go(target: Target) -> None:
    target.engine.dispose()
    target.key_engine.dispose()


def _check_empty(goal: Settings, staging: Path) -> None:
    if goal.instance.exists():
        if staging.exists():  # of a restore that was stopped
            shutil.rmtree(staging)
        if any(goal.instance.iterdir()):
            raise NotEmpty(
                f"{goal.instance} is not empty, and nothing was changed. Give a folder that is, or a new one."
            )
    if versions(goal.keys):
        raise NotEmpty(f"{goal.keys} holds a master key, and nothing was changed. Check HEARD_KEYS.")
    for name, address in (("HEARD_DATABASE", goal.database), ("HEARD_KEYSTORE", goal.keystore)):
        path = file_of(address)
        if path and path.exists():
            raise NotEmpty(f"{path} is there already, and nothing was changed. Check {name}.")
        if not path and tables_there(address):
            raise NotEmpty(f"{name} names a database with tables in it, and nothing was changed. Make an empty one.")


def tables_there(address: str) -> bool:
    """Whether the database at this address holds any table."""
    engine = make_engine(address)
    try:
        found = inspect(engine.execution_options(reading=True))
        apart = engine.dialect.name != "sqlite" and found.get_table_names(SCHEMA)
        return bool(found.get_table_names() or apart)
    finally:
        engine.dispose()


def _move_up(staged: Settings) -> None:
    """The answers come last: where they are, all of it is."""
    last = [path for address in (staged.keystore, staged.database) if (path := file_of(address))]
    first = [path for path in staged.instance.iterdir() if path not in last]
    for path in (*first, *last):
        if path.is_relative_to(staged.instance):
            path.rename(staged.instance.parent / path.relative_to(staged.instance))


def _what_undoes(target: Target) -> Callable[[], None]:
    """What takes away again all that is made outside the staging folder."""
    settings = target.settings
    servers = [engine for engine in (target.engine, target.key_engine) if engine.dialect.name == "postgresql"]
    functions = {id(engine): _functions(engine) for engine in servers}

    def undo() -> None:
        for version in versions(settings.keys):
            key_file(settings.keys, version).unlink()
        for address in (settings.database, settings.keystore):
            if path := file_of(address):
                path.unlink(missing_ok=True)
        for engine in servers:
            _empty(engine, functions[id(engine)])

    return undo


_OURS = (
    "SELECT proc.oid::regprocedure::text FROM pg_proc AS proc WHERE pronamespace = current_schema()::regnamespace "
    "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = proc.oid AND deptype = 'e')"
)


def _functions(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(text(_OURS)))


def _empty(engine: Engine, functions: set[str]) -> None:
    with suppress(Exception), engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE {connection.dialect.identifier_preparer.quote(name)} CASCADE"))
        for name in set(connection.scalars(text(_OURS))) - functions:
            connection.execute(text(f"DROP FUNCTION {name} CASCADE"))
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
