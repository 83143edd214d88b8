"""Backups: all of it comes back, on either kind of database; nothing readable is in them; each has its clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from analysis.made import MADE
from app import heard
from safekeeping import trail
from safekeeping.ageing import Kept, backups_in, over, prune
from safekeeping.backing_up import ANSWERS, KEYS, NoBackup, back_up, kept_tables, key_tables
from safekeeping.database import Throwaway, make_engine, session_for
from safekeeping.jobs import Job
from safekeeping.migrating import migrate_back
from safekeeping.recovery_key import keep_sealing, new_recovery_key, recovery_from
from safekeeping.restoring import NotEmpty
from safekeeping.rotating import rotate
from safekeeping.sealed_stream import BadBackup, WrongKey, chunk_key_of, read_head, read_sealed
from safekeeping.settings import Settings
from safekeeping.staff import SignInLink, Staff, StaffSession
from safekeeping.table_stream import STEP, ReadTable, TableReader, Tallies, source_of, tally_of
from safekeeping.vault import Vault
from surveys.definition.published import check_keys, published_at
from surveys.intake.mix import mix
from surveys.intake.sampling import open_responses
from surveys.intake.shred import shred_whole
from surveys.intake.tables import Intake
from surveys.responding.drafts import DraftRow
from tests import postgres
from tests.backed_up import (
    EVERYTHING,
    MIXED,
    SIGNS,
    WAITING,
    WORDS,
    backup_of,
    brought_back,
    elsewhere,
    fill,
    opened,
    some_recovery,
    words_in,
)
from tests.factories import NOW, submitted

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
RECOVERY = some_recovery()


@pytest.fixture
def survey_id(engine: Engine, keys: Vault) -> bytes:
    """A filled installation; the id of its survey."""
    return fill(engine, keys)


@pytest.fixture(params=["sqlite", "postgresql"])
def goal(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Where to bring it back to: both kinds."""
    address = ""
    if request.param == "postgresql":
        address = postgres.fresh_database(request.getfixturevalue("postgres_server"))
    yield elsewhere(settings, tmp_path / "back", address)
    if address:
        postgres.drop_database(address)


@pytest.fixture
def beside(settings: Settings, tmp_path: Path) -> Settings:
    """Where to bring it back to, on SQLite."""
    return elsewhere(settings, tmp_path / "back")


def paths_of(settings: Settings) -> list[Path]:
    return [each[-1].path for kind in (ANSWERS, KEYS) if (each := backups_in(settings.backups, kind))]


def tallies(engine: Engine, key_engine: Engine) -> Tallies:
    """What every table adds up to, as it is now."""
    found: Tallies = {}
    for each, tables in ((engine, kept_tables(engine)), (key_engine, key_tables())):
        with each.execution_options(reading=True).connect() as connection:
            found |= {table.name: tally_of(source_of(connection, table)) for table in tables}
    return found


# There and back ----------------------------------------------------------------------------------------


def test_all_of_it_comes_back(
    survey_id: bytes, engine: Engine, keys: Vault, settings: Settings, goal: Settings
) -> None:
    parts = backup_of(settings, RECOVERY)
    before = tallies(engine, keys.store.engine)
    there = brought_back([part.path for part in parts], RECOVERY, goal)
    assert {name: each for name, each in there.items() if name != "master_key"} == before
    assert before["response"].rows == before["response_key"].rows == MIXED
    assert [part.rows for part in parts] == [
        sum(each.rows for name, each in there.items() if (name in KEY_NAMES) == keyed) for keyed in (False, True)
    ]
    with opened(goal) as (again, again_keys), Session(again) as session:
        assert words_in(again, again_keys, survey_id) == EVERYTHING
        found = open_responses(again, again_keys, most=None)
        assert (found.there, found.tried, found.opened, found.keyless) == (MIXED, MIXED, MIXED, 0)
        assert session.scalar(select(func.count()).select_from(Intake)) == WAITING
        assert session.scalars(select(Staff.name)).all() == ["Researcher"]
        assert session.scalars(select(Job.kind)).all() == ["take in"]
        check_keys(session, again_keys)
        assert trail.verify(session, again_keys) == []
        newest = trail.head(session)
        assert newest
        assert (newest.verb, newest.object) == ("restored", "heard-2026-11-22-10")


KEY_NAMES = {*(table.name for table in key_tables()), "master_key"}


