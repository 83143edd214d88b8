"""Statements that every page needs, run by themselves: compiled once, on a connection of their own, done at return.

A session begins and ends a transaction, and looks at each object twice; for one row by its key that is nine tenths of
the work. Nothing is converted here: a statement may only name columns that both databases hand over as they are kept.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import Pool
from sqlalchemy.sql.expression import ClauseElement

#: For one statement no transaction is begun, so there is none to end.
ALONE: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}

#: Seconds for which a statement waits for others that write, and seconds between two tries.
PATIENCE, BETWEEN = 30.0, 1e-4


class AtOnce:
    """A statement of SQLAlchemy's Core, or one for each kind of database, whose values are named by `bindparam`."""

    def __init__(self, statement: ClauseElement | Mapping[str, ClauseElement]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, list[str], dict[str, Any]]] = {}

    def row(self, engine: Engine, **values: Any) -> tuple[Any, ...] | None:
        """The first row it finds, as it is kept. Raises `SQLAlchemyError`."""
        if engine.dialect.name == "sqlite":
            found = _on_sqlite(engine, lambda connection: self._fetched(connection, engine, values))
        else:
            with _alone(engine) as connection:
                found = self.run(connection, values).fetchone()
        return None if found is None else tuple(found)

    def changes(self, engine: Engine, **values: Any) -> int:
        """How many rows it changes; they are committed. Raises `SQLAlchemyError`."""
        if engine.dialect.name == "sqlite":
            return int(_on_sqlite(engine, lambda connection: self._changed(connection, engine, values)))
        with _alone(engine) as connection:
            return int(self.run(connection, values).rowcount)

    def run(self, connection: Connection, values: dict[str, Any]) -> CursorResult[Any]:
        """Run it in a transaction of SQLAlchemy's; of the values it takes its own."""
        text, names, literal = self._written(connection.engine)
        given = {name: literal[name] if name in literal else values[name] for name in names}
        on_sqlite = connection.dialect.name == "sqlite"
        return connection.exec_driver_sql(text, tuple(given[name] for name in names) if on_sqlite else given)

    def listed(self, engine: Engine, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """As SQLite reads it, and its values in their order."""
        text, names, literal = self._written(engine)
        return text, [literal[name] if name in literal else values[name] for name in names]

    def _fetched(self, connection: sqlite3.Connection, engine: Engine, values: dict[str, Any]) -> Any:
        cursor = _as_soon_as_free(connection, *self.listed(engine, values))
        found = cursor.fetchone()
        cursor.close()  # one that is not read to its end would keep others from tidying up
        return found

    def _changed(self, connection: sqlite3.Connection, engine: Engine, values: dict[str, Any]) -> int:
        return _as_soon_as_free(connection, *self.listed(engine, values)).rowcount

    def _written(self, engine: Engine) -> tuple[str, list[str], dict[str, Any]]:
        """As that kind of database reads it, the names of its values in their order, and the values it holds itself."""
        name = engine.dialect.name
        if name not in self._compiled:
            each = self._statement[name] if isinstance(self._statement, Mapping) else self._statement
            compiled: Any = each.compile(dialect=engine.dialect)
            literal = {key: value for key, value in compiled.params.items() if value is not None}
            self._compiled[name] = compiled.string, compiled.positiontup or list(compiled.params), literal
        return self._compiled[name]


def changes_both(engine: Engine, first: AtOnce, second: AtOnce, **values: Any) -> bool:
    """Run the second where the first changes a row; False where it does not. Both are committed together, or neither.

    Raises `SQLAlchemyError`.
    """
    if engine.dialect.name == "sqlite":
        return bool(_on_sqlite(engine, lambda connection: _both(connection, engine, (first, second), values)))
    with engine.begin() as connection:
        done = first.run(connection, values).rowcount > 0
        if done:
            second.run(connection, values)
    return done


def _both(connection: sqlite3.Connection, engine: Engine, two: tuple[AtOnce, AtOnce], values: dict[str, Any]) -> bool:
    _as_soon_as_free(connection, "BEGIN IMMEDIATE", [])
    try:
        done = connection.execute(*two[0].listed(engine, values)).rowcount > 0
        if done:
            connection.execute(*two[1].listed(engine, values))
        connection.execute("COMMIT")
    finally:
        connection.rollback()  # nothing, where it was committed
    return done


def _alone(engine: Engine) -> Connection:
    """The option is the connection's: to make an engine with it takes as long as two statements."""
    return engine.connect().execution_options(**ALONE)


def _on_sqlite(engine: Engine, does: Callable[[sqlite3.Connection], Any]) -> Any:
    """Past the engine: it would write BEGIN before, and ROLLBACK after, what is a transaction by itself."""
    error = engine.dialect.loaded_dbapi.Error
    try:
        return does(_connection(engine))
    except error as fault:
        raise DBAPIError.instance(None, None, fault, error, hide_parameters=True) from fault


def _as_soon_as_free(connection: sqlite3.Connection, text: str, values: list[Any]) -> sqlite3.Cursor:
    """Run it, once nobody else is writing. SQLite itself would sleep for 1 ms and more; others write for a tenth."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return connection.execute(text, values)
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(BETWEEN)


#: The connection of each thread to each pool: to lend one for every statement takes ten times what the statement does.
_HELD = threading.local()

#: Those of all threads, so that an engine that is let go of leaves no file open.
_OPEN: WeakKeyDictionary[Engine, WeakKeyDictionary[threading.Thread, Any]] = WeakKeyDictionary()


def _connection(engine: Engine) -> Any:
    """The connection that this thread keeps; another where the engine was let go of and has begun anew."""
    held: WeakKeyDictionary[Pool, Any] = _HELD.__dict__.setdefault("by_pool", WeakKeyDictionary())
    found = held.get(engine.pool)
    if found is None:
        found = held[engine.pool] = _lent_for_good(engine)
        if engine not in _OPEN:
            event.listen(engine, "engine_disposed", _let_go)
        _OPEN.setdefault(engine, WeakKeyDictionary())[threading.current_thread()] = found
    return found


def _lent_for_good(engine: Engine) -> Any:
    lent = engine.raw_connection()
    found: Any = lent.driver_connection
    lent.detach()  # the pool neither counts it nor waits for it
    found.execute("PRAGMA busy_timeout=0")  # it waits here: see `_as_soon_as_free`
    return found


def _let_go(engine: Engine) -> None:
    for connection in _OPEN[engine].values():
        connection.close()
    _OPEN[engine].clear()
