"""The key store or a master key is missing, damaged or another's at start: that is said, and nothing runs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import main
from safekeeping.database import make_engine, session_for
from safekeeping.keystore import Keystore, make_key_engine, make_key_tables
from safekeeping.rewriting import scrub
from safekeeping.settings import Settings
from safekeeping.vault import Vault, load_vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from tests.factories import opener_of, published_survey, submitted

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

Harm = Callable[[Path], object]


def master(folder: Path) -> Path:
    return folder / "keys" / "master-1.key"


def keystore(folder: Path) -> Path:
    return folder / "keystore.sqlite"


def gone(folder: Path) -> None:
    for path in folder.glob("keystore.sqlite*"):
        path.unlink()


def damaged(folder: Path) -> None:
    gone(folder)
    keystore(folder).write_bytes(b"This is no database. " * 1000)


def cut_off(folder: Path) -> None:
    data = keystore(folder).read_bytes()
    gone(folder)
    keystore(folder).write_bytes(data[: len(data) // 2])


def emptied(folder: Path) -> None:
    gone(folder)
    keystore(folder).write_bytes(b"")


def other_store(folder: Path) -> None:
    """The key store of another installation, with a survey of its own."""
    gone(folder)
    engine = make_key_engine(f"sqlite:///{keystore(folder)}")
    make_key_tables(engine)
    Vault({1: os.urandom(32)}, Keystore(engine)).new_survey_keys(b"s" * 16)
    engine.dispose()


def another_s(folder: Path) -> None:
    master(folder).write_bytes(os.urandom(32))


def renamed(folder: Path) -> None:
    master(folder).rename(folder / "keys" / "master-2.key")


def empty(folder: Path) -> None:
    master(folder).write_bytes(b"")


def readable(folder: Path) -> None:
    master(folder).chmod(0o644)


#: What is done, and what is said.
HARMS: dict[str, tuple[Harm, str]] = {
    "key store gone": (gone, "The key store lacks keys"),
    "key store damaged": (damaged, "cannot be used"),
    "key store emptied": (emptied, "The key store lacks keys"),
    "key store of another installation": (other_store, "The key store lacks keys"),
    "key store cut off": (cut_off, "Heard cannot start"),
    "master key of another installation": (another_s, "does not fit"),
    "master key gone": (lambda folder: master(folder).unlink(), "Put it back from its backup"),
    "master key renamed": (renamed, "does not fit"),
    "master key empty": (empty, "is 0 bytes long, not 32"),
    "master key readable by others": (readable, "chmod 600"),
}


@pytest.fixture
def held(engine: Engine, keys: Vault, settings: Settings) -> Settings:
    """An installation with ten mixed responses and one that waits."""
    with session_for(engine) as session:
        row = published_survey(session, keys)
        submitted(session, row, 10, say="what nobody may read")
        mix(session, row.id, opener_of(keys, row))
        submitted(session, row, say="what nobody may read")
    engine.dispose()
    scrub(keys.store.engine)
    keys.store.engine.dispose()
    return settings


class Command:
    """The `heard` command, called in this process."""

    def __init__(self, settings: Settings, patch: pytest.MonkeyPatch, printed: pytest.CaptureFixture[str]) -> None:
        patch.setenv("HEARD_INSTANCE", str(settings.instance))
        patch.setenv("PORT", "1")
        self.patch, self.printed = patch, printed

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Its exit status, what it said, and what it complained of."""
        self.patch.setattr("sys.argv", ["heard", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.printed.readouterr()
        return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def command(held: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command of that installation."""
    return Command(held, monkeypatch, capsys)


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("what", ["sign-in-link", "run"])
def test_it_does_not_start_and_says_why(harm: str, what: str, held: Settings, command: Command) -> None:
    act, says = HARMS[harm]
    act(held.instance)
    status, said, complained = command(what)
    assert status == 2
    assert says in complained
    assert complained.startswith("Heard cannot start.")
    assert "Traceback" not in complained
    assert "/desk/sign-in" not in said


@pytest.mark.parametrize("harm", HARMS)
def test_nothing_was_changed_and_with_the_right_keys_all_of_it_opens(
    harm: str, held: Settings, command: Command
) -> None:
    there = {path: path.read_bytes() for path in (master(held.instance), keystore(held.instance))}
    HARMS[harm][0](held.instance)
    assert command("sign-in-link")[0] == 2
    gone(held.instance)
    for path in (held.instance / "keys").glob("*"):
        path.unlink()
    for path, data in there.items():
        path.write_bytes(data)
        path.chmod(0o600)
    status, said, _ = command("sign-in-link")
    assert (status, "/desk/sign-in/" in said) == (0, True)
    keys = load_vault(held.keys, Keystore(make_key_engine(held.keystore)))
    engine = make_engine(held.database)
    with Session(engine.execution_options(reading=True)) as session:
        row = session.query(PublishedSurvey).one()
        found = list(read_all(session, row.id, keys.opener(row.id)))
    assert [each.answers["say"] for each in found] == ["what nobody may read"] * 10
    engine.dispose()
    keys.store.engine.dispose()
