"""`heard metrics`: the text format of Prometheus, on an address that strangers do not reach."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import ROOT
from safekeeping.database import make_engine, session_for
from safekeeping.high_water import HighWater
from safekeeping.jobs import Job
from safekeeping.measures import DATABASE_STEP, MEASURES
from safekeeping.metrics import Sheet, handler, where
from safekeeping.readiness import Parts, folders_of
from safekeeping.settings import BadSetting, Settings

NOW = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINE = re.compile(r'([a-z_]+)(?:\{([a-z]+)="([^"\\\n]+)"\})? (-?[0-9]+)')


@pytest.fixture
def sheet(settings: Settings, engine: Engine) -> Iterator[Sheet]:
    drafts = make_engine(settings.drafts)
    yield Sheet(settings, Parts(engine, drafts, folders_of(settings)))
    drafts.dispose()


def read(page: str) -> dict[tuple[str, str], int]:
    """The figures of a scrape by name and label; every line is as the format asks, and each name is told of once."""
    assert page.endswith("\n")
    figures: dict[tuple[str, str], int] = {}
    typed: list[str] = []
    for line in page.splitlines():
        if line.startswith("# TYPE "):
            typed.append(line.split()[2])
        elif not line.startswith("# HELP "):
            found = LINE.fullmatch(line)
            assert found, line
            assert found[1] == typed[-1], "a figure stands under its own name"
            assert (found[1], found[3] or "") not in figures
            figures[found[1], found[3] or ""] = int(found[4])
    assert len(typed) == len(set(typed)) == len(MEASURES)
    return figures


def test_a_fresh_installation_is_ready_and_has_no_backup(sheet: Sheet) -> None:
    figures = read(sheet.text(NOW))
    assert {value for (name, _), value in figures.items() if name == "heard_ready"} == {1}
    assert figures["heard_jobs", "failed"] == figures["heard_jobs", "late"] == 0
    assert not [
        name for name, _ in figures if name in ("heard_backup_timestamp_seconds", "heard_worker_timestamp_seconds")
    ]
    assert figures["heard_database_bytes", ""] % DATABASE_STEP == 0 < figures["heard_database_bytes", ""]


def test_jobs_and_the_worker_are_told_with_the_hour(sheet: Sheet, engine: Engine) -> None:
    sheet.text(NOW - HOUR)
    with session_for(engine) as session:
        session.add(HighWater(at=NOW))
        for state, age in (("failed", 1), ("queued", 3), ("queued", 1), ("done", 9)):
            session.add(Job(kind="take in", argument="", turn="", state=state, made_at=NOW - age * HOUR, heart_at=NOW))
    figures = read(sheet.text(NOW))
    assert (figures["heard_jobs", "failed"], figures["heard_jobs", "late"]) == (1, 1)
    assert figures["heard_worker_timestamp_seconds", ""] == NOW.replace(minute=0).timestamp()


def test_within_the_hour_what_happens_is_not_told(sheet: Sheet, engine: Engine) -> None:
    before = sheet.text(NOW)
    with session_for(engine) as session:
        session.add(Job(kind="take in", argument="", turn="", state="failed", made_at=NOW - HOUR, heart_at=NOW))
    assert sheet.text(NOW + timedelta(minutes=39)) == before
    assert sheet.text(NOW + timedelta(minutes=40)) != before


def test_a_backup_is_told_by_its_hour(sheet: Sheet, settings: Settings) -> None:
    for kind in ("answers", "keys"):
        (settings.backups / kind).mkdir(parents=True)
        (settings.backups / kind / f"heard-2026-11-23-09.{kind}").write_bytes(b"")
    figures = read(sheet.text(NOW))
    nine = int(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())
    assert figures["heard_backup_timestamp_seconds", "answers"] == nine
    assert figures["heard_backup_timestamp_seconds", "keys"] == nine


def test_where_the_database_is_gone_it_says_so_and_goes_on(settings: Settings) -> None:
    gone = make_engine("sqlite:////nowhere/heard.sqlite")
    figures = read(Sheet(settings, Parts(gone, gone, folders_of(settings))).text(NOW))
    assert figures["heard_ready", "database"] == 0
    assert ("heard_jobs", "failed") not in figures


@pytest.mark.parametrize(
    "text", ["0.0.0.0:9100", "[::]:9100", "8.8.8.8:9100", "example.org:9100", "9100", "", "127.0.0.1:x"]
)
def test_an_address_that_strangers_reach_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="give an address of this machine or of a private network"):
        where(text)


@pytest.mark.parametrize("text", ["127.0.0.1:9100", "[::1]:9100", "10.1.2.3:9100", "192.168.0.9:1"])
def test_an_address_within_is_taken(text: str) -> None:
    assert where(text)[1] == int(text.rpartition(":")[2])


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with suppress(BadSetting):
        address, port = where(text)
        assert address
        assert 0 <= port < 2**16


def test_a_scrape_over_the_network_tells_nothing_but_the_figures(capfd: pytest.CaptureFixture[str]) -> None:
    with HTTPServer(("127.0.0.1", 0), handler(lambda: "heard_ready 1\n")) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        line = HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        line.request("GET", "/metrics")
        answer = line.getresponse()
        assert (answer.status, answer.read()) == (200, b"heard_ready 1\n")
        assert set(answer.headers) == {"Content-Type", "Content-Length"}
        other = HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        other.request("GET", "/")
        assert other.getresponse().status == 404
        line.close()
        other.close()
        server.shutdown()
        serving.join()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_command_needs_an_installation(settings: Settings) -> None:
    environment = os.environ | {"HEARD_INSTANCE": str(settings.instance / "nothing")}
    done = subprocess.run(
        [sys.executable, "-m", "app", "metrics"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Start Heard first" in done.stderr
    assert not (settings.instance / "nothing").exists()


def test_no_name_tells_of_people(session: Session) -> None:
    told = " ".join(f"{measure.name} {measure.says}" for measure in MEASURES)
    assert not re.search(
        r"respon|answer(?!s can)|visit|request|submission|survey|person", told.replace("takes answers", "")
    )
