"""What docs/api.md shows is what happens: every curl line is run, and what it shows of an answer is the answer."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from analysis.api.problems import SAID
from app import ROOT
from safekeeping.tokens import SCOPES
from tests.analysis.api.at_the_door import Programs

GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
HOST = "https://views.example.org"
COMMANDS = re.findall(r"^    (curl .*)$", GUIDE, re.MULTILINE)
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def shown(programs: Programs, session: Session) -> Programs:
    """The survey of the guide, answered by as many as it says."""
    programs.matter("tiny", programs.mine.organisation, survivor=57, provider=4)
    session.commit()
    return programs


def answers(programs: Programs) -> Iterator[tuple[str, TestResponse]]:
    """Each command and what it gets, as curl would ask."""
    token = programs.token()
    for command in COMMANDS:
        words = shlex.split(command)
        assert words[:4] == ["curl", "-s", "-H", "@token.txt"]
        more = dict(word.split(": ", 1) for word in words[4:] if ": " in word)
        assert words[-1].startswith(HOST)
        yield command, programs.ask(words[-1].removeprefix(HOST), token, headers=more)


def test_every_command_of_the_guide_gets_an_answer(shown: Programs) -> None:
    found = list(answers(shown))
    assert len(found) == 6
    for command, answer in found:
        assert answer.status_code == 200, command
        following = GUIDE.split(command, 1)[1]
        told = re.match(r"\n\n((?:    [{}\" ].*\n)+)", following)
        if told:
            assert json.loads(told[1]) == answer.get_json(), command
    assert GUIDE.count("    {\n") == 1, "the one answer that is shown is compared"


def test_the_guide_tells_every_scope_and_status(shown: Programs) -> None:
    assert re.findall(r"^\| (\w+) \| `", GUIDE, re.MULTILINE) == list(SCOPES)
    statuses = re.findall(r"\d{3}", " ".join(re.findall(r"^\| ([\d, ]+) \|", GUIDE, re.MULTILINE)))
    assert {int(status) for status in statuses} == set(SAID) - {413}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_itself_reads_the_token_from_its_file(shown: Programs, tmp_path: Path) -> None:
    server = make_server("127.0.0.1", 0, shown.app)
    serving = Thread(target=server.serve_forever)
    serving.start()
    try:
        write = re.search(r"^    (\(umask .*)$", GUIDE, re.MULTILINE)
        assert write
        subprocess.run(["sh", "-c", write[1]], cwd=tmp_path, env={"HEARD_TOKEN": shown.token()}, check=True)
        assert (tmp_path / "token.txt").stat().st_mode & 0o777 == 0o600
        told = [
            subprocess.run(
                shlex.split(command.replace(HOST, f"http://127.0.0.1:{server.port}")),
                cwd=tmp_path,
                capture_output=True,
                check=True,
                timeout=20,
            ).stdout
            for command in COMMANDS
        ]
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
    assert [each for each in told if "status" in json.loads(each)] == []
