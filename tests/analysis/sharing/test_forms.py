"""Every form of a data file, read back by other programs: the same values, labels, missing codes and questions."""

import csv
import json
import math
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sharing.data_file import DataFile
from analysis.sharing.formats import FORMS
from analysis.sharing.naming import LONGEST, safe_name
from analysis.sharing.statistics_files import STATA_LABEL, letters
from tests.analysis.sharing.exported import data_file, origin, packed, written

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def data() -> DataFile:
    """Three hundred random responses, protected."""
    return data_file(300, frozenset({"audience", "living"}))


def table(data: DataFile) -> list[tuple[int, ...]]:
    """The rows, without their numbers."""
    return [row[1:] for row in data.rows]


def rows_of(name: str, data: DataFile) -> list[list[str]]:
    return list(csv.reader(StringIO(written(data, name).decode("utf-8-sig"), newline="")))


def test_codes_are_the_same_in_a_csv(data: DataFile) -> None:
    header, *rows = rows_of("data.csv", data)
    assert header == ["row", *(each.name for each in data.variables)]
    assert [tuple(map(int, row[1:])) for row in rows] == table(data)
    assert [int(row[0]) for row in rows] == sorted(data.numbers)


def test_spss_reads_values_labels_missing_codes_and_questions(data: DataFile, tmp_path: Path) -> None:
    path = tmp_path / "data.sav"
    path.write_bytes(written(data, path.name))
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    assert [tuple(map(int, row[1:])) for row in frame.itertuples(index=False)] == table(data)
    for variable in data.variables:
        assert meta.column_names_to_labels[variable.name] == variable.label
        labels = {int(value): label for value, label in meta.variable_value_labels[variable.name].items()}
        assert labels == {**variable.values, **variable.missing}
        codes = sorted(variable.missing)
        assert meta.missing_ranges[variable.name] == [{"lo": codes[0], "hi": codes[-1]}]
    assert str(meta.creation_time) == "2026-11-22 00:00:00"
    assert data.origin.said in " ".join(" ".join(meta.notes).split())
    known, _ = pyreadstat.read_sav(path)
    assert math.isnan(known["known"][[row[5] for row in data.rows].index(-99)]) if -99 in data.columns[4] else True


def test_stata_reads_values_labels_and_missing_codes(data: DataFile, tmp_path: Path) -> None:
    path = tmp_path / "data.dta"
    path.write_bytes(written(data, path.name))
    frame, meta = pyreadstat.read_dta(path, user_missing=True)
    for variable, column in zip(data.variables, data.columns, strict=True):
        known = letters(variable)
        read = [value if isinstance(value, str) else int(value) for value in frame[variable.name]]
        assert read == [known.get(value, value) for value in column]
        assert meta.column_names_to_labels[variable.name] == variable.label[:STATA_LABEL]
        labels = meta.variable_value_labels[variable.name]
        expected: dict[Any, str] = {
            known.get(v, v): said for v, said in (dict(variable.values) | variable.missing).items()
        }
        assert dict(labels) == expected
    assert str(meta.creation_time) == "2026-11-22 00:00:00"


def test_a_workbook_reads_as_words(data: DataFile) -> None:
    book = openpyxl.load_workbook(BytesIO(written(data, "data.xlsx")), read_only=True)
    header, *rows = book["Answers"].iter_rows(values_only=True)
    assert list(header[1:]) == [each.label for each in data.variables]
    words = [
        [{**v.values, **v.missing}.get(x, x) for v, x in zip(data.variables, row, strict=True)] for row in table(data)
    ]
    assert [list(row[1:]) for row in rows] == words
    assert data.origin.said in [cell for row in book["About"].iter_rows(values_only=True) for cell in row]


