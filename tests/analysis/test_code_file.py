"""`heard code`: a spreadsheet in, four files out; or one sentence, and nothing at all."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from analysis import commands
from analysis.code_file import ADDED_COLUMNS, PASSAGE_COLUMNS, passages_of
from analysis.sharing.cells import FORMULA_MARKS

ROOT = Path(__file__).resolve().parent.parent.parent
ANSWERS = (
    ("survivor", "The poster only showed women. I waited seven months 😀 for a call."),
    ("provider", "Our grant ends in March.\r\nNobody tells us what follows."),
    ("provider", ""),
    ("commissioner", "=1+1 is not a formula here. =SUM(A1) neither."),
)


_load = commands._model


@cache
def loaded(edition: Any) -> Any:
    """The model, read once for all tests here: that takes longer than most of them."""
    return _load(edition, lambda words: None)


@pytest.fixture(autouse=True)
def models(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model of this test run, not that of the installation."""
    monkeypatch.setattr(commands, "MODELS", model_folder)
    monkeypatch.setattr(commands, "_model", lambda edition, say: loaded(edition))


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A CSV as a spreadsheet writes it, with a column of its own beside the answers."""
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("who", "words", "our own"), *((who, words, "kept") for who, words in ANSWERS)])
    return path


def code(path: Path, *options: str, out: Path | None = None) -> Result:
    """Run the command in this process."""
    goal = out or path.parent / "out"
    return CliRunner().invoke(commands.code_command, [str(path), "--text", "words", "--out", str(goal), *options])


def table(path: Path) -> list[dict[str, str]]:
    """A CSV as any program reads it."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def left_behind(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"answers.csv", "answers.xlsx"}


def test_every_passage_is_where_it_says(answers: Path) -> None:
    assert code(answers, "--audience", "who").exit_code == 0
    found = table(answers.parent / "out" / "passages.csv")
    assert tuple(found[0]) == PASSAGE_COLUMNS
    assert [int(passage["row"]) for passage in found] == [1, 1, 2, 2, 4, 4]
    for passage in found:
        words = ANSWERS[int(passage["row"]) - 1][1]
        assert passage["text"] == words[int(passage["start"]) : int(passage["end"])]


def test_what_is_suggested_is_of_the_standard(answers: Path) -> None:
    code(answers)
    for passage in table(answers.parent / "out" / "passages.csv"):
        sections = passage["sections"].split("+") if passage["sections"] else []
        assert sections == [each for each in ("LG", "AE", "SD", "OE") if each in sections]
        assert {theme[:2] for theme in passage["themes"].split("+") if theme} <= set(sections)
        assert passage["stance"] in ("praise", "problem", "suggestion", "neutral")
        assert 0 <= float(passage["confidence"]) <= 1


def test_the_rows_come_back_with_two_columns_more(answers: Path) -> None:
    code(answers)
    found = table(answers.parent / "out" / "responses.csv")
    assert tuple(found[0]) == ("who", "words", "our own", *ADDED_COLUMNS)
    assert [(row["who"], row["words"]) for row in found] == list(ANSWERS)
    assert (found[2]["sections"], found[2]["themes"]) == ("", "")


def test_the_same_file_gives_the_same_bytes(answers: Path) -> None:
    code(answers, out=answers.parent / "one")
    code(answers, out=answers.parent / "two")
    for name in ("passages.csv", "responses.csv", "report.html", "manifest.json"):
        assert (answers.parent / "one" / name).read_bytes() == (answers.parent / "two" / name).read_bytes()


def test_the_manifest_holds_the_hashes_of_what_went_in_and_came_out(answers: Path) -> None:
    code(answers)
    out = answers.parent / "out"
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["input"]["sha256"] == hashlib.sha256(answers.read_bytes()).hexdigest()
    assert manifest["counts"] == {"rows": 4, "passages": 6}
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest


