"""Rewriting what a database keeps of the past: deleted bytes, the order rows came in, who was written together.

Measured (docs/security-results.md): SQLite's journal keeps deleted text until it is folded in, and its file keeps the
order in which long rows came; PostgreSQL's rows keep the number of the transaction that wrote them (`xmin`) and lie in
the order they came (`ctid`). After `rewrite` neither is left.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, text

#: How long to wait for those who read, in milliseconds. Writers wait as long.
PATIENCE = 5000


def rewrite(engine: Engine, tables: Sequence[Table]) -> None:
    """Write these tables anew, in the order of their keys, as if every row had come at once.

    Readers and writers of a table wait meanwhile. On SQLite the whole file is rewritten. On PostgreSQL each table is
    let go of before the next: to hold one and wait for another stands against who writes both the other way round.
    """
    if engine.dialect.name == "sqlite":
        with _outside_transactions(engine) as cursor:
            cursor.execute("VACUUM")
        scrub(engine)
        return
    for table in tables:
        with engine.begin() as connection:
            _cluster(connection, table)


def _cluster(connection: Connection, table: Table) -> None:
    """All rows get the number of this one transaction, then lie in the order of their random keys."""
    quoted = connection.dialect.identifier_preparer.format_table(table)
    key = next(iter(table.primary_key.columns)).name
    connection.execute(text(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE"))
    connection.execute(table.update().values({key: table.c[key]}))
    connection.execute(text(f"CLUSTER {quoted} USING {table.primary_key.name}"))


def scrub(engine: Engine) -> bool:
    """Fold SQLite's journal into its file, so that what was wiped is off the disk. To be called after the commit.

    What is deleted is overwritten in the file (see `safekeeping.database`), but the journal beside it keeps the pages
    as they were until it is folded in. False if others were reading the whole time; it is then for the next to do.
    """
    if engine.dialect.name != "sqlite":
        return True
    with _outside_transactions(engine) as cursor:
        before = _one(cursor.execute("PRAGMA busy_timeout"))
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
        busy = _one(cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
        cursor.execute(f"PRAGMA busy_timeout={before}")
    return not busy


def wipe(engine: Engine, tables: Sequence[Table]) -> None:
    """What was deleted is off the disk; `tables` are those, small ones, that held it. After the commit.

    SQLite overwrites what is deleted. PostgreSQL leaves it lying until it writes a table anew.
    """
    if engine.dialect.name == "sqlite":
        scrub(engine)
    else:
        rewrite(engine, tables)


@contextmanager
def _outside_transactions(engine: Engine) -> Iterator[Any]:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        yield cursor
        cursor.close()
    finally:
        connection.close()


def _one(cursor: Any) -> int:
    return int(cursor.fetchone()[0])
