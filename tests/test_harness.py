"""The parts that stand in for a prepared machine: a real PostgreSQL and a real Chromium."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests import chromium, postgres

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres.server() as running:
        yield running


def ask(address: str, question: str) -> str:
    with create_engine(address, poolclass=NullPool).connect() as connection:
        return str(connection.execute(text(question)).scalar_one())


def programs(folder: Path, version: str = "17.0") -> Path:
    """Programs that can say their version and nothing else."""
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    return folder


def gone(folder: Path) -> bool:
    """Whether the folder goes within ten seconds."""
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not folder.exists()


def refuse(reason: str) -> Path:
    raise postgres.Unavailable(reason)


def test_the_server_answers(address: str) -> None:
    assert ask(address, "select version()").startswith("PostgreSQL ")


def test_the_server_wants_its_password(address: str) -> None:
    stranger = make_url(address).set(password="a guess").render_as_string(hide_password=False)
    with pytest.raises(OperationalError, match="password authentication failed"):
        ask(stranger, "select 1")


def test_a_fresh_database_is_empty_and_is_dropped(address: str) -> None:
    first, second = postgres.fresh_database(address), postgres.fresh_database(address)
    assert first != second
    assert inspect(create_engine(first, poolclass=NullPool)).get_table_names() == []
    for database in (first, second):
        postgres.drop_database(database)
        name = make_url(database).database
        assert ask(address, f"select count(*) from pg_database where datname = '{name}'") == "0"


def test_a_database_is_dropped_under_an_open_connection(address: str) -> None:
    database = postgres.fresh_database(address)
    engine = create_engine(database, poolclass=NullPool)
    with engine.connect():
        postgres.drop_database(database)
    with pytest.raises(OperationalError, match="does not exist"):
        ask(database, "select 1")


def test_a_server_that_was_started_is_stopped_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.ADDRESS, raising=False)
    with postgres.server() as running:
        data = Path(ask(running, "show data_directory"))
    assert not data.parent.exists()
    with pytest.raises(OperationalError, match="refused"):
        ask(running, "select 1")


def test_a_server_ends_with_a_killed_test_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.ADDRESS, raising=False)
    run = "from tests.postgres import server\nwith server() as address: print(address, flush=True); input()"
    command = [sys.executable, "-c", run]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        address = killed.stdout.readline().strip()
        data = Path(ask(address, "show data_directory"))
        killed.kill()
    assert gone(data.parent)
    with pytest.raises(OperationalError, match="refused"):
        ask(address, "select 1")


def test_the_named_server_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.ADDRESS, "postgresql://me:mine@there:5433/postgres")
    monkeypatch.setattr(postgres, "ROUTES", ())
    with postgres.server() as named:
        assert named == "postgresql+psycopg://me:mine@there:5433/postgres"


def test_the_first_route_that_has_programs_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = (lambda: refuse("first"), lambda: Path("/second"), lambda: Path("/third"))
    monkeypatch.setattr(postgres, "ROUTES", routes)
    assert postgres.find_programs() == Path("/second")


def test_without_any_route_the_message_says_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "ROUTES", (lambda: refuse("not here"), lambda: refuse("no network")))
    with pytest.raises(postgres.Unavailable, match=r"not here; no network\. Install PostgreSQL, or set HEARD_TEST"):
        postgres.find_programs()


def test_programs_on_path_come_before_newer_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = programs(tmp_path / "mine" / "bin")
    programs(tmp_path / "18" / "bin")
    monkeypatch.setenv("PATH", f"{on_path}:/bin")
    monkeypatch.setattr(postgres, "PLACES", (f"{tmp_path}/*/bin",))
    assert postgres.installed() == on_path


def test_the_newest_programs_that_run_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9", "16"):
        programs(tmp_path / version / "bin")
    (programs(tmp_path / "17" / "bin") / "postgres").write_text("#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "PLACES", (f"{tmp_path}/*/bin",))
    assert postgres.installed() == tmp_path / "16" / "bin"


def test_the_named_chromium_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.CHOSEN, "/somewhere/chromium")
    assert chromium.executable() == "/somewhere/chromium"


def test_without_any_chromium_the_message_has_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(chromium.CHOSEN, raising=False)
    monkeypatch.setattr(chromium, "ROUTES", ())
    with pytest.raises(chromium.Unavailable, match="set HEARD_TEST_CHROMIUM"):
        chromium.executable()


@pytest.mark.browser
def test_chromium_says_its_version() -> None:
    said = subprocess.run([chromium.executable(), "--version"], capture_output=True, text=True, check=True)
    assert "Chrom" in said.stdout