@ON_SQLITE
def test_who_was_signed_in_signs_in_again(
    survey_id: bytes, engine: Engine, settings: Settings, beside: Settings
) -> None:
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 1
    brought_back([part.path for part in backup_of(settings, RECOVERY)], RECOVERY, beside)
    with opened(beside) as (again, _), Session(again) as session:
        for table in (StaffSession, SignInLink):
            assert session.scalar(select(func.count()).select_from(table)) == 0


@ON_SQLITE
def test_what_comes_back_is_read_by_nobody_else(survey_id: bytes, settings: Settings, beside: Settings) -> None:
    brought_back([part.path for part in backup_of(settings, RECOVERY)], RECOVERY, beside)
    assert beside.instance.stat().st_mode & 0o777 == 0o700
    for path in beside.instance.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert sorted(path.name for path in beside.instance.iterdir()) == ["heard.sqlite", "keys", "keystore.sqlite"]


# What is in the files ------------------------------------------------------------------------------------


def test_nothing_can_be_read_in_the_files_and_no_draft_is_in_them(
    survey_id: bytes, engine: Engine, settings: Settings, keys: Vault
) -> None:
    drafts = make_engine(settings.drafts)
    with session_for(drafts) as session:
        session.add(DraftRow(fingerprint=b"f" * 32, sealed=b"unfinished", ends_hour=1))
    drafts.dispose()
    parts = backup_of(settings, RECOVERY)
    whole = b"".join(part.path.read_bytes() for part in parts)
    master = next(iter(settings.keys.glob("*.key"))).read_bytes()
    for secret in (WORDS.encode(), survey_id, b"Researcher", b"A tiny survey", master, b"unfinished"):
        assert secret not in whole
    for part in parts:
        names = [each.name for each in tables_in(part.path)]
        assert not set(names) & {*Throwaway.metadata.tables, "alembic_version"}
        assert part.path.stat().st_mode & 0o077 == 0
        assert part.size % STEP < 4096, "its length does not tell of one answer more"


def tables_in(path: Path) -> Iterator[ReadTable]:
    yield from TableReader(read_sealed(path, chunk_key_of(path, RECOVERY))).tables()


def test_rows_are_in_the_order_of_their_random_keys(survey_id: bytes, settings: Settings) -> None:
    answers, keys = backup_of(settings, RECOVERY)
    ordered = {}
    for part, name in ((answers, "response"), (answers, "intake"), (keys, "response_key")):
        for table in tables_in(part.path):
            if table.name == name:
                at = [column for column, _ in table.columns].index("response_id" if part is keys else "id")
                ordered[name] = [row[at] for row in table.rows]
    assert [len(each) for each in ordered.values()] == [MIXED, WAITING, MIXED]
    assert all(one < other for each in ordered.values() for one, other in pairwise(each))


@ON_SQLITE
def test_a_second_backup_of_the_same_hour_takes_the_place_of_the_first(survey_id: bytes, settings: Settings) -> None:
    first = backup_of(settings, RECOVERY)
    second = backup_of(settings, RECOVERY, NOW + timedelta(minutes=30))
    assert [part.path for part in first] == [part.path for part in second]
    assert len({read_head(part.path)["id"] for part in second}) == 1
    assert {path for path in settings.backups.rglob("*") if path.is_file()} == {part.path for part in second}


def test_people_may_send_and_answers_be_mixed_while_a_backup_is_made(
    survey_id: bytes, engine: Engine, keys: Vault, settings: Settings, beside: Settings
) -> None:
    """What happens while the answers are being read is not in the backup, and stops nobody."""
    with session_for(engine) as session:
        submitted(session, published_at(session, "tiny"), 200, say="early")
    mixed: list[int] = []

    def meanwhile(rows: int) -> None:
        if not mixed:
            with session_for(engine) as session:
                submitted(session, published_at(session, "tiny"), 1, say="late")
                mixed.append(mix(session, survey_id, keys.opener(survey_id)))

    parts = back_up(settings, settings.backups, RECOVERY.sealing, "0.1.0", NOW, meanwhile)
    assert mixed == [WAITING + 200 + 1]
    brought_back([part.path for part in parts], RECOVERY, beside)
    with opened(beside) as (again, again_keys), Session(again) as session:
        assert session.scalar(select(func.count()).select_from(Intake)) == WAITING + 200
        assert words_in(again, again_keys, survey_id) == EVERYTHING
        mix(session, survey_id, again_keys.opener(survey_id))
        session.commit()
        assert len(words_in(again, again_keys, survey_id)) == MIXED + WAITING + 200


