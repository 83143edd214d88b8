"""A new master key in place of the old one: every survey's keys are wrapped anew, and the old key is destroyed."""

from pathlib import Path

from safekeeping.keystore import Keystore
from safekeeping.master_keys import forget_older_master_keys, next_master_key, versions
from safekeeping.vault import load_vault


def rotate(folder: Path, store: Keystore) -> tuple[int, int]:
    """Rotate the master key in `folder`; the version of the new one, and how many surveys' keys were wrapped anew.

    Stopped at any point, both keys are read until this is called again, and it goes on where it was. Raises `NoKeys`,
    or `CannotOpen` where a survey's keys fit no master key that is here; then no key is destroyed.
    """
    if versions(folder)[:-1] == []:  # there are two where it was stopped half-way
        next_master_key(folder)
    keys = load_vault(folder, store)
    count = keys.rewrap()
    forget_older_master_keys(folder)
    return keys.version, count
