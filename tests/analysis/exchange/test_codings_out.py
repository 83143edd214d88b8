"""Codings leaving: every decision at its words, no words without leave, and nothing about who wrote them."""

import csv
import json
import re
from collections import Counter
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from analysis.coding.agreement_file import agreement, read_codings
from analysis.exchange.as_annotations import read_annotations
from analysis.exchange.as_table import HEADER
from analysis.exchange.project import Project
from analysis.exchange.qdpx_reading import read_qdpx
from analysis.sharing.data_file import row_number
from analysis.sharing.frozen import mark_of, members
from analysis.sharing.wave import Wave
from safekeeping.staff import Staff
from safekeeping.vault import Vault
from tests.analysis.exchange.coded import ALL, CODERS, NONE, QUOTABLE, coded_survey, files, marked
from tests.analysis.exchange.projects import faults

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def wave(session: Session, keys: Vault) -> Wave:
    """Twenty-two coded answers, eleven of them providers'."""
    return coded_survey(session, keys, 22)


def project_in(file: bytes) -> Project:
    return read_qdpx(BytesIO(file))


def said(project: Project) -> set[tuple[str, str, str]]:
    """(who, which section, which words) of everything that is marked in a project."""
    users = {each.guid: each.name for each in project.users}
    codes = {each.guid: each.name.split()[0] for each in project.every_code}
    return {
        (users[coded.user or ""], codes[coded.code], source.text[mark.start : mark.end])
        for source in project.sources
        for mark in source.selections
        for coded in mark.coded
    }


def test_every_decision_is_at_its_words(session: Session, keys: Vault, wave: Wave) -> None:
    file = files(session, keys, wave, "qdpx")["codings.qdpx"]
    assert faults(file) == []
    project = project_in(file)
    assert said(project) == marked(session, keys, wave, lambda coder: session.get_one(Staff, coder).name)
    assert {each.name for each in project.users} == set(CODERS)
    assert {mark.user for source in project.sources for mark in source.selections} == {u.guid for u in project.users}


@pytest.mark.slow
def test_the_same_answers_give_the_same_bytes(session: Session, keys: Vault, wave: Wave) -> None:
    every = ("qdpx", "qdpx-model", "codings")
    assert files(session, keys, wave, *every) == files(session, keys, wave, *every)


@pytest.mark.slow
def test_the_model_is_a_coder_of_its_own(session: Session, keys: Vault, wave: Wave) -> None:
    project = project_in(files(session, keys, wave, "qdpx-model")["codings-and-suggestions.qdpx"])
    (model,) = (each for each in project.users if each.name not in CODERS)
    assert model.name == f"Heard suggester {'m' * 12}"
    by = Counter(mark.user for source in project.sources for mark in source.selections)
    assert by[model.guid] == sum(by.values()) / 3


def test_only_what_may_be_quoted_goes_along(session: Session, keys: Vault, wave: Wave) -> None:
    few = project_in(files(session, keys, wave, "qdpx", words=QUOTABLE)["codings.qdpx"])
    every = project_in(files(session, keys, wave, "qdpx", words=ALL)["codings.qdpx"])
    assert (len(list(few.sources)), len(list(every.sources))) == (11, 22)
    quotable = next(each.guid for each in every.variables if each.name == "May be quoted")
    allowed = {each.guid for each in every.sources if dict(each.values)[quotable] == "yes"}
    assert {each.guid for each in few.sources} == allowed
    assert files(session, keys, wave, "qdpx", "qdpx-model", words=NONE) == {}


def test_who_answered_is_told_only_where_ten_of_each_did(session: Session, keys: Vault, wave: Wave) -> None:
    def told(words: str) -> tuple[dict[str, int], set[str]]:
        project = project_in(files(session, keys, wave, "qdpx", words=words)["codings.qdpx"])
        audience = next(each.guid for each in project.variables if each.name == "Who answered")
        values = {value for each in project.sources for guid, value in each.values if guid == audience}
        return {case.name: len(case.sources) for case in project.cases}, values

    assert told(ALL) == ({"Survivors": 11, "Providers": 11}, {"Survivors", "Providers"})
    # No provider’s may be quoted, so one audience wrote all.
    assert told(QUOTABLE) == ({"Survivors": 11}, {"Survivors"})


def test_a_small_audience_hides_every_audience(session: Session, keys: Vault) -> None:
    wave = coded_survey(session, keys, 19)
    project = project_in(files(session, keys, wave, "qdpx")["codings.qdpx"])
    assert project.cases == ()
    assert "Providers" not in files(session, keys, wave, "qdpx")["codings.qdpx"].decode("latin-1")
    assert {name for each in project.sources for name, _value in each.values} < {
        each.guid for each in project.variables
    }


