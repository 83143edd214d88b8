"""Real files, written by openpyxl, by Python's `csv` and byte by byte, come back as they are or are refused."""

import codecs
import csv
import io
import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart

from surveys.formats import bad_spreadsheet, csv_rows, xlsx_rows
from surveys.formats.spreadsheet import BadSpreadsheet, open_spreadsheet

Row = list[str]


def read(path: Path) -> list[Row]:
    """Header and rows; that rows are numbered from 1 is checked on the way."""
    with open_spreadsheet(path) as spreadsheet:
        rows = list(spreadsheet.rows())
        assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
        return [spreadsheet.columns, *(cells for _, cells in rows)]


def read_as(path: Path) -> str:
    with open_spreadsheet(path) as spreadsheet:
        return spreadsheet.read_as


def refusal(path: Path) -> str:
    """The one sentence a file is refused with, its path left out."""
    with pytest.raises(BadSpreadsheet) as refused:
        read(path)
    sentence = str(refused.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert sentence.isprintable()
    return sentence.removeprefix(str(path)).removeprefix(", ").removeprefix(": ")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes, or text as UTF-8, to a file called `name`."""

    def writing(content: str | bytes, name: str = "answers.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return writing


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write rows with openpyxl to the first sheet of a workbook."""

    def writing(rows: Iterable[Iterable[Any]], name: str = "answers.xlsx") -> Path:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return writing


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The ZIP at `path` again, one part of it changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def as_excel(path: Path) -> Path:
    """A workbook of openpyxl as Excel would write it: its texts in a table, not in the sheet."""
    texts: list[bytes] = []

    def move(cell: re.Match[bytes]) -> bytes:
        texts.append(b"<si>" + cell[2] + b"</si>")
        return b'<c r="%b" t="s"><v>%d</v></c>' % (cell[1], len(texts) - 1)

    inline = re.compile(b'<c r="([A-Z0-9]+)" t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
    with_part(path, SHEET, lambda xml: inline.sub(move, xml))
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = b'<Override PartName="/%b" ContentType="%b"/></Types>' % (STRINGS.encode(), kind)
    with_part(path, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", entry))
    space = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return with_part(path, STRINGS, lambda _: space + b"".join(texts) + b"</sst>")


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"

# CSV: encodings


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_an_encoding_is_found(write: Callable[..., Path], encoding: str, said: str) -> None:
    path = write("id,réponse\r\n1,“Très bien” – merci… 5 €\r\n".encode(encoding))
    assert read(path) == [["id", "réponse"], ["1", "“Très bien” – merci… 5 €"]]
    assert read_as(path) == f"CSV, {said}, comma"


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_utf_16_is_read_in_both_byte_orders(write: Callable[..., Path], mark: bytes, encoding: str) -> None:
    assert read(write(mark + "id\tanswer\n1\t🌳\n".encode(encoding))) == [["id", "answer"], ["1", "🌳"]]


def test_a_letter_is_not_broken_where_the_first_pass_cuts(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_rows, "CHUNK", 3)
    text = "é€🌳aé€🌳aaé€🌳"
    assert read(write(f"answer\n{text}\n")) == [["answer"], [text]]


def test_one_bad_byte_in_utf_8_does_not_garble_the_rest(write: Callable[..., Path]) -> None:
    path = write("id,réponse\n1,très bien\n2,".encode() + b"caf\xe9\n")
    assert refusal(path).startswith("row 2 (line 3), column “réponse”: it holds bytes that cannot be read as letters")


def test_a_byte_that_windows_1252_lacks_is_placed(write: Callable[..., Path]) -> None:
    assert refusal(write(b"answer,id\nna\xefve\x81,1\n")).startswith("row 1 (line 2), column “answer”: it holds bytes")


def test_half_a_pair_in_utf_16_is_placed(write: Callable[..., Path]) -> None:
    path = write(codecs.BOM_UTF16_LE + "id,answer\n1,".encode("utf-16-le") + b"\x3d\xd8" + "x\n".encode("utf-16-le"))
    assert refusal(path).startswith("row 1 (line 2), column “answer”: it holds bytes that cannot be read")


@pytest.mark.parametrize(("text", "place"), [("answer\nyes\n", "row 2 (line 3)"), ("", "the header (line 1)")])
def test_utf_16_cut_inside_a_letter_is_refused(write: Callable[..., Path], text: str, place: str) -> None:
    path = write(codecs.BOM_UTF16_LE + text.encode("utf-16-le") + b"x")
    assert refusal(path).startswith(f"{place}: the file ends inside a letter")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"id,answer\n1,a\x00b\n", "row 1 (line 2), column “answer”"),
        ("id,answer\n1,ab\n".encode("utf-16-le"), "the header, column “number 1”"),
        (b"\x00\x01\x02\xff" * 40, "the header, column “number 1”"),
    ],
)
def test_a_nul_is_refused(write: Callable[..., Path], content: bytes, place: str) -> None:
    assert refusal(write(content)).startswith(f"{place}: it holds a NUL")


