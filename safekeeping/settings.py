"""What an installation can set, in one table; every value is checked before anything starts.

Only `app.py` reads the environment. It hands the mapping to `read_settings`, and tests hand in their own.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

#: Which pages a server has. One that only takes answers holds no key that opens them.
BOTH, RESPOND, STAFF = "both", "respond", "staff"
PASSWORD = re.compile(r"://[^/@]*@")
NUMBER = re.compile(r"\+?[0-9][0-9 ]*")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class BadSetting(ValueError):
    """A setting is missing or malformed. The message names it and says what would be right."""


@dataclass(frozen=True)
class Settings:
    """The checked settings of one installation. Paths are absolute; addresses have no trailing slash."""

    instance: Path
    database: str
    drafts: str
    keystore: str
    keys: Path
    backups: Path
    door: str
    host: str
    port: int
    public_address: str
    exit_address: str
    helpline: str
    helplines: tuple[tuple[str, str], ...]
    organisation: str
    busiest_hour: int
    processes: int
    connections: int = 10
    model_address: str = ""
    model_name: str = ""
    model_key: str = ""

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


def checked_database(text: str) -> str:
    """The address of a database, as it was given. Raises `ValueError` with what would be right."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("give an address such as postgresql+psycopg://heard@localhost/heard") from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"“{url.drivername}” is not supported; use sqlite or postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _door(text: str) -> str:
    if text not in (BOTH, RESPOND, STAFF):
        raise ValueError(f"give “{RESPOND}”, “{STAFF}” or “{BOTH}”")
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError("give a whole number from 1 to 65535, such as 8000")
    return int(text)


def _busiest_hour(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 10 <= int(text) <= 1_000_000:
        raise ValueError("give how many people may answer a survey in its busiest hour, from 10 to 1000000")
    return int(text)


def _connections(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 3 <= int(text) <= 1000:
        raise ValueError("give how many connections to PostgreSQL one process may take, from 3 to 1000")
    return int(text)


def _processes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:3]) <= 64:
        raise ValueError("give how many processes serve pages on this machine, from 1 to 64")
    return int(text)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("give a whole address, such as https://views.example.org")
    return text.rstrip("/")


def _public_address(text: str) -> str:
    address = _web_address(text)
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not f"{parts.hostname}".endswith(".onion"):
        raise ValueError("answers may only travel encrypted: give an https:// address")
    return address


def _model_address(text: str) -> str:
    """Where a language model of the organisation's own listens; empty where there is none."""
    if not text:
        return ""
    parts = urlsplit(_web_address(text))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("give an address such as http://127.0.0.1:11434/v1; a key has a file, HEARD_MODEL_KEY")
    parts.port  # noqa: B018 (raises ValueError where it is none)
    return text.rstrip("/")


def _model_name(text: str) -> str:
    if len(text) > 200 or not text.isprintable():
        raise ValueError("give the name by which the server knows the model")
    return text.strip()


def _key_file(text: str) -> str:
    return str(Path(text).expanduser().absolute()) if text else ""


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty; leave it out or write something")
    return text.strip()


def _helplines(text: str) -> tuple[tuple[str, str], ...]:
    """Whom to call and by which number, as they are listed on the safety page."""
    lines = [line.partition(":") for line in text.split(";") if line.strip()]
    named = tuple((name.strip(), number.strip()) for name, _colon, number in lines)
    if not named or not all(name and NUMBER.fullmatch(number) for name, number in named):
        raise ValueError("give names and numbers such as Example Line: 0808 157 0000; Other Line: 01632 960000")
    return named


@dataclass(frozen=True)
class Setting:
    """One row of the table: where it is read from, how it is checked, what it is when nobody sets it."""

    field: str
    name: str
    check: Callable[[str], Any]
    default: str
    says: str


#: For men who were hurt, for anybody who was, and for anybody in despair. Public numbers; check them before use.
HELPLINES = (
    "Men’s Advice Line: 0808 801 0327; ManKind Initiative: 0808 800 1170; "
    "National Domestic Abuse Helpline: 0808 2000 247; Samaritans: 116 123"
)

