"""Small things that tests build on: a tiny survey, published and answered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from safekeeping.clock import steady_now
from safekeeping.keystore import Keystore, make_key_engine, make_key_tables
from safekeeping.permissions import ROLES
from safekeeping.staff import add_staff, begin_session
from safekeeping.vault import Opener, Vault, random_id
from surveys.definition.published import Open, PublishedSurvey, definition_of, publish
from surveys.intake.submit import Submission, submit
from surveys.responding.gate import USUAL

DEFINITIONS = Path(__file__).parent / "surveys" / "definitions"


def vault_in_memory() -> Vault:
    """A vault whose key store is gone when the test is."""
    engine = make_key_engine("sqlite://")
    make_key_tables(engine)
    return Vault({1: b"k" * 32}, Keystore(engine))


def definition(name: str = "tiny") -> str:
    """The text of a definition under tests/surveys/definitions."""
    return (DEFINITIONS / f"{name}.toml").read_text(encoding="utf-8")


#: A gate that takes nobody for a program because a test types fast.
UNHURRIED = replace(USUAL, least=0, least_each=0)
#: When things in tests happen.
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def published_survey(session: Session, keys: Vault, name: str = "tiny") -> PublishedSurvey:
    """A definition, published."""
    return publish(session, keys, definition(name), NOW)


def as_open(row: PublishedSurvey) -> Open:
    """The same as the public door sees it."""
    return Open(row.id, row.public_key, definition_of(row), row.address, row.definition_hash)


def let_in(app: Flask, session: Session, name: str = "Researcher", roles: Iterable[str] = ROLES) -> FlaskClient:
    """A browser in which that person is signed in, with these roles where they are not there yet. Commits."""
    person = add_staff(session, name, roles)
    secret = begin_session(session, person, steady_now())
    session.commit()
    client = app.test_client()
    client.set_cookie("d", secret.hex())
    return client


def opener_of(keys: Vault, row: PublishedSurvey) -> Opener:
    """The private half of a survey's keys."""
    return keys.opener(row.id)


def submitted(session: Session, row: PublishedSurvey, count: int = 1, **answers: Any) -> None:
    """`count` submissions of the same answers, by survivors unless said otherwise."""
    for _ in range(count):
        submit(session, as_open(row), Submission({"audience": "survivor", **answers}), random_id())
