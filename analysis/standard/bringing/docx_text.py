"""The paragraphs and tables of a Word document (.docx, ECMA-376), in order, with the numbers Word would show.

Only the text is read, by a parser that follows nothing: no macro, no link, no picture, no embedded file. What somebody
deleted under tracked changes is left out, what they added is in.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.standard.bringing.docx_numbers import Numbering, W, numbering_in
from safekeeping.languages import gettext as _
from surveys.formats.losses import bad
from surveys.formats.opening import MIB, parse_xml
from surveys.formats.workbooks import MOST_PARTS, OTHERWISE, is_bomb

MAIN = "word/document.xml"
#: Bytes that one part that is read may unpack to, and all parts together.
PART, UNPACKED = 24 * MIB, 256 * MIB
_AGAIN = "save it as .docx again"
#: Parts of a paragraph whose text is not its own: deleted, drawn, or an older form of the same.
_PASSED = {f"{W}{name}" for name in ("del", "moveFrom", "drawing", "pict", "object", "txbxContent")}
_SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: the label Word puts before it, its level as a heading (0: none), whether it is all bold."""

    text: str
    label: str = ""
    heading: int = 0
    bold: bool = False


@dataclass(frozen=True)
class Table:
    """One table: the text of its cells, row by row."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Style:
    name: str = ""
    based_on: str = ""
    list_id: str = ""
    level: int = 0
    outline: int = 0


@dataclass
class _Reader:
    styles: Mapping[str, _Style]
    numbering: Numbering
    passed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Document:
    """What a document says, and what of it was passed over."""

    blocks: tuple[Paragraph | Table, ...]
    report: tuple[str, ...] = ()


def read_document(content: bytes, file: str) -> Document:
    """The paragraphs and tables of a .docx. Raises `BadFile`."""
    roots = _parts(content, file)
    reader = _Reader(_styles(roots.get("word/styles.xml")), numbering_in(roots.get("word/numbering.xml")))
    body = roots[MAIN].find(f"{W}body")
    blocks = tuple(_blocks(body, reader)) if body is not None else ()
    report = [_("The document has footnotes; they are left behind.")] if "word/footnotes.xml" in roots else []
    if reader.passed & {f"{W}drawing", f"{W}pict", f"{W}object", f"{W}txbxContent"}:
        report.append(_("Pictures, drawings and text boxes are left behind."))
    if reader.passed & {f"{W}del", f"{W}moveFrom"}:
        report.append(_("The document has tracked changes; it was read as if they were all accepted."))
    return Document(blocks, tuple(report))


def _parts(content: bytes, file: str) -> dict[str, Any]:
    """The parts that are read, parsed; footnotes only where there are some. Raises `BadFile`."""
    wanted = (MAIN, "word/styles.xml", "word/numbering.xml", "word/footnotes.xml")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(file, archive.infolist())
            names = set(archive.namelist())
            found = {name: parse_xml(_unpacked(archive, name, file), file) for name in wanted if name in names}
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, EOFError, RuntimeError) as fault:
        raise bad(file, "", _("the document is damaged or cut short; {again}", again=_AGAIN)) from fault
    notes = found.get("word/footnotes.xml")
    if notes is not None and not any("".join(each.itertext()).strip() for each in notes):
        del found["word/footnotes.xml"]
    return found


def _check(file: str, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if MAIN not in names:
        kind = next((kind for other, kind in OTHERWISE.items() if other in names), _("a ZIP archive"))
        raise bad(file, "", _("it is {kind}, not a Word document (.docx); {again}", kind=kind, again=_AGAIN))
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        what = _("it has {number} parts, too many or some twice; {again}", number=len(names), again=_AGAIN)
        raise bad(file, "", what)
    if any("vbaproject" in name.lower() for name in names):
        raise bad(file, "", _("it holds macros, which are never run here; save a copy as .docx without macros"))
    if any(part.flag_bits & 1 for part in parts):
        raise bad(file, "", _("it is locked with a password; save a copy without one"))
    if any(map(is_bomb, parts)) or sum(part.file_size for part in parts) > UNPACKED:
        what = _("it unpacks to far more than its size; take pictures out of it, or {again}", again=_AGAIN)
        raise bad(file, "", what)


def _unpacked(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    with archive.open(name) as packed:
        data = packed.read(PART + 1)
    if len(data) > PART:
        raise bad(file, "", _("its text has more than {most} MB, which no standard has", most=PART // MIB))
    return data


def _styles(root: Any) -> dict[str, _Style]:
    if root is None:
        return {}
    return {each.get(f"{W}styleId", ""): _style(each) for each in root.findall(f"{W}style")}


def _style(style: Any) -> _Style:
    list_id, level = _list_of(style.find(f"{W}pPr"))
    outline = _value(style, f"{W}pPr/{W}outlineLvl")
    name = _value(style, f"{W}name").casefold()
    told = name.removeprefix("heading ")
    by_name = int(told) if name.startswith("heading ") and told.isdigit() and len(told) == 1 else 0
    by_name = 1 if name == "title" else by_name
    by_outline = int(outline) + 1 if outline.isdigit() and outline in "012345678" else 0
    return _Style(name, _value(style, f"{W}basedOn"), list_id, level, by_name or by_outline)


def _value(part: Any, path: str) -> str:
    found = part.find(path) if part is not None else None
    return "" if found is None else str(found.get(f"{W}val", ""))


def _list_of(properties: Any) -> tuple[str, int]:
    level = _value(properties, f"{W}numPr/{W}ilvl")
    return _value(properties, f"{W}numPr/{W}numId"), int(level) if level.isdigit() and len(level) == 1 else 0


def _blocks(within: Any, reader: _Reader) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order, also those in content controls; a list of contents is none of them."""
    for part in within:
        if part.tag == f"{W}p":
            paragraph = _paragraph(part, reader)
            if paragraph and (paragraph.text or paragraph.label):
                yield paragraph
        elif part.tag == f"{W}tbl":
            yield Table(tuple(_row(row, reader) for row in _rows(part)))
        elif part.tag == f"{W}sdt":
            inside = part.find(f"{W}sdtContent")
            yield from _blocks(inside, reader) if inside is not None else ()
        elif part.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _blocks(part, reader)


