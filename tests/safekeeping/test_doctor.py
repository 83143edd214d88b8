"""`heard doctor` on installations with one thing wrong each: it finds it, says what to do, and changes nothing."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from app import heard
from safekeeping.database import session_for
from safekeeping.high_water import HighWater
from safekeeping.jobs import Job
from safekeeping.migrating import migrate_back
from safekeeping.recovery_key import keep_sealing
from safekeeping.settings import RESPOND, BadSetting, Settings, read_settings
from safekeeping.vault import Vault
from tests.backed_up import WORDS, backup_of, fill, some_recovery

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
LINE = re.compile(r"(fine|look at this|must be mended) +([A-Z][A-Za-z ]+): (.+)")


def examined(settings: Settings | Callable[[], Settings]) -> Result:
    """What the command says."""
    read = (lambda: settings) if isinstance(settings, Settings) else settings
    done = CliRunner().invoke(heard, ["doctor"], obj=read)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def found(done: Result) -> dict[str, str]:
    """About what -> the worst that is said of it; each that is not fine has a remedy under it."""
    worst: dict[str, str] = {}
    for line, after in pairwise(done.stdout.splitlines()):
        if match := LINE.fullmatch(line):
            state, about, _ = match.groups()
            assert (state == "fine") != after.strip().startswith("→ "), line
            if worst.get(about) in (None, "fine", state) or state == "must be mended":
                worst[about] = state
    assert done.exit_code == ("must be mended" in worst.values())
    return worst


@pytest.fixture
def well(engine: Engine, keys: Vault, settings: Settings) -> Settings:
    """An installation in order: filled, backed up, on an address of its own, for nobody else to read."""
    fill(engine, keys)
    engine.dispose()
    recovery = some_recovery()
    keep_sealing(settings.instance, recovery.sealing)
    settings.instance.chmod(0o700)
    for path in settings.instance.glob("*.sqlite*"):
        path.chmod(0o600)
    backup_of(settings, recovery, datetime.now(UTC))
    with session_for(engine) as session:
        session.execute(text("UPDATE job SET made_at = :now"), {"now": datetime.now(UTC).replace(tzinfo=None)})
    return replace(settings, public_address="https://views.example.org")


def test_an_installation_in_order(well: Settings) -> None:
    done = examined(well)
    worst = found(done)
    mended = worst.pop("PostgreSQL", "fine") == "must be mended"
    assert mended == well.database.startswith("postgresql"), "that of the tests does without fsync"
    assert worst.pop("Backups") == "look at this", "they lie on the same disk"
    assert set(worst.values()) == {"fine"}, done.stdout
    assert done.exit_code == mended
    assert {"Settings", "Program", "Files", "Disk", "Database", "Keys", "Clock", "Long work", "Trail"} < set(worst)
    for secret in (WORDS, "Researcher", "A tiny survey"):
        assert secret not in done.stdout


Harm = Callable[[Settings, Engine, Vault], object]


def no_master(settings: Settings, engine: Engine, keys: Vault) -> None:
    (settings.keys / "master-1.key").unlink()


def open_master(settings: Settings, engine: Engine, keys: Vault) -> None:
    (settings.keys / "master-1.key").chmod(0o644)


def another_master(settings: Settings, engine: Engine, keys: Vault) -> None:
    (settings.keys / "master-1.key").write_bytes(bytes(32))


def no_key_store(settings: Settings, engine: Engine, keys: Vault) -> None:
    keys.store.engine.dispose()
    (settings.instance / "keystore.sqlite").unlink()


def a_survey_without_keys(settings: Settings, engine: Engine, keys: Vault) -> None:
    for survey_id, _ in keys.store.surveys():
        keys.store.forget_survey(survey_id)


def open_folder(settings: Settings, engine: Engine, keys: Vault) -> None:
    settings.instance.chmod(0o755)


def no_database(settings: Settings, engine: Engine, keys: Vault) -> None:
    engine.dispose()
    (settings.instance / "heard.sqlite").unlink()


def damaged_database(settings: Settings, engine: Engine, keys: Vault) -> None:
    engine.dispose()
    path = settings.instance / "heard.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + os.urandom(16_384) + whole[24_576:])


def no_database_at_all(settings: Settings, engine: Engine, keys: Vault) -> None:
    engine.dispose()
    (settings.instance / "heard.sqlite").write_bytes(b"This is not a database, and was never one. " * 50)


def older(settings: Settings, engine: Engine, keys: Vault) -> None:
    migrate_back(engine, keys.store.engine, "0003")
    engine.dispose()


def newer(settings: Settings, engine: Engine, keys: Vault) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


def clock(settings: Settings, engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        session.add(HighWater(at=datetime.now(UTC) + timedelta(days=400)))


def failed_job(settings: Settings, engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        session.query(Job).update({"state": "failed"})


def no_worker(settings: Settings, engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        session.query(Job).update({"made_at": datetime.now(UTC) - timedelta(hours=5)})


def trail_cut(settings: Settings, engine: Engine, keys: Vault) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER trail_no_delete"))
        connection.execute(text("DELETE FROM trail"))
        connection.execute(
            text("INSERT INTO trail SELECT 1, at, NULL, NULL, 'x', '', '', x'00', x'00' FROM high_water")
        )


def late_backup(settings: Settings, engine: Engine, keys: Vault) -> None:
    for path in settings.backups.rglob("heard-*"):
        path.rename(path.with_name(f"heard-2020-01-01-00{path.suffix}"))


def no_keys_backed_up(settings: Settings, engine: Engine, keys: Vault) -> None:
    for path in settings.backups.glob("keys/*"):
        path.unlink()


def no_recovery_key(settings: Settings, engine: Engine, keys: Vault) -> None:
    (settings.instance / "backup.key").unlink()


HARMS: tuple[tuple[Harm, str, str, str], ...] = (
    (no_master, "Keys", "must be mended", "Put it back from its backup"),
    (open_master, "Files", "must be mended", "chmod 600"),
    (another_master, "Keys", "must be mended", "does not open"),
    (no_key_store, "Keys", "must be mended", "keystore.sqlite is not there"),
    (a_survey_without_keys, "Surveys", "must be mended", "The key store lacks keys"),
    (open_folder, "Files", "must be mended", "chmod 700"),
    (no_database, "Database", "must be mended", "heard restore"),
    (damaged_database, "Database file", "must be mended", "heard restore|look again"),
    (no_database_at_all, "Database", "must be mended", "cannot be read"),
    (older, "Database", "must be mended", "heard upgrade"),
    (newer, "Database", "must be mended", "is of a newer Heard"),
    (clock, "Clock", "look at this", "Set the clock right"),
    (failed_job, "Long work", "look at this", "1 failed"),
    (no_worker, "Long work", "look at this", "Is the worker running"),
    (late_backup, "Backups", "must be mended", "heard backup"),
    (no_keys_backed_up, "Backups", "must be mended", "heard backup"),
    (no_recovery_key, "Backups", "must be mended", "heard backup key"),
)


@ON_SQLITE
@pytest.mark.parametrize(("harm", "about", "state", "said"), HARMS, ids=[each[0].__name__ for each in HARMS])
def test_what_is_wrong_is_found_and_nothing_is_changed(
    harm: Harm, about: str, state: str, said: str, well: Settings, engine: Engine, keys: Vault
) -> None:
    harm(well, engine, keys)
    engine.dispose()
    keys.store.engine.dispose()
    before = snapshot(well.instance)
    done = examined(well)
    assert found(done)[about] == state, done.stdout
    assert re.search(said, done.stdout), done.stdout
    assert snapshot(well.instance) == before


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its mode and content; a reader's empty journal is nothing."""
    return {
        str(path): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
        if not path.name.endswith(("-wal", "-shm"))
    }


