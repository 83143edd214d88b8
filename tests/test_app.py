"""The front door: what the `heard` command refuses, does twice without harm, and prints."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import ROOT
from safekeeping.master_keys import key_file
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from tests.factories import published_survey


def heard(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HEARD_")}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def told(settings: Settings) -> dict[str, str]:
    """The environment that gives these settings."""
    return {"HEARD_INSTANCE": str(settings.instance), "HEARD_DATABASE": settings.database}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("HEARD_DATABASE", "mysql://somewhere"),
        ("HEARD_ADDRESS", "http://views.example.org"),
        ("HEARD_DATABASE", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"),
        ("HEARD_INSTANCE", __file__),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    done = heard("sign-in-link", **{"HEARD_INSTANCE": str(tmp_path), name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_sign_in_link_is_made_again_and_again(settings: Settings) -> None:
    links = {heard("sign-in-link", **told(settings)).stdout.strip() for _ in range(2)}
    assert len(links) == 2
    assert all(link.startswith("http://127.0.0.1:8000/desk/sign-in/") for link in links)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_keys_are_made_once_for_their_owner_only(settings: Settings) -> None:
    heard("sign-in-link", **told(settings))
    key = key_file(settings.keys, 1)
    before = key.read_bytes()
    heard("sign-in-link", **told(settings))
    assert key.read_bytes() == before
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "command", [["sign-in-link"], ["keys", "rotate"], ["survey", "shred", "tiny", "--yes-shred", "tiny"]]
)
def test_a_lost_key_is_not_replaced_by_a_fresh_one(
    settings: Settings, session: Session, keys: Vault, command: list[str]
) -> None:
    published_survey(session, keys)
    session.commit()
    key = key_file(settings.keys, 1)
    key.unlink()
    done = heard(*command, **told(settings))
    assert done.returncode == 2
    assert "master key" in done.stderr
    assert not key.exists()


@pytest.mark.parametrize("address", ["/nothing/here", "/desk/nothing", "/static/nothing.css"])
def test_each_door_has_its_own_page_for_what_is_not_there(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert ("Go to the desk" in answer.text) == address.startswith("/desk")
    assert ("Leave this site" in answer.text) != address.startswith("/desk")


def test_too_much_at_once_is_refused_in_plain_words(client: FlaskClient, session: Session, keys: Vault) -> None:
    published_survey(session, keys)
    session.commit()
    answer = client.post("/tiny", data={"go": "x" * 300_000})
    assert answer.status_code == 413
    assert "too much to send at once" in answer.text


def test_a_page_cannot_be_used_another_way(client: FlaskClient) -> None:
    assert client.delete("/").status_code == 405
