"""Files of a standard's wording: what is understood, what is told, what is refused; and out and in again."""

import contextlib
import io
import re
import string
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from analysis.code_books.as_editions import book_of, edition_of
from analysis.code_books.qdc import write_qdc
from analysis.code_books.tree import one_line, wrong_with
from analysis.standard.bringing.docx_rows import read_docx
from analysis.standard.bringing.files import WRITERS, read_clauses
from analysis.standard.bringing.matching import Brought, known_in, matched
from analysis.standard.bringing.own import Named, book_of_standard, own_standard
from analysis.standard.bringing.rows import ClauseRow, Known, ReadClauses, as_number, column_of, key_of
from analysis.standard.clauses import LEVELS, SECTION, Clause, StandardText, clause_id
from analysis.standard.edition import load_edition
from analysis.standard.lineage import gone_since, pasts
from analysis.standard.shipped_texts import shipped_text, shipped_texts
from surveys.formats.losses import BadFile
from tests.analysis.standard.written_documents import auto_numbered, document

RESPECT, MDAN = shipped_text("respect"), shipped_text("mdan")
RESPECT_CODES = tuple(book_of(load_edition("respect")).by_code())


def brought(file: str, content: bytes, text: StandardText = RESPECT) -> Brought:
    return matched(text, read_clauses(file, content, known_in(text)), RESPECT_CODES, file)


def own(file: str, content: bytes, **named: object) -> StandardText:
    told = Named(**{"name": "ours", "title": "Ours", **named})  # type: ignore[arg-type]
    return own_standard(read_clauses(file, content, Known()), told, file).text


def outline(text: StandardText) -> list[tuple[str, str, str]]:
    return [(each.clause.number, each.clause.title, each.clause.level) for each in text.walk()]


def refused(file: str, content: bytes) -> str:
    with pytest.raises(BadFile) as fault:
        brought(file, content)
    return str(fault.value)


# Numbers and headings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("A4.3", "A4.3"),
        (" Standard A 4.3. ", "A4.3"),
        ("requirement 2.1)", "2.1"),
        ("§ 12", "12"),
        ("LG1:", "LG1"),
        ("see below", ""),
        ("", ""),
        ("...", ""),
        ("A" * 30 + "1", ""),
    ],
)
def test_a_number_is_read_as_people_write_it(written: str, number: str) -> None:
    assert as_number(written) == number


def test_two_ways_to_write_a_number_are_one() -> None:
    assert key_of("A4.3") == key_of("a 4.03") != key_of("A43")


@pytest.mark.parametrize(
    ("heading", "column"),
    [("Number", "number"), ("Ref no", "number"), ("Evidence required", "evidence"), ("Stage(s)", "stages"), ("", "")],
)
def test_a_heading_is_read_leniently(heading: str, column: str) -> None:
    assert column_of(heading) == column


# Rows ----------------------------------------------------------------------------------------------


def test_wording_is_matched_by_number_and_the_rest_stays() -> None:
    rows = "Respect,,,\nRef,Requirement text,Evidence required,Cost\nA 4.3,Staff are checked.,Papers,12\n"
    rows += "a4.03,Again,,\nA4.9,A new one.,,\nQ1,Nowhere,,\n,,Lost,\n"
    made = brought("wording.csv", rows.encode())
    clause = made.text.by_number()["A4.3"].clause
    assert (clause.wording, clause.evidence, clause.title) == (
        "Staff are checked.",
        "Papers",
        "Recruitment and training, 3",
    )
    assert clause.id == RESPECT.by_number()["A4.3"].clause.id == clause.earlier[0]
    new = made.text.by_number()["A4.9"].clause
    assert (new.title, new.level, new.earlier) == ("A new one.", "requirement", ())
    assert [each.number for each in made.text.by_number()["A4"].clause.children][-2:] == ["A4.5", "A4.9"]
    assert [each.now.number for each in made.changes] == ["A4.3", "A4.9"]
    assert (made.named, made.new, made.text.edition) == (1, 1, 3)
    told = " ".join(made.report)
    for said in ("“Cost” was not understood", "A4.03 stands a second time", "“Q1 Nowhere”", "neither number nor title"):
        assert said.casefold() in told.casefold()


def test_aims_and_stages_are_known_by_code_or_title_and_others_are_told() -> None:
    rows = "number;aims;stages\nA1.1;Safety of victims, kindness;FULL\n"
    made = brought("tags.csv", rows.encode())
    clause = made.text.by_number()["A1.1"].clause
    assert (clause.aims, clause.stages) == (("safety",), ("full",))
    assert any("“kindness” is no aim" in line for line in made.report)