# What is refused -----------------------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize(
    ("goal", "harm"),
    [("sqlite", each) for each in ("cut", "another key", "keys twice", "not a backup")] + [("postgresql", "altered")],
    indirect=["goal"],
)
def test_a_restore_that_is_refused_leaves_nothing(
    harm: str, survey_id: bytes, settings: Settings, goal: Settings
) -> None:
    answers, keys = (part.path for part in backup_of(settings, RECOVERY))
    whole, recovery = keys.read_bytes(), RECOVERY
    if harm == "cut":
        keys.write_bytes(whole[:-100])
    if harm == "altered":
        keys.write_bytes(whole[:-100] + b"X" + whole[-99:])
    if harm == "another key":
        recovery = recovery_from(new_recovery_key())
    if harm == "keys twice":
        answers = keys
    if harm == "not a backup":
        answers.write_bytes(b"something else")
    with pytest.raises(WrongKey if harm == "another key" else BadBackup):
        brought_back([answers, keys], recovery, goal)
    assert not goal.instance.exists() or list(goal.instance.iterdir()) == []
    if goal.database.startswith("postgresql"):
        engine = make_engine(goal.database)
        with engine.connect() as connection:
            left = connection.scalar(text("SELECT count(*) FROM pg_class WHERE relname IN ('survey', 'survey_key')"))
            left += connection.scalar(text("SELECT count(*) FROM pg_proc WHERE proname = 'trail_refuses'"))
        engine.dispose()
        assert left == 0


def test_nothing_is_overwritten(survey_id: bytes, engine: Engine, keys: Vault, settings: Settings) -> None:
    paths = [part.path for part in backup_of(settings, RECOVERY)]
    before = tallies(engine, keys.store.engine)
    with pytest.raises(NotEmpty, match="is not empty, and nothing was changed"):
        brought_back(paths, RECOVERY, settings)
    if settings.database.startswith("postgresql"):
        with pytest.raises(NotEmpty, match="HEARD_DATABASE names a database with tables in it"):
            brought_back(paths, RECOVERY, elsewhere(settings, settings.instance / "back", settings.database))
    assert tallies(engine, keys.store.engine) == before


@ON_SQLITE
def test_a_restore_that_was_stopped_can_be_made_again(survey_id: bytes, settings: Settings, beside: Settings) -> None:
    (beside.instance / ".restoring" / "keys").mkdir(parents=True)
    (beside.instance / ".restoring" / "heard.sqlite").write_bytes(b"half")
    brought_back([part.path for part in backup_of(settings, RECOVERY)], RECOVERY, beside)
    with opened(beside) as (again, keys):
        assert words_in(again, keys, survey_id) == EVERYTHING


@ON_SQLITE
@pytest.mark.parametrize("lost", ["heard.sqlite", "keystore.sqlite"])
def test_an_empty_store_does_not_take_the_place_of_what_was_lost(
    lost: str, survey_id: bytes, engine: Engine, keys: Vault, settings: Settings
) -> None:
    earlier = [part.path.read_bytes() for part in backup_of(settings, RECOVERY)]
    engine.dispose()
    keys.store.engine.dispose()
    for path in settings.instance.glob(f"{lost}*"):
        path.unlink()
    with pytest.raises(NoBackup, match=f"{lost} is not there"):
        backup_of(settings, RECOVERY)
    assert not (settings.instance / lost).exists()
    assert [path.read_bytes() for path in paths_of(settings)] == earlier


@ON_SQLITE
def test_keys_that_do_not_open_are_not_backed_up(survey_id: bytes, keys: Vault, settings: Settings) -> None:
    keys.store.put_survey(survey_id, b"\x01 damaged")
    with pytest.raises(NoBackup, match="does not open 1 of the keys"):
        backup_of(settings, RECOVERY)


@ON_SQLITE
def test_a_key_store_that_was_begun_anew_is_not_backed_up(
    survey_id: bytes, engine: Engine, keys: Vault, settings: Settings
) -> None:
    keep_sealing(settings.instance, RECOVERY.sealing)
    backup_of(settings, RECOVERY, NOW - timedelta(days=300))
    earlier = [path.read_bytes() for path in paths_of(settings)]
    keys.store.forget_survey(survey_id)
    done = run(settings, "backup")
    assert (done.exit_code, "The key store lacks keys of surveys" in done.stderr) == (2, True)
    assert [path.read_bytes() for path in paths_of(settings)] == earlier


