"""Files that are hostile, damaged or something else are refused before any parser, in a sentence with a remedy."""

import io
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.formats import opening, workbooks
from surveys.formats.losses import BadFile, Imported, Loss
from surveys.formats.opening import check_file, open_text, open_xml
from surveys.formats.workbooks import look_into
from surveys.formats.xlsform_reading import read_xlsform

KINDS = ("xlsx", "xls", "csv", "md", "txt", "json", "xml", "lss")
BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;&lol;&lol;">]>
<lolz>&l2;</lolz>"""
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(BadFile) as refused:
        read()
    assert refused.value.faults
    return str(refused.value)


def workbook(path: Path, rows: list[list[object]], sheet: str = "survey") -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def with_part(path: Path, name: str, data: bytes) -> Path:
    """The workbook with a part more, or with another in its place."""
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, content in (parts | {name: data}).items():
            new.writestr(part, content)
    return path


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A small form as a workbook."""
    return workbook(tmp_path / "form.xlsx", [["type", "name", "label"], ["text", "a", "What else?"]])


def test_a_loss_and_a_fault_are_sentences() -> None:
    loss = Loss("sheet survey, row 7", "its limits come with a message", "it is left out")
    assert str(loss) == "sheet survey, row 7: its limits come with a message. Instead: it is left out."
    assert Imported({}, (loss,)).losses == (loss,)
    assert str(BadFile(["a.md: one.", "a.md: two."])) == "a.md: one.\na.md: two."


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"type,name\ntext,a\n", "holds something else"),
        ("a.xls", b"PK\x03\x04 and so on", "holds something else"),
        ("a.csv", b"PK\x03\x04 and so on", "and is a ZIP archive or an office file"),
        ("a.md", b"%PDF-1.7", "and is a PDF"),
        ("a.json", b"MZ\x90\x00", "and is a program"),
        ("a.csv", b"  \n ", "it is empty"),
        ("a.exe", b"MZ", "its name ends in “.exe”"),
        ("a.xlsm", b"PK\x03\x04", "can hold macros"),
        ("a.xls", opening.OLE + "_VBA_PROJECT".encode("utf-16-le"), "it holds macros"),
    ],
)
def test_files_that_are_not_what_they_are_called(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    message = refusal(lambda: check_file(file(tmp_path, name, data), KINDS))
    assert message.startswith(f"{name}: ")
    assert said in message
    assert "; " in message


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST", 100)
    assert "at most" in refusal(lambda: open_text(file(tmp_path, "a.csv", b"x" * 101)))
    assert open_text(file(tmp_path, "b.csv", b"x" * 100)).text == "x" * 100


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(lambda: check_file(tmp_path / "gone.csv", KINDS))


@pytest.mark.parametrize(
    ("data", "text", "losses"),
    [
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc", 0),
        ("é – “so”".encode(), "é – “so”", 0),
        ("é – “so”".encode("cp1252"), "é – “so”", 1),
        ("é – “so”".encode("utf-16"), "é – “so”", 0),
        ("e\u0301".encode(), "\u00e9", 0),
    ],
)
def test_text_is_read_as_it_was_written(data: bytes, text: str, losses: int, tmp_path: Path) -> None:
    opened = open_text(file(tmp_path, "a.csv", data))
    assert opened.text == text
    assert len(opened.losses) == losses
    assert all("line 1: the file is not UTF-8 text" in str(loss) for loss in opened.losses)


def test_text_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "line 2: it holds a NUL" in refusal(lambda: open_text(file(tmp_path, "a.csv", b"a\nb\0")))
    assert "cannot be read" in refusal(lambda: open_text(file(tmp_path, "a.csv", b"a\x81\x8d\xff")))
    monkeypatch.setattr(opening, "LONGEST_LINE", 10)
    assert "line 2: it has more than 10" in refusal(lambda: open_text(file(tmp_path, "a.csv", b"a\n" + b"b" * 11)))


@pytest.mark.parametrize("data", [BILLION_LAUGHS, OUTSIDE, BILLION_LAUGHS.decode().encode("utf-16")])
def test_xml_with_entities_is_refused(data: bytes, tmp_path: Path) -> None:
    assert "document type or entities" in refusal(lambda: open_xml(file(tmp_path, "a.xml", data)))


def test_xml_that_is_damaged_or_endlessly_deep(tmp_path: Path) -> None:
    assert "no well-formed XML" in refusal(lambda: open_xml(file(tmp_path, "a.lss", b"<a><b></a>")))
    assert "deep" in refusal(lambda: open_xml(file(tmp_path, "a.xml", b"<a>" * 90 + b"</a>" * 90)))
    assert open_xml(file(tmp_path, "a.xml", b"<a><b>x</b></a>")).find("b").text == "x"


def test_a_form_in_a_workbook_is_read(form: Path) -> None:
    assert look_into(form) == ()
    assert [page["name"] for page in read_xlsform(form).tables["page"]] == ["a"]


@pytest.mark.parametrize(
    ("part", "data", "said"),
    [
        ("xl/vbaProject.bin", b"macro", "it holds macros"),
        ("xl/embeddings/book.xlsx", b"PK", "another file is packed inside it"),
        ("xl/media/image1.xml", b" " * 30 * 2**20, "times its size"),
        ("xl/sharedStrings.xml", BILLION_LAUGHS, "document type or entities"),
        ("xl/workbook.xml", b"<workbook", "no well-formed XML"),
        ("docProps/app.xml", b"", "no well-formed XML"),
    ],
)
def test_hostile_workbooks(part: str, data: bytes, said: str, form: Path) -> None:
    message = refusal(lambda: read_xlsform(with_part(form, part, data)))
    assert message.startswith("form.xlsx")
    assert said in message


def test_a_bomb_is_refused_without_unpacking_it(form: Path) -> None:
    with_part(form, "xl/worksheets/sheet2.xml", b" " * 60 * 2**20)
    tracemalloc.start()
    try:
        assert "times its size" in refusal(lambda: look_into(form))
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    finally:
        tracemalloc.stop()


def test_a_part_that_says_less_than_it_holds_is_refused(form: Path) -> None:
    with_part(form, "xl/theme/theme1.xml", b"<a>" + b"x" * 5000 + b"</a>")
    data = bytearray(form.read_bytes())
    real, said = (5007).to_bytes(4, "little"), (7).to_bytes(4, "little")
    assert data.count(real) >= 2
    form.write_bytes(bytes(data).replace(real, said))
    refusal(lambda: look_into(form))


def test_too_many_parts_and_locked_ones(form: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_PARTS", 3)
    assert "parts" in refusal(lambda: look_into(form))
    monkeypatch.setattr(workbooks, "MOST_PARTS", 500)
    monkeypatch.setattr(workbooks, "UNPACKED", 100)
    assert "unpacks to more than" in refusal(lambda: look_into(form))


@pytest.mark.parametrize(("name", "kind"), [("word/document.xml", "a Word document"), ("other", "a ZIP archive")])
def test_other_files_in_a_zip(name: str, kind: str, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "x")
    assert f"it is {kind}" in refusal(lambda: look_into(file(tmp_path, "a.xlsx", packed.getvalue())))


def test_a_workbook_cut_short(form: Path) -> None:
    form.write_bytes(form.read_bytes()[:-200])
    assert "damaged or cut short" in refusal(lambda: read_xlsform(form))


def test_sheets_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 5)
    monkeypatch.setattr(workbooks, "MOST_COLUMNS", 4)
    monkeypatch.setattr(workbooks, "LONGEST_CELL", 9)
    assert "more than 5 rows" in refusal(lambda: look_into(workbook(tmp_path / "a.xlsx", [["x"]] * 6)))
    assert "row 1: it has more than 4" in refusal(lambda: look_into(workbook(tmp_path / "a.xlsx", [["x"] * 5])))
    assert "cell B1: it has over 9" in refusal(lambda: look_into(workbook(tmp_path / "a.xlsx", [["x", "y" * 10]])))
    assert look_into(workbook(tmp_path / "a.xlsx", [["y" * 9] * 4] * 5)) == ()


def test_formulas_count_by_the_value_that_was_saved(tmp_path: Path) -> None:
    rows: list[list[object]] = [["type", "name", "label"], ["text", "a", "What else?"], ["text", "b", '="What" & "?"']]
    path = workbook(tmp_path / "a.xlsx", rows)
    assert [str(loss) for loss in look_into(path)] == [
        "sheet survey, row 3: cell C3 holds a formula. Instead: it has no saved value and counts as empty."
    ]
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    saved = (
        sheet.replace(b"<v></v>", b"<v>What?</v>").replace(b"<v />", b"<v>What?</v>").replace(b"<v/>", b"<v>What?</v>")
    )
    with_part(path, "xl/worksheets/sheet1.xml", saved.replace(b'r="C3"', b'r="C3" t="str"'))
    imported = read_xlsform(path)
    assert imported.tables["page"][1]["question"][0]["wording"] == "What?"
    assert "its value was taken as it was saved" in str(imported.losses[0])


def test_links_to_other_files_are_named_and_never_followed(form: Path) -> None:
    losses = look_into(with_part(form, "xl/externalLinks/externalLink1.xml", b"<externalLink/>"))
    assert [loss.what for loss in losses] == ["it links to other files"]


@settings(max_examples=30)
@given(data=st.binary(max_size=300), kind=st.sampled_from(["xlsx", "xls", "csv", "md"]), begin=st.booleans())
def test_no_bytes_break_it(data: bytes, kind: str, begin: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    start = opening.BINARY.get(kind, b"| survey |\n") if begin else b""
    path = file(tmp_path_factory.mktemp("bytes"), f"a.{kind}", start + data)
    with pytest.raises(BadFile):
        read_xlsform(path)


def test_no_reader_of_workbooks_is_loaded_before_it_is_needed() -> None:
    heavy = "import sys, surveys.formats.xlsform_reading, surveys.formats.xlsform_writing; "
    code = heavy + "print([name for name in ('openpyxl', 'pyxform', 'xlrd') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"