# CSV: separators


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("id,answer\n1,yes\n", [["id", "answer"], ["1", "yes"]], "comma"),
        ("id;answer\n1;yes, really\n", [["id", "answer"], ["1", "yes, really"]], "semicolon"),
        ("id\tanswer\n1\tyes, really; yes\n", [["id", "answer"], ["1", "yes, really; yes"]], "tab"),
        ('id;"a, b, c"\n1;"x, y, z"\n', [["id", "a, b, c"], ["1", "x, y, z"]], "semicolon"),
        ('id,"a; b"\n1,"x; y"\n', [["id", "a; b"], ["1", "x; y"]], "comma"),
        ('"a; b; c",id\n"x; y; z",1\n', [["a; b; c", "id"], ["x; y; z", "1"]], "comma"),
        ("id,worked; or not\n1,yes\n2,no\n", [["id", "worked; or not"], ["1", "yes"], ["2", "no"]], "comma"),
        ("id;worked, or not\n1;yes\n2;no\n", [["id", "worked, or not"], ["1", "yes"], ["2", "no"]], "semicolon"),
        ("id;n;why, so\n1;2;a, b\n", [["id", "n", "why, so"], ["1", "2", "a, b"]], "semicolon"),
        ("answer\nyes, really; yes\n", [["answer"], ["yes, really; yes"]], "one column"),
        ('answer\n"yes, ""really"""\n', [["answer"], ['yes, "really"']], "one column"),
        ("sep=;\r\nanswer;a,b\r\nyes;1\r\n", [["answer", "a,b"], ["yes", "1"]], "semicolon"),
        ("sep=,\nanswer\nyes\n", [["answer"], ["yes"]], "comma"),
    ],
)
def test_a_separator_is_found(write: Callable[..., Path], text: str, expected: list[Row], said: str) -> None:
    assert read(write(text)) == expected
    assert read_as(write(text)) == f"CSV, UTF-8, {said}"


def test_a_fault_far_down_does_not_change_the_separator(write: Callable[..., Path]) -> None:
    sentence = refusal(write('id;a, b\n1;x\n2;y\n3;"z" z\n'))
    assert sentence.startswith("row 3 (line 4): text follows the quotation mark that closes a cell")


def test_a_hint_line_counts_as_a_line_only(write: Callable[..., Path]) -> None:
    assert refusal(write("sep=;\nid;answer\n1\n")).startswith("row 1 (line 3), column “answer”: it has 1 cell")


# CSV: cells and rows


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_breaks_in_cells_stay_as_they_are(write: Callable[..., Path], ends: str) -> None:
    cell = "one\r\ntwo\nthree\rfour\u2028five\x85six\x0bseven"
    assert read(write(f'id,answer{ends}1,"{cell}"{ends}2,x{ends}')) == [["id", "answer"], ["1", cell], ["2", "x"]]


def test_spaces_and_empty_cells_stay(write: Callable[..., Path]) -> None:
    assert read(write('id, answer ,\n,"  ",\n1,,x')) == [["id", " answer ", ""], ["", "  ", ""], ["1", "", "x"]]


def test_blank_lines_are_no_rows(write: Callable[..., Path]) -> None:
    assert read(write("\n\nanswer\n\nyes\n\n\nno\n\n")) == [["answer"], ["yes"], ["no"]]


