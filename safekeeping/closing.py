"""A database that was moved elsewhere takes nothing any more: the database itself refuses, whoever asks.

Every table gets a trigger, so that also a server that still runs, or is started by mistake, on this machine or another,
keeps nothing and thanks nobody. A mark says where everything went; one on the other side says that it is not whole yet.
"""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from safekeeping.database import NAMING, make_engine

TRIGGER = "heard_was_moved"
#: An unknown table and no RAISE on SQLite: RAISE counts as a broken constraint, which pages read as “was sent before”.
REFUSAL = "this installation of Heard was moved"
_EVENTS = ("INSERT", "UPDATE", "DELETE")
_FUNCTION = f"""CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'read_only_sql_transaction'; END $$"""
FROM, TO = "from", "to"
#: How often, and how many seconds apart, it is looked whether others are gone from PostgreSQL.
PATIENCE, MOMENT = 20, 0.1


class MarkTable(DeclarativeBase):
    """What is there only while an installation is moved, and on the old side afterwards. Never migrated or copied."""

    metadata = MetaData(naming_convention=NAMING)


class Mark(MarkTable):
    """One move, on either side: `side` says which this is, `goal` where everything goes (no password)."""

    __tablename__ = "move_mark"
    id: Mapped[str] = mapped_column(primary_key=True)
    side: Mapped[str]
    goal: Mapped[str]
    finished: Mapped[bool] = mapped_column(default=False)


class Progress(MarkTable):
    """How many rows of a table are on the new side, and whether they lie there as they are to."""

    __tablename__ = "move_progress"
    name: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[int] = mapped_column(default=0)
    settled: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True)
class Marked:
    """What a `Mark` says."""

    id: str
    side: str
    goal: str
    finished: bool

    @property
    def says(self) -> str:
        """A sentence for whoever meets it."""
        if self.side == TO:
            return "It is being moved into and is not whole yet. Run heard move again, as before, until it is done."
        if not self.finished:
            return f"It is being moved to {self.goal}. Run heard move again to go on, or heard move --undo."
        return f"It was moved to {self.goal}. Set HEARD_DATABASE and HEARD_KEYSTORE to what heard move said."


def marked(engine: Engine) -> Marked | None:
    """The mark of a database that is being moved or was; None for every other."""
    with engine.execution_options(reading=True).connect() as connection:
        if not inspect(connection).has_table(Mark.__tablename__):
            return None
        row = connection.execute(select(Mark.id, Mark.side, Mark.goal, Mark.finished)).first()
        return Marked(*row) if row else None


def marked_at(address: str) -> Marked | None:
    """The mark of the database at this address."""
    engine = make_engine(address)
    try:
        return marked(engine)
    finally:
        engine.dispose()


def make_marks(connection: Connection) -> None:
    """Make the tables of marks; whoever may use the database may read where it went."""
    MarkTable.metadata.create_all(connection)
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"GRANT SELECT ON {Mark.__tablename__} TO PUBLIC"))


def close(connection: Connection, tables: Sequence[Table]) -> None:
    """From the commit on, nothing can be written into these tables. Safe to do twice; waits for who writes now."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(_FUNCTION))
    for table in tables:
        _drop(connection, table)
        name = connection.dialect.identifier_preparer.format_table(_there(connection, table))
        if connection.dialect.name == "sqlite":
            for event in _EVENTS:
                refuse = f'BEGIN SELECT * FROM "{REFUSAL}"; END'  # noqa: S608
                trigger = f"{TRIGGER}_{event}_{table.name}".lower()
                connection.execute(text(f"CREATE TRIGGER {trigger} BEFORE {event} ON {name} {refuse}"))
        else:
            events = " OR ".join((*_EVENTS, "TRUNCATE"))
            act = f"FOR EACH STATEMENT EXECUTE FUNCTION {TRIGGER}()"
            connection.execute(text(f"CREATE TRIGGER {TRIGGER} BEFORE {events} ON {name} {act}"))


def open_again(connection: Connection, tables: Sequence[Table]) -> None:
    """Undo `close`."""
    for table in tables:
        _drop(connection, table)


def _drop(connection: Connection, table: Table) -> None:
    if connection.dialect.name == "sqlite":
        for event in _EVENTS:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {TRIGGER}_{event}_{table.name}".lower()))
        return
    name = connection.dialect.identifier_preparer.format_table(table)
    connection.execute(text(f"DROP TRIGGER IF EXISTS {TRIGGER} ON {name}"))


def _there(connection: Connection, table: Table) -> Table:
    """The same table under the name it has in this database: a file of SQLite has no schemas."""
    return table if connection.dialect.name != "sqlite" else Table(table.name, MetaData())


def in_use(engine: Engine) -> bool:
    """Whether another process has this database open at this moment."""
    if engine.dialect.name == "sqlite":
        return _open_elsewhere(engine)
    return all(_others(engine) for _ in range(PATIENCE))


def _others(engine: Engine) -> bool:
    """Whether anybody else is connected to this database of PostgreSQL; if so, after a moment's wait."""
    engine.dispose()  # what we let go of ourselves is gone a moment later
    with engine.connect() as connection:
        there = "datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
        others = bool(connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {there}")))  # noqa: S608
    engine.dispose()
    if others:
        time.sleep(MOMENT)
    return others


def _open_elsewhere(engine: Engine) -> bool:
    """SQLite gives up its journal only where nobody else has the file open."""
    engine.dispose()
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=2000")
        cursor.execute("PRAGMA journal_mode=DELETE")
        return cursor.fetchone() != ("delete",)
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
        engine.dispose()
