"""`heard metrics`: a process of its own that tells a Prometheus on this machine, or near it, how the installation is.

It holds no key and serves nobody who answers.
"""

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from safekeeping.database import make_engine
from safekeeping.measures import MEASURES, Figures, Look, Measure
from safekeeping.readiness import Parts, folders_of
from safekeeping.settings import BadSetting, Settings, file_of

TYPE = "text/plain; version=0.0.4; charset=utf-8"
USUAL = "127.0.0.1:9100"
FIRST = datetime(1970, 1, 1, tzinfo=UTC)


class Sheet:
    """The figures as they are told: each is taken once in the time it stays, however often somebody looks."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._settings, self._parts = settings, parts
        self._kept: dict[str, tuple[int, Figures]] = {}

    def text(self, now: datetime) -> str:
        """All of it, in the text format of Prometheus."""
        look = Look(self._settings, self._parts, now)
        return "".join(_lines(measure, self._figures(measure, look)) for measure in MEASURES)

    def _figures(self, measure: Measure, look: Look) -> Figures:
        period = (look.now - FIRST) // measure.stays if measure.stays else -1
        known = self._kept.get(measure.name)
        if known and measure.stays and known[0] == period:
            return known[1]
        try:
            figures = measure.take(look)
        except (SQLAlchemyError, OSError):  # `heard_ready` says so
            return {}
        self._kept[measure.name] = (period, figures)
        return figures


def _lines(measure: Measure, figures: Figures) -> str:
    head = f"# HELP {measure.name} {measure.says}\n# TYPE {measure.name} gauge\n"
    return head + "".join(f"{measure.name}{_labelled(measure, value)} {figures[value]:.0f}\n" for value in figures)


def _labelled(measure: Measure, value: str) -> str:
    return f'{{{measure.label}="{value}"}}' if measure.label else ""


def where(text: str) -> tuple[str, int]:
    """The address and port to listen on. Raises `BadSetting` where strangers could reach it."""
    host, _colon, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        inside = address.is_loopback or (address.is_private and not address.is_unspecified)
        number = int(port)
    except ValueError:
        inside, number = False, 0
    if not inside or not 0 <= number <= 65535:
        raise BadSetting(f"--at is “{text}”: give an address of this machine or of a private network, such as {USUAL}.")
    return str(address), number


def handler(sheet: Callable[[], str]) -> type[BaseHTTPRequestHandler]:
    """What answers a scrape with the `sheet` of now, and anything else with nothing; it logs nobody."""

    class Told(BaseHTTPRequestHandler):
        timeout = 10.0

        def do_GET(self) -> None:
            found = self.path == "/metrics"
            page = sheet().encode() if found else b""
            self.send_response_only(200 if found else 404)
            for name, value in (("Content-Type", TYPE), ("Content-Length", str(len(page)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *said: Any) -> None:
            """Nothing."""

    return Told


@click.command("metrics")
@click.option("--at", default=USUAL, show_default=True, help="Address and port to listen on; never a public one.")
@click.pass_obj
def metrics_command(read_settings: Callable[[], Settings], at: str) -> None:
    """Tell Prometheus how this installation is; nothing that shows when somebody answers."""
    settings, place = read_settings(), where(at)
    for address in (settings.database, settings.drafts):
        file = file_of(address)
        if file and not file.exists():
            raise BadSetting(f"HEARD_DATABASE or HEARD_INSTANCE: {file} is not there. Start Heard first: heard run.")
    sheet = Sheet(settings, Parts(make_engine(settings.database), make_engine(settings.drafts), folders_of(settings)))
    with HTTPServer(place, handler(lambda: sheet.text(datetime.now(UTC)))) as server:
        click.echo(f"Figures are at http://{at}/metrics. Stop with Ctrl-C.")
        server.serve_forever()