@ON_SQLITE
def test_a_backup_of_a_newer_version_is_refused(
    survey_id: bytes, settings: Settings, beside: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [part.path for part in backup_of(settings, RECOVERY)]
    monkeypatch.setattr("safekeeping.restoring.revisions", lambda: ["0001"])
    with pytest.raises(BadBackup, match=r"made by a newer Heard \(0\.1\.0\)"):
        brought_back(paths, RECOVERY, beside)


# Shredding and rotating ------------------------------------------------------------------------------------


@ON_SQLITE
def test_after_a_shred_an_older_backup_of_the_answers_opens_nothing(
    survey_id: bytes, engine: Engine, keys: Vault, settings: Settings, tmp_path: Path
) -> None:
    other = fill(engine, keys, "other")
    older, older_keys = (part.path for part in backup_of(settings, RECOVERY, NOW - timedelta(days=8)))
    shred_whole(engine, keys, survey_id, MADE)
    _, newer_keys = (part.path for part in backup_of(settings, RECOVERY))
    prune(settings.backups, NOW, clock_is_sure=True)
    assert older.exists(), "answers are kept for 35 days"
    assert not older_keys.exists(), "keys for seven"
    goal = elsewhere(settings, tmp_path / "back")
    brought_back([older, newer_keys], RECOVERY, goal)
    with opened(goal) as (again, again_keys):
        found = open_responses(again, again_keys, most=None)
        assert (found.there, found.tried, found.opened, found.keyless) == (2 * MIXED, MIXED, MIXED, MIXED)
        assert words_in(again, again_keys, other) == EVERYTHING
        shred_whole(again, again_keys, survey_id, MADE)
        with Session(again) as session:
            check_keys(session, again_keys)


@ON_SQLITE
def test_a_backup_that_is_made_while_the_master_key_is_rotated_opens(
    survey_id: bytes, engine: Engine, keys: Vault, settings: Settings, beside: Settings
) -> None:
    turned: list[tuple[int, int]] = []

    def rotating(rows: int) -> None:
        if not turned:
            turned.append(rotate(settings.keys, keys.store))

    with session_for(engine) as session:
        session.add_all(Intake(id=bytes([number]) * 16, survey_id=survey_id, sealed=b"more") for number in range(250))
    parts = back_up(settings, settings.backups, RECOVERY.sealing, "0.1.0", NOW, rotating)
    assert turned
    brought_back([part.path for part in parts], RECOVERY, beside)
    with opened(beside) as (again, again_keys):
        assert words_in(again, again_keys, survey_id) == EVERYTHING
        assert again_keys.version == 2


def test_a_database_from_before_the_key_store_has_the_clock_of_keys_and_comes_back_newest(
    survey_id: bytes, engine: Engine, keys: Vault, settings: Settings, beside: Settings
) -> None:
    migrate_back(engine, keys.store.engine, "0002")
    keys.store.forget_survey(survey_id)
    answers, part = backup_of(settings, RECOVERY)
    assert (read_head(answers.path)["days"], read_head(answers.path)["revision"]) == (7, "0002")
    brought_back([answers.path, part.path], RECOVERY, beside)
    with opened(beside) as (again, again_keys):
        assert words_in(again, again_keys, survey_id) == EVERYTHING


# Ages --------------------------------------------------------------------------------------------------------


def hourly(days: int, kept_for: int) -> list[Kept]:
    return [Kept(Path(str(hour)), NOW - timedelta(hours=hour), kept_for) for hour in range(days * 24)]


def left_of(there: list[Kept], now: datetime) -> list[Kept]:
    gone = {each.at for each in over(there, now)}
    return [each for each in there if each.at not in gone]


@pytest.mark.parametrize(("kept_for", "left"), [(7, 25 + 6), (35, 25 + 34)])
def test_the_hours_of_a_day_and_the_days_of_their_clock_are_kept(kept_for: int, left: int) -> None:
    there = hourly(60, kept_for)
    kept = left_of(there, NOW)
    assert abs(len(kept) - left) <= 1
    assert all(NOW - each.at < timedelta(days=kept_for) for each in kept)
    assert over(kept, NOW) == []


def test_pruning_hour_by_hour_leaves_what_pruning_once_would() -> None:
    kept: list[Kept] = []
    for each in reversed(hourly(20, 7)):
        kept = left_of([*kept, each], each.at)
    assert [each.at for each in kept] == [each.at for each in reversed(left_of(hourly(20, 7), NOW))]


def test_the_newest_is_kept_however_old() -> None:
    assert over([Kept(Path("one"), NOW - timedelta(days=400), 7)], NOW) == []


@ON_SQLITE
def test_answers_stay_where_the_clock_cannot_be_trusted(survey_id: bytes, settings: Settings) -> None:
    for days in (50, 40, 0):
        backup_of(settings, RECOVERY, NOW - timedelta(days=days))
    assert prune(settings.backups, NOW, clock_is_sure=False) == 2
    assert [len(backups_in(settings.backups, kind)) for kind in (ANSWERS, KEYS)] == [3, 1]
    assert prune(settings.backups, NOW, clock_is_sure=True) == 2


# The commands --------------------------------------------------------------------------------------------------


def run(settings: Settings, *words: str | Path, typed: str | None = None) -> Result:
    return CliRunner().invoke(heard, [str(word) for word in words], obj=lambda: settings, input=typed)


@ON_SQLITE
def test_from_the_first_key_to_a_new_server(survey_id: bytes, settings: Settings, tmp_path: Path) -> None:
    none = run(settings, "backup")
    assert (none.exit_code, "Make one first: heard backup key" in none.stderr) == (2, True)
    made = run(settings, "backup", "key")
    signs = made.stdout.splitlines()[1].strip()
    assert recovery_from(signs).sealing.name in made.stdout
    assert run(settings, "backup", "key").exit_code == 2, "it is not replaced by accident"
    to = tmp_path / "stick"
    done = run(settings, "backup", "--to", to)
    assert (done.exit_code, done.stdout.count("read back and whole")) == (0, 2)
    paths = [*to.glob("answers/*"), *to.glob("keys/*")]
    verified = run(settings, "backup", "verify", *paths, typed=f"{signs}\n")
    assert verified.exit_code == 0, verified.stderr
    assert f"Tried to open {MIXED}; {MIXED} opened" in verified.stdout
    assert verified.stdout.endswith("Every row is as it was written.\n")
    slip = run(settings, "restore", *paths, "--into", tmp_path / "new", typed=f"{SIGNS}\n")
    assert (slip.exit_code, "was sealed to the recovery key named" in slip.stderr) == (2, True)
    assert not (tmp_path / "new" / "heard.sqlite").exists()
    (tmp_path / "signs").write_text(signs)
    back = run(settings, "restore", *paths, "--into", tmp_path / "new", "--key-file", tmp_path / "signs")
    assert back.exit_code == 0, back.stderr
    assert f"HEARD_INSTANCE={tmp_path / 'new'}" in back.stdout
    again = run(elsewhere(settings, tmp_path / "new"), "backup")
    assert again.exit_code == 0, "the new server goes on backing up to the same key"
    assert WORDS not in verified.stdout + back.stdout + done.stdout


@ON_SQLITE
def test_keys_of_another_hour_are_told_of(survey_id: bytes, settings: Settings, tmp_path: Path) -> None:
    answers, _ = backup_of(settings, RECOVERY)
    _, keys = backup_of(settings, RECOVERY, NOW + timedelta(hours=3))
    (tmp_path / "signs").write_text(SIGNS)
    done = run(settings, "backup", "verify", keys.path, answers.path, "--key-file", tmp_path / "signs")
    assert done.exit_code == 0, done.stderr
    assert "The answers are of 2026-11-22-10 and the keys of 2026-11-22-13" in done.stdout


@ON_SQLITE
def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    survey_id: bytes, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_sealing(settings.instance, RECOVERY.sealing)
    earlier = {part.path: part.path.read_bytes() for part in backup_of(settings, RECOVERY, datetime.now(UTC))}

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safekeeping.sealed_stream.os.fsync", full)
    done = run(settings, "backup")
    assert (done.exit_code, "No space left on device" in done.stderr) == (2, True)
    assert {path: path.read_bytes() for path in settings.backups.rglob("*") if path.is_file()} == earlier
