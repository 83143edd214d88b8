"""Formats are chosen by the ending, whatever its case; what we write in one we read again."""

import json
from pathlib import Path
from time import monotonic

import pytest

from surveys.definition.load import load_survey, survey_from
from surveys.definition.tables import as_tables
from surveys.example.load import SURVEY
from surveys.formats.convert import READERS, WRITERS, read_any, write_any, writer_for
from surveys.formats.losses import BadFile

HERE = Path(__file__).parent


@pytest.mark.parametrize("ending", sorted(WRITERS))
def test_what_is_written_is_read_again(ending: str, tmp_path: Path) -> None:
    survey = load_survey(SURVEY)
    path = tmp_path / f"survey{ending.upper()}"
    write_any(survey, path)
    again = survey_from(read_any(path).tables)
    assert [each.name for each in again.questions] == [each.name for each in survey.questions]


def test_toml_loses_nothing(tmp_path: Path) -> None:
    survey = load_survey(SURVEY)
    assert write_any(survey, tmp_path / "s.toml") == ()
    imported = read_any(tmp_path / "s.toml")
    assert imported.losses == ()
    assert imported.tables == as_tables(survey)


def test_markdown_is_a_form_or_a_questionnaire(tmp_path: Path) -> None:
    form, text = tmp_path / "form.md", tmp_path / "text.md"
    form.write_text("| survey | | | |\n| | type | name | label |\n| | text | q | Well? |\n", encoding="utf-8")
    text.write_text("# Help\n\nQ1. Well? ____\n", encoding="utf-8")
    assert [page["question"][0]["name"] for path in (form, text) for page in read_any(path).tables["page"]] == [
        "q",
        "q1",
    ]


@pytest.mark.parametrize("name", ["survey.docx", "survey", "survey.toml.bak"])
def test_an_unknown_ending_is_refused_with_those_that_work(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("x", encoding="utf-8")
    with pytest.raises(BadFile) as reading:
        read_any(path)
    with pytest.raises(BadFile) as writing:
        writer_for(path)
    assert all(ending in str(reading.value) for ending in READERS)
    assert all(ending in str(writing.value) for ending in WRITERS)


@pytest.mark.parametrize("ending", sorted(READERS))
def test_a_file_that_is_not_there_is_refused(ending: str, tmp_path: Path) -> None:
    with pytest.raises((BadFile, OSError)):
        read_any(tmp_path / f"none{ending}")


@pytest.mark.parametrize("text", ["title =", 'title = "x"', "[[page]]", "a = " + "[" * 3000])
def test_toml_with_faults_says_each(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        read_any(path)
    assert all(fault.startswith("x.toml") for fault in refused.value.faults)


@pytest.mark.parametrize(("rows", "columns"), [(900, 900), (2, 30_000), (30_000, 5)])
def test_a_small_file_that_asks_for_very_much_is_refused_at_once(tmp_path: Path, rows: int, columns: int) -> None:
    """A table of 900 rows and columns fits into some KB, and would be 810,000 answers to choose from."""
    path = tmp_path / "table.json"
    table = {"type": "matrix", "name": "m", "columns": list(range(columns)), "rows": list(range(rows))}
    path.write_text(json.dumps({"elements": [table]}), encoding="utf-8")
    began = monotonic()
    with pytest.raises(BadFile, match="Cut it into several surveys"):
        read_any(path)
    assert monotonic() - began < 10
