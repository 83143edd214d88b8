"""What an installation can set, in one table; every value is checked before anything starts.

Only `app.py` reads the environment. It hands the mapping to `read_settings`, and tests hand in their own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PASSWORD = re.compile(r"://[^/@]*@")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class BadSetting(ValueError):
    """A setting is missing or malformed. The message names it and says what would be right."""


@dataclass(frozen=True)
class Settings:
    """The checked settings of one installation. Paths are absolute; addresses have no trailing slash."""

    instance: Path
    database: str
    drafts: str
    keys: Path
    host: str
    port: int
    public_address: str
    exit_address: str
    helpline: str
    organisation: str

    @property
    def over_https(self) -> bool:
        """True where browsers reach us encrypted, so that cookies can be marked Secure."""
        return self.public_address.startswith("https://")


def _folder(text: str) -> Path:
    try:
        path = Path(text).expanduser().absolute()
        is_file = path.exists() and not path.is_dir()
    except (OSError, RuntimeError):
        raise ValueError("this folder cannot be looked into; give another one") from None
    if is_file:
        raise ValueError(f"{path} is a file; give a folder")
    return path


def _database(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("give an address such as postgresql+psycopg://heard@localhost/heard") from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"“{url.drivername}” is not supported; use sqlite or postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError("give a whole number from 1 to 65535, such as 8000")
    return int(text)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("give a whole address, such as https://views.example.org")
    return text.rstrip("/")


def _public_address(text: str) -> str:
    address = _web_address(text)
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("answers may only travel encrypted: give an https:// address")
    return address


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty; leave it out or write something")
    return text.strip()


@dataclass(frozen=True)
class Setting:
    """One row of the table: where it is read from, how it is checked, what it is when nobody sets it."""

    field: str
    name: str
    check: Callable[[str], Any]
    default: str
    says: str


#: Defaults may name earlier fields in braces; rows are read in order.
SETTINGS = (
    Setting("instance", "HEARD_INSTANCE", _folder, "{root}/instance", "Folder for the database file and the keys"),
    Setting("database", "HEARD_DATABASE", _database, "sqlite:///{instance}/heard.sqlite", "Where answers are kept"),
    Setting("drafts", "HEARD_DRAFTS", _database, "{drafts}", "Where unfinished answers wait; never backed up"),
    Setting("keys", "HEARD_KEYS", _folder, "{instance}/keys", "Folder of the master key; back it up apart"),
    Setting("host", "HEARD_HOST", _words, "127.0.0.1", "Address the server listens on"),
    Setting("port", "PORT", _port, "8000", "Port the server listens on"),
    Setting(
        "public_address",
        "HEARD_ADDRESS",
        _public_address,
        "http://127.0.0.1:{port}",
        "What people type to reach us",
    ),
    Setting(
        "exit_address",
        "HEARD_EXIT",
        _web_address,
        "https://www.bbc.co.uk/weather",
        "Where ‘Leave this site’ leads",
    ),
    Setting("helpline", "HEARD_HELPLINE", _words, "0808 800 1170", "Telephone number shown on every survey"),
    Setting("organisation", "HEARD_ORGANISATION", _words, "the team running this survey", "Who asks"),
)


def _default_drafts(database: str, instance: Path) -> str:
    return f"sqlite:///{instance}/drafts.sqlite" if database.startswith("sqlite") else database


def read_settings(environment: Mapping[str, str], root: Path) -> Settings:
    """Check every row of `SETTINGS` against `environment` and return them together.

    `root` is the folder the product lies in; only defaults use it.
    Raises `BadSetting`, naming the setting at fault and what would be right.
    """
    values: dict[str, Any] = {"root": root}
    for setting in SETTINGS:
        if setting.field == "drafts":
            values["drafts"] = _default_drafts(values["database"], values["instance"])
        text = environment.get(setting.name, setting.default.format(**values))
        try:
            values[setting.field] = setting.check(text)
        except ValueError as fault:
            shown = PASSWORD.sub("://…@", text)
            raise BadSetting(f"{setting.name} is set to “{shown}”: {fault}.") from None
    del values["root"]
    return Settings(**values)
