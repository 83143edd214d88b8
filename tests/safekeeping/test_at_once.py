"""Statements run by themselves: the same as in a session, committed when they return, and refused in the same way."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from safekeeping.at_once import AtOnce, changes_both
from safekeeping.database import make_engine, session_for

NOTE = Table("note_tried_at_once", MetaData(), Column("name", LargeBinary, primary_key=True), Column("number", Integer))

ADD = AtOnce(insert(NOTE).values(name=bindparam("key"), number=bindparam("count")))
SET = AtOnce(update(NOTE).where(NOTE.c.name == bindparam("key")).values(number=bindparam("count")))
RENAME = AtOnce(update(NOTE).where(NOTE.c.name == bindparam("key")).values(name=bindparam("named")))
FIND = AtOnce(select(NOTE.c.number, NOTE.c.name).where(NOTE.c.name == bindparam("key"), NOTE.c.number != 7))


@pytest.fixture
def notes(engine: Engine) -> Iterator[Engine]:
    """An engine with the table, and without any other session on it."""
    NOTE.create(engine)
    yield engine
    NOTE.drop(engine)


def test_what_it_changes_is_kept_when_it_returns(notes: Engine) -> None:
    assert ADD.changes(notes, key=b"a", count=1) == 1
    assert SET.changes(notes, key=b"a", count=2) == 1
    assert SET.changes(notes, key=b"b", count=3) == 0
    with session_for(notes) as session:
        assert session.scalars(select(NOTE.c.number)).all() == [2]


def test_it_waits_for_nobody_who_writes(notes: Engine) -> None:
    ADD.changes(notes, key=b"a", count=1)
    with Session(notes) as writing:
        writing.execute(update(NOTE).values(number=9))
        assert FIND.row(notes, key=b"a") == (1, b"a")


def test_a_value_of_the_statement_itself_counts(notes: Engine) -> None:
    ADD.changes(notes, key=b"a", count=7)
    assert FIND.row(notes, key=b"a") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    kept=st.dictionaries(st.binary(min_size=1, max_size=8), st.integers(-9, 9), max_size=5), key=st.binary(max_size=8)
)
def test_it_finds_what_a_session_finds(notes: Engine, kept: dict[bytes, int], key: bytes) -> None:
    with session_for(notes) as session:
        session.execute(delete(NOTE))
        for name, number in kept.items():
            session.execute(insert(NOTE).values(name=name, number=number))
    found = FIND.row(notes, key=key)
    assert found == ((kept[key], key) if kept.get(key, 7) != 7 else None)


def test_what_a_database_refuses_is_said_as_a_session_says_it(notes: Engine) -> None:
    ADD.changes(notes, key=b"a", count=1)
    with pytest.raises(IntegrityError) as refused:
        ADD.changes(notes, key=b"a", count=12345)
    assert "12345" not in str(refused.value)
    assert FIND.row(notes, key=b"a") == (1, b"a")


def test_two_are_both_done_or_neither(notes: Engine) -> None:
    assert changes_both(notes, ADD, RENAME, key=b"a", count=1, named=b"b")
    assert (FIND.row(notes, key=b"a"), FIND.row(notes, key=b"b")) == (None, (1, b"b"))
    with pytest.raises(IntegrityError):
        changes_both(notes, ADD, ADD, key=b"twice", count=1)
    assert FIND.row(notes, key=b"twice") is None
    assert ADD.changes(notes, key=b"c", count=1) == 1, "and the next one begins anew"


def test_the_second_is_not_done_where_the_first_changes_nothing(notes: Engine) -> None:
    ADD.changes(notes, key=b"c", count=1)
    assert not changes_both(notes, RENAME, ADD, key=b"a", count=1, named=b"b")
    assert FIND.row(notes, key=b"a") is None


def test_who_meets_somebody_that_writes_waits(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/notes.sqlite")
    NOTE.create(engine)
    with engine.connect() as other:
        other.execute(insert(NOTE).values(name=b"other", number=1))
        thread = threading.Thread(target=lambda: ADD.changes(engine, key=b"a", count=1))
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        other.commit()
    thread.join()
    assert FIND.row(engine, key=b"a") == (1, b"a")
    engine.dispose()


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safekeeping.at_once.PATIENCE", 0.1)
    engine = make_engine(f"sqlite:///{tmp_path}/notes.sqlite")
    NOTE.create(engine)
    with engine.connect() as other:
        other.execute(insert(NOTE).values(name=b"other", number=1))
        with pytest.raises(OperationalError, match="locked"):
            ADD.changes(engine, key=b"a", count=1)
        with pytest.raises(OperationalError, match="locked"):
            changes_both(engine, ADD, RENAME, key=b"a", count=1, named=b"b")
    engine.dispose()


def test_a_database_that_cannot_be_read_is_said_too(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(OperationalError) as fault:
        FIND.row(engine, key=b"secret")
    assert isinstance(fault.value, SQLAlchemyError)
    assert "secret" not in str(fault.value)
    engine.dispose()


def test_an_engine_that_was_let_go_of_begins_anew(notes: Engine) -> None:
    ADD.changes(notes, key=b"a", count=1)
    notes.dispose()
    assert FIND.row(notes, key=b"a") == (1, b"a")


def test_a_thread_that_ends_gives_back_its_connection(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/notes.sqlite")
    NOTE.create(engine)
    pool: Any = engine.pool

    def look(number: int) -> None:
        for key in (b"a", b"b", b"c"):
            ADD.changes(engine, key=key + bytes([number]), count=number)

    for number in range(20):  # more than the pool would lend at once
        thread = threading.Thread(target=look, args=(number,))
        thread.start()
        thread.join()
    assert pool.checkedout() == 0
    del thread
    gc.collect()
    files = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert files.count(tmp_path / "notes.sqlite") <= 1  # each went with its thread; the pool keeps that of the table
    engine.dispose()


def test_an_engine_that_is_let_go_of_leaves_the_file_to_others(tmp_path: Path) -> None:
    """`heard move` and restoring need the file for themselves; a connection of any thread would stand in their way."""
    engine = make_engine(f"sqlite:///{tmp_path}/notes.sqlite")
    NOTE.create(engine)
    ADD.changes(engine, key=b"here", count=1)
    waits, done = threading.Event(), threading.Event()

    def look() -> None:
        ADD.changes(engine, key=b"there", count=1)
        waits.set()
        done.wait(20)

    thread = threading.Thread(target=look)
    thread.start()
    assert waits.wait(20)
    engine.dispose()
    assert not list(tmp_path.glob("*-wal"))  # the last connection to close takes it away
    done.set()
    thread.join()
