"""The look of a report in Word: its styles, and the pieces of WordprocessingML that python-docx has no words for."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from analysis.reporting.office import DEEP, FONT, INK, REGION, RULE, SOFT, TINT

#: Style -> (base, size in points, colour, bold, space before, space after, line spacing).
STYLES: dict[str, tuple[str, float, str, bool, float, float, float]] = {
    "Normal": ("", 11, INK, False, 0, 8, 1.3),
    "Title": ("Normal", 30, INK, True, 6, 6, 1.1),
    "Subtitle": ("Normal", 14, SOFT, False, 0, 28, 1.3),
    "Heading 1": ("Normal", 21, INK, True, 0, 14, 1.15),
    "Heading 2": ("Normal", 14, INK, True, 24, 8, 1.2),
    "Heading 3": ("Normal", 11, INK, True, 16, 6, 1.2),
    "Caption": ("Normal", 9.5, SOFT, False, 14, 6, 1.2),
    "List Bullet": ("Normal", 11, INK, False, 0, 4, 1.3),
    "Quote": ("Normal", 12, INK, False, 8, 2, 1.35),
    "TOC 1": ("Normal", 11, INK, True, 8, 2, 1.2),
    "TOC 2": ("Normal", 10, INK, False, 0, 2, 1.2),
    "Lead": ("Normal", 13, INK, False, 0, 10, 1.35),
    "Soft": ("Normal", 9, SOFT, False, 4, 10, 1.25),
    "Organisation": ("Normal", 12, DEEP, True, 150, 4, 1.2),
    "Facts": ("Normal", 10.5, INK, False, 0, 4, 1.25),
    "Callout": ("Normal", 10.5, INK, False, 0, 0, 1.35),
    "Attribution": ("Quote", 10, SOFT, False, 0, 10, 1.2),
    "Contents": ("Normal", 21, INK, True, 0, 14, 1.15),
    "Easy": ("Normal", 17, INK, False, 0, 14, 1.6),
    "Cell": ("Normal", 9.5, INK, False, 3, 3, 1.1),
    "Small cell": ("Normal", 7, INK, False, 2, 2, 1.05),
    "Footer": ("Normal", 8.5, SOFT, False, 0, 0, 1.2),
}
_KEPT = ("Heading 1", "Heading 2", "Heading 3", "Contents")


def set_styles(document: Any, language: str) -> None:
    """Give every style its look, and the document its language."""
    for name, look in STYLES.items():
        _set_style(document.styles, name, *look)
    document.styles["Heading 1"].paragraph_format.page_break_before = True
    document.styles["Contents"].paragraph_format.page_break_before = True
    document.styles["TOC 2"].paragraph_format.left_indent = Mm(6)
    _edge(document.styles["Subtitle"].element, DEEP, ("bottom",), 18)
    for name in ("Quote", "Attribution"):
        document.styles[name].paragraph_format.left_indent = Mm(5)
        _edge(document.styles[name].element, DEEP, ("left",), 10)
    callout = document.styles["Callout"]
    callout.paragraph_format.left_indent = callout.paragraph_format.right_indent = Mm(4)
    _edge(callout.element, TINT, ("top", "left", "bottom", "right"), 7)
    _shade(callout.element, TINT)
    _set_language(document, REGION.get(language, language))


def _set_style(styles: Any, name: str, based: str, size: float, colour: str, bold: bool, *spaces: float) -> None:
    known = {each.name for each in styles}
    style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if based:
        style.base_style = styles[based]
    for old in style.element.findall(qn("w:rPr")) + style.element.findall(qn("w:pPr")):
        _forget(old, keep=name == "List Bullet")
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    _set_font(style.element)
    space = style.paragraph_format
    space.space_before, space.space_after, space.line_spacing = Pt(spaces[0]), Pt(spaces[1]), spaces[2]
    space.keep_with_next = name in _KEPT


def _forget(properties: Any, keep: bool) -> None:
    """Take away the look that the template gave a style; what makes it a heading or a list stays."""
    kept = {qn("w:numPr"), qn("w:outlineLvl"), qn("w:ind"), qn("w:contextualSpacing")} if keep else {qn("w:outlineLvl")}
    for each in list(properties):
        if each.tag not in kept:
            properties.remove(each)


def _set_font(style: Any) -> None:
    """One font for all scripts; those of the theme, which a template names, are another."""
    properties = style.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    properties.insert(0, fonts)


def _set_language(document: Any, language: str) -> None:
    for each in document.styles.element.iter(qn("w:lang")):
        each.set(qn("w:val"), language)
        each.set(qn("w:eastAsia"), language)


def _edge(style: Any, colour: str, sides: tuple[str, ...], space: int) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        borders.append(made(f"w:{side}", val="single", sz="18", space=str(space), color=colour))
    style.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _shade(style: Any, fill: str) -> None:
    shade = made("w:shd", val="clear", color="auto", fill=fill)
    style.get_or_add_pPr().insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc")


def made(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML with attributes of that namespace."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def add_field(paragraph: Any, code: str, shown: str) -> None:
    """A field, such as a number that Word counts itself, with what it shows until then."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "code":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {code} "
            run._r.append(instruction)
        elif kind == "shown":
            run.text = shown
        else:
            run._r.append(made("w:fldChar", fldCharType=kind))


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    """A place that the contents lead to, around what a paragraph holds."""
    begin = made("w:bookmarkStart", id=str(number), name=name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, begin)
    paragraph._p.append(made("w:bookmarkEnd", id=str(number)))


def add_link(paragraph: Any, name: str, text: str) -> None:
    """A link to a bookmark."""
    link = made("w:hyperlink", anchor=name, history="1")
    run = paragraph.add_run(text)
    link.append(run._r)
    paragraph._p.append(link)


def set_table_look(table: Any, title: str) -> None:
    """Thin rules, a header that is repeated on every page, rows that stay whole, and a title for readers."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(made(f"w:{side}", val="single", sz="4", space="0", color=RULE))
    properties.append(borders)
    properties.append(made("w:tblLook", val="04A0", firstRow="1", firstColumn="1", noVBand="1"))
    properties.append(made("w:tblCaption", val=title))
    for number, row in enumerate(table.rows):
        kept = row._tr.get_or_add_trPr()
        kept.append(made("w:cantSplit"))
        if number == 0:
            kept.append(made("w:tblHeader"))
