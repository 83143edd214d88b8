"""The benchmark of large surveys takes every step, so that it cannot rot; it says nothing of time or memory here.

Ten minutes: with the attacks at full size (`make attack`), not with every submission.
"""

import json
from pathlib import Path

import pytest

from benchmarks import large_data
from benchmarks.large_data import DO, ORDER, Run, do, measure, table
from benchmarks.large_steps import PAGES, submissions
from safekeeping.settings import Settings

pytestmark = pytest.mark.attack


def here(command: list[str], settings: Settings) -> dict[str, float]:
    """A step in this process, without the seconds that each process of its own needs to begin; commands as they are."""
    if DO not in command:
        return measure(command, settings)
    step, size = command.index(DO) + 1, command.index("--size")
    do(command[step], settings, [int(each) for each in command[size + 2 : command.index("--into")]])
    return {"wall": 0.0, "cpu": 0.0, "peak": 1.0}


def test_every_step_is_taken_and_every_page_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_data, "measure", here)
    run = Run(tmp_path, "", 200)
    for step in ORDER:
        run.take(step)
    assert set(run.kept) == {*ORDER, "filled"}
    assert run.kept["filled"] == 200
    said = table([run])
    assert all(f"| {step} |" in said for step in ORDER)
    opened = json.loads((run.folder / "pages.json").read_text(encoding="utf-8"))
    assert {address for _milliseconds, _status, address in opened} == set(PAGES)
    assert {status for _milliseconds, status, _address in opened} == {200}
    assert Run(tmp_path, "", 200).kept == run.kept, "a run that was stopped goes on"


def test_the_same_part_gives_the_same_answers() -> None:
    one, other = ([each.answers for each in submissions(100, 5)] for _turn in range(2))
    assert one == other != [each.answers for each in submissions(200, 5)]
    blank = [each.answers for each in submissions(0, 600)]
    assert 0.25 < sum("help" not in answers for answers in blank) / 600 < 0.42