def obeys(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is valid, by the words of JSON Schema 2020-12 that exports use, and no others."""
    known = {"$schema", "title", "description", "type", "additionalProperties", "required", "properties", "oneOf"}
    assert schema.keys() <= known | {"const", "enum", "not", "minimum"}
    types = {"object": dict, "integer": int}
    checks: dict[str, Any] = {
        "type": lambda told: isinstance(value, types[told]) and not isinstance(value, bool),
        "required": lambda told: all(name in value for name in told),
        "additionalProperties": lambda told: told or not value.keys() - schema["properties"].keys(),
        "properties": lambda told: all(obeys(value[name], told[name]) for name in told if name in value),
        "oneOf": lambda told: sum(obeys(value, each) for each in told) == 1,
        "const": lambda told: value == told,
        "enum": lambda told: value in told,
        "not": lambda told: not obeys(value, told),
        "minimum": lambda told: value >= told,
    }
    return all(checks[word](told) for word, told in schema.items() if word in checks)


def test_json_lines_obey_their_schema(data: DataFile) -> None:
    schema = json.loads(written(data, "data.schema.json"))
    lines = [json.loads(line) for line in written(data, "data.jsonl").decode().splitlines()]
    assert len(lines) == 300
    assert all(obeys(line, schema) for line in lines)
    assert [tuple(line.values())[1:] for line in lines] == table(data)
    for wrong in ({**lines[0], "known": 99}, {**lines[0], "more": 1}, {"row": 1}, {**lines[0], "weeks": "4"}):
        assert not obeys(wrong, schema)


def test_every_form_says_which_frozen_answers_it_comes_from(data: DataFile) -> None:
    for name in ("data.schema.json", "codebook.xml", "codebook.html"):
        assert "frozen answers no. 1 of 22 November 2026" in written(data, name).decode()
    with zipfile.ZipFile(BytesIO(packed(data))) as archive:
        assert data.origin.said in archive.read("README.txt").decode()
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["frozen"]["fingerprint"] == data.origin.fingerprint
    assert set(manifest["files"]) == {"words.csv"} | {file.name for form in FORMS.values() for file in form.files}


AGAIN = """
from hashlib import sha256
from tests.analysis.sharing.exported import data_file, packed
print(sha256(packed(data_file(60))).hexdigest())
"""


def test_the_same_answers_give_the_same_bytes_in_another_process_and_time_zone() -> None:
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    ran = subprocess.run(
        [sys.executable, "-c", AGAIN], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    here = packed(data_file(60))
    assert here == packed(data_file(60))
    assert ran.stdout.strip() == sha256(here).hexdigest()


def test_rows_of_two_waves_have_other_numbers_and_another_order() -> None:
    first = data_file(50)
    assert list(first.numbers) == sorted(first.numbers)
    assert list(first.numbers) != list(data_file(50, seed=2).numbers)


def test_what_is_about_people_and_was_not_chosen_is_nowhere(data: DataFile) -> None:
    everything = b"".join(written(data, file.name) for form in FORMS.values() for file in form.files)
    names = {each.name for each in data.variables}
    assert not names & {"age", "place", "faith", "say", "waited_long"}
    assert b"somebody" not in everything


@pytest.mark.parametrize("chosen", [frozenset({"audience"}), frozenset({"audience", "age", "place"})])
def test_what_tells_of_something_that_is_not_there_is_left_out(chosen: frozenset[str]) -> None:
    data = data_file(60, chosen)
    assert "alone_how" not in {each.name for each in data.variables}
    assert ("alone_how", "tells") in {(each.question, each.why) for each in data.left_out}


def test_a_withheld_audience_does_not_stand_in_the_next_column() -> None:
    """Only survivors were asked how long they waited: who is withheld there is withheld here."""
    data = data_file(45, frozenset({"audience"}))
    at = {each.name: place for place, each in enumerate(data.variables)}
    weeks = data.variables[at["weeks"]]
    told = [(row[at["audience"]], row[at["weeks"]]) for row in table(data)]
    assert all(value == weeks.coded(-97) for who, value in told if who == -97)


@settings(max_examples=25)
@given(names=st.lists(st.text(st.characters(codec="ascii", exclude_characters="\n"), max_size=60), max_size=20))
def test_names_are_allowed_everywhere_and_differ(names: list[str]) -> None:
    taken: set[str] = set()
    made = [safe_name(name, taken) for name in names]
    assert len({name.lower() for name in made}) == len(names)
    assert all(len(name) <= LONGEST and name.isidentifier() and name[0].isalpha() for name in made)


def test_an_origin_says_what_it_is() -> None:
    assert origin(wave_name="").said == "Everything that can be exported, frozen answers no. 1 of 22 November 2026"
