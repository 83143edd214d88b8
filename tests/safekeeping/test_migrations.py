"""Migrations: forward and back on data, on both kinds of database, and the same shape as the models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

import app  # noqa: F401 (so that every table is known)
from safekeeping.database import Base, make_engine, session_for
from safekeeping.migrating import migrate, migrate_back
from surveys.definition.published import PublishedSurvey, versions
from surveys.intake.mix import mix
from surveys.intake.read import kept_count
from tests import postgres
from tests.factories import opener_of, published_survey, submitted, vault_in_memory

KEYS = vault_in_memory()
KEY_ENGINE = KEYS.store.engine


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database with nothing in it."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/bare.sqlite"
    else:
        address = postgres.fresh_database(request.getfixturevalue("postgres_server"))
    engine = make_engine(address)
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        postgres.drop_database(address)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def fill(engine: Engine) -> bytes:
    """Twelve submissions, ten of them mixed; the survey's id."""
    with session_for(engine) as session:
        row = published_survey(session, KEYS)
        submitted(session, row, 10, say="canary")
        assert mix(session, row.id, opener_of(KEYS, row)) == 10
        submitted(session, row, 2, say="canary")
        return row.id


def test_migrations_make_what_the_models_say(bare: Engine) -> None:
    migrate(bare, KEY_ENGINE)
    with bare.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_every_table_of_the_models_is_made(bare: Engine) -> None:
    migrate(bare, KEY_ENGINE)
    assert tables(bare) == set(Base.metadata.tables)


def test_upgrading_twice_is_harmless(bare: Engine) -> None:
    migrate(bare, KEY_ENGINE)
    survey_id = fill(bare)
    migrate(bare, KEY_ENGINE)
    with Session(bare) as session:
        assert kept_count(session, survey_id) == 12


def test_back_and_forward_again_on_data(bare: Engine) -> None:
    migrate(bare, KEY_ENGINE)
    fill(bare)
    migrate_back(bare, KEY_ENGINE, "base")
    assert tables(bare) == set()
    migrate(bare, KEY_ENGINE)
    with Session(bare) as session:
        assert kept_count(session, fill(bare)) == 12


def test_what_was_published_before_there_were_versions_becomes_the_first(bare: Engine) -> None:
    migrate(bare, KEY_ENGINE)
    survey_id = fill(bare)
    migrate_back(bare, KEY_ENGINE, "0001")
    assert "survey_version" not in tables(bare)
    migrate(bare, KEY_ENGINE)
    with Session(bare) as session:
        row = session.get_one(PublishedSurvey, survey_id)
        (version,) = versions(session, survey_id)
        assert (row.state, version.number, version.definition) == ("open", 1, row.definition)
        assert kept_count(session, survey_id) == 12


def test_half_a_migration_is_none(bare: Engine) -> None:
    """A table of the same name is in the way: nothing of the first migration may stay."""
    Base.metadata.tables["findings"].metadata.tables["survey"].create(bare)
    with pytest.raises(Exception, match="exist"):
        migrate(bare, KEY_ENGINE)
    assert tables(bare) == {"survey"}