def test_the_report_says_what_it_is_not_and_withholds_few(answers: Path) -> None:
    code(answers, "--audience", "who")
    report = (answers.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert "What these figures are not" in report
    assert "withheld" in report
    assert "commissioner" not in report


def test_a_workbook_gives_the_same_passages(answers: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in csv.reader(answers.read_text(encoding="utf-8-sig").splitlines(keepends=True)):
        book.active.append([cell or None for cell in row])
    for line in book.active.iter_rows():
        for cell in line:
            cell.data_type = "s" if cell.value else "n"
    book.save(answers.with_suffix(".xlsx"))
    assert code(answers.with_suffix(".xlsx"), out=answers.parent / "book").exit_code == 0
    assert table(answers.parent / "book" / "responses.csv")[3]["words"].startswith("'=1+1")
    assert len(table(answers.parent / "book" / "passages.csv")) == 6


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(
        f'who{delimiter}words\r\nsurvivor{delimiter}"It’s £5; naïve, yes."\r\n', encoding=encoding, newline=""
    )
    assert code(path).exit_code == 0
    assert table(tmp_path / "out" / "passages.csv")[0]["text"] == "It’s £5; naïve, yes."


BAD = {
    "no such column": ("who,wrods\r\na,b\r\n", ("words", "wrods")),
    "too few cells": ("who,words\r\na,b\r\nc\r\n", ("row 2",)),
    "no rows": ("who,words\r\n", ("answers.csv",)),
    "empty": ("", ("answers.csv",)),
    "a column of ours": ("who,words,sections\r\na,b,c\r\n", ("sections", "another name")),
    "the same column twice": ("words,words\r\na,b\r\n", ("words",)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    content, told = BAD[name]
    path = tmp_path / "answers.csv"
    path.write_text(content, encoding="utf-8", newline="")
    done = code(path)
    said = done.stderr.splitlines()[-1]
    assert done.exit_code == 2
    assert "answers.csv" in said
    assert all(word in said for word in told)
    assert left_behind(tmp_path) == set()


@pytest.mark.parametrize(
    ("options", "told"),
    [(("--standard", "nothing"), "mdan"), (("--audience", "whom"), "whom"), (("--question", "q"), "q")],
)
def test_bad_options_are_refused_by_name(answers: Path, options: tuple[str, ...], told: str) -> None:
    done = code(answers, *options)
    assert done.exit_code == 2
    assert told in done.stderr
    assert left_behind(answers.parent) == set()


def test_a_fault_in_the_last_row_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("who,words\r\n" + "a,Some words.\r\n" * 2500 + "a,b,c\r\n", encoding="utf-8", newline="")
    done = code(path)
    assert done.exit_code == 2
    assert "2501" in done.stderr.replace(",", "")
    assert left_behind(tmp_path) == set()


def test_too_many_audiences_are_the_wrong_column(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("who,words\r\n" + "".join(f"person {n},Yes.\r\n" for n in range(250)), encoding="utf-8", newline="")
    done = code(path, "--audience", "who")
    assert done.exit_code == 2
    assert "audiences" in done.stderr
    assert left_behind(tmp_path) == set()


def test_a_folder_with_other_files_is_left_alone(answers: Path) -> None:
    out = answers.parent / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")
    assert code(answers).exit_code == 2
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_a_file_is_not_a_folder(answers: Path) -> None:
    assert code(answers, out=answers).exit_code == 2
    assert answers.read_bytes().startswith(b"\xef\xbb\xbfwho")


def test_an_earlier_run_of_ours_is_replaced(answers: Path) -> None:
    code(answers)
    answers.write_text("words\r\nJust this.\r\n", encoding="utf-8", newline="")
    assert code(answers).exit_code == 0
    assert len(table(answers.parent / "out" / "passages.csv")) == 1
    assert left_behind(answers.parent) == {"out"}


@given(st.text(alphabet=st.sampled_from([*FORMULA_MARKS, *"ab .!?\n"]), max_size=60))
def test_no_passage_begins_like_a_formula(text: str) -> None:
    for start, end in passages_of(text):
        assert text[start] not in FORMULA_MARKS
        assert text[start:end].strip()


@pytest.mark.parametrize("told", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_the_real_command_stops_without_a_trace(tmp_path: Path, model_folder: Path, told: signal.Signals) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("who,words\r\n" + "a,Some words here.\r\n" * 60_000, encoding="utf-8", newline="")
    command = [sys.executable, "-m", "app", "code", str(path), "--text", "words", "--out", str(tmp_path / "out")]
    running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, env=dict(os.environ), text=True)
    while not any(name.endswith(".part") for name in left_behind(tmp_path)) and running.poll() is None:
        time.sleep(0.05)
    running.send_signal(told)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, "Nothing was written" in said) == (130, True)
    assert left_behind(tmp_path) == set()


def test_training_says_where_the_model_is() -> None:
    done = CliRunner().invoke(commands.model_command, ["train"])
    assert done.exit_code == 0
    identity, path = done.stdout.strip().splitlines()
    assert identity in path
    assert Path(path).is_file()


def test_training_for_an_unknown_standard_is_refused() -> None:
    assert CliRunner().invoke(commands.model_command, ["train", "--standard", "nothing"]).exit_code == 2
