"""L of the test plan: a hundred ways to tamper with the trail, past the triggers, by somebody who owns the database;
each is found."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.trail import Act, TrailRow, head, note_day, record, verify
from safekeeping.vault import Vault
from tests.factories import NOW

ROWS = 30
COLUMNS = ("at", "organisation_id", "actor_id", "verb", "object", "detail", "previous", "mark")


def written(engine: Engine, keys: Vault, rows: int = ROWS) -> None:
    for number in range(rows):
        with session_for(engine) as session:
            act = Act("invited", f"{number:032x}", b"a" * 16, b"o" * 16)
            record(session, keys, act, NOW + timedelta(minutes=number), role="coder")


def broken(engine: Engine, keys: Vault, heads: Path | None = None) -> list[str]:
    with Session(engine.execution_options(reading=True)) as session:
        return [each.why for each in verify(session, keys, heads)]


def past_the_triggers(engine: Engine, *statements: str) -> None:
    """What somebody does who may do anything with the database, and has no key."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER IF EXISTS trail_no_update"))
            connection.execute(text("DROP TRIGGER IF EXISTS trail_no_delete"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def edit(chance: random.Random) -> list[str]:
    number, column = chance.randint(1, ROWS), chance.choice(COLUMNS)
    value = {
        "at": "'2026-11-22 09:00:00'",
        "verb": "'let go'",
        "object": "'views'",
        "detail": "'{}'",
        "organisation_id": "NULL",
        "actor_id": "NULL",
    }.get(column, f"(SELECT mark FROM trail WHERE number = {number % ROWS + 1})")
    return [f"UPDATE trail SET {column} = {value} WHERE number = {number}"]


def take_out(chance: random.Random) -> list[str]:
    return [f"DELETE FROM trail WHERE number = {chance.randint(1, ROWS - 1)}"]


def take_out_and_close_up(chance: random.Random) -> list[str]:
    number = chance.randint(2, ROWS - 1)
    moved = [f"UPDATE trail SET number = {each - 1} WHERE number = {each}" for each in range(number + 1, ROWS + 1)]
    return [f"DELETE FROM trail WHERE number = {number}", *moved]


def swap(chance: random.Random) -> list[str]:
    first, second = chance.sample(range(1, ROWS + 1), 2)
    moves = ((first, 999), (second, first), (999, second))
    return [f"UPDATE trail SET number = {to} WHERE number = {number}" for number, to in moves]


def put_in(chance: random.Random) -> list[str]:
    number = chance.randint(1, ROWS)
    columns = "at, organisation_id, actor_id, verb, object, detail, previous, mark"
    return [f"INSERT INTO trail (number, {columns}) SELECT {ROWS + 1}, {columns} FROM trail WHERE number = {number}"]


def cut_the_end(chance: random.Random) -> list[str]:
    return [f"DELETE FROM trail WHERE number > {ROWS - chance.randint(1, ROWS)}"]


WAYS: tuple[Callable[[random.Random], list[str]], ...] = (
    edit,
    take_out,
    take_out_and_close_up,
    swap,
    put_in,
    cut_the_end,
)


def test_a_hundred_ways_to_tamper_are_found(engine: Engine, keys: Vault) -> None:
    written(engine, keys)
    assert broken(engine, keys) == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE trail_copy AS SELECT * FROM trail"))
    found = 0
    try:
        for seed in range(100):
            way = WAYS[seed % len(WAYS)]
            past_the_triggers(engine, *way(random.Random(seed)))
            found += bool(broken(engine, keys))
            past_the_triggers(engine, "DELETE FROM trail", "INSERT INTO trail SELECT * FROM trail_copy")
            assert broken(engine, keys) == [], way.__name__
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE trail_copy"))
    assert found == 100


@pytest.mark.parametrize("statement", ["UPDATE trail SET verb = 'x'", "DELETE FROM trail WHERE number = 1"])
def test_the_database_refuses_to_change_the_trail(engine: Engine, keys: Vault, statement: str) -> None:
    written(engine, keys, 2)
    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.execute(text(statement))
    assert broken(engine, keys) == []


def test_another_key_makes_no_mark_that_holds(engine: Engine, keys: Vault) -> None:
    """Whoever rewrites the whole chain under a key of their own is found too."""
    written(engine, keys, 3)
    with session_for(engine) as session:
        for row in session.query(TrailRow).all():
            session.expunge(row)
    past_the_triggers(engine, "UPDATE trail SET mark = previous")
    assert len(broken(engine, keys)) >= 3


def test_a_cut_is_found_by_the_file_of_heads_where_the_key_store_was_cut_too(
    engine: Engine, keys: Vault, tmp_path: Path
) -> None:
    heads = tmp_path / "trail-heads.txt"
    written(engine, keys, 5)
    with session_for(engine) as session:
        assert note_day(session, heads, NOW)
        assert not note_day(session, heads, NOW)
    past_the_triggers(engine, "DELETE FROM trail WHERE number > 3")
    with keys.store.engine.begin() as connection:
        schema = "" if keys.store.engine.dialect.name == "sqlite" else "keystore."
        connection.execute(text(f"DELETE FROM {schema}trail_head"))
    assert broken(engine, keys) == []
    assert broken(engine, keys, heads) == [
        "it was there when it was noted in the file of daily heads on 2026-11-22, and is gone"
    ]


def test_two_at_once_follow_one_another(engine: Engine, keys: Vault) -> None:
    threads = [Thread(target=written, args=(engine, keys, 5)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken(engine, keys) == []
    with session_for(engine) as session:
        newest = head(session)
        assert newest is not None
        assert newest.number == 15
