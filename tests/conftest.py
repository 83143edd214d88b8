"""The parts every test may ask for: real stores of both kinds, keys, settings, the application."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app import ROOT, create_app
from safekeeping.database import Base, Throwaway, make_engine, make_throwaway_tables
from safekeeping.keystore import Keystore, KeyTable, make_key_engine, make_key_tables
from safekeeping.master_keys import generate_master_key
from safekeeping.migrating import migrate, revisions
from safekeeping.settings import Settings, read_settings
from safekeeping.vault import Vault, load_vault
from tests import postgres
from tests.one_browser import pytest_xdist_make_scheduler  # noqa: F401 (a hook of pytest-xdist)

# Property tests run on machines of any speed, so none is failed for being slow.
hypothesis_settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any speed")

#: The newest shape of a database.
HEAD = revisions()[-1]


class _Compiled(BytecodeCache):
    """Templates compiled once a test process: every test has an application of its own, and would compile them all."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": _Compiled()}


_compile_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], Any] = {}


def _compiled_builder(rule: Rule, append_unknown: bool = True) -> Any:
    """What builds the addresses of a rule: it depends on the rule's text only, and would be compiled for every test."""
    key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _compiled_builder  # type: ignore[assignment]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL server, found or started."""
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """A database of this test process, with every table; `store` empties it before each test."""
    address = postgres.fresh_database(postgres_server)
    _make_all(address)
    yield address
    postgres.drop_database(address)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "heard.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path.read_bytes()


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Where the trained suggester of this installation lies. Its name is the hash of all that it was made from, so a
    stale one is never used; `make test` trains it before, because measuring coverage makes that many times slower."""
    return ROOT / "instance" / "models"


def _make_all(address: str) -> None:
    engine = make_engine(address)
    migrate(engine)
    make_throwaway_tables(engine)
    make_key_tables(engine)
    engine.dispose()


def _emptied(address: str) -> str:
    engine = create_engine(address)
    with engine.begin() as connection:
        made = set(connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars())
        newest = connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in made else ""
        if newest != HEAD:  # a test brought it back to an older shape, or pretended that it is a newer one
            for schema in ("public", "keystore"):
                connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    if newest != HEAD:
        engine.dispose()
        _make_all(address)
    with engine.begin() as connection:  # DELETE is nine times as fast here as TRUNCATE
        connection.execute(text("SET session_replication_role = replica"))  # the trail refuses to be emptied
        for table in (*reversed(Base.metadata.sorted_tables), *KeyTable.metadata.sorted_tables):
            connection.execute(table.delete())
        for table in Throwaway.metadata.sorted_tables:
            connection.execute(table.delete())
    engine.dispose()
    return address


#: Tests of pages. What they ask of a database is asked by quicker tests too, so of ten on PostgreSQL nine wait for
#: the long run; on SQLite all of them run each time.
PAGES = (
    "tests/analysis/test_desk_pages.py",
    "tests/safekeeping/test_accounts.py",
    "tests/safekeeping/test_desk_language.py",
    "tests/safekeeping/test_sign_in.py",
    "tests/surveys/managing/",
    "tests/surveys/test_pages.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave nine tenths of the tests of pages on PostgreSQL to the long run."""
    theirs = [each for each in items if each.nodeid.startswith(PAGES) and "[postgresql" in each.nodeid]
    for number, each in enumerate(theirs):
        if number % 10:
            each.add_marker(pytest.mark.slow)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database; every test that asks for it runs on both kinds."""
    if request.param == "postgresql":
        return _emptied(request.getfixturevalue("migrated_postgres"))
    path = tmp_path / "heard.sqlite"
    path.write_bytes(request.getfixturevalue("migrated_sqlite"))
    return f"sqlite:///{path}"


@pytest.fixture
def settings(store: str, tmp_path: Path) -> Settings:
    """Settings of an installation in a temporary folder, on `store`."""
    environment = {
        "HEARD_INSTANCE": str(tmp_path),
        "HEARD_DATABASE": store,
        "HEARD_EXIT": "https://example.org/weather",
    }
    return read_settings(environment, ROOT)


@pytest.fixture
def keys(settings: Settings) -> Iterator[Vault]:
    """The vault of that installation, with a fresh master key and an empty key store."""
    generate_master_key(settings.keys)
    key_engine = make_key_engine(settings.keystore)
    if key_engine.dialect.name == "sqlite":
        make_key_tables(key_engine)
    yield load_vault(settings.keys, Keystore(key_engine))
    key_engine.dispose()


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine on `store`, with the throwaway tables made."""
    drafts = make_engine(settings.drafts)
    make_throwaway_tables(drafts)
    drafts.dispose()
    engine = make_engine(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on `store`; what it did is rolled back unless the test commits.

    Rows keep their values after a commit: to read them again would lock an SQLite file against everybody else.
    """
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def look(engine: Engine) -> Callable[[Any], list[Any]]:
    """Reads what is there now, in a session of its own that locks nothing: `look(select(Thing))`."""

    def looked(statement: Any) -> list[Any]:
        with Session(engine.execution_options(reading=True)) as reading:
            return list(reading.scalars(statement))

    return looked


@pytest.fixture
def app(settings: Settings, keys: Vault, engine: Engine) -> Iterator[Flask]:
    """The application on `store`."""
    app = create_app(settings)
    yield app
    app.extensions["allowances"].engine.dispose()
    for engine in (app.extensions["engine"], app.extensions["drafts_engine"], app.extensions["vault"].store.engine):
        engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen."""
    return app.test_client()


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine's own environment says must not reach a test."""
    for name in [name for name in os.environ if name.startswith("HEARD_") and "TEST" not in name]:
        monkeypatch.delenv(name)