@ON_SQLITE
def test_a_trail_that_was_cut_is_found(well: Settings, engine: Engine, keys: Vault) -> None:
    clock(well, engine, keys)
    trail_cut(well, engine, keys)
    assert found(examined(well))["Trail"] == "look at this"


def test_settings_that_cannot_be_read_are_the_only_finding(tmp_path: Path) -> None:
    def refuse() -> Settings:
        return read_settings({"HEARD_DATABASE": "mysql://somebody:secret@localhost/heard"}, tmp_path)

    with pytest.raises(BadSetting):
        refuse()
    done = examined(refuse)
    assert (done.exit_code, "secret" in done.stdout) == (1, False)
    assert done.stdout.startswith("must be mended  Settings: HEARD_DATABASE is set to")


def test_a_database_server_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    address = "postgresql+psycopg://heard:secret@127.0.0.1:1/heard"
    settings = read_settings({"HEARD_INSTANCE": str(tmp_path), "HEARD_DATABASE": address}, tmp_path)
    done = examined(settings)
    assert (found(done)["Database"], done.exit_code, "secret" in done.stdout) == ("must be mended", 1, False)


@ON_SQLITE
def test_a_server_that_only_takes_answers_is_not_asked_for_keys(well: Settings) -> None:
    done = examined(replace(well, door=RESPOND, keys=Path("/nowhere"), keystore="sqlite:////nowhere/keystore.sqlite"))
    assert done.exit_code == 0, done.stdout
    assert not {"Keys", "Trail", "Backups", "Surveys"} & set(found(done))


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    settings = read_settings({"HEARD_INSTANCE": str(tmp_path / "nothing")}, tmp_path)
    assert examined(settings).exit_code == 1
    assert list(tmp_path.iterdir()) == []
