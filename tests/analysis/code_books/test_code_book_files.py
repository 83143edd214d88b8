"""Code books out to files and in again: the same tree, and a sentence on whatever is not."""

import io
import tomllib
from pathlib import Path
from uuid import uuid4
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from openpyxl import Workbook, load_workbook

from analysis.code_books.as_editions import book_of, edition_of
from analysis.code_books.files import FORMATS, read_book
from analysis.code_books.lineage import first_version
from analysis.code_books.tree import Book, Code, first_id
from analysis.standard.edition import load_edition
from surveys.formats.losses import BadFile
from tests.analysis.code_books.drawn_books import books
from tests.analysis.code_books.qdc_schema import NS, faults

NASTY = Book(
    "mine",
    "=HYPERLINK(1)",
    "“Us” & <them>",
    2024,
    (
        Code(
            first_id("mine", "A"),
            "A",
            "'=1+1",
            "[Include]\nnot a mark\n\\[Code]\n\nlast",
            "[",
            "@SUM\n=1",
            "x ]]> &amp;",
            "#2f5d8a",
            ("-1", "a | b", '"quoted"'),
            (Code(first_id("mine", "B"), "B", "A", "[Code]\nZZ"),),
        ),
    ),
)
REFI = '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{}</Codes></CodeBook>'


def guid() -> str:
    return str(uuid4())


def coded(name: str, inside: str = "", **attributes: str) -> str:
    told = {"guid": guid(), "name": name, "isCodable": "true", **attributes}
    written = " ".join(f'{key}="{value}"' for key, value in told.items())
    return f"<Code {written}>{inside}</Code>"


def from_refi(codes: str) -> tuple[Book, tuple[str, ...]]:
    found = read_book("a.qdc", REFI.format(codes).encode(), "mine", "Ours")
    return found.book, found.report


def refused(file: str, content: bytes | str) -> str:
    with pytest.raises(BadFile) as bad:
        read_book(file, content.encode() if isinstance(content, str) else content, "mine")
    assert all(fault.endswith(".") and file in fault for fault in bad.value.faults)
    return str(bad.value)


@pytest.mark.parametrize("ending", FORMATS)
def test_any_book_comes_back_as_it_went(ending: str) -> None:
    @settings(max_examples=12, deadline=None)
    @given(books(2, worded=True))
    @example(NASTY)
    @example(book_of(load_edition("mdan")))
    def goes_out_and_in(book: Book) -> None:
        written = FORMATS[ending].write(first_version(book))
        assert written == FORMATS[ending].write(first_version(book))
        found = read_book(f"a.{ending}", written, book.name, book.title)
        assert found.book.codes == book.codes
        assert not found.report
        if ending in ("qdc", "toml"):
            assert found.book == book

    goes_out_and_in()


def test_what_is_written_is_a_refi_qda_code_book() -> None:
    for book in (NASTY, book_of(load_edition("mdan"))):
        written = FORMATS["qdc"].write(first_version(book))
        assert b"\r" not in written
        assert written.startswith(b"<?xml")
        root = fromstring(written)
        assert faults(root) == []
        assert len({code.get("guid") for code in root.iter(f"{NS}Code")}) == len(list(root.iter(f"{NS}Code")))


def test_the_check_finds_what_the_schema_forbids() -> None:
    root: Element = fromstring(REFI.format(coded("A", "<Set/>", color="red") + "<Code/>") + " ")
    assert len(faults(root)) == 7


