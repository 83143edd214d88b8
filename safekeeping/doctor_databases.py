"""What `heard doctor` looks at of the database itself: how PostgreSQL is set up, and where SQLite's files lie."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from safekeeping.closing import marked
from safekeeping.database import Throwaway
from safekeeping.doctor import FINE, LOOK, MEND, Finding, Patient
from safekeeping.settings import beside, file_of

ABOUT, ABOUT_FILE, ABOUT_MOVE = "PostgreSQL", "SQLite", "Moving"
#: The oldest version its makers still mend, which is also the one that Heard is tested on.
OLDEST = 15
#: Processes of Heard there should be connections for: a server, its worker, and one to spare.
PROCESSES = 3
#: Bytes of a database that is too large for PostgreSQL's own 128 MB of memory, of one that is better moved there, and
#: of a journal that should have been folded in.
LARGE, BETTER_MOVED, LONG_JOURNAL = 4_000_000_000, 5_000_000_000, 500_000_000
LEAST = 1_000_000_000
OWN_MEMORY = 16_384  # pages of 8 kB
KEYS_LAST = timedelta(days=7)
#: File systems on which the locks of SQLite do not hold, or not surely.
DISTANT = re.compile(r"nfs4?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|fuse\.(sshfs|glusterfs|s3fs|rclone|davfs)")


@dataclass(frozen=True)
class Server:
    """What can be seen of a PostgreSQL server: its settings by name, the bytes of our database, how many replication
    slots it keeps, which tables of unfinished answers it logs, bytes free on its disk where that can be seen."""

    settings: Mapping[str, str]
    size: int = 0
    slots: int = 0
    logged: Sequence[str] = ()
    free: int | None = None

    def number(self, name: str) -> int:
        """A setting that is a number."""
        return int(self.settings.get(name, 0))


@dataclass(frozen=True)
class Advice:
    """What to look for in a server, how bad it is, what is there then, and what to do."""

    wrong: Callable[[Server], bool]
    state: str
    what: str
    remedy: str


def _is(name: str, *values: str) -> Callable[[Server], bool]:
    return lambda server: server.settings.get(name) in values


RESTART = "in postgresql.conf, then restart PostgreSQL."
ORDER = "it keeps the order in which answers come."
ADVICE = (
    Advice(
        _is("fsync", "off"),
        MEND,
        "fsync is off: what people are thanked for may be gone after a power cut",
        f"Set fsync = on {RESTART}",
    ),
    Advice(
        _is("synchronous_commit", "off"),
        MEND,
        "synchronous_commit is off: what people are thanked for may be gone after a crash",
        "Set synchronous_commit = on in postgresql.conf, and for the database and the role of Heard, then reload.",
    ),
    Advice(
        _is("full_page_writes", "off"),
        MEND,
        "full_page_writes is off: a power cut can tear pages",
        f"Set full_page_writes = on {RESTART}",
    ),
    Advice(
        lambda server: bool(server.logged),
        MEND,
        "the tables of unfinished answers are logged, and with them go into every copy",
        "Stop Heard; ALTER TABLE draft SET UNLOGGED; the same for saved_draft and seat; start Heard.",
    ),
    Advice(
        _is("archive_mode", "on", "always"),
        LOOK,
        f"the write-ahead log is archived: {ORDER}",
        f"Set archive_mode = off {RESTART} Back up with heard backup.",
    ),
    Advice(
        _is("wal_level", "logical"),
        LOOK,
        f"wal_level is logical: whoever reads the log sees each row as it comes; {ORDER}",
        f"Set wal_level = replica, or minimal, {RESTART}",
    ),
    Advice(
        lambda server: server.slots > 0,
        LOOK,
        f"there are replication slots: the write-ahead log waits for their readers, and {ORDER}",
        "If nothing needs them: SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots;",
    ),
    Advice(
        _is("autovacuum", "off"),
        LOOK,
        "autovacuum is off: deleted rows stay on the disk and queries grow slow",
        "Set autovacuum = on in postgresql.conf, then reload.",
    ),
    Advice(
        lambda server: 0 < server.number("server_version_num") < OLDEST * 10_000,
        LOOK,
        f"it is older than version {OLDEST}, and its makers mend it no more",
        f"Bring PostgreSQL to version {OLDEST} or later.",
    ),
    Advice(
        lambda server: server.size > LARGE and server.number("shared_buffers") <= OWN_MEMORY,
        LOOK,
        "shared_buffers is what it was when installed, and the database is large",
        f"Set shared_buffers to a quarter of the machine's memory {RESTART}",
    ),
    Advice(
        _is("data_checksums", "off"),
        LOOK,
        "data checksums are off: a failing disk is not noticed",
        "Stop PostgreSQL and run: pg_checksums --enable",
    ),
    Advice(
        lambda server: server.free is not None and server.free < max(LEAST, server.size // 2),
        LOOK,
        "its disk is nearly full: a table that is rewritten needs its size once more",
        "Make room: where the disk is full, no answer can be kept.",
    ),
)


def advise(server: Server, connections: int) -> Iterator[Finding]:
    """What an operator should know of a server, of which each process of Heard takes `connections` at most."""
    wrong = [advice for advice in ADVICE if advice.wrong(server)]
    yield from (Finding(advice.state, ABOUT, advice.what, advice.remedy) for advice in wrong)
    allowed = server.number("max_connections") - server.number("superuser_reserved_connections")
    enough = allowed // connections
    what = f"it allows {allowed} connections, and each process of Heard may take {connections}: enough for {enough}"
    if enough < PROCESSES:
        yield Finding(LOOK, ABOUT, what, f"Raise max_connections {RESTART} Or lower HEARD_CONNECTIONS.")
    else:
        yield Finding(FINE, ABOUT, what)


def server_of(connection: Connection) -> Server:
    """What can be seen of the server at the other end."""
    asked = connection.execute(text("SELECT name, setting FROM pg_settings"))
    settings = {str(row.name): str(row.setting) for row in asked}
    logged = "SELECT relname FROM pg_class WHERE relname = ANY(:ours) AND relkind = 'r' AND relpersistence <> 'u'"
    return Server(
        settings,
        connection.scalar(text("SELECT pg_database_size(current_database())")) or 0,
        connection.scalar(text("SELECT count(*) FROM pg_replication_slots")) or 0,
        list(connection.scalars(text(logged), {"ours": list(Throwaway.metadata.tables)})),
        _free(settings.get("data_directory", ""), connection.engine.url.host),
    )


def _free(folder: str, host: str | None) -> int | None:
    """Only where the server is on this machine, and tells us where its files are."""
    if folder and host in (None, "localhost", "127.0.0.1", "::1"):
        with suppress(OSError):
            return shutil.disk_usage(folder).free
    return None


def look_at_server(patient: Patient) -> Iterator[Finding]:
    """How PostgreSQL is set up, where that is the database."""
    if file_of(patient.settings.database) is None:
        with patient.reading() as session:
            server = server_of(session.connection())
        yield from advise(server, patient.settings.connections)


def look_at_file(patient: Patient) -> Iterator[Finding]:
    """Where an SQLite database lies, and whether it has outgrown it."""
    path = file_of(patient.settings.database)
    if path is None or not path.exists():
        return
    kind, size = file_system(path, mounts()), path.stat().st_size
    journal = path.with_name(f"{path.name}-wal")
    move = "heard move --to postgresql+psycopg://… (docs/deployment.md)"
    found = []
    if DISTANT.fullmatch(kind):
        remedy = f"Put it on a disk of this machine, or move to PostgreSQL: {move}"
        found.append(Finding(MEND, ABOUT_FILE, f"the file lies on {kind}, where its locks do not hold", remedy))
    if size > BETTER_MOVED:
        what = f"the file has {size / 1e9:,.1f} GB, and mixing rewrites all of it"
        found.append(Finding(LOOK, ABOUT_FILE, what, f"Move to PostgreSQL: {move}"))
    if journal.exists() and journal.stat().st_size > LONG_JOURNAL:
        what = f"its journal has {journal.stat().st_size / 1e9:,.1f} GB: something reads and does not end"
        found.append(Finding(LOOK, ABOUT_FILE, what, "Start Heard again; end other programs that have the file open."))
    yield from found or [Finding(FINE, ABOUT_FILE, f"{size / 1e6:,.0f} MB, on a disk of this machine")]


def mounts() -> str:
    """What is mounted where, as Linux tells it; empty elsewhere."""
    with suppress(OSError):
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    return ""


def file_system(path: Path, mounted: str) -> str:
    """The kind of file system that a path lies on; empty where it is not known."""
    kinds = {fields[1]: fields[2] for line in mounted.splitlines() if len(fields := line.split()) > 2}
    where = path.resolve()
    return next((kinds[str(each)] for each in (where, *where.parents) if str(each) in kinds), "")


def look_for_moves(patient: Patient) -> Iterator[Finding]:
    """A move that is not whole, an old side that is still named, and old files that open what was withdrawn since."""
    if mark := marked(patient.engine):
        yield Finding(MEND, ABOUT_MOVE, "this is not the installation to use", mark.says)
    folder = patient.settings.instance
    old = file_of(beside("sqlite:", folder, "keystore"))
    if old and old.exists() and file_of(patient.settings.keystore) is None:
        changed = datetime.fromtimestamp(old.stat().st_mtime, patient.now.tzinfo)
        state = MEND if patient.now - changed > KEYS_LAST else LOOK
        remedy = f"Run: shred -u {old}; then, with Heard stopped: heard keys rotate; then: heard backup"
        yield Finding(state, ABOUT_MOVE, f"{old} still opens what people withdrew since the move", remedy)


CHECKS = ((ABOUT, look_at_server), (ABOUT_FILE, look_at_file), (ABOUT_MOVE, look_for_moves))