def test_a_workbook_says_what_was_worked_out() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Number", "Wording"], ["A1.1", '="a"&"b"'], ["A3.1", "Plain"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    made = brought("wording.xlsx", out.getvalue())
    assert made.text.by_number()["A3.1"].clause.wording == "Plain"
    assert any("holds a formula" in line for line in made.report)


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("text", shipped_texts(), ids=lambda text: text.name)
def test_an_edition_taken_out_and_brought_back_changes_nothing(text: StandardText, ending: str) -> None:
    read = read_clauses(f"a.{ending}", WRITERS[ending].write(text), known_in(text))
    made = matched(text, read, tuple(book_of(load_edition(text.name)).by_code()), "a")
    assert (made.changes, made.report, made.named) == ((), (), len(text.placed()))


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), max_size=40)
lines = words.map(one_line)


@st.composite
def standards(draw: st.DrawFn) -> StandardText:
    """A small standard with any words in it."""

    def clause(number: str, level: int) -> Clause:
        many = draw(st.integers(0, 2)) if level + 1 < len(LEVELS) else 0
        below = [f"{number}{'.' if level else ''}{place}" for place in range(1, many + 1)]
        children = tuple(clause(each, level + 1) for each in below)
        texts: dict[str, Any] = {name: draw(lines) for name in ("wording", "purpose", "evidence", "guidance")}
        title = draw(lines.filter(bool))
        return Clause(clause_id("any", number), number, title, LEVELS[level], children=children, **texts)

    letters = string.ascii_uppercase[: draw(st.integers(1, 3))]
    return StandardText("any", "Any", "", 1, "any", tuple(clause(each, 0) for each in letters))


@given(standards(), st.sampled_from(sorted(WRITERS)))
def test_any_edition_comes_back_from_its_file(text: StandardText, ending: str) -> None:
    made = matched(text, read_clauses(f"a.{ending}", WRITERS[ending].write(text), known_in(text)), (), "a")
    assert (made.changes, made.report) == ((), ())


@given(st.binary(max_size=300), st.sampled_from(["a.docx", "a.xlsx", "a.csv", "a.qdc"]))
def test_any_bytes_are_read_or_refused(content: bytes, file: str) -> None:
    with contextlib.suppress(BadFile):
        assert brought(file, content).text.name == RESPECT.name


rows_of_any = st.lists(
    st.builds(
        ClauseRow,
        st.just("row"),
        st.one_of(st.sampled_from(["A", "A1", "A1.1", "A1.1.1", "2", "2.1", "B.1", "", "9.9.9.9"]), lines),
        lines,
        st.dictionaries(st.sampled_from(["wording", "purpose"]), lines),
    ),
    max_size=12,
)


@given(rows_of_any)
def test_any_rows_make_a_standard_whose_numbers_are_its_own(rows: list[ClauseRow]) -> None:
    """Whatever the numbers: none is twice, each lies below the one it begins with, and nothing is dropped untold."""
    rows = [replace(row, number=as_number(row.number)) for row in rows]
    try:
        made = own_standard(ReadClauses(tuple(rows)), Named("ours", "Ours"), "a.csv")
    except BadFile:
        assert not any(row.number for row in rows)
        return
    placed = list(made.text.walk())
    keys = [key_of(each.clause.number) for each in placed]
    assert len(set(keys)) == len(keys)
    assert all(key_of(each.above[-1].number) == key_of(each.clause.number)[:-1] for each in placed if each.above)
    assert StandardText.from_json(made.text.to_json()) == made.text
    deeper = {key[:3] for row in rows if len(key := key_of(row.number)) > 3}
    wanted = {key_of(row.number)[:3] for row in rows if row.number}
    assert wanted <= set(keys)
    assert len(deeper) == sum("three levels" in line for line in made.report)


# Word documents ------------------------------------------------------------------------------------

PAGES = document(
    ("Title", "Respect, with its wording"),
    ("Normal", "Some words before anything."),
    ("Heading 1", "A Management"),
    ("Normal", "What leads."),
    ("Heading 2", "A4. Recruitment and training"),
    ("Normal", "Purpose: Safe staff."),
    ("Normal", "A4.3 Staff are checked before they begin."),
    ("Normal", "And again later."),
    ("Normal", "1. Not a number of a clause"),
    ("Normal!", "Evidence required"),
    ("Normal", "Papers."),
    ("Heading 2", "An annex"),
    ("Normal", "Lost words."),
    [["Ref", "Full text", "Notes"], ["A5.1", "Each case has an owner.", "See there"], ["", "", ""]],
    [["B1.1", "A leaflet says what is offered."], ["nothing", "at all"]],
)


