"""A report as slides: a title, one slide for each section with its chart and three sentences, and how it was done."""

import io
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from analysis.reporting.clean_text import clean
from analysis.reporting.document import Report, Slide
from analysis.reporting.folding import folded_png
from analysis.reporting.office import COLOURS, DEEP, FONT, INK, REGION, SOFT, put_manifest, put_properties
from analysis.reporting.zipped import settled

#: 16:9, as screens are.
WIDE, HIGH, EDGE = Mm(338.7), Mm(190.5), Mm(22)
TITLE_ONLY, TITLE_SLIDE = 5, 0


def write_slides(report: Report) -> bytes:
    """The file as bytes: the same report gives the same ones."""
    show = pptx.Presentation()
    show.slide_width, show.slide_height = WIDE, HIGH
    language = REGION.get(report.language, report.language)
    _title_slide(show, report)
    for number, slide in enumerate(report.slides):
        _add_slide(show, slide, number + 2, report)
    for slide in show.slides:
        for properties in slide._element.iter(qn("a:rPr"), qn("a:endParaRPr")):
            properties.set("lang", language)
    put_properties(show.core_properties, report)
    put_manifest(show.part, Part, PackURI, report)
    out = io.BytesIO()
    show.save(out)
    return settled(out.getvalue(), report.day)


def _title_slide(show: Any, report: Report) -> None:
    slide = show.slides.add_slide(show.slide_layouts[TITLE_SLIDE])
    title, under = slide.shapes.title, slide.placeholders[1]
    _place(title, EDGE, Mm(58), WIDE - 2 * EDGE, Mm(40))
    _say(title.text_frame, [report.title], 44, INK, bold=True, anchor=MSO_ANCHOR.BOTTOM)
    _place(under, EDGE, Mm(104), WIDE - 2 * EDGE, Mm(40))
    lines = [report.subtitle, " · ".join(each for each in (report.organisation, *_last(report)) if each)]
    _say(under.text_frame, lines, 20, SOFT)
    _bar(slide, EDGE, Mm(50), Mm(30), Mm(2.2), DEEP)


def _last(report: Report) -> tuple[str, ...]:
    """The day, as the title page says it."""
    return (report.about[-1][1],) if report.about else ()


def _add_slide(show: Any, told: Slide, number: int, report: Report) -> None:
    slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
    _bar(slide, EDGE, Mm(20), Mm(3), Mm(15), COLOURS[told.colour] if told.colour else DEEP)
    title = slide.shapes.title
    _place(title, EDGE + Mm(6), Mm(16), WIDE - 2 * EDGE - Mm(6), Mm(23))
    _say(title.text_frame, [told.title], 30, COLOURS[told.colour], bold=True, anchor=MSO_ANCHOR.MIDDLE)
    across = Mm(112) if told.chart else WIDE - 2 * EDGE - Mm(60)
    words = slide.shapes.add_textbox(EDGE, Mm(50), across, Mm(112))
    longest = sum(map(len, told.sentences))
    _say(words.text_frame, told.sentences, 14 if longest > 520 else 17, INK)
    if told.chart:
        left = EDGE + across + Mm(10)
        _add_chart(slide, told, left, Mm(50), WIDE - EDGE - left, Mm(112))
    foot = slide.shapes.add_textbox(EDGE, HIGH - Mm(17), WIDE - 2 * EDGE, Mm(8))
    _say(foot.text_frame, [f"{report.title} · {number}"], 10, SOFT)


def _add_chart(slide: Any, told: Slide, left: int, top: int, width: int, height: int) -> None:
    """The chart as large as fits, with its words for whoever does not see it, and its table in the notes."""
    chart = told.chart
    if chart is None:
        return
    picture = slide.shapes.add_picture(io.BytesIO(folded_png(chart.png, chart.svg)), left, top, width=width)
    if picture.height > height:
        picture.width, picture.height = int(picture.width * height / picture.height), height
    named = picture._element.nvPicPr.cNvPr
    named.set("descr", clean(chart.alternative))
    named.set("title", clean(chart.title))
    slide.notes_slide.notes_text_frame.text = clean(chart.alternative)


def _colour(digits: str) -> Any:
    made: Any = RGBColor
    return made.from_string(digits)


def _place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _bar(slide: Any, left: int, top: int, width: int, height: int, colour: str) -> None:
    """A stroke of colour; for readers it is not there."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, top, width, height)
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False
    _mark_as_ornament(shape)


def _mark_as_ornament(shape: Any) -> None:
    named = shape._element.nvSpPr.cNvPr
    named.set("descr", "")
    listed = named.get_or_add_extLst() if hasattr(named, "get_or_add_extLst") else _extensions(named)
    extension = listed.makeelement(qn("a:ext"), {"uri": "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"})
    space = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    extension.append(extension.makeelement(f"{{{space}}}decorative", {"val": "1"}, nsmap={"adec": space}))
    listed.append(extension)


def _extensions(named: Any) -> Any:
    listed = named.makeelement(qn("a:extLst"), {})
    named.append(listed)
    return listed


def _say(frame: Any, lines: Any, size: float, colour: str, bold: bool = False, anchor: Any = MSO_ANCHOR.TOP) -> None:
    frame.word_wrap, frame.vertical_anchor = True, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, text in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = 1
        paragraph.line_spacing = 1.15
        paragraph.space_after = Pt(size * 0.7)
        run = paragraph.add_run()
        run.text = clean(text).replace("\n", " ")
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
        run.font.color.rgb = _colour(colour)