def test_an_empty_answer_in_quotes_is_a_row(write: Callable[..., Path]) -> None:
    assert read(write('answer\n""\nyes\n')) == [["answer"], [""], ["yes"]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id,answer\n1,yes\n2\n", "row 2 (line 3), column “answer”: it has 1 cell where the header has 2 columns"),
        ("id,answer\n1,yes, no\n", "row 1 (line 2), column “answer”: it has 3 cells where the header has 2 columns"),
        ('id,\n"1\n1",x,\n', "row 1 (line 3), column “number 2”: it has 3 cells where the header has 2 columns"),
        ('id,answer\n1,"yes\n2,no\n', "row 1 (line 2): a quotation mark opens a cell and is never closed"),
        ('id,answer\n1,"yes" no\n', "row 1 (line 2): text follows the quotation mark that closes a cell"),
        ('"id,answer\n', "the header (line 1): a quotation mark opens a cell and is never closed"),
        ("id,answer\n", "it has a header but no rows under it"),
        ("id,answer\n\n \n"[:-2], "it has a header but no rows under it"),
        (",,\n1,2,3\n", "its first row is empty"),
        ("\n\n", "its first row is empty"),
        ("", "it is empty"),
        ("id,id,answer\n1,2,3\n", "the header: 2 columns are called “id”"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(write: Callable[..., Path], text: str, sentence: str) -> None:
    assert refusal(write(text)).startswith(sentence)


def test_a_cell_of_a_million_letters_is_read_and_more_refused(write: Callable[..., Path]) -> None:
    most = "x" * bad_spreadsheet.CELL_LIMIT
    assert read(write(f"id,answer\n1,{most}\n")) == [["id", "answer"], ["1", most]]
    assert refusal(write(f"id,answer\n1,{most}x\n")).startswith(
        "row 1 (line 2), column “answer”: it holds more than 1,000,000 characters; shorten it"
    )


def test_a_quotation_mark_never_closed_does_not_fill_memory(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write('id,answer\n1,"' + "yes\n" * 500)
    before = csv.field_size_limit(1000)
    try:
        monkeypatch.setattr(csv_rows, "LINE_LIMIT", 1000)
        assert refusal(path).startswith("row 1 (line 2): a cell has no end")
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(("text", "place"), [("x" * 80, "the header (line 1)"), ("a\n" + "x" * 80, "row 1 (line 2)")])
def test_a_line_without_end_is_not_taken_into_memory(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, text: str, place: str
) -> None:
    monkeypatch.setattr(csv_rows, "LINE_LIMIT", 50)
    assert refusal(write(text)).startswith(f"{place}: it has no end, so this may not be a CSV")


def test_a_csv_is_read_in_flat_memory(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "CHUNK", 2**14)  # the one thing held of the file that is as big as a small file

    def peak(rows: int) -> int:
        path = write("id,answer\n" + "1,They listened to me – all of it.\n" * rows)
        tracemalloc.start()
        try:
            with open_spreadsheet(path) as spreadsheet:
                assert sum(1 for _ in spreadsheet.rows()) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(20_000) < 1.2 * peak(2_000)


def dialects() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "delimiter": st.sampled_from(",;\t"),
            "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
            "lineterminator": st.sampled_from(["\r\n", "\n", "\r"]),
        }
    )


#: In Windows-1252 these letters are bytes that are never right in UTF-8.
TYPED = st.text(st.sampled_from("ab1 '\"“”’…–€£½,;\t\r\n=|\\"), max_size=12)
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAME = st.text(st.sampled_from("abc XYZ\"'“£½\n?"), min_size=1, max_size=8)


@st.composite
def tables(draw: st.DrawFn, text: st.SearchStrategy[str]) -> list[Row]:
    """A header of names that hold no separator, and rows of any text."""
    header = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    assume(any(map(str.strip, header)))
    assume(len({name for name in header if name.strip()}) == sum(1 for name in header if name.strip()))
    return [header, *draw(st.lists(st.lists(text, min_size=len(header), max_size=len(header)), min_size=1, max_size=6))]


def written(table: list[Row], dialect: dict[str, Any], encoding: str) -> bytes:
    text = io.StringIO()
    # Python before 3.13 leaves a line break bare that is not the dialect's own; every other writer quotes it.
    odd = any(end in cell for row in table for cell in row for end in "\r\n")
    csv.writer(text, **(dialect | ({"quoting": csv.QUOTE_ALL} if odd else {}))).writerows(table)
    return text.getvalue().encode(encoding)


@given(table=tables(ANY), dialect=dialects(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_table_comes_back(tmp_path: Path, table: list[Row], dialect: dict[str, Any], encoding: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(written(table, dialect, encoding))
    assert read(path) == table


@given(table=tables(TYPED), dialect=dialects())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_table_in_windows_1252_comes_back(tmp_path: Path, table: list[Row], dialect: dict[str, Any]) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(written(table, dialect, "cp1252"))
    assert read(path) == table


@given(content=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    try:
        table = read(path)
    except BadSpreadsheet:
        refusal(path)
    else:
        assert len({len(row) for row in table}) == 1


# XLSX


def test_cells_of_a_workbook_read_as_people_see_them(workbook: Callable[..., Path]) -> None:
    cells = {
        " two\nlines ": " two\nlines ",
        1: "1",
        2.0: "2",
        0.1 + 0.2: "0.3",
        1e21: "1e+21",
        date(2024, 5, 1): "2024-05-01",
        datetime.fromisoformat("2024-05-01T13:45"): "2024-05-01 13:45:00",
        time(9, 30): "09:30:00",
        timedelta(hours=26, minutes=3): "26:03:00",
        None: "",
    }
    path = workbook([["answer", "n"], *([value, "x"] for value in cells), [True, "x"], [False, "x"]])
    assert [row[0] for row in read(path)[1:]] == [*cells.values(), "TRUE", "FALSE"]


def test_a_formula_reads_as_the_value_last_shown(workbook: Callable[..., Path]) -> None:
    path = workbook([["answer"], ['="a"&"b"']])
    shown = b'<c r="A2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
    with_part(path, SHEET, lambda xml: re.sub(b'<c r="A2">.*?</c>', shown, xml))
    assert read(path) == [["answer"], ["ab"]]


def test_texts_inside_the_sheet_and_in_a_table_read_alike(workbook: Callable[..., Path]) -> None:
    rows = [["id", "answer"], ["1", "“yes” & <no>"], ["2", " yes\n"], ["3", " yes\n"]]
    assert read(as_excel(workbook(rows))) == read(workbook(rows)) == rows


def test_a_rich_text_is_one_text(workbook: Callable[..., Path]) -> None:
    path = as_excel(workbook([["answer"], ["yes"]]))
    runs = b"<si><r><t>y</t></r><r><rPr><b/></rPr><t>es</t></r></si>"
    with_part(path, STRINGS, lambda xml: xml.replace(b"<si><t>yes</t></si>", runs))
    assert read(path) == [["answer"], ["yes"]]


def test_a_carriage_return_as_excel_writes_it_is_one(workbook: Callable[..., Path]) -> None:
    path = workbook([["answer"], ["a_x000D_\nb"], ["snake_x_case"], ["_xD83D_"]])
    assert read(path) == [["answer"], ["a\r\nb"], ["snake_x_case"], ["_xD83D_"]]


def test_empty_cells_at_the_end_of_a_row_are_cells(workbook: Callable[..., Path]) -> None:
    assert read(workbook([["a", "b", "c", None], ["1"], ["1", None, "3"]]))[1:] == [["1", "", ""], ["1", "", "3"]]


def test_merged_cells_hold_their_text_once(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["audience", "answer"], ["Survivors", "a"], [None, "b"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    assert read(tmp_path / "merged.xlsx")[1:] == [["Survivors", "a"], ["", "b"]]


def test_a_blank_line_inside_a_sheet_is_a_row_and_after_it_is_none(workbook: Callable[..., Path]) -> None:
    path = workbook([[], ["answer", "n"], ["a", 1], [], [None, None], ["b", 2], ["", None], []])
    assert read(path) == [["answer", "n"], ["a", "1"], ["", ""], ["", ""], ["b", "2"]]


def test_a_workbook_is_read_to_its_end_whatever_it_says_of_its_size(workbook: Callable[..., Path]) -> None:
    path = workbook([["answer", "n"], ["a", 1], ["b", 2]])
    with_part(path, SHEET, lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1"'))
    assert read(path) == [["answer", "n"], ["a", "1"], ["b", "2"]]
    with open_spreadsheet(path) as spreadsheet:
        assert spreadsheet.size() is None


def test_the_first_visible_sheet_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["settings"])
    book.worksheets[0].sheet_state = "hidden"
    book.create_chartsheet("Chart").add_chart(BarChart())
    for name in ("Answers", "Other"):
        sheet = book.create_sheet(name)
        sheet.append([name])
        sheet.append(["yes"])
    book.active = 2
    book.save(tmp_path / "sheets.xlsx")
    assert read(tmp_path / "sheets.xlsx") == [["Answers"], ["yes"]]
    assert read_as(tmp_path / "sheets.xlsx") == "XLSX, sheet “Answers”"


def test_a_workbook_without_a_visible_sheet_is_refused(workbook: Callable[..., Path]) -> None:
    path = workbook([["answer"], ["yes"]])
    with_part(path, "xl/workbook.xml", lambda xml: xml.replace(b'state="visible"', b'state="hidden"'))
    assert "no visible sheet" in refusal(path)


def test_a_date_out_of_range_is_an_error_cell_and_no_warning(workbook: Callable[..., Path]) -> None:
    path = workbook([["when", "answer"], [date(2024, 5, 1), "yes"]])
    serial = str((date(2024, 5, 1) - date(1899, 12, 30)).days).encode()
    assert read(with_part(path, SHEET, lambda xml: xml.replace(serial, b"99999999")))[1] == ["#VALUE!", "yes"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["a", "b"], [1, 2, "x"]], "row 1 (line 2), column “b”: it has 3 cells where the header has 2 columns"),
        ([["a", "b"]], "it has a header but no rows under it"),
        ([], "its first row is empty"),
        ([["a", "a"], [1, 2]], "the header: 2 columns are called “a”"),
        ([["a"], ["x_x0000_"]], "row 1 (line 2), column “a”: it holds a NUL"),
    ],
)
def test_what_is_wrong_with_a_workbook_is_said(
    workbook: Callable[..., Path], rows: list[list[Any]], sentence: str
) -> None:
    assert refusal(workbook(rows)).startswith(sentence)


def test_a_huge_cell_of_a_workbook_is_refused(workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bad_spreadsheet, "CELL_LIMIT", 100)
    assert "column “a”: it holds more than 100 characters" in refusal(workbook([["a"], ["x" * 101]]))


def test_a_line_numbered_beyond_the_last_is_refused_at_once(
    workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_rows, "LAST_LINE", 1000)
    path = workbook([["a"], ["yes"]])
    with_part(path, SHEET, lambda xml: xml.replace(b'r="2"', b'r="99999999999"').replace(b'r="A2"', b""))
    assert "line beyond 1,000" in refusal(path)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"</sheetData>", b"</sheetDate>"),
        (SHEET, b"<v>1</v>", b"<v>9</v>"),
        (STRINGS, b"<t>yes</t>", b"<t>&a;</t>"),
        ("xl/styles.xml", b"<styleSheet", b"<styleShoot"),
        ("[Content_Types].xml", b"sheet.main", b"shoot.main"),
    ],
)
def test_a_damaged_workbook_is_refused(workbook: Callable[..., Path], part: str, old: bytes, new: bytes) -> None:
    path = with_part(as_excel(workbook([["a"], ["yes"]])), part, lambda xml: xml.replace(old, new))
    assert "the workbook is damaged or uses something that cannot be read" in refusal(path)


def test_a_workbook_cut_short_is_refused(workbook: Callable[..., Path]) -> None:
    path = workbook([["a"], ["yes"]])
    path.write_bytes(path.read_bytes()[:-200])
    assert refusal(path).startswith("the workbook is damaged or cut short")


def test_a_workbook_with_changed_bytes_is_refused(workbook: Callable[..., Path]) -> None:
    path = as_excel(workbook([["a"], *([f"{n * n} yes {n}"] for n in range(200))]))
    content = bytearray(path.read_bytes())
    at = content.index(STRINGS.encode()) + 400
    content[at : at + 40] = bytes(40)
    path.write_bytes(content)
    assert "the workbook is damaged" in refusal(path)


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/media/image1.png", "xl/styles.xml"])
def test_a_zip_bomb_is_refused_before_it_unpacks(workbook: Callable[..., Path], part: str) -> None:
    path = with_part(workbook([["a"], ["yes"]]), part, lambda xml: xml + b" " * 30 * xlsx_rows.MIB)
    sentence = refusal(path)
    assert sentence.startswith(f"its part “{part}” unpacks to 30 MB, and more than")
    assert "CSV UTF-8" in sentence


def test_a_part_beyond_its_limit_is_refused(workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(xlsx_rows.PART_LIMITS, STRINGS, 50)
    assert "its part “xl/sharedStrings.xml” unpacks" in refusal(as_excel(workbook([["a"], ["yes"]])))


def test_entities_that_swell_are_refused(workbook: Callable[..., Path]) -> None:
    swelling = b"".join(b'<!ENTITY e%d "%b">' % (n + 1, b"&e%d;" % n * 10) for n in range(9))
    head = b'<!DOCTYPE sst [<!ENTITY e0 "aaaaaaaaaa">' + swelling + b"]><sst"
    path = as_excel(workbook([["a"], ["yes"]]))
    with_part(path, STRINGS, lambda xml: xml.replace(b"<sst", head).replace(b">yes<", b">&e9;<"))
    assert "the workbook is damaged" in refusal(path)


def test_a_part_that_lies_about_its_size_is_refused(workbook: Callable[..., Path]) -> None:
    path = with_part(workbook([["a"], ["yes"]]), SHEET, lambda xml: xml + b" " * 30 * xlsx_rows.MIB)
    size = zipfile.ZipFile(path).getinfo(SHEET).file_size
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little")))
    tracemalloc.start()
    try:
        assert "damaged" in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 5 * xlsx_rows.MIB
    finally:
        tracemalloc.stop()


def test_a_locked_zip_is_refused(workbook: Callable[..., Path]) -> None:
    path = workbook([["a"], ["yes"]])
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    assert refusal(path).startswith("it is locked with a password")


SHOWN = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@given(rows=st.lists(st.lists(SHOWN, min_size=2, max_size=2), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
def test_any_text_in_a_workbook_comes_back(tmp_path: Path, rows: list[Row]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [["id", "answer"], *rows]:
        cells = [openpyxl.cell.WriteOnlyCell(sheet, value=cell) for cell in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    path = tmp_path / "any.xlsx"
    book.save(path)
    assert read(path)[1:] == rows


# What is no spreadsheet at all


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "old.xls",
            b"\xd0\xcf\x11\xe0",
            "it is an old Excel workbook (.xls); open it in a spreadsheet program and save",
        ),
        ("old.XLS", b"a,b", "it is an old Excel workbook (.xls)"),
        ("open.ods", b"PK\x03\x04", "it is an OpenDocument spreadsheet (.ods)"),
        ("mac.numbers", b"PK\x03\x04", "it is a Numbers spreadsheet (.numbers)"),
        ("b.xlsb", b"PK\x03\x04", "it is a binary Excel workbook (.xlsb)"),
        ("a.csv", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), "it is an old Excel workbook or another old Office"),
        (
            "locked.xlsx",
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
            "it is locked with a password",
        ),
        ("a.xlsx", b"id,answer\n1,yes\n", "it is not an Excel workbook inside; if it is a CSV, end its name in .csv"),
        ("a.csv", b"%PDF-1.7\n", "it is a PDF, not a CSV or XLSX file"),
        ("a.csv", b"\xef\xbb\xbf\n<!DOCTYPE html>", "it is a web page, not"),
        ("a.xlsx", b"<html><table>", "it is a web page, not"),
        ("a.xlsx", b"PK\x03\x04 and no more", "the workbook is damaged or cut short"),
        ("a.csv", b"\x1f\x8b\x08", "it is a compressed archive (gzip), not"),
    ],
)
def test_another_kind_of_file_is_named(write: Callable[..., Path], name: str, content: bytes, sentence: str) -> None:
    assert refusal(write(content, name)).startswith(sentence)


@pytest.mark.parametrize(
    ("part", "kind"),
    [("word/document.xml", "a Word document"), ("content.xml", "an OpenDocument file"), ("x", "a ZIP")],
)
def test_another_kind_of_zip_is_named(tmp_path: Path, part: str, kind: str) -> None:
    path = tmp_path / "answers.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    assert refusal(path).startswith(f"it is {kind}")


def test_what_a_file_is_is_decided_by_its_content(write: Callable[..., Path], workbook: Callable[..., Path]) -> None:
    assert read(workbook([["a"], ["yes"]], "b.xlsx").rename(write("", "a.csv"))) == [["a"], ["yes"]]
    assert read(write("a\tb\n1\t2\n", "a.tsv")) == read(write("a\tb\n1\t2\n", "a")) == [["a", "b"], ["1", "2"]]


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "none.csv").startswith("there is no such file; check its name and folder")
    assert refusal(tmp_path / "file" / "none.csv").startswith("there is no such file")
    assert refusal(tmp_path).startswith("it is a folder; name one CSV or XLSX file in it")
    assert refusal(tmp_path / "pipe.csv").startswith("it is not a file on disk")
    assert refusal(tmp_path / ("x" * 300)).startswith("it cannot be read (File name too long)")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (PermissionError(13, "Permission denied"), "this account may not read it"),
        (OSError(5, "Input/output error"), "it cannot be read (Input/output error)"),
    ],
)
def test_a_file_the_system_will_not_give_is_refused(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, fault: OSError, sentence: str
) -> None:
    path = write("a,b\n1,2\n")

    def refuse(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path).startswith(sentence)


