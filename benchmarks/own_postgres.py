"""A PostgreSQL of our own for a benchmark: durable, in a folder of its own, gone at the end."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from sqlalchemy import URL

from tests import postgres


class Postgres:
    """A PostgreSQL of our own, durable as one should be set up, in a folder of its own and always at one port."""

    def __init__(self, folder: Path) -> None:
        self._programs, self._folder = postgres.find_programs(), folder
        password = os.urandom(16).hex()
        postgres.prepare(self._programs, folder, password)
        self.url = URL.create("postgresql+psycopg", "heard", password, "127.0.0.1", postgres.free_port(), "postgres")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = ("listen_addresses=127.0.0.1", f"port={self.url.port}", f"unix_socket_directories={self._folder}")
        command = [str(self._programs / "postgres"), "-D", str(self._folder / "data")]
        command += [part for setting in settings for part in ("-c", setting)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=-3, stdout=log, stderr=log, start_new_session=True, **postgres.surroundings(self._folder)
            )
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(plain, connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals) -> None:
        """SIGQUIT is `pg_ctl stop -m immediate`: no checkpoint, everybody cut off. SIGINT ends it well."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=60)


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """One that is taken away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="heard-pg-", dir=postgres.TEMPORARY))
    server = Postgres(folder)
    server.start()
    try:
        yield server
    finally:
        with suppress(subprocess.TimeoutExpired):
            server.stop(signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)