#: Defaults may name earlier fields in braces; rows are read in order.
SETTINGS = (
    Setting("instance", "HEARD_INSTANCE", _folder, "{root}/instance", "Folder for the database file and the keys"),
    Setting(
        "database", "HEARD_DATABASE", checked_database, "sqlite:///{instance}/heard.sqlite", "Where answers are kept"
    ),
    Setting("drafts", "HEARD_DRAFTS", checked_database, "{drafts}", "Where unfinished answers wait; never backed up"),
    Setting("keystore", "HEARD_KEYSTORE", checked_database, "{keystore}", "Where the keys of answers are kept, apart"),
    Setting("keys", "HEARD_KEYS", _folder, "{instance}/keys", "Folder of the master key; back it up apart"),
    Setting("backups", "HEARD_BACKUPS", _folder, "{instance}/backups", "Folder of the backups; best on another disk"),
    Setting("door", "HEARD_DOOR", _door, BOTH, "Who comes in here: “respond”, “staff” or “both”"),
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
    Setting("helplines", "HEARD_HELPLINES", _helplines, HELPLINES, "Whom to call, listed on the safety page"),
    Setting("organisation", "HEARD_ORGANISATION", _words, "the team running this survey", "Who asks"),
    Setting("busiest_hour", "HEARD_BUSIEST", _busiest_hour, "60", "Answers an hour; what is beyond that is set aside"),
    Setting("processes", "HEARD_PROCESSES", _processes, "{processes}", "Web processes on this machine"),
    Setting("connections", "HEARD_CONNECTIONS", _connections, "10", "Connections to PostgreSQL, of each process"),
    Setting("model_address", "HEARD_MODEL_ADDRESS", _model_address, "", "A language model of your own, if any"),
    Setting("model_name", "HEARD_MODEL_NAME", _model_name, "", "By which name its server knows it"),
    Setting("model_key", "HEARD_MODEL_KEY", _key_file, "", "File that holds the key its server asks for"),
)


def _usual_processes(database: str) -> int:
    """As many as there are processors: up to two on SQLite, where all wait for one writer, else up to four."""
    return min(2 if database.startswith("sqlite") else 4, os.cpu_count() or 1)


def beside(database: str, instance: Path, name: str) -> str:
    """A file of its own beside an SQLite database; else the same database, where what is apart has its own tables."""
    return f"sqlite:///{instance}/{name}.sqlite" if database.startswith("sqlite") else database


def read_settings(environment: Mapping[str, str], root: Path) -> Settings:
    """Check every row of `SETTINGS` against `environment` and return them together.

    `root` is the folder the product lies in; only defaults use it.
    Raises `BadSetting`, naming the setting at fault and what would be right.
    """
    values: dict[str, Any] = {"root": root}
    for setting in SETTINGS:
        if setting.field == "processes":
            values[setting.field] = _usual_processes(values["database"])
        if setting.field in ("drafts", "keystore"):
            values[setting.field] = beside(values["database"], values["instance"], setting.field)
        text = environment.get(setting.name, setting.default.format(**values))
        try:
            values[setting.field] = setting.check(text)
        except ValueError as fault:
            shown = PASSWORD.sub("://…@", text)
            raise BadSetting(f"{setting.name} is set to “{shown}”: {fault}.") from None
    del values["root"]
    return Settings(**values)


def moved(settings: Settings, instance: Path) -> Settings:
    """The same settings for an installation in another folder: what lies in the old one lies in the new one then."""
    before, after = f"sqlite:///{settings.instance}/", f"sqlite:///{instance}/"

    def there(address: str) -> str:
        return after + address.removeprefix(before) if address.startswith(before) else address

    def beside(folder: Path) -> Path:
        inside = folder.is_relative_to(settings.instance)
        return instance / folder.relative_to(settings.instance) if inside else folder

    return replace(
        settings,
        instance=instance,
        database=there(settings.database),
        drafts=there(settings.drafts),
        keystore=there(settings.keystore),
        keys=beside(settings.keys),
        backups=beside(settings.backups),
    )


def file_of(address: str) -> Path | None:
    """The file of an SQLite database; None where the database is none, or only in memory."""
    url = make_url(address)
    return Path(url.database) if url.drivername == "sqlite" and url.database not in (None, "", ":memory:") else None
