"""`heard upgrade`: from the first shape a database ever had, filled, to the newest; a backup comes first."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from app import heard
from safekeeping.ageing import backups_in
from safekeeping.backing_up import ANSWERS, KEYS
from safekeeping.migrating import is_newest, migrate_back, revision_of
from safekeeping.recovery_key import keep_sealing
from safekeeping.sealed_stream import read_head
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from surveys.intake.sampling import open_responses
from tests.backed_up import EVERYTHING, MIXED, WORDS, brought_back, elsewhere, fill, opened, some_recovery, words_in

RECOVERY = some_recovery()
LONG_RUN = (("sqlite", "0002"), ("postgresql", "0002"), ("postgresql", "0003"))


def upgraded(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(heard, ["upgrade", *words], obj=lambda: settings)


@pytest.fixture(params=["0001", "0002", "0003"])
def older(request: pytest.FixtureRequest, engine: Engine, keys: Vault, settings: Settings) -> bytes:
    """A filled installation in an older shape; before 0003 its keys lie among the answers. The id of its survey."""
    survey_id = fill(engine, keys)
    migrate_back(engine, keys.store.engine, request.param)
    if request.param < "0003":
        keys.store.forget_survey(survey_id)
    settings.instance.chmod(0o700)
    return survey_id


def is_well(told: str, settings: Settings) -> bool:
    """Nothing is left to mend, but that the PostgreSQL of the tests does without fsync."""
    mended = [line for line in told.splitlines() if line.startswith("must be mended")]
    if settings.database.startswith("postgresql"):
        return len(mended) == 1 and "fsync is off" in mended[0]
    return "Start the server." in told


@pytest.mark.parametrize(
    ("store", "older"),
    [
        ("sqlite", "0001"),
        ("postgresql", "0001"),
        ("sqlite", "0003"),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in LONG_RUN),
    ],
    indirect=True,
)
def test_an_older_installation_comes_to_the_newest_shape_with_all_its_answers(
    older: bytes, engine: Engine, keys: Vault, settings: Settings
) -> None:
    before = revision_of(engine)
    keep_sealing(settings.instance, RECOVERY.sealing)
    done = upgraded(settings)
    assert is_well(done.stdout, settings), done.stdout + done.stderr
    assert is_newest(engine)
    assert words_in(engine, keys, older) == EVERYTHING
    assert open_responses(engine, keys, most=None).opened == MIXED
    (answers,), (part,) = (backups_in(settings.backups, kind) for kind in (ANSWERS, KEYS))
    assert read_head(answers.path)["revision"] == before, "the backup is of what was there before"
    goal = elsewhere(settings, settings.instance / "back")
    brought_back([answers.path, part.path], RECOVERY, goal)
    with opened(goal) as (again, again_keys):
        assert words_in(again, again_keys, older) == EVERYTHING
    assert WORDS not in done.stdout


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("older", ["0001"], indirect=True)
def test_without_a_recovery_key_nothing_is_changed_unless_somebody_says_so(
    older: bytes, engine: Engine, keys: Vault, settings: Settings
) -> None:
    done = upgraded(settings)
    assert (done.exit_code, "heard backup key" in done.stderr) == (2, True)
    assert revision_of(engine) == "0001"
    done = upgraded(settings, "--without-backup")
    assert (done.exit_code, is_newest(engine)) == (1, True), "there is no backup: the doctor says so"
    assert words_in(engine, keys, older) == EVERYTHING


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("older", ["0003"], indirect=True)
def test_upgrading_twice_is_harmless(older: bytes, engine: Engine, keys: Vault, settings: Settings) -> None:
    keep_sealing(settings.instance, RECOVERY.sealing)
    assert [upgraded(settings).exit_code for _ in range(2)] == [0, 0]
    assert words_in(engine, keys, older) == EVERYTHING