def test_nothing_leads_to_a_row_of_the_data_file(session: Session, keys: Vault, wave: Wave) -> None:
    ids = members(session, wave)
    numbers = {str(row_number(mark_of(keys.office, wave, ids), each)) for each in ids} | {each.hex() for each in ids}
    for content in files(session, keys, wave, "codings", words=NONE).values():
        assert not numbers & set(re.findall(rb"\w+", content))
    project = project_in(files(session, keys, wave, "qdpx")["codings.qdpx"])
    assert not numbers & {each.guid.replace("-", "") for each in project.sources}


def table(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.decode("utf-8-sig"))))


def test_the_table_says_the_same_as_the_project(session: Session, keys: Vault, wave: Wave) -> None:
    made = files(session, keys, wave, "qdpx", "codings")
    rows = table(made["codings.csv"])
    assert tuple(rows[0]) == HEADER
    texts = {each.guid: each.text for each in project_in(made["codings.qdpx"]).sources}
    found = {
        (row["coder"], code, texts[row["text"]][int(row["start"]) : int(row["end"])])
        for row in rows
        for code in row["codes"].split("+")
    }
    assert found == said(project_in(made["codings.qdpx"]))
    assert {row["day"] for row in rows} == {"2026-11-20"}
    sheet = openpyxl.load_workbook(BytesIO(made["codings.xlsx"]), read_only=True)["Codings"]
    cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [row[:10] for row in cells[1:]] == [list(row.values())[:10] for row in rows]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param(NONE, set[bool](), marks=pytest.mark.slow),
        (QUOTABLE, {True}),
        pytest.param(ALL, {True, False}, marks=pytest.mark.slow),
    ],
)
def test_words_are_in_the_table_only_with_leave(
    session: Session, keys: Vault, wave: Wave, words: str, shown: set[bool]
) -> None:
    made = files(session, keys, wave, "codings", words=words)
    project = project_in(files(session, keys, wave, "qdpx")["codings.qdpx"])
    quotable = next(each.guid for each in project.variables if each.name == "May be quoted")
    allowed = {each.guid: dict(each.values)[quotable] == "yes" for each in project.sources}
    rows = table(made["codings.csv"])
    assert len(rows) == len(table(files(session, keys, wave, "codings")["codings.csv"]))
    assert {allowed[row["text"]] for row in rows if row["words"]} == shown
    items: list[Any] = json.loads(made["codings.jsonld"])["items"]
    quoted = {item["target"]["source"][9:] for item in items if len(item["target"]["selector"]) > 1}
    assert {allowed[guid] for guid in quoted} == shown


@pytest.mark.slow
def test_annotations_come_back(session: Session, keys: Vault, wave: Wave) -> None:
    made = files(session, keys, wave, "codings")
    told = [
        (each.text, str(each.start), str(each.end), each.coder, "+".join(each.codes), each.day)
        for each in read_annotations(BytesIO(made["codings.jsonld"]))
    ]
    columns = ("text", "start", "end", "coder", "codes", "day")
    assert told == [tuple(row[name] for name in columns) for row in table(made["codings.csv"])]
    for item in json.loads(made["codings.jsonld"])["items"]:
        place, quote = item["target"]["selector"]
        assert len(quote["exact"]) == place["end"] - place["start"]


def test_another_file_is_no_page_of_annotations(store: str) -> None:
    with pytest.raises(ValueError, match="no page"):
        read_annotations(BytesIO(b'{"@context":"x","type":"y","items":[]}'))


def test_agreement_is_said_of_the_table_as_it_is(session: Session, keys: Vault, wave: Wave, tmp_path: Path) -> None:
    """Passages are cut once for everybody: of what both coded, the places are the same and the labels may differ."""
    made = files(session, keys, wave, "codings")
    for name in ("codings.csv", "codings.xlsx"):
        (tmp_path / name).write_bytes(made[name])
    codings = read_codings(tmp_path / "codings.csv")
    assert codings == read_codings(tmp_path / "codings.xlsx")
    rows = table(made["codings.csv"])
    assert set(codings.names) == {row["text"] for row in rows}
    marked_here = {(row["text"], row["coder"], int(row["start"]), int(row["end"])) for row in rows if row["codes"]}
    found = zip(codings.names, codings.texts, strict=True)
    assert marked_here == {
        (name, coder, unit.start, unit.end)
        for name, text in found
        for coder, units in text.units.items()
        for unit in units
    }
    places = agreement(codings).boundaries
    assert places is not None
    assert places.overall["alpha_units"].value is not None