def test_a_file_gone_in_the_middle_is_refused(write: Callable[..., Path]) -> None:
    path = write("a,b\n1,2\n")
    spreadsheet = open_spreadsheet(path)
    path.unlink()
    with pytest.raises(BadSpreadsheet, match="there is no such file"):
        next(spreadsheet.rows())


def test_a_file_name_cannot_write_on_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(BadSpreadsheet) as refused:
        open_spreadsheet(tmp_path / "a\x1b[2J\n.csv")
    assert str(refused.value).isprintable()


# Columns, progress, closing


def test_a_column_is_found_by_its_name(write: Callable[..., Path]) -> None:
    path = write('id,"What\nworked? ",ID 2,Id 2,,re\u0301ponse\n1,2,3,4,5,6\n')
    with open_spreadsheet(path) as spreadsheet:
        names = ("id", "what worked?", "ID 2", "Id 2", "réponse")
        assert [spreadsheet.column(name) for name in names] == [0, 1, 2, 3, 5]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("anwser", "there is no column “anwser”; use one of “id”, “Answer”, “A 1”, “a 1” (the nearest is “Answer”)."),
        ("zzzz", "there is no column “zzzz”; use one of “id”, “Answer”, “A 1”, “a 1”."),
        ("a  1", "there is no column “a 1”; use one of “id”, “Answer”, “A 1”, “a 1” (the nearest is “A 1”)."),
        ("", "there is no column “”; use one of “id”, “Answer”, “A 1”, “a 1”."),
    ],
)
def test_an_unknown_column_gets_the_list(write: Callable[..., Path], name: str, sentence: str) -> None:
    with open_spreadsheet(write("id,Answer,,A 1,a 1\n1,2,3,4,5\n")) as spreadsheet, pytest.raises(BadSpreadsheet) as no:
        spreadsheet.column(name)
    assert str(no.value).endswith(sentence)


