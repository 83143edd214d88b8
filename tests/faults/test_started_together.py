"""Several hosts start at one moment on an empty database: it is set up once, and belongs to one master key."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import ROOT
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.opening import open_installation
from safekeeping.settings import Settings, read_settings
from safekeeping.vault import load_vault
from tests import postgres

AT_ONCE = 3
HOST = """
import sys
from pathlib import Path
from app import ROOT
from safekeeping.master_keys import NoKeys
from safekeeping.opening import open_installation
from safekeeping.settings import read_settings
folder, keys, database = sys.argv[1:]
settings = read_settings({"HEARD_INSTANCE": folder, "HEARD_KEYS": keys, "HEARD_DATABASE": database}, ROOT)
print("loaded", flush=True)
sys.stdin.readline()
try:
    open_installation(settings).close()
except NoKeys as why:
    print(why)
else:
    print("open")
"""


@pytest.fixture
def empty(postgres_server: str) -> Iterator[str]:
    """The address of a database with nothing in it."""
    address = postgres.fresh_database(postgres_server)
    yield address
    postgres.drop_database(address)


def started_together(folders: list[tuple[Path, Path]], database: str) -> list[str]:
    """What hosts with these folders (instance, keys) say, when all are let go at one moment."""
    hosts = [
        subprocess.Popen(
            [sys.executable, "-c", HOST, str(folder), str(keys), database],
            *(-1, None, subprocess.PIPE, subprocess.PIPE),
            cwd=ROOT,
            text=True,
        )
        for folder, keys in folders
    ]
    for each in hosts:
        assert each.stdout
        assert each.stdout.readline() == "loaded\n"
    return [each.communicate("go\n", timeout=120)[0].strip() for each in hosts]


def settings_of(folder: Path, keys: Path, database: str) -> Settings:
    found = {"HEARD_INSTANCE": str(folder), "HEARD_KEYS": str(keys), "HEARD_DATABASE": database}
    return read_settings(found, ROOT)


def test_hosts_with_one_master_key_set_up_the_database_once(tmp_path: Path, empty: str) -> None:
    folders = [(tmp_path / str(number), tmp_path / "keys") for number in range(AT_ONCE)]
    assert started_together(folders, empty) == ["open"] * AT_ONCE


def test_of_hosts_with_no_master_key_yet_one_makes_it_and_the_others_say_where_it_is(
    tmp_path: Path, empty: str
) -> None:
    folders = [(tmp_path / str(number), tmp_path / str(number) / "keys") for number in range(AT_ONCE)]
    said = started_together(folders, empty)
    assert said.count("open") == 1
    assert sum("or copy it from the host that has it" in each for each in said) == AT_ONCE - 1
    assert sum((keys / "master-1.key").exists() for _folder, keys in folders) == 1


def test_a_host_with_a_master_key_of_its_own_is_refused(tmp_path: Path, empty: str) -> None:
    first = settings_of(tmp_path / "1", tmp_path / "1" / "keys", empty)
    open_installation(first).close()
    (tmp_path / "2" / "keys").mkdir(parents=True, mode=0o700)
    (tmp_path / "2" / "keys" / "master-1.key").write_bytes(b"k" * 32)
    (tmp_path / "2" / "keys" / "master-1.key").chmod(0o600)
    (said,) = started_together([(tmp_path / "2", tmp_path / "2" / "keys")], empty)
    assert "does not fit the key store, which belongs to another one" in said
    engine = make_key_engine(first.keystore)
    assert load_vault(first.keys, Keystore(engine)).office
    engine.dispose()


def test_on_one_machine_a_file_is_set_up_once(tmp_path: Path) -> None:
    folders = [(tmp_path, tmp_path / "keys")] * AT_ONCE
    assert started_together(folders, f"sqlite:///{tmp_path}/heard.sqlite") == ["open"] * AT_ONCE