def test_a_document_is_read_by_its_numbers() -> None:
    made = brought("respect.docx", PAGES)
    known = made.text.by_number()
    assert known["A"].clause.title == "Management"
    assert known["A4"].clause.purpose == "Safe staff."
    three = known["A4.3"].clause
    assert three.wording == "Staff are checked before they begin.\nAnd again later.\n1. Not a number of a clause"
    assert three.evidence == "Papers."
    assert (known["A5.1"].clause.wording, known["A5.1"].clause.guidance) == ("Each case has an owner.", "See there")
    assert known["B1.1"].clause.wording == "A leaflet says what is offered."
    told = " ".join(made.report)
    for said in ("Some words before", "An annex", "Lost words", "nothing – at all"):
        assert said in told
    assert made.new == 0


def test_the_same_document_makes_a_standard_of_its_own() -> None:
    made = own_standard(read_clauses("a.docx", PAGES, Known()), Named("ours", ""), "a.docx")
    assert made.text.title == "Respect, with its wording"
    assert [line[0] for line in outline(made.text)] == ["A", "A4", "A4.3", "A5", "A5.1", "B", "B1", "B1.1"]
    assert any("clauses of A5 and not A5 itself" in line for line in made.report)


def test_clauses_without_a_number_are_known_by_their_title() -> None:
    pages = document(
        ("Heading 1", "LEADERSHIP and governance"),
        ("Normal", "How it is led."),
        ("Heading 2", "Workforce"),
        ("Normal", "Guidance: Train them."),
    )
    made = brought("mdan.docx", pages, MDAN)
    assert made.text.by_number()["LG"].clause.wording == "How it is led."
    assert made.text.by_number()["LG3"].clause.guidance == "Train them."


def test_numbers_that_word_makes_itself_are_worked_out() -> None:
    lines = [(0, "Management"), (1, "Policies"), (2, "There are some."), (3, "a part"), (2, "They are dated.")]
    lines += [(1, "Resources"), (2, "There is money."), (0, "Service")]
    made = own("numbered.docx", auto_numbered(lines))
    assert [(number, level) for number, _title, level in outline(made)] == [
        *(("A", "section"), ("A1", "standard"), ("A1.1", "requirement"), ("A1.2", "requirement")),
        *(("A2", "standard"), ("A2.1", "requirement"), ("B", "section")),
    ]
    assert made.by_number()["A1.1"].clause.wording == "There are some.\n(a) a part"


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04 cut", "damaged or cut short"),
        (packed(xl__workbook_xml=b"<a/>"), "not a Word document"),
        (packed(word__document_xml=b" " * 40_000_000), "unpacks to far more"),
        (packed(word__document_xml=BODY, word__vbaProject_bin=b"x"), "macros"),
        (packed(word__document_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + BODY), "document type or entities"),
        (packed(word__document_xml=b"<a"), "no well-formed XML"),
        (packed(word__document_xml=BODY), "no clause with a number"),
        (b"x" * (9 * 2**20), "more than 8 MB"),
    ],
    ids=["empty", "cut", "workbook", "bomb", "macros", "entities", "no XML", "no clause", "large"],
)
def test_a_document_that_is_none_is_refused_with_a_remedy(content: bytes, said: str) -> None:
    assert said in refused("a.docx", content)


def test_other_kinds_of_file_and_headings_that_say_nothing_are_refused() -> None:
    assert "ending in .docx, .xlsx, .csv, .qdc" in refused("a.pdf", b"%PDF")
    assert "no row of it has headings" in refused("a.csv", b"one,two\n1,2\n")


def test_what_is_longer_than_any_clause_is_refused_not_cut() -> None:
    assert "longer than 20000 letters" in refused("a.csv", b"number,wording\nA1.1," + b"x" * 20_001)


# Code trees ----------------------------------------------------------------------------------------


def test_a_code_tree_is_wording_below_and_purpose_above() -> None:
    book = book_of(load_edition("mdan"))
    made = brought("mdan.qdc", write_qdc(book, 1, "0" * 64), MDAN)
    clause = made.text.by_number()["LG1"].clause
    assert clause.wording == MDAN.by_number()["LG1"].clause.purpose
    assert len(made.changes) == 20
    assert any("cues are left behind" in line for line in made.report)


# Standards of one's own ----------------------------------------------------------------------------

