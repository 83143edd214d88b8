"""Does the programs' door do what its description says? A real server, and schemathesis against it (`make contract`).

Run as `python -m tests.contract.served SCHEMATHESIS [its options]`; the status is schemathesis's own.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy.orm import Session

from analysis.api.rate import Rate
from app import ROOT, create_app, settings_from_environment
from safekeeping.database import session_for
from safekeeping.opening import open_installation
from safekeeping.organisations import first_organisation
from safekeeping.settings import read_settings
from safekeeping.staff import add_staff
from safekeeping.tokens import SCOPES, Wish, make_token
from safekeeping.vault import Vault
from surveys.definition.published import publish, publish_again
from surveys.example.load import SURVEY
from surveys.responding.buckets import Size
from tests.analysis.api.at_the_door import figures_made

LIMITLESS = Size(at_once=1e9, an_hour=1e9)


def make() -> Flask:
    """The application that is tried, as it is but for the rate: thousands of questions come at once."""
    app = create_app(settings_from_environment())
    app.extensions["api_rate"] = Rate(LIMITLESS)
    return app


def fill(session: Session, keys: Vault) -> str:
    """The worked example's survey in two versions, with figures; a token for all of it."""
    now, text = datetime.now(UTC), SURVEY.read_text(encoding="utf-8")
    row = publish(session, keys, text, now)
    publish_again(session, row, text.replace('title = "', 'title = "Again: ', 1), now)
    figures_made(session, row, survivor=123, provider=45, commissioner=9)
    home = first_organisation(session)
    maker = add_staff(session, "Boss", ["administrator"], home)
    wish = Wish("the contract", frozenset(SCOPES), None, now.date() + timedelta(days=1))
    return make_token(session, home, wish, maker.id, now)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """A server on a free port: its address and a token."""
    told = {"HEARD_INSTANCE": str(folder), "HEARD_DATABASE": f"sqlite:///{folder}/heard.sqlite"}
    opened = open_installation(read_settings(told, ROOT))
    with session_for(opened.engine) as session:
        token = fill(session, opened.vault)
    opened.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--port", port, "--no-ws"]
    server = subprocess.Popen(
        [*command, "--blocking-threads", "2", f"{__spec__.name}:make"], cwd=ROOT, env=os.environ | told
    )
    try:
        _wait_for(int(port))
        yield f"http://127.0.0.1:{port}", token
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as knocking:
            if knocking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("the server did not start within a minute")


def main() -> int:
    """Serve, let schemathesis ask, and say what it said."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as (address, token):
        asked = [*sys.argv[1:], "-H", f"Authorization: Bearer {token}", f"{address}/api/1/openapi.json"]
        return subprocess.run(asked, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
