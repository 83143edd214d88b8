"""Translations as a spreadsheet: out, through other hands, and in again; nothing hostile, nothing lost in silence."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.load import parse_survey
from surveys.definition.tables import as_tables
from surveys.definition.translating import Line, add_language, lines_of, translate
from surveys.formats.losses import BadFile
from surveys.formats.translation_sheet import HEADER, read_sheet, write_sheet
from tests.factories import definition

Tables = dict[str, Any]


@pytest.fixture
def tables() -> Tables:
    tables = as_tables(parse_survey(definition("conditions")))
    add_language(tables, "cy")
    return tables


def put(folder: Path, content: bytes) -> Path:
    path = folder / "translation.xlsx"
    path.write_bytes(content)
    return path


def changed(folder: Path, lines: list[Line], change: Callable[[Any], None]) -> Path:
    """The sheet after somebody worked on it."""
    path = put(folder, write_sheet(lines, "cy"))
    book = openpyxl.load_workbook(path)
    change(book.active)
    book.save(path)
    book.close()
    return path


def fill(sheet: Any) -> None:
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 4).value = f"Cyfieithiad {row}"


def test_what_a_translator_fills_in_comes_back(tables: Tables, tmp_path: Path) -> None:
    lines = lines_of(tables, "cy")
    read = read_sheet(changed(tmp_path, lines, fill), lines)
    assert read.texts == {line.key: f"Cyfieithiad {row}" for row, line in enumerate(lines, 2)}
    assert read.losses == ()
    assert translate(tables, "cy", read.texts) == len(lines)


def test_people_read_where_a_text_stands_and_no_names_of_the_file(tmp_path: Path) -> None:
    tables = as_tables(parse_survey(definition("paper")))
    book = openpyxl.load_workbook(put(tmp_path, write_sheet(lines_of(tables, "cy"), "cy")))
    said = [str(row[1].value) for row in book.worksheets[0].iter_rows(min_row=2)]
    book.close()
    assert said[:4] == [
        "The title people see",
        "First words, paragraph 1",
        "Who is answering: survivors",
        "Who is answering: providers",
    ]
    assert {
        "Page 1 · Page title",
        "Page 1 · Question 1: why it must be answered",
        "Page 1 · Question 3 · for providers",
        "Page 1 · Question 4: choice 2",
        "Page 1 · Question 6: end of the scale 1",
        "Page 2 · Note on what is on the page",
        "Page 2 · Question 1: row 2",
        "Page 3 · Question 2: why we ask",
        "Page 3 · Question 4: hint",
    } <= set(said)
    assert len(set(said)) == len(said)
    assert not any("_" in each for each in said)


def test_a_row_whose_source_changed_is_left_out_and_told(tables: Tables, tmp_path: Path) -> None:
    path = changed(tmp_path, lines_of(tables, "cy"), fill)
    tables["page"][1]["question"][0]["wording"] = "Did you look for help?"
    lines = lines_of(tables, "cy")
    read = read_sheet(path, lines)
    (loss,) = read.losses
    asked = next(row for row, line in enumerate(lines, 2) if line.place == "question “asked”, wording")
    assert loss.place == f"row {asked}"
    assert "Did you look for help?" in loss.what
    assert len(read.texts) == len(lines) - 1


def test_rows_that_belong_nowhere_or_are_too_long_are_told(tables: Tables, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(2, 1).value = "nowhere"
        sheet.cell(3, 4).value = "x" * 2001

    lines = lines_of(tables, "cy")
    read = read_sheet(changed(tmp_path, lines, change), lines)
    assert [loss.place for loss in read.losses] == ["row 2", "row 3"]
    assert read.texts == {}


def test_columns_may_stand_in_another_order(tables: Tables, tmp_path: Path) -> None:
    lines = lines_of(tables, "cy")

    def change(sheet: Any) -> None:
        fill(sheet)
        sheet.move_range(f"A1:A{sheet.max_row}", cols=6)

    assert len(read_sheet(changed(tmp_path, lines, change), lines).texts) == len(lines)


def test_no_cell_is_a_formula(tables: Tables, tmp_path: Path) -> None:
    hostile = ["=1+1", "+SUM(A1)", "-2", "@now", "=cmd|' /C calc'!A0"]
    tables["intro"] = [*hostile]
    path = put(tmp_path, write_sheet(lines_of(tables, "cy"), "cy"))
    book = openpyxl.load_workbook(path)
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert [cell.value for cell in cells if cell.value in hostile] == hostile
    book.close()
    assert read_sheet(path, lines_of(tables, "cy")).losses == ()


BAD: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "a text": lambda content: b"place,audience,source,translation\n",
    "cut short": lambda content: content[: len(content) // 2],
    "another ZIP": lambda content: _zipped({"word/document.xml": b"<x/>"}),
    "no sheet in it": lambda content: _zipped({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}),
    "a bomb": lambda content: _zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000}),
}


def _zipped(parts: dict[str, bytes]) -> bytes:
    from io import BytesIO

    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize("kind", BAD)
def test_a_malformed_file_is_refused_with_a_sentence(kind: str, tables: Tables, tmp_path: Path) -> None:
    lines = lines_of(tables, "cy")
    with pytest.raises(BadFile) as refused:
        read_sheet(put(tmp_path, BAD[kind](write_sheet(lines, "cy"))), lines)
    assert ";" in refused.value.faults[0], "what is wrong, then the remedy"


def test_a_sheet_without_its_columns_is_refused(tables: Tables, tmp_path: Path) -> None:
    lines = lines_of(tables, "cy")

    def change(sheet: Any) -> None:
        sheet.cell(1, 4).value = "Welsh"

    with pytest.raises(BadFile, match="no column “translation”"):
        read_sheet(changed(tmp_path, lines, change), lines)
    assert len(HEADER) == 4


#: What a spreadsheet cannot hold is left out: control characters, and the line ends that programs rewrite.
CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=15)
@given(st.lists(CELL, min_size=1, max_size=5))
def test_any_text_goes_out_and_comes_in(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    lines = [Line(f"place {at}", "", "", "", text, text, "done") for at, text in enumerate(texts)]
    read = read_sheet(put(tmp_path_factory.mktemp("sheet"), write_sheet(lines, "cy")), lines)
    assert (read.losses, read.texts) == ((), {line.key: line.translation.strip() for line in lines})


def test_after_libreoffice_saved_it_again_it_still_comes_in(tables: Tables, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed, so its re-saving cannot be tried")
    tables["intro"] = ["=1+1", "A line,\nand another “quoted”."]
    lines = lines_of(tables, "cy")
    path = changed(tmp_path, lines, fill)
    saved = tmp_path / "saved"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    read = read_sheet(saved / path.name, lines)
    assert (len(read.texts), read.losses) == (len(lines), ())
