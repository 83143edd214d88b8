"""Master keys: made once, read by nobody else, replaced without losing a survey, also where that is stopped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from safekeeping import master_keys
from safekeeping.keystore import Keystore
from safekeeping.master_keys import NoKeys, generate_master_key, key_file, read_master_keys, versions
from safekeeping.rotating import rotate
from safekeeping.vault import CannotOpen, Vault, load_vault, seal_entry
from tests.factories import vault_in_memory

SURVEYS = [bytes([number]) * 16 for number in range(6)]


@pytest.fixture
def store() -> Keystore:
    """An empty key store."""
    return vault_in_memory().store


@pytest.fixture
def sealed(tmp_path: Path, store: Keystore) -> dict[bytes, bytes]:
    """Six surveys under a first master key in `tmp_path`, with something sealed to each."""
    generate_master_key(tmp_path)
    keys = load_vault(tmp_path, store)
    return {each: seal_entry(each, keys.new_survey_keys(each), each, b"here") for each in SURVEYS}


def opened(keys: Vault, sealed: dict[bytes, bytes]) -> list[bytes]:
    """What was sealed to each, in order."""
    return [keys.opener(each).entry(blob, b"here") for each, blob in sealed.items()]


# The files -----------------------------------------------------------------------------------------


def test_a_master_key_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    generate_master_key(folder)
    first = key_file(folder, 1).read_bytes()
    generate_master_key(folder)
    assert key_file(folder, 1).read_bytes() == first
    assert len(first) == 32
    assert (folder.stat().st_mode & 0o777, key_file(folder, 1).stat().st_mode & 0o777) == (0o700, 0o600)
    assert [path.name for path in folder.iterdir()] == ["master-1.key"]


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate_master_key(tmp_path / name)
    assert key_file(tmp_path / "one", 1).read_bytes() != key_file(tmp_path / "two", 1).read_bytes()


def test_a_loaded_vault_opens_what_an_earlier_start_sealed(
    tmp_path: Path, store: Keystore, sealed: dict[bytes, bytes]
) -> None:
    assert opened(load_vault(tmp_path, store), sealed) == SURVEYS


def test_nothing_starts_without_a_master_key(tmp_path: Path) -> None:
    with pytest.raises(NoKeys, match=r"cannot be read .* Put it back from its backup"):
        read_master_keys(tmp_path)


def test_a_master_key_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    key_file(tmp_path, 1).write_bytes(b"short")
    with pytest.raises(NoKeys, match="is 5 bytes long, not 32"):
        read_master_keys(tmp_path)


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    generate_master_key(tmp_path)
    key_file(tmp_path, 1).chmod(0o640)
    with pytest.raises(NoKeys, match="Run: chmod 600"):
        read_master_keys(tmp_path)


def test_half_a_written_key_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "master-1.new").write_bytes(b"half")
    generate_master_key(tmp_path)
    assert len(read_master_keys(tmp_path)[1]) == 32


# Rotating ------------------------------------------------------------------------------------------


def test_after_rotating_all_opens_under_the_new_key_and_the_old_one_is_gone(
    tmp_path: Path, store: Keystore, sealed: dict[bytes, bytes]
) -> None:
    old = read_master_keys(tmp_path)
    assert rotate(tmp_path, store) == (2, len(SURVEYS))
    assert versions(tmp_path) == [2]
    assert opened(load_vault(tmp_path, store), sealed) == SURVEYS
    with pytest.raises(CannotOpen):
        Vault(old, store).opener(SURVEYS[0])


def test_rotating_again_makes_a_third(tmp_path: Path, store: Keystore, sealed: dict[bytes, bytes]) -> None:
    rotate(tmp_path, store)
    assert rotate(tmp_path, store) == (3, len(SURVEYS))
    assert opened(load_vault(tmp_path, store), sealed) == SURVEYS


class Stopped(Exception):
    """The process was killed here."""


def stopping(after: int, act: Callable[..., object]) -> Callable[..., object]:
    """`act`, which works so often and then no more."""
    left = [after]

    def acting(*given: object) -> object:
        if not left[0]:
            raise Stopped
        left[0] -= 1
        return act(*given)

    return acting


@pytest.mark.parametrize("after", range(len(SURVEYS) + 1))
def test_rotating_that_was_stopped_goes_on(
    after: int, tmp_path: Path, store: Keystore, sealed: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store, "put_survey", stopping(after, store.put_survey))
        patch.setattr("safekeeping.rotating.forget_older_master_keys", stopping(0, print))
        with pytest.raises(Stopped):
            rotate(tmp_path, store)
    assert versions(tmp_path) == [1, 2]
    assert opened(load_vault(tmp_path, store), sealed) == SURVEYS, "half-way, both keys are read"
    assert rotate(tmp_path, store) == (2, len(SURVEYS) - after), "no third key is made for it"
    assert versions(tmp_path) == [2]
    assert opened(load_vault(tmp_path, store), sealed) == SURVEYS


def test_nothing_is_deleted_where_a_survey_does_not_open(
    tmp_path: Path, store: Keystore, sealed: dict[bytes, bytes]
) -> None:
    store.put_survey(SURVEYS[3], b"\x01 damaged")
    with pytest.raises(CannotOpen):
        rotate(tmp_path, store)
    assert versions(tmp_path) == [1, 2]


def test_there_is_no_version_that_a_byte_cannot_name(tmp_path: Path) -> None:
    key_file(tmp_path, master_keys.LAST_VERSION).write_bytes(bytes(32))
    with pytest.raises(NoKeys, match="255 master keys"):
        master_keys.next_master_key(tmp_path)
