"""No cell of an export is a formula to a spreadsheet, wherever its text stands; and every text comes back whole.

240 payloads stand in headers (questions) and in cells (choices, words), and LibreOffice opens the files, asked to work
out formulas in a CSV too.
"""

import csv
import subprocess
import zipfile
from array import array
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree.ElementTree import Element

import openpyxl
import pytest
from defusedxml.ElementTree import parse  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from analysis.sharing.cells import FORMULA_MARKS, from_cell, readable, safe_cell
from analysis.sharing.data_file import DataFile
from analysis.sharing.text_files import write_rows
from analysis.sharing.variables import CODE, Variable
from tests.analysis.sharing.exported import data_file, origin, written

BODIES = (
    "1+1",
    'HYPERLINK("http://example.org","open")',
    "cmd|' /C calc'!A0",
    "SUM(A1:A9)*2",
    'WEBSERVICE("http://example.org")',
    "'file:///etc/passwd'#$Sheet1.A1",
    "IMPORTXML(1,2)",
    "1",
)
BEFORE = ("", " ", "'", '"', " '", "\u00a0")
MARKS = ("=", "+", "-", "@", "\t=", "\r=", "\0=", "＝", "＋", "－", "＠", "\t", "\r", "-=", "@=")
PAYLOADS = [f"{before}{mark}{body}" for body in BODIES for mark in MARKS for before in BEFORE]
PAYLOADS = PAYLOADS[:: len(PAYLOADS) // 240][:240]
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
#: Comma, quotes, UTF-8, from line 1; special numbers are recognised; and formulas are worked out (the last token).
AS_CSV = "CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"


def payload_file() -> DataFile:
    """A column for each payload: it is the question and the answer."""
    columns = tuple(
        Variable(f"v{number}", f"v{number}", text, CODE, f"v{number}", values={1: text})
        for number, text in enumerate(PAYLOADS)
    )
    ones = tuple(array("i", [1] * 10) for _ in columns)
    return DataFile(origin(title="=1+1"), columns, (), array("q", range(10)), ones)


def opened(path: Path, folder: Path, *more: str) -> list[Element]:
    """The cells of a file as LibreOffice has them, as a flat document."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", *more, "--convert-to", "fods", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return list(parse(folder / f"{path.stem}.fods").iter(f"{TABLE}table-cell"))


def said(cell: Element) -> str:
    """The text of a cell, with its spaces, tabs and lines."""
    return "\n".join(_said(line) for line in cell.findall(f"{TEXT}p"))


def _said(element: Element) -> str:
    signs = {f"{TEXT}s": " " * int(element.get(f"{TEXT}c", "1")), f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
    inside = (element.text or "") + "".join(_said(child) + (child.tail or "") for child in element)
    return signs.get(element.tag, inside)


def in_one_line(text: str) -> str:
    """What a cell shows of a text: LibreOffice ends lines as it likes, and shows no carriage return."""
    return "".join(readable(text).replace("\r", "\n").split())


def test_there_are_as_many_as_were_promised() -> None:
    assert len(set(PAYLOADS)) == 240
    assert {mark for mark in FORMULA_MARKS if any(text.lstrip(" '\"\u00a0").startswith(mark) for text in PAYLOADS)} == {
        *FORMULA_MARKS
    }


def test_a_csv_holds_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "data-in-words.csv"
    path.write_bytes(written(payload_file(), path.name))
    cells = opened(path, tmp_path, f"--infilter={AS_CSV}")
    assert not [cell for cell in cells if cell.get(f"{TABLE}formula")]
    header, first = list(csv.reader(StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))[:2]
    assert [from_cell(cell) for cell in header[1:]] == [readable(text) for text in PAYLOADS]
    assert [from_cell(cell) for cell in first[1:]] == [readable(text) for text in PAYLOADS]


def test_a_workbook_holds_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(written(payload_file(), path.name))
    cells = opened(path, tmp_path)
    assert not [cell for cell in cells if cell.get(f"{TABLE}formula")]
    seen = {in_one_line(said(cell)) for cell in cells}
    assert {in_one_line(text) for text in PAYLOADS} <= seen
    book = openpyxl.load_workbook(path)
    sheet = book["Answers"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    for row in (1, 2):
        texts = [unescape(str(cell.value)) for cell in sheet[row][1:]]
        assert texts == [readable(text) for text in PAYLOADS]


def test_an_ordinary_spreadsheet_would_have_worked_one_out(tmp_path: Path) -> None:
    """The reader is one that can be attacked: without the apostrophe it takes a cell for a formula."""
    path = tmp_path / "naive.csv"
    path.write_text("=1+1\n", encoding="utf-8")
    cells = opened(path, tmp_path, f"--infilter={AS_CSV}")
    assert [cell.get(f"{TABLE}formula") for cell in cells if cell.get(f"{TABLE}formula")]


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    out = BytesIO()
    write_rows(out, [[text, "x"]])
    ((cell, _rest),) = csv.reader(StringIO(out.getvalue().decode("utf-8-sig"), newline=""))
    assert from_cell(cell) == readable(text)
    assert not cell.lstrip(" \u00a0'\"").startswith(tuple(FORMULA_MARKS)) or cell.startswith("'")


@given(st.text(st.sampled_from("'=- \t\rab"), max_size=6))
def test_apostrophes_are_taken_away_as_often_as_they_are_put(text: str) -> None:
    assert from_cell(safe_cell(text)) == text


@pytest.mark.parametrize("name", ["data.csv", "data-in-words.csv", "variables.csv"])
def test_every_row_has_as_many_cells(name: str) -> None:
    rows = list(csv.reader(StringIO(written(data_file(40), name).decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}


def test_a_workbook_is_a_sound_package() -> None:
    with zipfile.ZipFile(BytesIO(written(data_file(40), "data.xlsx"))) as package:
        assert package.testzip() is None
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
