"""A real PostgreSQL for the tests, on machines that may have none.

    with server() as address:
        database = fresh_database(address)
        ...
        drop_database(database)

The server is the one that HEARD_TEST_POSTGRES names. Where it names none, one is started from the first programs
found: those installed here, those of the PyPI build, those of the system's package manager.
"""

import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

ADDRESS = "HEARD_TEST_POSTGRES"
LOCK = Path(__file__).parent.parent / "requirements-postgres.lock"
#: Where packages put the programs without putting them on PATH.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin",
)
#: Not the user's own temporary folder: the server may run as somebody who cannot enter that one.
TEMPORARY = Path("/tmp")  # noqa: S108 (every folder made in it has a random name or is checked for its owner)
SECONDS_TO_START = 60
STARTS = 3
#: Ends a server whose tests were killed: `cat` returns when the test process is gone, however it went.
GUARD = 'cat; kill -INT "$1" && sleep 2; rm -rf "$2"'


class Unavailable(RuntimeError):
    """No PostgreSQL could be had this way; the message says why."""


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server (`postgresql+psycopg://…`); one that was started here is stopped at the end.

    Raises `Unavailable` with everything that was tried.
    """
    if given := os.environ.get(ADDRESS):
        yield _text(make_url(given).set(drivername="postgresql+psycopg"))
        return
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="heard-pg-", dir=TEMPORARY))
    try:
        yield from _started(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server_address: str) -> str:
    """The address of a new, empty database on this server."""
    name = f"test_{secrets.token_hex(8)}"
    _run_on(make_url(server_address), sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return _text(make_url(server_address).set(database=name))


def drop_database(address: str) -> None:
    """Remove the database at this address, even where somebody is still connected to it."""
    url = make_url(address)
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(url.database or ""))
    _run_on(url.set(database="postgres"), drop)


# Finding the programs ---------------------------------------------------------------------------------------


def find_programs() -> Path:
    """The folder that holds `initdb` and `postgres`, by the first of the `ROUTES` that has one."""
    reasons = []
    for route in ROUTES:
        try:
            return route()
        except Unavailable as reason:
            reasons.append(str(reason))
    raise Unavailable(
        f"No PostgreSQL for the tests: {ADDRESS} is not set; {'; '.join(reasons)}. "
        f"Install PostgreSQL, or set {ADDRESS} to the address of a server where databases can be created."
    )


def installed() -> Path:
    """The programs that are installed here: those on PATH first, then the newest."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += _named_by_pg_config()
    folders += _newest_first([folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))])
    for folder in folders:
        if _complete(folder):
            return folder
    raise Unavailable("no initdb and postgres are installed on this machine")


def from_package_index() -> Path:
    """The programs inside the package that `requirements-postgres.lock` pins, kept outside our environment.

    Only its programs are run. Its Python code adds a system user and opens folders to everybody when run by root.
    """
    pinned = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    cache = TEMPORARY / f"heard-pg-programs-{os.geteuid()}-{pinned}"
    if not cache.exists():
        _install_into(cache)
    if cache.is_symlink() or cache.stat().st_uid != os.geteuid():
        raise Unavailable(f"{cache} belongs to somebody else (remove it to use the PyPI build)")
    for folder in _newest_first(list(cache.glob("*/pginstall*/bin"))):
        if _complete(folder):
            return folder
    raise Unavailable(f"the PyPI build in {cache} does not run here (remove that folder to install it again)")