OWN_ROWS = b"""number,title,wording,aims,stages,codes
1,People,,Kindness,First,LG
1.1,Staff,Trained staff.,,,LG3
1.1.1,,Each is trained within a year of coming to work here and again after that.,,First,
1.1.1.2,,A detail.,,,
2.1,Rooms,Rooms are warm.,,,nowhere
"""


def test_rows_make_a_standard_with_a_code_book_of_its_own() -> None:
    made = own("ours.csv", OWN_ROWS)
    assert outline(made)[:3] == [
        ("1", "People", "section"),
        ("1.1", "Staff", "standard"),
        ("1.1.1", "Each is trained within a year of coming to work here and…", "requirement"),
    ]
    assert made.by_number()["1.1.1"].clause.wording.endswith("\n1.1.1.2 A detail.")
    assert ([each.title for each in made.aims], [each.code for each in made.stages]) == (["Kindness"], ["first"])
    book = book_of_standard(made, "ours.csv")
    assert wrong_with(book) == []
    assert list(book.by_code()) == ["1", "1x1", "2", "2x1"]
    assert made.by_number()["1.1.1"].codes == ("1x1",)
    assert edition_of(book, "").theme_codes == ("1x1", "2x1")


def test_rows_can_be_tied_to_a_code_book_that_is_here() -> None:
    codes = tuple(book_of(load_edition("mdan")).by_code())
    told = Named("ours", "Ours", frame="mdan", codes=codes)
    made = own_standard(read_clauses("ours.csv", OWN_ROWS, Known()), told, "ours.csv")
    assert (made.text.frame, made.text.by_number()["1.1.1"].codes) == ("mdan", ("LG3",))
    assert any("tied to 2.1" in line for line in made.report)


# Lineage -------------------------------------------------------------------------------------------


def test_what_became_of_each_clause_is_told() -> None:
    made = brought("a.csv", b"number,title,wording\nA1.1,,Words\nA1.2,Second,More\n").text
    past = pasts(made, RESPECT)
    known = made.by_number()
    assert past[known["A1.1"].clause.id].parts == ("wording",)
    assert past[known["A1.2"].clause.id].numbers == ()
    assert past[known["A"].clause.id].parts == ()
    assert gone_since(made, RESPECT) == ()
    first = RESPECT.clauses[0]
    cut = replace(made, clauses=tuple(each for each in made.clauses if each.level == SECTION and each.id != first.id))
    assert [each.clause.number for each in gone_since(cut, RESPECT)][:2] == ["A", "A1"]


# Nothing is dropped in silence ---------------------------------------------------------------------

starts = st.sampled_from(
    ["", "A ", "A1 ", "A4.3 ", "a4.3) ", "1. ", "Standard B2: ", "Purpose: ", "Evidence – ", "Z9.9 "]
)
styled = st.tuples(starts, st.integers(0, 10_000), st.sampled_from(["", "Heading1", "Bold"]))
tables = st.lists(st.lists(st.tuples(starts, st.integers(0, 10_000)), min_size=2, max_size=3), min_size=1, max_size=3)


def as_word(start: str, mark: int) -> str:
    return f"{start}marked{mark}x"


def as_paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style == "Heading1" else ""
    bold = "<w:rPr><w:b/></w:rPr>" if style == "Bold" else ""
    return f"<w:p>{look}<w:r>{bold}<w:t>{text}</w:t></w:r></w:p>"


def as_block(block: object) -> str:
    if isinstance(block, tuple):
        start, mark, style = block
        return as_paragraph(as_word(start, mark), style)
    assert isinstance(block, list)
    rows = ["".join(f"<w:tc>{as_paragraph(as_word(*cell))}</w:tc>" for cell in row) for row in block]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


STYLES = (
    b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:styleId="Heading1">'
)
STYLES += b'<w:name w:val="heading 1"/></w:style></w:styles>'


@given(st.lists(st.one_of(styled, tables), min_size=1, max_size=12), st.booleans())
def test_every_word_of_a_document_is_a_clause_or_told(blocks: list[object], against: bool) -> None:
    body = "".join(map(as_block, blocks))
    content = packed(
        word__document_xml=BODY.replace(b"<w:body/>", f"<w:body>{body}</w:body>".encode()), word__styles_xml=STYLES
    )
    read = read_docx(content, "a.docx", known_in(RESPECT) if against else Known())
    kept = [read.title, *read.report]
    kept += [said for row in read.rows for said in (row.title, *row.texts.values(), *sum(row.lists.values(), ()))]
    marks = re.findall("marked[0-9]+x", body)
    assert [mark for mark in marks if not any(mark in said for said in kept)] == []
