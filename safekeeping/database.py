"""Engines, the declarative bases, and the sessions of one request.

Two stores: `Base` holds what is kept; `Throwaway` holds unfinished answers, in their own file
(SQLite) or UNLOGGED tables (PostgreSQL), and is never backed up.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

Row = TypeVar("Row")
Kept = TypeVar("Kept", bound="Base")
#: How many rows one statement names.
AT_ONCE = 500
#: Bytes that the journal of SQLite keeps on the disk when it begins anew.
JOURNAL = 64 * 2**20

#: How many connections one process takes from PostgreSQL at most, where HEARD_CONNECTIONS does not say. A page holds
#: two at once, rarely three.
CONNECTIONS = 10
#: Seconds until whoever waits for a connection is told so.
PATIENCE = 10
#: What is asked of PostgreSQL's own client where the address does not say: a host that is gone is found out within a
#: minute, and the server's list of sessions says who we are.
CLIENT = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "fallback_application_name": "heard",
}

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: For tables that hold answers: no hidden row number that would keep the order of arrival.
UNORDERED: dict[str, Any] = {"sqlite_with_rowid": False}


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, the same in both databases. Staff tables only: tables of answers hold no time."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, naive UTC stored. A naive moment is refused: it would be read as the server's local time."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment with no time zone")
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive UTC stored, aware out."""
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Everything that is kept. Changed by migrations only."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Utc}


class Throwaway(DeclarativeBase):
    """What is gone within hours. Made at start, never migrated: losing it loses no confirmed answer."""

    metadata = MetaData(naming_convention=NAMING)


def _settle_sqlite(connection: sqlite3.Connection, entry: ConnectionPoolEntry, synchronous: str = "FULL") -> None:
    """FULL: a confirmed answer survives a power cut. Secure delete: what was removed is overwritten.

    A journal that grew beside a long job gives its place on the disk back.
    """
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "secure_delete=ON",
        f"journal_size_limit={JOURNAL}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _settle_passing(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    """NORMAL: a power cut may take the last moments of unfinished answers, and never harms the file."""
    _settle_sqlite(connection, entry, synchronous="NORMAL")


def _settle_postgresql(connection: Any, entry: ConnectionPoolEntry) -> None:
    """Whoever waits for a lock is told so in the end, as with SQLite, rather than left without an answer."""
    connection.execute("SET lock_timeout = '30s'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    """Writers begin as writers: to read first and lock later fails as soon as two do it at once."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def make_engine(url: str, connections: int = CONNECTIONS, *, lasting: bool = True) -> Engine:
    """An engine for `url` (sqlite or postgresql+psycopg). Statement values never reach a log or a message.

    It takes `connections` from PostgreSQL at most; who waits longer than `PATIENCE` for one gets a `TimeoutError`. What
    is not `lasting` may be lost when the power fails, and is written without waiting for the disk.
    """
    # A connection is tried before it is lent: after the server was restarted, nobody meets the dead ones.
    on_a_server = not url.startswith("sqlite")
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=on_a_server, **_pool(url, connections))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle_sqlite if lasting else _settle_passing)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _settle_postgresql)
    return engine


def _pool(url: str, connections: int) -> dict[str, Any]:
    address = make_url(url)
    if address.drivername == "sqlite":
        return {}
    client = {name: value for name, value in CLIENT.items() if name not in address.query}
    # Last in, first out: where it is quiet, one connection does all the work, and the server may end the others.
    return {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": PATIENCE,
        "pool_use_lifo": True,
        "connect_args": client,
    }


def is_on(engine: Engine, url: str) -> bool:
    """Whether this engine can serve for `url` too, with the same connections: it is the same PostgreSQL database."""
    return engine.dialect.name != "sqlite" and engine.url == make_url(url)


def make_throwaway_tables(engine: Engine) -> None:
    """Create the tables of `Throwaway` where they are missing."""
    for table in Throwaway.metadata.tables.values():
        table._prefixes = ["UNLOGGED"] if engine.dialect.name == "postgresql" else []
    Throwaway.metadata.create_all(engine)


@contextmanager
def session_for(engine: Engine) -> Iterator[Session]:
    """A session for commands and jobs: commits when the block ends well, rolls back when it does not."""
    with Session(engine) as session, session.begin():
        yield session


def in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """So many rows at a time as one statement may name."""
    return (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))


def put(session: Session, row: Kept, *, there: bool) -> Kept:
    """Keep a row in the place of the one with its key, if one is `there`: `merge` would ask for each that is not."""
    if there:
        return session.merge(row)
    session.add(row)
    return row


def _session_of_request(name: str, extension: str) -> Session:
    session: Session | None = g.get(name)
    if session is None:
        reading = request.method in ("GET", "HEAD", "OPTIONS") or g.get("reading", False)
        session = Session(current_app.extensions[f"reading_{extension}" if reading else extension])
        setattr(g, name, session)
    return session


def kept() -> Session:
    """This request's session on what is kept."""
    return _session_of_request("kept", "engine")


def drafts() -> Session:
    """This request's session on unfinished answers."""
    return _session_of_request("drafts", "drafts_engine")


def nothing_begun() -> bool:
    """Whether this request has neither read nor written in a session: what it keeps now is all that it keeps."""
    return "kept" not in g and "drafts" not in g


def start_over() -> None:
    """Let go of what this request did so far."""
    _close_sessions()


def start_over_reading() -> None:
    """Let go of what this request did and could not keep; from here on it only reads, and waits for no lock."""
    start_over()
    g.reading = True


def commit_request() -> None:
    """Commit what the request did: what is kept first, so that a draft is only let go after that."""
    for name in ("kept", "drafts"):
        if name in g:
            getattr(g, name).commit()


def _close_sessions(error: BaseException | None = None) -> None:
    for name in ("kept", "drafts"):
        session = g.pop(name, None)
        if session is not None:
            _close(session)


def _close(session: Session) -> None:
    """Roll back, then close: to close alone after a failed commit would put the lock back into the pool."""
    try:
        session.rollback()
    except SQLAlchemyError:  # the connection is dead, and its transaction with it
        session.invalidate()
    session.close()


class CommittingFlask(Flask):
    """Flask with one rule more: a request that went well is committed before its answer is sent.

    The commit happens inside dispatch, so a commit that fails reaches the same error pages as the view.
    """

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no page of ours is a coroutine, and to ask that of each function takes a fortieth of a page."""
        return func

    def dispatch_request(self) -> Response:
        """The view's answer, committed if its status is below 400."""
        response: Response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            commit_request()
        return response


def init_app(app: Flask, url: str, drafts_url: str, connections: int = CONNECTIONS) -> None:
    """Give the app its two engines, which are one where both are the same PostgreSQL; close each request's sessions."""
    kept_engine = make_engine(url, connections)
    same = is_on(kept_engine, drafts_url)
    drafts_engine = kept_engine if same else make_engine(drafts_url, connections, lasting=False)
    for name, engine in (("engine", kept_engine), ("drafts_engine", drafts_engine)):
        app.extensions[name] = engine
        app.extensions[f"reading_{name}"] = engine.execution_options(reading=True)
    app.teardown_appcontext(_close_sessions)
