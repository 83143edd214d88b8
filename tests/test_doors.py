"""Two processes: one that takes answers and holds no key that opens them, and one for staff."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import ROOT, create_app
from safekeeping.settings import RESPOND, STAFF, Settings
from safekeeping.vault import Vault
from surveys.intake.tables import Intake
from tests.surveys.browsing import Person, intake_answers, put_up


@pytest.fixture
def public(settings: Settings, engine: Engine, keys: Vault, tmp_path: Path) -> Iterator[Flask]:
    """A server that takes answers, where the keys and the key store are not."""
    put_up(engine, keys)
    nowhere = replace(settings, door=RESPOND, keys=tmp_path / "nowhere", keystore="sqlite:////nowhere/keystore.sqlite")
    app = create_app(nowhere)
    yield app
    for name in ("engine", "drafts_engine"):
        app.extensions[name].dispose()


def test_a_server_without_keys_takes_answers(public: Flask, engine: Engine, keys: Vault) -> None:
    person = Person(public.test_client()).start()
    person.press("continue", say="What only the other server reads")
    assert person.press("send").status_code == 303
    assert "Thank you. Your answers are kept." in person.page
    assert intake_answers(engine, keys) == [{"audience": "survivor", "say": "What only the other server reads"}]


def test_it_has_no_key_and_no_desk(public: Flask) -> None:
    assert "vault" not in public.extensions
    assert not [rule.rule for rule in public.url_map.iter_rules() if rule.rule.startswith("/desk")]
    assert not [rule.rule for rule in public.url_map.iter_rules() if rule.rule.startswith("/api")]
    for address in ("/desk/", "/desk/collect", "/desk/sign-in/00", "/api/1/surveys", "/api/1/openapi.json"):
        answer = public.test_client().get(address)
        assert answer.status_code == 404
        assert 'id="leave"' in answer.text, "whoever strays there can leave at once"


def test_the_staff_s_server_takes_no_answers(settings: Settings, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys)
    app = create_app(replace(settings, door=STAFF))
    client = app.test_client()
    assert client.get("/tiny").status_code == 404
    assert client.get("/").status_code == 404
    assert client.get("/desk/").status_code == 401
    assert client.get("/api/1/surveys").status_code == 401
    for one in (app.extensions["engine"], app.extensions["drafts_engine"], app.extensions["vault"].store.engine):
        one.dispose()


def run(settings: Settings, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    ours = {"HEARD_INSTANCE": str(settings.instance), "HEARD_DATABASE": settings.database, **more}
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | ours, capture_output=True, text=True, check=False, timeout=60
    )


def test_it_does_not_start_on_a_database_that_is_not_up_to_date(settings: Settings, tmp_path: Path) -> None:
    bare = f"sqlite:///{tmp_path}/bare.sqlite"
    done = run(settings, "run", "--door", "respond", HEARD_DATABASE=bare)
    assert done.returncode == 2
    assert "Start the staff server first" in done.stderr


def test_nothing_a_stolen_server_could_read_holds_a_key(
    public: Flask, settings: Settings, engine: Engine, keys: Vault
) -> None:
    """What the public server can read: the database and the drafts, and its own settings. No private half is in it."""
    person = Person(public.test_client()).start()
    person.press("continue", say="words")
    person.press("send")
    wrapped = [each for _, each in keys.store.surveys()]
    master = [path.read_bytes() for path in settings.keys.glob("*.key")]
    assert wrapped
    assert master
    with Session(engine) as session:
        assert session.scalars(select(Intake.sealed)).one()
    if engine.dialect.name == "sqlite":
        files = b"".join(
            path.read_bytes() for path in settings.instance.glob("*.sqlite*") if "keystore" not in path.name
        )
        assert b"tiny" in files, "the search sees what is there"
        assert not [key for key in (*wrapped, *master) if key in files]
