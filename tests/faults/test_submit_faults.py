"""The database refuses: every word comes back on the page, the same button works later, and one response is kept."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event, make_url

from safekeeping.vault import Vault
from surveys.responding.pages import not_kept
from tests.surveys.browsing import Person, intake_answers, put_up

Fault = Callable[[Flask], AbstractContextManager[None]]
WORDS = "What I wrote: it took me “an hour” & more.\r\nSecond line."


# Real faults ---------------------------------------------------------------------------------------


@contextmanager
def settled(engine: Engine, statement: str) -> Iterator[None]:
    """Every connection of the engine begins with this statement, while it lasts."""

    def settle(connection: Any, entry: object) -> None:
        connection.execute(statement)
        connection.commit()

    engine.dispose()
    event.listen(engine, "connect", settle)
    try:
        yield
    finally:
        event.remove(engine, "connect", settle)
        engine.dispose()


@contextmanager
def sqlite_locked(engine: Engine) -> Iterator[None]:
    """Another program writes; ours waits for a twentieth of a second instead of half a minute."""
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with settled(engine, "PRAGMA busy_timeout=50"):
        yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def postgres_locked(engine: Engine, table: str) -> Iterator[None]:
    """Somebody holds the table; ours waits for a twentieth of a second instead of half a minute."""
    with other_program(engine) as other, settled(engine, "SET lock_timeout = '50ms'"):
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def other_program(engine: Engine) -> psycopg.Connection[Any]:
    address = make_url(engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address)


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """The file may not grow by a single page."""
    with app.extensions["engine"].connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with settled(app.extensions["engine"], f"PRAGMA max_page_count={pages}"):
        yield


def end_connections(engine: Engine) -> None:
    """Every connection to the database is ended by the server, as when it is restarted."""
    with other_program(engine) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def killed(engine: Engine, before: str) -> Iterator[None]:
    """The server ends our connections just before this statement, once."""
    kills: list[str] = []

    def kill(connection: object, cursor: object, statement: str, *more: object) -> None:
        if before in statement and not kills:
            kills.append(statement)
            end_connections(engine)

    event.listen(engine, "before_cursor_execute", kill)
    yield
    event.remove(engine, "before_cursor_execute", kill)


FAULTS: dict[str, tuple[str, Fault]] = {
    "locked": ("sqlite", lambda app: sqlite_locked(app.extensions["engine"])),
    "read-only": ("sqlite", lambda app: settled(app.extensions["engine"], "PRAGMA query_only=ON")),
    "full": ("sqlite", full),
    "drafts-locked": ("sqlite", lambda app: sqlite_locked(app.extensions["drafts_engine"])),
    "table-locked": ("postgresql", lambda app: postgres_locked(app.extensions["engine"], "spent_nonce")),
    "draft-table-locked": ("postgresql", lambda app: postgres_locked(app.extensions["drafts_engine"], "draft")),
    "killed": ("postgresql", lambda app: killed(app.extensions["engine"], "SELECT survey")),
    "killed-keeping": ("postgresql", lambda app: killed(app.extensions["engine"], "INSERT INTO intake")),
}


def each(*without: str) -> pytest.MarkDecorator:
    """Run the test once a fault, on the kind of database that has it."""
    cases = [pytest.param(kind, fault, id=name) for name, (kind, fault) in FAULTS.items() if name not in without]
    return pytest.mark.parametrize(("store", "fault"), cases, indirect=["store"])


@pytest.fixture
def writing(app: Flask, engine: Engine, keys: Vault) -> Person:
    """A survivor on the page with the free text, who has typed and not yet pressed."""
    put_up(engine, keys)
    person = Person(app.test_client()).start()
    intake_answers(engine, keys)
    engine.dispose()
    return person


@pytest.fixture
def checking(writing: Person) -> Person:
    """The same, at the check page."""
    writing.press("continue", say=WORDS)
    return writing


# What the person sees ------------------------------------------------------------------------------


@each("draft-table-locked")
def test_sending_says_that_it_is_not_kept_and_shows_every_answer(app: Flask, checking: Person, fault: Fault) -> None:
    with fault(app):
        assert checking.press("send").status_code == 503
    assert not_kept() in checking.page
    assert "it took me “an hour” &amp; more.\nSecond line." in checking.page
    assert "A man who has been hurt" in checking.page


@each()
def test_afterwards_the_same_button_works_and_one_is_kept(
    app: Flask, checking: Person, fault: Fault, engine: Engine, keys: Vault
) -> None:
    with fault(app):
        first = checking.press("send")
    again = checking.post(dict(checking.sent))
    assert (first.status_code, again.status_code) == (503, 303)
    assert "Thank you. Your answers are kept." in checking.page
    assert intake_answers(engine, keys) == [{"audience": "survivor", "say": WORDS.replace("\r\n", "\n")}]


@each("locked", "read-only", "full", "table-locked", "draft-table-locked", "killed-keeping")
def test_a_page_that_cannot_be_saved_comes_back_as_it_was_typed(app: Flask, writing: Person, fault: Fault) -> None:
    with fault(app):
        assert writing.press("continue", say=WORDS).status_code == 503
    assert not_kept() in writing.page
    assert writing.form()["q-say"] == WORDS
    assert writing.press("continue").status_code == 303
    assert "Check your answers" in writing.page


@each("killed", "killed-keeping", "draft-table-locked")
def test_trying_many_times_keeps_one(app: Flask, checking: Person, fault: Fault, engine: Engine, keys: Vault) -> None:
    with fault(app):
        assert {checking.post({**checking.form(), "go": "send"}).status_code for _ in range(3)} <= {503}
    for _ in range(3):
        checking.post(dict(checking.sent))
    assert len(intake_answers(engine, keys)) == 1


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_where_nothing_at_all_can_be_read_the_words_are_still_on_the_page(app: Flask, writing: Person) -> None:
    engine = app.extensions["engine"]
    with postgres_locked(engine, "survey"):
        assert writing.press("continue", say=WORDS).status_code == 503
    assert "it took me “an hour” &amp; more." in writing.page
    assert "We could not save this just now" in writing.page


@each("killed", "killed-keeping", "draft-table-locked")
def test_reading_goes_on(app: Flask, checking: Person, fault: Fault) -> None:
    with fault(app):
        assert checking.client.get("/tiny").status_code == 200


@each("full", "table-locked", "killed-keeping")
def test_leaving_works_whatever_is_broken(app: Flask, checking: Person, fault: Fault) -> None:
    with fault(app):
        answer = checking.client.get("/x")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://example.org/weather")
    assert checking.client.get_cookie("s") is None


@each()
def test_starting_while_broken_is_said_and_works_later(app: Flask, writing: Person, fault: Fault) -> None:
    other = Person(app.test_client())
    with fault(app):
        status = other.post({"go": "start"}).status_code
    assert status in (303, 503)
    assert other.start().page


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_after_a_restart_of_the_server_nobody_notices(app: Flask, checking: Person) -> None:
    end_connections(app.extensions["engine"])
    assert checking.press("send").status_code == 303
    end_connections(app.extensions["engine"])
    assert checking.client.get("/x").status_code == 303


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_nobody_waits_for_a_lock_for_ever(app: Flask) -> None:
    with app.extensions["engine"].connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "30s"
