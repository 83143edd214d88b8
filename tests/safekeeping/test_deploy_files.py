"""The files of docs/deploy: deployment.md shows them as they are, and they say what they must."""

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from app import ROOT
from safekeeping.measures import MEASURES
from safekeeping.serving import TO_FINISH, WAITING

DEPLOY = ROOT / "docs" / "deploy"
GUIDE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
SERVICES = sorted(DEPLOY.glob("*.service"))
#: What a service may not lack.
SHUT_IN = {
    "LimitCORE": "0",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "PrivateTmp": "yes",
    "MemoryDenyWriteExecute": "yes",
    "CapabilityBoundingSet": "",
    "ProtectProc": "invisible",
}


def unit(path: Path) -> RawConfigParser:
    """A unit as systemd reads it; of a line that stands twice, the last."""
    read = RawConfigParser(strict=False, comment_prefixes=("#",), delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(path.read_text(encoding="utf-8"))
    return read


def shown() -> list[str]:
    """The indented passages of deployment.md, without their indent."""
    passages = re.findall(r"(?:^    .*\n|^\n(?=    ))+", GUIDE, re.MULTILINE)
    return [re.sub(r"^    ", "", passage, flags=re.MULTILINE).strip("\n") for passage in passages]


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf", "heard.socket", "heard.service"])
def test_the_guide_shows_the_file_as_it_is(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8").expandtabs(4).strip("\n")
    assert text in [passage.expandtabs(4) for passage in shown()]


def test_the_guide_names_every_file() -> None:
    guides = GUIDE + (ROOT / "docs" / "capacity.md").read_text(encoding="utf-8")
    assert [path.name for path in DEPLOY.iterdir() if path.name not in guides] == []


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_service_is_shut_in(path: Path) -> None:
    service = dict(unit(path)["Service"])
    assert SHUT_IN.items() <= service.items()
    assert service["User"] not in ("root", "")
    assert service["ExecStart"].startswith("/opt/heard/.venv/bin/heard ")


@pytest.mark.parametrize("name", ["heard", "heard-respond"])
def test_a_server_has_a_socket_that_outlives_it_and_time_to_finish(name: str) -> None:
    service, held = unit(DEPLOY / f"{name}.service"), unit(DEPLOY / f"{name}.socket")
    assert service["Unit"]["Requires"] == f"{name}.socket"
    assert service["Service"]["KillMode"] == "mixed"
    assert int(service["Service"]["TimeoutStopSec"]) > 2 * TO_FINISH
    assert int(held["Socket"]["Backlog"]) == WAITING
    assert held["Socket"]["ListenStream"].startswith("127.0.0.1:")


def test_the_server_that_takes_answers_has_another_user() -> None:
    assert (
        unit(DEPLOY / "heard.service")["Service"]["User"] != unit(DEPLOY / "heard-respond.service")["Service"]["User"]
    )


def test_alerts_ask_for_figures_that_there_are() -> None:
    text = (DEPLOY / "heard-alerts.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\bheard_[a-z_]+", text))
    assert asked <= {measure.name for measure in MEASURES}
    assert text.count("- alert: ") == text.count("expr: ") == text.count("summary: ") >= 5


@pytest.mark.parametrize("words", ["access_log off;", "error_log /dev/null emerg;", "gzip off;", 'User-Agent "";'])
def test_nginx_keeps_nothing_of_who_asks(words: str) -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert words in text
    told = re.findall(r"^\s*proxy_next_upstream (.*);", text, re.MULTILINE)
    assert told == ["error timeout"], "what was sent is never sent twice, nor a host left out for saying 503"


def test_an_image_installs_what_is_pinned_and_runs_as_nobody() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    installs = [line for line in re.findall(r"pip install (.*)", text) if "--no-deps -e ." not in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)
    last = text.rpartition("\nFROM ")[2]
    assert "USER 65532:65532" in last
    assert "HEALTHCHECK" in last
    assert "RUN pip" not in last


TOOLS = {
    "promtool": ["promtool", "check", "rules", "heard-alerts.yml"],
    "caddy": ["caddy", "validate", "--adapter", "caddyfile", "--config", "Caddyfile"],
}


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_its_own_program_reads_it(tool: str) -> None:
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(TOOLS[tool], cwd=DEPLOY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_systemd_does_not_give_up_while_the_database_is_away(unit: Path) -> None:
    """Five starts in ten seconds are the most that it tries."""
    text = unit.read_text(encoding="utf-8")
    assert ("Restart=on-failure" in text) == ("\nRestartSec=3\n" in text)