def test_a_long_list_of_columns_is_cut(write: Callable[..., Path]) -> None:
    columns = [f"question {number} {'x' * 100}" for number in range(50)]
    with open_spreadsheet(write(",".join(columns) + "\n")) as spreadsheet, pytest.raises(BadSpreadsheet) as no:
        spreadsheet.column("answer")
    assert "x…”" in str(no.value)
    assert str(no.value).endswith(" and 20 more.")
    assert len(str(no.value)) < 2500


def test_progress_ends_at_the_size(write: Callable[..., Path], workbook: Callable[..., Path]) -> None:
    rows = [["id", "answer"], *([str(number), "yes"] for number in range(5000))]
    for path in (write("\n".join(map(",".join, rows))), workbook(rows)):
        with open_spreadsheet(path) as spreadsheet:
            places = [spreadsheet.position() for _ in spreadsheet.rows()]
            assert places == sorted(places)
            assert places[0] < places[2500] < places[-1] <= (spreadsheet.size() or 0)
            assert spreadsheet.position() == spreadsheet.size()


def test_rows_can_be_read_again_and_left_early(write: Callable[..., Path], workbook: Callable[..., Path]) -> None:
    for path in (write("a,b\n1,2\n3,4\n"), workbook([["a", "b"], [1, 2], [3, 4]])):
        with open_spreadsheet(path) as spreadsheet:
            first = spreadsheet.rows()
            assert next(first) == (1, ["1", "2"])
            del first
            assert len(list(spreadsheet.rows())) == len(list(spreadsheet.rows())) == 2


def test_no_file_stays_open(workbook: Callable[..., Path], write: Callable[..., Path]) -> None:
    def held(path: Path) -> list[str]:
        links = Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").is_dir() else []
        return [str(link) for link in links if link.exists() and link.samefile(path)]

    good, bad = workbook([["a"], ["yes"]]), workbook([["a", "a"], [1, 2]], "bad.xlsx")
    broken = with_part(workbook([["a"], [1]], "broken.xlsx"), "xl/styles.xml", lambda xml: xml[:50])
    read(good)
    refusal(bad)
    refusal(broken)
    assert held(good) == held(bad) == held(broken) == []
