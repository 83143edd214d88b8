"""Word documents as people write standards in them, made for tests."""

import io
from collections.abc import Iterable

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


def saved(document: Document) -> bytes:
    """The bytes of the file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def document(*blocks: tuple[str, str] | list[list[str]]) -> bytes:
    """A .docx of paragraphs (style and text; a style with ! is bold) and tables (rows of cells)."""
    made = docx.Document()
    for block in blocks:
        if isinstance(block, list):
            table = made.add_table(len(block), len(block[0]))
            for row, cells in enumerate(block):
                for column, text in enumerate(cells):
                    table.cell(row, column).text = text
        else:
            style, text = block
            made.add_paragraph(style=style.rstrip("!")).add_run(text).bold = style.endswith("!") or None
    return saved(made)


def auto_numbered(lines: Iterable[tuple[int, str]]) -> bytes:
    """A .docx whose numbers Word makes itself: `lines` are levels from 0 and texts, numbered A, A1, A1.1, (a)."""
    made = docx.Document()
    levels = (("upperLetter", "%1"), ("decimal", "%1%2"), ("decimal", "%1%2.%3"), ("lowerLetter", "(%4)"))
    told = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for place, (form, text) in enumerate(levels)
    )
    numbering = made.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{told}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for level, text in lines:
        properties = made.add_paragraph(text, f"Heading {level + 1}" if level < 2 else None)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
        )
    return saved(made)
