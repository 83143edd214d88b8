"""The files of the master keys: `master-1.key`, `master-2.key` and so on, 32 random bytes each, read by nobody else.

Mostly there is one. While `heard keys rotate` runs, or after it was stopped half-way, there are two.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 32
#: The version is one byte before what it wrapped.
LAST_VERSION = 255
_NAME = re.compile(r"master-([1-9][0-9]{0,2})\.key")


class NoKeys(Exception):
    """A master key is missing, malformed or readable by others. Nothing starts without it."""


def key_file(folder: Path, version: int) -> Path:
    """Where the master key of that version lies."""
    return folder / f"master-{version}.key"


def versions(folder: Path) -> list[int]:
    """The versions that lie in `folder`, oldest first."""
    found = (_NAME.fullmatch(path.name) for path in folder.glob("master-*.key"))
    return sorted(int(name[1]) for name in found if name)


def generate_master_key(folder: Path) -> None:
    """Write a first master key into `folder` (mode 0700, the file 0600) unless one is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not versions(folder):
        _write(key_file(folder, 1))


def next_master_key(folder: Path) -> int:
    """Write one master key more, and say its version. Raises `NoKeys` where there have been 255."""
    newest = versions(folder)[-1]
    if newest == LAST_VERSION:
        raise NoKeys("There have been 255 master keys here, and a 256th cannot be told from the first.")
    _write(key_file(folder, newest + 1))
    return newest + 1


def forget_older_master_keys(folder: Path) -> None:
    """Delete all but the newest; to be called when nothing is wrapped under the others any more."""
    for version in versions(folder)[:-1]:
        path = key_file(folder, version)
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    _sync(folder)


def read_master_keys(folder: Path) -> dict[int, bytes]:
    """Version -> key. Raises `NoKeys`, saying which file and what to do."""
    there = versions(folder) or [1]
    return {version: _read(key_file(folder, version)) for version in there}


def put_back(folder: Path, version: int, key: bytes) -> None:
    """Write a master key that comes from a backup, where there is none of that version."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(key_file(folder, version), key)


def _write(path: Path, key: bytes | None = None) -> None:
    """Whole or not at all, and on the disk before anything is wrapped under it."""
    made = path.with_suffix(".new")
    made.unlink(missing_ok=True)
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key or secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # of two who start at once, the second must not replace the first's
        os.link(made, path)
    made.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        key, mode = path.read_bytes(), path.stat().st_mode
    except OSError as fault:
        raise NoKeys(
            f"The master key {path} cannot be read ({fault.strerror}). Put it back from its backup, or copy it from "
            "the host that has it."
        ) from None
    if len(key) != KEY_BYTES:
        raise NoKeys(f"The master key {path} is {len(key)} bytes long, not 32. Put it back from its backup.")
    if os.name == "posix" and mode & 0o077:
        raise NoKeys(f"The master key {path} can be read by others. Run: chmod 600 {path}")
    return key
