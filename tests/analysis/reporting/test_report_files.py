"""Every form of a report, as its readers read it: structure, words for pictures, language, nothing that runs."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pptx
import pypdf
import pytest
from lxml import etree, html

from analysis.reporting.composing import PARTS, compose
from analysis.reporting.document import Report
from analysis.reporting.facts import Facts
from analysis.reporting.formats import FORMS
from analysis.reporting.reading_manifest import manifest_in
from analysis.reporting.report_charts import charts_of
from safekeeping.languages import speaking
from tests.analysis.reporting.samples import facts

#: What people write, and what would do harm in a file that took it for more than words.
HOSTILE = (
    "=cmd|' /C calc'!A0 <script>alert(1)</script> ]]> #set page(fill: red) $x^2$ @ref \\u{41} \x00\x0b\ufffe "
    "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-5} {name} %s &amp; שלום عربي \u202e " + "long" * 60
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def drawn() -> Facts:
    """The facts with their charts."""
    made = facts()
    return replace(made, charts=charts_of(made))


@cache
def report() -> Report:
    return compose(drawn(), list(PARTS))


@cache
def hostile() -> Report:
    made = replace(facts(HOSTILE, HOSTILE), charts=drawn().charts)
    return compose(made, ["summary", "findings"])


@cache
def written(form: str) -> bytes:
    return FORMS[form].write(report())


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_gives_the_same_bytes(form: str) -> None:
    assert FORMS[form].write(report()) == written(form)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_carries_the_manifest(form: str) -> None:
    assert manifest_in(written(form)) == manifest_in(report().manifest.encode())


@pytest.mark.parametrize("form", FORMS)
def test_words_are_only_words_in_every_form(form: str) -> None:
    made = FORMS[form].write(hostile())
    assert made
    assert manifest_in(made).figures
    if form in ("docx", "pptx"):
        for _name, tree in trees(made):
            assert tree is not None
    if form == "html":
        page = html.fromstring(made.decode())
        assert not page.xpath("//script")
        assert "alert(1)" in page.text_content()
    if form == "pdf":
        said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
        assert "#set page(fill: red)" in said.replace("\n", " ")
        assert "[thumbs up sign]" in said.replace("\n", " ")


def trees(content: bytes) -> Iterator[tuple[str, Any]]:
    """Every XML member of an archive, parsed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for each in archive.namelist():
            if each.endswith((".xml", ".rels")):
                yield each, etree.fromstring(archive.read(each))


def test_the_web_page_fetches_and_runs_nothing() -> None:
    page = html.fromstring(written("html").decode())
    assert page.get("lang") == "en"
    assert not page.xpath("//script | //link | //iframe | //object | //@onclick | //@srcset")
    links = [each for each in page.xpath("//@href | //@src") if not each.startswith(("#", "data:text/csv"))]
    assert not links
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]
    assert not re.search(rb"url\((?!#)|@import", written("html"))


def test_the_web_page_has_a_way_through() -> None:
    page = html.fromstring(written("html").decode())
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    places = [each[1:] for each in page.xpath("//a/@href") if each.startswith("#")]
    assert len(places) > 10
    assert set(places) <= set(names)
    named = {name for each in page.xpath("//@aria-labelledby") for name in each.split()}
    assert named <= set(names)
    levels = [int(each.tag[1]) for each in page.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = page.xpath("//figure/*[name()='svg']")
    assert len(pictures) == len(report().charts())
    assert all(each.get("role") == "img" and each.get("aria-labelledby") for each in pictures)


def test_the_word_file_has_headings_captions_and_words_for_pictures() -> None:
    file = docx.Document(io.BytesIO(written("docx")))
    styles = [(each.style.name, each.text) for each in file.paragraphs if each.style]
    assert [text for name, text in styles if name == "Heading 1"] == [each.title for each in report().parts]
    assert len([name for name, _text in styles if name == "Caption"]) == len(file.tables) + len(file.inline_shapes)
    for shape, chart in zip(file.inline_shapes, report().charts(), strict=True):
        assert shape._inline.docPr.get("descr") == chart.alternative
    fields = "".join(node.text or "" for node in file.element.iter(f"{W}instrText"))
    for field in ('TOC \\o "1-2"', "SEQ Table", "SEQ Figure"):
        assert field in fields
    links = {node.get(f"{W}anchor") for node in file.element.iter(f"{W}hyperlink")}
    assert links == {node.get(f"{W}name") for node in file.element.iter(f"{W}bookmarkStart")}


def test_the_word_file_says_its_language_title_and_no_ones_name() -> None:
    file = docx.Document(io.BytesIO(written("docx")))
    about = file.core_properties
    assert (about.title, about.author, about.language) == ("Services for men, 2026", "The Example Trust", "en-GB")
    assert about.comments == ""
    assert {node.get(f"{W}val") for node in file.styles.element.iter(f"{W}lang")} == {"en-GB"}
    assert {node.get(f"{W}val") for node in _welsh().styles.element.iter(f"{W}lang")} == {"cy-GB"}
    with zipfile.ZipFile(io.BytesIO(written("docx"))) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2026, 11, 22, 0, 0, 0)}


