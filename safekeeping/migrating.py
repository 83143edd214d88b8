"""Bring a database to the newest shape, by Alembic, without a configuration file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("version_path_separator", "os")
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, to: str = "head") -> None:
    """Upgrade to revision `to`. Does nothing where the database is already there."""
    command.upgrade(_config(engine), to)


def migrate_back(engine: Engine, to: str) -> None:
    """Downgrade to revision `to` (`base` for nothing at all)."""
    command.downgrade(_config(engine), to)