def _paragraph(part: Any, reader: _Reader) -> Paragraph | None:
    properties = part.find(f"{W}pPr")
    styles = list(_lineage(_value(properties, f"{W}pStyle"), reader.styles))
    if any(style.name.startswith(("toc ", "table of contents")) for style in styles):
        return None
    list_id, level = _list_of(properties)
    if not list_id:
        list_id, level = next(((each.list_id, each.level) for each in styles if each.list_id), ("", 0))
    text = "".join(_words(part, reader)).strip()
    label = reader.numbering.label(list_id, level) if list_id not in ("", "0") else ""
    heading = next((each.outline for each in styles if each.outline), 0)
    return Paragraph(text, label, heading, bool(text) and _is_bold(part))


def _lineage(style_id: str, styles: Mapping[str, _Style]) -> Iterator[_Style]:
    """A style and those it is based on."""
    for _step in range(12):
        if style_id not in styles:
            return
        yield styles[style_id]
        style_id = styles[style_id].based_on


def _words(part: Any, reader: _Reader) -> Iterator[str]:
    for child in part:
        if child.tag in _PASSED or child.tag.endswith("}AlternateContent"):
            reader.passed.add(child.tag)
        elif child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag != f"{W}pPr":
            yield from _words(child, reader)


def _is_bold(part: Any) -> bool:
    """Whether every run that has words is bold."""
    runs = [run for run in part.iter(f"{W}r") if "".join(each.text or "" for each in run.iter(f"{W}t")).strip()]
    bold = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(runs) and all(each is not None and each.get(f"{W}val", "1") not in ("0", "false") for each in bold)


def _rows(part: Any) -> Iterator[Any]:
    for child in part:
        if child.tag == f"{W}tr":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _rows(child)


def _row(row: Any, reader: _Reader) -> tuple[str, ...]:
    cells: list[str] = []
    for cell in row.findall(f"{W}tc"):
        told = [_cell_lines(each) for each in _blocks(cell, reader)]
        span = _value(cell, f"{W}tcPr/{W}gridSpan")
        wide = int(span) if span.isdigit() and len(span) < 3 else 1
        cells += ["\n".join(told), *([""] * (wide - 1))]
    return tuple(cells)


def _cell_lines(block: Paragraph | Table) -> str:
    """The lines of a cell; a table within it is taken apart into lines."""
    if isinstance(block, Table):
        return "\n".join(" – ".join(filter(None, row)) for row in block.rows)
    return f"{block.label} {block.text}".strip()
