"""Health and readiness: plain words, the same for everybody, about nothing but whether answers can be taken."""

import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from app import create_app
from safekeeping.database import Throwaway, make_engine, make_throwaway_tables
from safekeeping.settings import RESPOND, STAFF, Settings
from safekeeping.vault import Vault
from surveys.definition.load import BadSurvey, parse_survey
from tests.factories import definition

Disk = namedtuple("Disk", "total used free")


@contextmanager
def statements(*engines: Engine) -> Iterator[list[str]]:
    """What is asked of the databases meanwhile."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        asked.append(statement)

    for engine in set(engines):  # answers and drafts share one on PostgreSQL
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in set(engines):
        event.remove(engine, "before_cursor_execute", note)


def said(app: Flask, address: str) -> tuple[int, str]:
    answer = app.test_client().get(address)
    assert answer.mimetype == "text/plain"
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.text


def test_it_says_that_it_is_there_and_ready(app: Flask) -> None:
    assert said(app, "/health") == (200, "ok\n")
    assert said(app, "/ready") == (200, "ready\n")


@pytest.mark.parametrize("door", [RESPOND, STAFF])
def test_either_door_says_so(settings: Settings, engine: Engine, keys: Vault, door: str) -> None:
    app = create_app(replace(settings, door=door))
    assert said(app, "/health") == (200, "ok\n")
    assert said(app, "/ready") == (200, "ready\n")
    open_ones = [app.extensions["engine"], app.extensions["drafts_engine"]]
    for each in [*open_ones, *([app.extensions["vault"].store.engine] if door == STAFF else [])]:
        each.dispose()


def test_health_asks_no_database_and_readiness_asks_little_and_changes_nothing(app: Flask) -> None:
    stores = app.extensions["engine"], app.extensions["drafts_engine"]
    said(app, "/ready")
    with statements(*stores) as asked:
        said(app, "/health")
        assert asked == []
        said(app, "/ready")
    written = [each for each in asked if not each.lstrip().upper().startswith(("BEGIN", "SELECT", "PRAGMA", "SHOW"))]
    assert written == []
    assert len(asked) < 20


def older(app: Flask) -> None:
    with app.extensions["engine"].begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))


def no_drafts(app: Flask) -> None:
    Throwaway.metadata.drop_all(app.extensions["drafts_engine"])


def not_there(app: Flask) -> None:
    app.extensions["engine"].dispose()
    app.extensions["engine"] = make_engine("sqlite:////nowhere/heard.sqlite")


@pytest.mark.parametrize(("broken", "words"), [(older, "shape"), (no_drafts, "drafts"), (not_there, "database, shape")])
def test_what_is_missing_is_said_in_a_word(app: Flask, broken: Callable[[Flask], None], words: str) -> None:
    broken(app)
    assert said(app, "/ready") == (503, f"not ready: {words}\n")
    assert said(app, "/health") == (200, "ok\n")
    make_throwaway_tables(app.extensions["drafts_engine"])


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_full_disk_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(10**9, 10**9, 10**6))
    assert said(app, "/ready") == (503, "not ready: disk\n")


@pytest.mark.parametrize("address", ["health", "ready", "metrics"])
def test_no_survey_stands_at_these_addresses(address: str) -> None:
    with pytest.raises(BadSurvey, match="an address of the site itself"):
        parse_survey(definition().replace('address = "tiny"', f'address = "{address}"'))
