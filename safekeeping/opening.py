"""Open an installation: its databases brought up to date and its keys, or a sentence that says what is wrong."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from safekeeping.closing import marked_at
from safekeeping.database import make_engine, make_throwaway_tables
from safekeeping.keystore import Keystore, make_key_engine, make_key_tables
from safekeeping.master_keys import NoKeys, generate_master_key
from safekeeping.migrating import is_newest, migrate, one_at_a_time
from safekeeping.settings import BadSetting, Settings, file_of
from safekeeping.vault import CannotOpen, Vault, load_vault


@dataclass(frozen=True)
class Opened:
    """An installation that is ready: the engine on what is kept, and the keys."""

    engine: Engine
    vault: Vault

    def close(self) -> None:
        """Let go of both databases."""
        self.engine.dispose()
        self.vault.store.engine.dispose()


def open_installation(settings: Settings) -> Opened:
    """Set up what is missing and open all of it; safe to do twice. Raises `NoKeys`, or `BadSetting`."""
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    for address in (settings.database, settings.keystore, settings.drafts):
        make_private(address)
    check_not_moved(settings.database)
    engine, key_engine = make_engine(settings.database), make_key_engine(settings.keystore)
    with one_at_a_time(engine):
        make_key_tables(key_engine)
        migrate(engine, key_engine)
        vault = _vault(settings.keys, Keystore(key_engine))
        open_drafts(settings)
    return Opened(engine, vault)


def _vault(folder: Path, store: Keystore) -> Vault:
    """The vault. The first master key is made where nothing was ever kept, and the store belongs to it from then on:
    where it has one, a lost master key must be put back, and never replaced by a fresh one. Raises `NoKeys`."""
    fresh = store.is_empty()
    if fresh:
        generate_master_key(folder)
    vault = load_vault(folder, store)
    try:
        if fresh or vault.has_office:
            vault.office  # noqa: B018 (it is made, or tried)
    except CannotOpen:
        raise NoKeys(
            f"The master key in {folder} does not fit the key store, which belongs to another one. Put that one back "
            "from its backup, or copy it from the host that has it."
        ) from None
    return vault


def check_not_moved(address: str) -> None:
    """Raise `BadSetting` where the database at this address was moved elsewhere, or is being moved into."""
    if mark := marked_at(address):
        raise BadSetting(f"HEARD_DATABASE: this is not the installation to start. {mark.says}")


def make_private(address: str) -> None:
    """Begin the file of an SQLite database for nobody else to read; its journals take after it."""
    path = file_of(address)
    if path and path.parent.is_dir() and not path.exists():
        path.touch(mode=0o600)


def open_drafts(settings: Settings) -> None:
    """Make the tables of unfinished answers where they are missing."""
    drafts = make_engine(settings.drafts)
    make_throwaway_tables(drafts)
    drafts.dispose()


def open_to_respond(settings: Settings) -> Engine:
    """The engine of a server that only takes answers. It changes no table and needs no keys.

    Raises `BadSetting` where the other server, which does, has not brought the database up to date.
    """
    check_not_moved(settings.database)
    engine = make_engine(settings.database)
    if not is_newest(engine):
        raise BadSetting(
            "HEARD_DATABASE: the database is not the shape this version needs. Start the staff server first; "
            "it brings the database up to date."
        )
    with one_at_a_time(engine):
        open_drafts(settings)
    return engine