def _welsh() -> Any:
    with speaking("cy"):
        short = compose(facts(), ["summary"])
    return docx.Document(io.BytesIO(FORMS["docx"].write(replace(short, parts=short.parts[:1]))))


def test_tables_in_word_repeat_their_header_and_can_be_edited() -> None:
    file = docx.Document(io.BytesIO(written("docx")))
    for table in file.tables:
        assert table.rows[0]._tr.findall(f"{W}trPr/{W}tblHeader")
        assert table._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val")
    first = file.tables[0]
    assert [cell.text for cell in first.rows[0].cells] == ["Audience", "Responses", "Passages"]


def test_the_pdf_is_tagged_with_language_title_bookmarks_and_words_for_pictures() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(written("pdf")))
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not None
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Services for men, 2026"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert len(_flat(pdf.outline)) > len(report().parts)
    said = [each["/Alt"] for each in _nodes(root["/StructTreeRoot"]) if "/Alt" in each]
    assert {chart.alternative for chart in report().charts()} <= set(said)
    kinds = {str(each.get("/S")) for each in _nodes(root["/StructTreeRoot"])}
    assert {"/H1", "/Table", "/TH", "/Figure", "/Caption", "/L"} <= kinds


def _flat(outline: list[Any]) -> list[Any]:
    return [each for some in outline for each in (_flat(some) if isinstance(some, list) else [some])]


def _nodes(node: Any) -> Iterator[Any]:
    node = node.get_object()
    if isinstance(node, pypdf.generic.DictionaryObject):
        yield node
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from _nodes(child)


def test_the_pdf_holds_its_fonts() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(written("pdf")))
    found: list[Any] = [page["/Resources"] for page in pdf.pages]
    fonts = {name: font.get_object() for each in found for name, font in each.get("/Font", {}).items()}
    assert fonts
    for font in fonts.values():
        inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & inner.keys()
        assert "/ToUnicode" in font


def test_slides_have_titles_words_for_charts_and_a_language() -> None:
    show = pptx.Presentation(io.BytesIO(written("pptx")))
    titles = [slide.shapes.title.text for slide in show.slides]
    assert titles == ["Services for men, 2026", *(each.title for each in report().slides)]
    charts = [each.chart for each in report().slides if each.chart]
    pictures = [shape for slide in show.slides for shape in slide.shapes if shape.shape_type == 13]
    said = [each._element.nvPicPr.cNvPr.get("descr") for each in pictures]
    assert said == [each.alternative for each in charts]
    for name, tree in trees(written("pptx")):
        if name.startswith("ppt/slides/slide"):
            assert {each.get("lang") for each in tree.iter("{*}rPr")} == {"en-GB"}


def _office() -> str | None:
    """LibreOffice with the part that reads Word files."""
    found = shutil.which("soffice")
    parts = list(Path(found).resolve().parent.glob("libswlo.so")) if found else []
    return found if parts else None


@pytest.mark.slow
@pytest.mark.skipif(not _office(), reason="LibreOffice Writer and Impress are not installed here")
@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_libreoffice_opens_it(form: str, tmp_path: Path) -> None:
    (tmp_path / f"report.{form}").write_bytes(written(form))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [str(_office()), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / f"report.{form}")], check=True, capture_output=True, timeout=120)
    pages = pypdf.PdfReader(tmp_path / "report.pdf").pages
    said = "".join(page.extract_text() for page in pages)
    assert len(pages) >= 6
    for section in drawn().sections:
        assert section.title in said
