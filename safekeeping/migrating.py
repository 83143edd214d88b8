"""Bring a database to the newest shape, by Alembic, without a configuration file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
#: What hosts that start at once agree to wait for, in PostgreSQL: any number that nobody else takes there.
SETTING_UP = 0x6865617264  # "heard"
LOOK_EVERY = 0.2  # seconds


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("version_path_separator", "os")
    return config


def _config(engine: Engine, keys: Engine | None) -> Config:
    config = _scripts()
    config.attributes["engine"] = engine
    config.attributes["keys"] = keys
    return config


def migrate(engine: Engine, keys: Engine | None = None, to: str = "head") -> None:
    """Upgrade to revision `to`. Does nothing where the database is already there.

    `keys` is the engine on the key store, into which 0003 moves the keys there are; a database without any needs none.
    """
    command.upgrade(_config(engine, keys), to)


@contextmanager
def one_at_a_time(engine: Engine) -> Iterator[None]:
    """Of several hosts that set up one PostgreSQL database, one does so and the others wait for it, however long it
    takes. The lock goes with its connection, so a host that is killed meanwhile holds nobody up."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # asked again and again: who waits inside a statement is told after a while that it took too long
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": SETTING_UP}):
            time.sleep(LOOK_EVERY)
        try:
            yield
        finally:
            connection.invalidate()


def is_newest(engine: Engine) -> bool:
    """Whether the database has the newest shape."""
    return revision_of(engine) == revisions()[-1]


def revision_of(engine: Engine) -> str | None:
    """Which shape the database has: the number of its last migration; None where it has none."""
    with engine.connect().execution_options(reading=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revisions() -> list[str]:
    """Every shape this version of Heard knows, oldest first."""
    return [each.revision for each in ScriptDirectory.from_config(_scripts()).walk_revisions()][::-1]


def migrate_back(engine: Engine, keys: Engine | None, to: str) -> None:
    """Downgrade to revision `to` (`base` for nothing at all)."""
    command.downgrade(_config(engine, keys), to)
