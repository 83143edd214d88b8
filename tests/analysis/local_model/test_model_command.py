"""`heard code --model`: what it would take is said first, and nothing is asked twice."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analysis import commands
from safekeeping.settings import Settings, read_settings
from tests.analysis.local_model.stand_in import StandIn, content, labels, stand_in

ANSWERS = ("Nobody rang back. I gave up.", "The leaflet said women only.", "", "Nobody rang back.")


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(commands, "MODELS", tmp_path / "models")
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("words",), *((words,) for words in ANSWERS)])
    return path


def settings_for(server: StandIn | None, tmp_path: Path, **more: Any) -> Settings:
    told = {"HEARD_INSTANCE": str(tmp_path), "HEARD_MODEL_NAME": "stand-in"}
    if server:
        told["HEARD_MODEL_ADDRESS"] = f"http://127.0.0.1:{server.server_address[1]}/v1"
    return replace(read_settings(told, tmp_path), **more)


def code(path: Path, settings: Settings) -> Result:
    wanted = [str(path), "--text", "words", "--model", "--out", str(path.parent / "out")]
    return CliRunner().invoke(commands.code_command, wanted, obj=lambda: settings)


def coded(path: Path) -> list[dict[str, str]]:
    with (path.parent / "out" / "passages.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_is_coded_by_the_model(answers: Path, tmp_path: Path) -> None:
    with stand_in(labels(), content("junk"), content("junk"), labels(stance="praise")) as server:
        done = code(answers, settings_for(server, tmp_path))
        assert done.exit_code == 0, done.output
        assert "3 different passages, 3 to ask about" in done.output
        again = code(answers, settings_for(server, tmp_path))
        assert "answered all of them before" in again.output
        assert len(server.asked) == 4
    rows = coded(answers)
    assert [row["sections"] for row in rows] == ["AE", "", "AE", "AE"]
    assert [float(row["confidence"]) > 0 for row in rows] == [True, False, True, True]


@pytest.mark.parametrize(("address", "said"), [("", "HEARD_MODEL_ADDRESS"), ("http://8.8.8.8/v1", "nothing was sent")])
def test_a_model_that_may_not_be_asked_is_said_and_nothing_is_written(
    answers: Path, tmp_path: Path, address: str, said: str
) -> None:
    done = code(answers, settings_for(None, tmp_path, model_address=address))
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "out").exists()
