"""Engines and sessions: what is committed is on the disk, what failed is not there, and no hidden order is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask, Response, abort, g
from sqlalchemy import Engine, LargeBinary, column, event, insert, select, table, text
from sqlalchemy.exc import SQLAlchemyError, TimeoutError
from sqlalchemy.orm import Session

from app import create_app
from safekeeping.database import (
    JOURNAL,
    CommittingFlask,
    drafts,
    init_app,
    kept,
    make_engine,
    make_throwaway_tables,
    session_for,
)
from safekeeping.settings import Settings
from safekeeping.staff import SignInLink, Staff
from safekeeping.vault import Vault, random_id

RESPONDENT_TABLES = {"intake", "response", "response_key", "spent_nonce"}
SPENT = table("spent_nonce", column("nonce", LargeBinary))
NOW = datetime(2026, 3, 29, 12, 30, tzinfo=UTC)


def spend(session: Session) -> None:
    session.execute(insert(SPENT).values(nonce=random_id()))


def spent(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(SPENT)).all())


# A real file ---------------------------------------------------------------------------------------


@pytest.fixture
def file_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path}/real.sqlite")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "in_force"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 30000),
        ("journal_size_limit", JOURNAL),
    ],
)
def test_a_pragma_is_in_force_on_a_real_file(file_engine: Engine, pragma: str, in_force: object) -> None:
    with file_engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == in_force


def test_every_new_connection_is_settled(file_engine: Engine) -> None:
    with file_engine.connect() as one, file_engine.connect() as other:
        one.rollback()
        assert other.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_deleted_words_are_overwritten(file_engine: Engine, tmp_path: Path) -> None:
    with file_engine.begin() as connection:
        connection.execute(text("CREATE TABLE word (it TEXT)"))
        connection.execute(text("INSERT INTO word VALUES ('canary-of-secure-delete')"))
    with file_engine.begin() as connection:
        connection.execute(text("DELETE FROM word"))
    file_engine.dispose()
    assert b"canary-of-secure-delete" not in (tmp_path / "real.sqlite").read_bytes()


def tables_with_a_row_number(engine: Engine) -> set[str]:
    """Every table of a SQLite file whose rows carry a hidden number."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    return {name for name, sql in found if "WITHOUT ROWID" not in sql}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_respondent_table_has_a_row_number(engine: Engine, settings: Settings) -> None:
    assert not RESPONDENT_TABLES & tables_with_a_row_number(engine)
    drafts_engine = make_engine(settings.drafts)
    assert tables_with_a_row_number(drafts_engine) == set()
    drafts_engine.dispose()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_drafts_leave_no_trace_in_the_write_ahead_log_of_postgresql(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("SELECT relpersistence FROM pg_class WHERE relname = 'draft'")).scalar() == "u"


def test_throwaway_tables_can_be_made_on_both_kinds_in_one_process(engine: Engine, file_engine: Engine) -> None:
    for one in (engine, file_engine, engine):
        make_throwaway_tables(one)


def test_values_never_reach_a_message(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as fault:
        connection.execute(text("INSERT INTO no_such_table VALUES (:word)"), {"word": "canary-in-a-parameter"})
    assert "canary-in-a-parameter" not in str(fault.value)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_writer_waits_from_the_start_and_a_reader_does_not(settings: Settings, engine: Engine) -> None:
    impatient = make_engine(settings.database + "?timeout=0")
    with engine.connect() as writing:
        spend_on = writing.execute(insert(SPENT).values(nonce=random_id()))
        assert spend_on.rowcount == 1
        with impatient.connect().execution_options(reading=True) as reading:
            assert reading.execute(select(SPENT)).all() == []
    impatient.dispose()


# Sessions of commands and jobs ---------------------------------------------------------------------


def test_a_session_for_a_command_commits_when_it_ends_well(engine: Engine) -> None:
    with session_for(engine) as session:
        spend(session)
    assert spent(engine) == 1


def _spend_and_fail(engine: Engine) -> None:
    with session_for(engine) as session:
        spend(session)
        raise LookupError


def test_a_session_for_a_command_keeps_nothing_when_it_fails(engine: Engine) -> None:
    with pytest.raises(LookupError):
        _spend_and_fail(engine)
    assert spent(engine) == 0


# Sessions of requests ------------------------------------------------------------------------------


@pytest.fixture
def writing_app(settings: Settings, engine: Engine) -> Iterator[Flask]:
    """A tiny application whose pages write and then answer as told."""
    app = CommittingFlask("tiny")
    init_app(app, settings.database, settings.drafts)
    app.register_error_handler(SQLAlchemyError, lambda fault: Response("not kept", 503))

    @app.route("/<int:status>", methods=["GET", "POST"])
    def answer(status: int) -> Response:
        spend(kept())
        if status >= 400:
            abort(status)
        return Response(status=status)

    @app.post("/returned/<int:status>")
    def returned(status: int) -> Response:
        spend(kept())
        return Response(status=status)

    @app.post("/fails")
    def fails() -> Response:
        spend(kept())
        raise LookupError

    yield app
    for name in ("engine", "drafts_engine"):
        app.extensions[name].dispose()


@pytest.mark.parametrize("status", [200, 204, 303, 399])
def test_a_request_that_went_well_is_committed(writing_app: Flask, engine: Engine, status: int) -> None:
    assert writing_app.test_client().post(f"/{status}").status_code == status
    assert spent(engine) == 1


@pytest.mark.parametrize(
    "address", ["/400", "/404", "/500", "/returned/400", "/returned/422", "/returned/503", "/fails"]
)
def test_a_request_that_did_not_go_well_keeps_nothing(writing_app: Flask, engine: Engine, address: str) -> None:
    assert writing_app.test_client().post(address).status_code >= 400
    assert spent(engine) == 0


def test_a_request_commits_once(writing_app: Flask) -> None:
    commits: list[object] = []
    event.listen(writing_app.extensions["engine"], "commit", commits.append)
    writing_app.test_client().post("/303")
    assert len(commits) == 1


def test_a_request_that_asks_no_database_commits_nothing(writing_app: Flask) -> None:
    writing_app.add_url_rule("/quiet", view_func=lambda: "quiet")
    begun: list[object] = []
    event.listen(writing_app.extensions["engine"], "begin", begun.append)
    assert writing_app.test_client().get("/quiet").status_code == 200
    assert begun == []


def doom(session: Session, engine: Engine) -> None:
    """Make this session's commit fail for a real reason: a dangling reference, or a server that is gone."""
    if engine.dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        session.execute(text("INSERT INTO response_key VALUES (x'00', x'00')"))
    else:
        ours = session.scalar(text("SELECT pg_backend_pid()"))
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:ours, 5000)"), {"ours": ours})


