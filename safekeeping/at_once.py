"""A statement that every page needs, run by itself: compiled once, on a connection of its own, done when it returns.

A session begins and ends a transaction, and looks at each object twice; for one row by its key that is nine tenths of
the work. Nothing is converted here: a statement may only name columns that both databases hand over as they are kept.
"""

import threading
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import Pool
from sqlalchemy.sql.expression import ClauseElement

#: For one statement no transaction is begun, so there is none to end.
ALONE: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}


class AtOnce:
    """A statement of SQLAlchemy's Core, whose values are named by `bindparam`."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, list[str], dict[str, Any]]] = {}

    def row(self, engine: Engine, **values: Any) -> tuple[Any, ...] | None:
        """The first row it finds, as it is kept. Raises `SQLAlchemyError`."""
        found: tuple[Any, ...] | None = self._run(engine, values, "fetchone")
        return None if found is None else tuple(found)

    def changes(self, engine: Engine, **values: Any) -> int:
        """How many rows it changes; they are committed. Raises `SQLAlchemyError`."""
        return int(self._run(engine, values, "rowcount"))

    def _run(self, engine: Engine, values: dict[str, Any], what: str) -> Any:
        text, names, literal = self._written(engine)
        values = literal | values
        if engine.dialect.name == "sqlite":
            return _on_sqlite(engine, text, [values[name] for name in names], what)
        with engine.execution_options(**ALONE).connect() as connection:
            return _of(connection.exec_driver_sql(text, values), what)

    def _written(self, engine: Engine) -> tuple[str, list[str], dict[str, Any]]:
        """As that kind of database reads it, the names of its values in their order, and the values it holds itself."""
        name = engine.dialect.name
        if name not in self._compiled:
            compiled: Any = self._statement.compile(dialect=engine.dialect)
            literal = {key: value for key, value in compiled.params.items() if value is not None}
            self._compiled[name] = compiled.string, compiled.positiontup or [], literal
        return self._compiled[name]


def _of(result: Any, what: str) -> Any:
    return result.fetchone() if what == "fetchone" else result.rowcount


def _on_sqlite(engine: Engine, text: str, values: list[Any], what: str) -> Any:
    """Past the engine: it would write BEGIN before, and ROLLBACK after, what is a transaction by itself."""
    try:
        cursor = _connection(engine).execute(text, values)
        found = _of(cursor, what)
        cursor.close()  # one that is not read to its end would keep others from tidying up
    except engine.dialect.loaded_dbapi.Error as fault:
        wrapped = DBAPIError.instance(text, None, fault, engine.dialect.loaded_dbapi.Error, hide_parameters=True)
        raise wrapped from fault
    return found


#: The connection of each thread to each pool: to lend one for every statement takes ten times what the statement does.
_HELD = threading.local()

#: Those of all threads, so that an engine that is let go of leaves no file open.
_OPEN: WeakKeyDictionary[Engine, WeakKeyDictionary[threading.Thread, Any]] = WeakKeyDictionary()


def _connection(engine: Engine) -> Any:
    """The connection that this thread keeps; another where the engine was let go of and has begun anew."""
    held: WeakKeyDictionary[Pool, Any] = _HELD.__dict__.setdefault("by_pool", WeakKeyDictionary())
    if engine.pool not in held:
        lent = engine.raw_connection()
        held[engine.pool] = lent.driver_connection
        lent.detach()  # the pool neither counts it nor waits for it
        if engine not in _OPEN:
            event.listen(engine, "engine_disposed", _let_go)
        _OPEN.setdefault(engine, WeakKeyDictionary())[threading.current_thread()] = held[engine.pool]
    return held[engine.pool]


def _let_go(engine: Engine) -> None:
    for connection in _OPEN[engine].values():
        connection.close()
    _OPEN[engine].clear()