def test_a_workbook_holds_texts_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(first_version(NASTY))))
    cells = [cell for row in book["Codes"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=1+1" not in [cell.value for cell in cells]
    assert any(cell.value == "@SUM\n=1" for cell in cells)


def test_no_cell_of_rows_begins_a_formula() -> None:
    written = FORMATS["csv"].write(first_version(NASTY)).decode()
    assert ",=" not in written
    assert ',"@' not in written


def test_what_is_written_as_toml_is_an_edition_of_a_standard(tmp_path: Path) -> None:
    shipped = load_edition("mdan")
    path = tmp_path / "again.toml"
    path.write_bytes(FORMATS["toml"].write(first_version(book_of(shipped))))
    assert edition_of(book_of(load_edition(str(path))), shipped.sha256) == shipped
    assert tomllib.loads(path.read_text(encoding="utf-8"))["version"] == 1


def test_a_book_of_another_program_is_taken_with_a_report() -> None:
    inside = coded("Waiting lists", "<Description>Long waits</Description>", color="#ABC")
    deep = coded("One", coded("Two", coded("Three", coded("Four", coded("Five")))))
    book, report = from_refi(coded("Ways in", inside, isCodable="false") + deep + coded("AE3: Routes", "<NoteRef/>"))
    first, second, third = book.codes
    assert (first.code, first.children[0].code, first.children[0].colour) == ("WI", "WL", "#aabbcc")
    assert first.children[0].definition == "Long waits"
    assert [each.title for each in second.children[0].children] == ["Three", "Four", "Five"]
    assert (third.code, third.title) == ("AE3", "Routes")
    told = "\n".join(report)
    for said in ("nothing could be coded", "NoteRef", "three", "“WL” was made", "“Ways in”"):
        assert said in told


def test_sets_are_told_and_empty_ones_borne() -> None:
    with_sets = REFI.format(coded("A")).replace("</Codes>", '</Codes><Sets><Set guid="1" name="S"/></Sets>')
    assert "1 sets" in "".join(read_book("a.qdc", with_sets.encode(), "mine").report)
    empty = REFI.format(coded("A")).replace("</Codes>", "</Codes><Sets/>")
    assert not [each for each in read_book("a.qdc", empty.encode(), "mine").report if "sets" in each]


def test_hostile_and_broken_files_are_refused_with_their_place() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>' + REFI.format(coded("&c;"))
    assert "entities" in refused("a.qdc", bomb)
    assert "well-formed" in refused("a.qdc", REFI.format("<Code>"))
    assert "deep" in refused("a.qdc", REFI.format("".join('<Code name="a">' for _ in range(90)) + "</Code>" * 90))
    assert "not a REFI-QDA" in refused("a.qdc", "<Project/>")
    assert "no code" in refused("a.qdc", REFI.format(""))
    same = guid()
    assert "same id as “A”" in refused("a.qdc", REFI.format(coded("A", guid=same) + coded("B", guid=same)))
    assert "more than 1000" in refused("a.qdc", REFI.format(coded("A") * 1001))
    assert "not a kind of file" in refused("a.docx", "x")
    assert "empty" in refused("a.csv", " ")
    assert "more than 5 MB" in refused("a.csv", b"x" * (5 * 2**20 + 1))


def test_rows_are_refused_with_their_number() -> None:
    assert "no column “title”" in refused("a.csv", "code,name\nA,B\n")
    assert "row 2: the code “a” is used twice" in refused("a.csv", "code,title\nA,One\na,Two\n")
    assert "row 1: there is no code “Q” to be its parent" in refused("a.csv", "code,title,parent\nA,One,Q\n")
    circle = refused("a.csv", "code,title,parent\nA,One,B\nB,Two,A\nC,Three,A\n")
    assert circle.count("in a circle") == 3
    assert "1 to 20 letters" in refused("a.csv", "code,title\nA-1,One\n")
    report = read_book("a.csv", b"code,title,who\nA,One,Me\nB,,\n", "mine").report
    assert "“who” is left behind" in report[0]
    assert "no title" in report[1]


def test_a_sheet_made_by_hand_is_read() -> None:
    made = Workbook()
    for row in (("Code", "Title", "Parent"), ("A", "One", None), ("A1", "Two", "a")):
        made.worksheets[0].append(row)
    out = io.BytesIO()
    made.save(out)
    book = read_book("a.xlsx", out.getvalue(), "mine").book
    assert book.codes[0].children[0].title == "Two"


def test_toml_is_refused_with_its_place() -> None:
    assert "no TOML" in refused("a.toml", "a = ")
    assert "sections[1].themes[1]: “title” must be a text" in refused(
        "a.toml", '[[sections]]\ncode="A"\ntitle="T"\n[[sections.themes]]\ncode="B"\ntitle=3\n'
    )
    assert "must be tables" in refused("a.toml", "sections = 3")
    assert "“cues” must be a list" in refused("a.toml", '[[sections]]\ncode="A"\ntitle="T"\ncues="x"\n')
    assert "used twice" in refused("a.toml", '[[sections]]\ncode="A"\ntitle="T"\n[[sections]]\ncode="A"\ntitle="U"\n')
    strange = read_book("a.toml", b'colour = 3\n[[sections]]\ncode="A"\ntitle="T"\nwho="me"\n', "mine")
    assert len(strange.report) == 2