def from_package_manager() -> Path:
    """The programs of the system's own package, installed now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unavailable("the package manager needs root and apt-get")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    _call(["apt-get", "update"], env=quiet)
    _call(["apt-get", "install", "-y", "--no-install-recommends", "postgresql"], env=quiet)
    return installed()


ROUTES: tuple[Callable[[], Path], ...] = (installed, from_package_index, from_package_manager)


def _named_by_pg_config() -> list[Path]:
    try:
        return [Path(_call(["pg_config", "--bindir"]).strip())]
    except Unavailable:
        return []


def _newest_first(folders: list[Path]) -> list[Path]:
    return sorted(folders, key=lambda folder: [int(part) for part in re.findall(r"\d+", str(folder))], reverse=True)


def _complete(folder: Path) -> bool:
    """Whether both programs are there and can run: a build for another system fails here, not half-way."""
    try:
        return all(_call([str(folder / name), "--version"]) for name in ("initdb", "postgres"))
    except Unavailable:
        return False


def _install_into(cache: Path) -> None:
    """Install beside the cache, then rename: of several test processes one wins and none sees half a folder."""
    folder = Path(tempfile.mkdtemp(prefix="heard-pg-install-", dir=TEMPORARY))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
    only_these = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    try:
        _call([*pip, *only_these, "--target", str(folder), "-r", str(LOCK)])
        folder.chmod(0o755)
        folder.rename(cache)
    except OSError:
        if not cache.exists():
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Running the server -----------------------------------------------------------------------------------------


def _started(programs: Path, folder: Path) -> Iterator[str]:
    """Run a server of our own in `folder`. A port is free only until somebody takes it, hence several starts."""
    password = secrets.token_hex(16)
    prepare(programs, folder, password)
    for start in range(1, STARTS + 1):
        url = URL.create("postgresql+psycopg", "heard", password, "127.0.0.1", free_port(), "postgres")
        with _process(programs, folder, url) as process:
            if _answers(process, url):
                yield _text(url)
                return
        if start == STARTS:
            raise Unavailable(f"PostgreSQL in {programs} does not start; it says: {_last_words(folder)}")


def prepare(programs: Path, folder: Path, password: str) -> None:
    """Make the data folder. It has a password because every user of this machine can reach the port."""
    secret = folder / "password"
    secret.write_text(password)
    if os.geteuid() == 0:
        for path in (folder, secret):
            os.chown(path, _person().pw_uid, _person().pw_gid)
    options = ["--username=heard", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
    _call([str(programs / "initdb"), "-D", str(folder / "data"), "--no-sync", *options], **surroundings(folder))
    secret.unlink()


@contextmanager
def _process(programs: Path, folder: Path, url: URL) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    for setting in ("listen_addresses=127.0.0.1", f"port={url.port}", f"unix_socket_directories={folder}", "fsync=off"):
        command += ["-c", setting]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **surroundings(folder)
        )
    guard = subprocess.Popen(
        ["sh", "-c", GUARD, "guard", str(process.pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(guard, signal.SIGKILL)
        _end(process, signal.SIGINT)


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Send the signal and wait; what has not ended after ten seconds is killed with its children."""
    with process:
        if process.poll() is None:
            os.killpg(process.pid, how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _answers(process: subprocess.Popen[bytes], url: URL) -> bool:
    """Wait until the server can be connected to; False when it has ended instead."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            _run_on(url, sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _person() -> pwd.struct_passwd:
    """Whom the server runs as when we are root, which PostgreSQL refuses."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def surroundings(folder: Path) -> dict[str, Any]:
    """A folder the server's user may stand in, no settings of other servers, and that user."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given: dict[str, Any] = {"cwd": folder, "env": environment | {"LC_ALL": "C"}}
    if os.geteuid() == 0:
        given |= {"user": _person().pw_uid, "group": _person().pw_gid, "extra_groups": []}
    return given


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def _last_words(folder: Path) -> str:
    return " / ".join((folder / "log").read_text(errors="replace").splitlines()[-3:])


def _call(command: list[str], **options: Any) -> str:
    """What the command printed. Raises `Unavailable` with its last line when it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    except OSError as fault:
        raise Unavailable(f"{command[0]} cannot be run ({fault.strerror})") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"“{' '.join(command[:4])} …” failed ({said[-1] if said else 'it said nothing'})")
    return str(done.stdout)


def _run_on(url: URL, statement: sql.SQL | sql.Composed) -> None:
    plain = url.set(drivername="postgresql")
    with psycopg.connect(_text(plain), autocommit=True, connect_timeout=10) as connection:
        connection.execute(statement)


def _text(url: URL) -> str:
    """The whole address. SQLAlchemy's own `str()` hides the password."""
    return url.render_as_string(hide_password=False)
