"""What `heard doctor` says of the database: each setting that breaks a promise is found, and a sound one is fine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from safekeeping.closing import FROM, Mark, MarkTable, marked
from safekeeping.doctor import FINE, LOOK, MEND, Finding, Patient
from safekeeping.doctor_databases import (
    ABOUT_MOVE,
    ADVICE,
    Server,
    advise,
    file_system,
    look_at_file,
    look_at_server,
    look_for_moves,
    server_of,
)
from safekeeping.settings import Settings
from tests.factories import NOW

ON_POSTGRESQL = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
SOUND = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "archive_mode": "off",
    "wal_level": "replica",
    "autovacuum": "on",
    "server_version_num": "150004",
    "shared_buffers": "16384",
    "data_checksums": "on",
    "max_connections": "100",
    "superuser_reserved_connections": "3",
}


@pytest.fixture
def patient(settings: Settings, engine: Engine) -> Iterator[Patient]:
    """An installation to look at."""
    patient = Patient(settings, NOW)
    yield patient
    patient.close()


def said(server: Server, connections: int = 10) -> list[Finding]:
    return list(advise(server, connections))


def test_a_sound_server_is_fine_and_told_for_how_many_processes() -> None:
    (finding,) = said(Server(SOUND, size=1_000_000, free=10**12))
    assert (finding.state, "enough for 9" in finding.what) == (FINE, True)


@pytest.mark.parametrize(
    ("server", "state", "words"),
    [
        (Server(SOUND | {"fsync": "off"}), MEND, "thanked for"),
        (Server(SOUND | {"synchronous_commit": "off"}), MEND, "thanked for"),
        (Server(SOUND | {"full_page_writes": "off"}), MEND, "tear pages"),
        (Server(SOUND, logged=["draft"]), MEND, "unfinished answers"),
        (Server(SOUND | {"archive_mode": "on"}), LOOK, "archived"),
        (Server(SOUND | {"wal_level": "logical"}), LOOK, "wal_level is logical"),
        (Server(SOUND, slots=1), LOOK, "replication slots"),
        (Server(SOUND | {"autovacuum": "off"}), LOOK, "autovacuum"),
        (Server(SOUND | {"server_version_num": "120018"}), LOOK, "older than version"),
        (Server(SOUND, size=10**10), LOOK, "shared_buffers"),
        (Server(SOUND | {"data_checksums": "off"}), LOOK, "checksums"),
        (Server(SOUND, free=10**6), LOOK, "nearly full"),
        (Server(SOUND | {"max_connections": "20"}), LOOK, "enough for 1"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(server: Server, state: str, words: str) -> None:
    (finding,) = [finding for finding in said(server) if finding.state != FINE]
    assert finding.state == state
    assert words in finding.what
    assert finding.remedy


def test_every_advice_is_tried_above() -> None:
    assert len(ADVICE) == 12


@ON_POSTGRESQL
def test_a_real_server_is_seen_as_it_is(engine: Engine, patient: Patient) -> None:
    with engine.connect() as connection:
        server = server_of(connection)
        assert server.settings["fsync"] == "off", "that of the tests does without"
        assert set(SOUND) <= set(server.settings)
        assert (server.slots, server.logged) == (0, [])
        assert server.size > 1_000_000
        connection.execute(text("SET synchronous_commit = off"))
        assert server_of(connection).settings["synchronous_commit"] == "off", "also where only the role is set so"
        connection.execute(text("ALTER TABLE seat SET LOGGED"))
        assert server_of(connection).logged == ["seat"]
        connection.rollback()
    assert "fsync is off" in " ".join(finding.what for finding in look_at_server(patient))
    assert list(look_at_file(patient)) == []


@ON_SQLITE
def test_a_file_is_looked_at_for_where_it_lies_and_how_long_it_is(
    patient: Patient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [finding.state for finding in look_at_file(patient)] == [FINE]
    assert list(look_at_server(patient)) == []
    where = "safekeeping.doctor_databases"
    monkeypatch.setattr(f"{where}.BETTER_MOVED", 10)
    monkeypatch.setattr(f"{where}.LONG_JOURNAL", 10)
    monkeypatch.setattr(f"{where}.mounts", lambda: "there / nfs4 rw 0 0")
    (settings.instance / "heard.sqlite-wal").write_bytes(bytes(11))
    found = list(look_at_file(patient))
    assert [finding.state for finding in found] == [MEND, LOOK, LOOK]
    assert all("heard move" in finding.remedy for finding in found[:2])


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounted = f"one / ext4 rw 0 0\ntwo {tmp_path.resolve()} nfs rw 0 0\n"
    assert file_system(tmp_path / "in" / "it", mounted) == "nfs"
    assert file_system(Path("/"), mounted) == "ext4"
    assert file_system(tmp_path, "") == ""


def test_a_side_of_a_move_is_found(engine: Engine, patient: Patient) -> None:
    assert list(look_for_moves(patient)) == []
    with engine.begin() as connection:
        MarkTable.metadata.create_all(connection)
        connection.execute(Mark.__table__.insert().values(id="x", side=FROM, goal="there", finished=True))  # type: ignore[attr-defined]
    (finding,) = look_for_moves(patient)
    assert (finding.state, "moved to there" in finding.remedy) == (MEND, True)
    with engine.begin() as connection:
        MarkTable.metadata.drop_all(connection)
    assert marked(engine) is None


@ON_POSTGRESQL
def test_old_keys_are_to_be_destroyed_within_a_week(settings: Settings, engine: Engine) -> None:
    (settings.instance / "keystore.sqlite").write_bytes(b"")
    for now, state in ((NOW, MEND), (NOW.replace(year=2020), LOOK)):
        patient = Patient(replace(settings), now.replace(year=now.year + (1 if state == MEND else 0)))
        (finding,) = look_for_moves(patient)
        assert (finding.state, finding.about, "heard keys rotate" in finding.remedy) == (state, ABOUT_MOVE, True)
        patient.close()
