"""People at the public door."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from safekeeping.vault import Vault
from tests.surveys.browsing import Person, put_up


@pytest.fixture
def person(client: FlaskClient, engine: Engine, keys: Vault) -> Person:
    """Somebody who has not opened the tiny survey yet."""
    put_up(engine, keys)
    return Person(client)


@pytest.fixture
def writing(person: Person) -> Person:
    """The same person, a survivor, on the page with the free text."""
    return person.start()


@pytest.fixture
def checking(writing: Person) -> Person:
    """The same person, looking over their answers."""
    writing.press("continue", say="Some words of mine")
    return writing