def test_a_commit_that_fails_reaches_the_error_page_and_keeps_nothing(writing_app: Flask, engine: Engine) -> None:
    @writing_app.post("/doomed")
    def doomed() -> str:
        spend(kept())
        doom(kept(), engine)
        return "kept"

    answer = writing_app.test_client().post("/doomed")
    assert (answer.status_code, answer.text) == (503, "not kept")
    assert spent(engine) == 0
    assert writing_app.test_client().post("/303").status_code == 303


def test_what_is_kept_is_committed_before_the_draft(writing_app: Flask) -> None:
    order: list[str] = []

    @writing_app.post("/both")
    def both() -> str:
        for name, session in (("drafts", drafts()), ("kept", kept())):
            event.listen(session, "after_commit", lambda _session, name=name: order.append(name))
        drafts().execute(text("DELETE FROM draft"))
        spend(kept())
        return "both"

    assert writing_app.test_client().post("/both").status_code == 200
    assert order == ["kept", "drafts"]


def test_a_session_is_one_a_request_and_closed_after_it(writing_app: Flask) -> None:
    with writing_app.test_request_context("/"):
        session = kept()
        assert kept() is session
        assert drafts() is not session
    with writing_app.test_request_context("/"):
        assert "kept" not in g
        assert kept() is not session


# Moments -------------------------------------------------------------------------------------------


def link(session: Session, ends_at: datetime) -> None:
    session.add(Staff(id=b"a", name="A"))
    session.flush()
    session.add(SignInLink(fingerprint=b"f", staff_id=b"a", ends_at=ends_at))
    session.flush()


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-9))])
def test_a_moment_comes_back_the_same_and_aware(session: Session, zone: timezone) -> None:
    link(session, NOW.astimezone(zone))
    session.expire_all()
    found = session.get_one(SignInLink, b"f").ends_at
    assert (found, found.tzinfo) == (NOW, UTC)


def test_moments_are_compared_as_moments(session: Session) -> None:
    link(session, NOW)
    later = (NOW + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-9)))
    assert session.scalars(select(SignInLink.fingerprint).where(SignInLink.ends_at < later)).all() == [b"f"]
    assert session.scalars(select(SignInLink.fingerprint).where(SignInLink.ends_at > later)).all() == []


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(SQLAlchemyError, match="no time zone"):
        link(session, NOW.replace(tzinfo=None))


# Connections to PostgreSQL --------------------------------------------------------------------------


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_no_more_connections_are_taken_than_said_and_who_waits_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safekeeping.database.PATIENCE", 0.1)
    engine = make_engine(settings.database, 2)
    with engine.connect(), engine.connect(), pytest.raises(TimeoutError):
        engine.connect()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('application_name')")) == "heard"
    engine.dispose()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_what_the_address_says_of_the_client_stands(settings: Settings) -> None:
    engine = make_engine(settings.database + "?application_name=theirs&connect_timeout=3")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_setting('application_name')")) == "theirs"
    engine.dispose()


def test_stores_in_one_postgresql_share_their_connections_and_files_do_not(
    settings: Settings, engine: Engine, keys: Vault
) -> None:
    app = create_app(settings)
    engines = [app.extensions["engine"], app.extensions["drafts_engine"], app.extensions["vault"].store.engine]
    shared = settings.database.startswith("postgresql")
    assert len({id(each.pool) for each in engines}) == (1 if shared else 3)
    for each in engines:
        each.dispose()
