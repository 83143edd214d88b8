"""A report as a Word file: real headings, captions that Word counts, pictures with words, tables that can be edited."""

import io
from collections.abc import Callable
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.packuri import PackURI
from docx.opc.part import Part as Piece
from docx.shared import Emu, Mm, Pt, RGBColor

from analysis.reporting.clean_text import clean
from analysis.reporting.document import (
    EASY,
    LEAD,
    SOFT,
    Block,
    Bullets,
    Heading,
    Note,
    Paragraph,
    Part,
    Picture,
    Quotation,
    Report,
    Table,
    Tracked,
)
from analysis.reporting.folding import folded_png
from analysis.reporting.office import COLOURS, DEEP, OUT_INK, put_manifest, put_properties
from analysis.reporting.office import SOFT as SOFT_INK
from analysis.reporting.word_look import add_bookmark, add_field, add_link, made, set_styles, set_table_look
from analysis.reporting.zipped import settled

WIDTH = Mm(166)
#: A chart with its caption fits on a page.
TALLEST = Mm(205)
#: Above so many columns, and in the manifest, cells are small.
MOST_COLUMNS = 6
#: A table of so many rows may be cut by the end of a page.
LONG = 15
_LOOKS = {LEAD: "Lead", SOFT: "Soft"}


def write_docx(report: Report) -> bytes:
    """The file as bytes: the same report gives the same ones."""
    return settled(_Writing(report).written(), report.day)


class _Writing:
    """One file being written. `_numbers` counts captions as Word will."""

    def __init__(self, report: Report) -> None:
        self.report, self.words = report, report.words
        self.file = docx.Document()
        self._numbers = {"Table": 0, "Figure": 0}
        self._marks = 0
        self._part: Part | None = None
        self._styles: dict[str, str] = {}

    def written(self) -> bytes:
        """Every page of it."""
        self._set_up()
        self._title_page()
        self._contents()
        for part in self.report.parts:
            self._part = part
            self._heading(part.title, 1)
            for number, block in enumerate(part.blocks):
                _BLOCKS[type(block)](self, block)
                if isinstance(block, Paragraph) and isinstance(next(iter(part.blocks[number + 1 :]), None), Picture):
                    self.file.paragraphs[-1].paragraph_format.keep_with_next = True
        put_properties(self.file.core_properties, self.report)
        put_manifest(self.file.part, Piece, PackURI, self.report)
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _set_up(self) -> None:
        set_styles(self.file, self.report.language)
        self._styles = {each.name: each.style_id for each in self.file.styles}
        page = self.file.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(22)
        page.top_margin, page.bottom_margin = Mm(25), Mm(22)
        page.different_first_page_header_footer = True
        footer = page.footer.paragraphs[0]
        footer.style = self.file.styles["Footer"]
        footer.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        footer.add_run(clean(self.report.title) + "\t")
        add_field(footer, "PAGE", "2")

    def _add(self, text: str, style: str) -> Any:
        return self._as(self.file.add_paragraph(clean(text)), style)

    def _as(self, line: Any, style: str) -> Any:
        """Give a line its style by its id: to look it up by name, python-docx reads all styles each time."""
        line._p.style = self._styles[style]
        return line

    def _title_page(self) -> None:
        self._add(self.report.organisation, "Organisation")
        self._add(self.report.title, "Title")
        self._add(self.report.subtitle, "Subtitle")
        for what, answer in self.report.about:
            line = self._add("", "Facts")
            line.paragraph_format.tab_stops.add_tab_stop(Mm(45))
            line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(45), Mm(-45)
            line.add_run(clean(what)).font.color.rgb = RGBColor.from_string(SOFT_INK)
            line.add_run("\t" + clean(answer))

    def _contents(self) -> None:
        """The contents as a field: links now, and page numbers once Word is asked to update it."""
        self._add(self.words["contents"], "Contents")
        first = self._add("", "TOC 1")
        for kind, text in (("begin", ""), ("", ' TOC \\o "1-2" \\h \\z \\u '), ("separate", "")):
            run = first.add_run()
            if kind:
                run._r.append(made("w:fldChar", fldCharType=kind))
            else:
                code = made("w:instrText")
                code.text = text
                run._r.append(code)
        line = first
        for number, (level, title) in enumerate(self._listed()):
            line = first if number == 0 else self._add("", f"TOC {level}")
            add_link(line, f"_Toc{number + 1:06d}", clean(title))
        line.add_run()._r.append(made("w:fldChar", fldCharType="end"))

    def _listed(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for part in self.report.parts:
            found.append((1, part.title))
            found += [(2, each.text) for each in part.blocks if isinstance(each, Heading) and each.level == 2]
        return found

    @property
    def _easy(self) -> bool:
        return self._part is not None and self._part.look == EASY

    def _heading(self, text: str, level: int, colour: int = 0) -> Any:
        line = self._add(text, f"Heading {level}")
        if colour:
            line.runs[0].font.color.rgb = RGBColor.from_string(COLOURS[colour])
        if level < 3:
            self._marks += 1
            add_bookmark(line, f"_Toc{self._marks:06d}", self._marks)
        return line

    def heading(self, block: Heading) -> None:
        """A heading of its own level, big where the part is easy to read."""
        line = self._heading(block.text, block.level, block.colour)
        if self._easy:
            line.runs[0].font.size = Pt(19)

    def paragraph(self, block: Paragraph) -> None:
        """Some sentences, big where the part is easy to read."""
        self._add(block.text, "Easy" if self._easy else _LOOKS.get(block.look, "Normal"))

    def bullets(self, block: Bullets) -> None:
        """A list."""
        for item in block.items:
            self._add(item, "List Bullet")

    def note(self, block: Note) -> None:
        """Two paragraphs on a tint."""
        title = self._add("", "Callout")
        title.add_run(clean(block.title)).bold = True
        title.paragraph_format.space_before, title.paragraph_format.keep_with_next = Pt(10), True
        self._add(block.text, "Callout").paragraph_format.space_after = Pt(14)

    def quotation(self, block: Quotation) -> None:
        """Somebody's words, and below them what may be said of them."""
        line = self._add(block.text, "Quote")
        if block.attribution:
            line.paragraph_format.keep_with_next = True
            self._add(block.attribution, "Attribution")
        else:
            line.paragraph_format.space_after = Pt(10)

    def tracked(self, block: Tracked) -> None:
        """What was taken out struck through, what was put in underlined: told apart without colours too."""
        line = self._add("", "Normal")
        if block.label:
            line.add_run(clean(block.label) + " ").bold = True
        for kind, text in block.words:
            run = line.add_run(clean(text))
            run.font.strike, run.font.underline = kind == "out" or None, kind == "in" or None
            if kind != "stays":
                run.font.color.rgb = RGBColor.from_string(OUT_INK if kind == "out" else DEEP)

    def picture(self, block: Picture) -> None:
        """The chart as a picture with words, and its caption."""
        line = self.file.add_paragraph()
        line.paragraph_format.keep_with_next = True
        shape = line.add_run().add_picture(io.BytesIO(folded_png(block.chart.png, block.chart.svg)), width=WIDTH)
        if shape.height > TALLEST:
            shape.width, shape.height = Emu(shape.width * TALLEST // shape.height), TALLEST
        said = shape._inline.docPr
        said.set("descr", clean(block.chart.alternative))
        said.set("title", clean(block.chart.title))
        self._caption("Figure", self.words["figure"], block.chart.title)

    def _caption(self, counted: str, word: str, title: str) -> None:
        self._numbers[counted] += 1
        line = self._add("", "Caption")
        line.paragraph_format.keep_with_next = counted == "Table"
        line.add_run(f"{word} ").bold = True
        add_field(line, f"SEQ {counted} \\* ARABIC", str(self._numbers[counted]))
        line.add_run(f". {clean(title)}")

    def table(self, block: Table) -> None:
        """A table that can be edited, under its caption."""
        self._caption("Table", self.words["table"], block.title)
        wide = len(block.header)
        table = self.file.add_table(rows=1 + len(block.rows), cols=wide)
        table.autofit = False
        small = wide > MOST_COLUMNS or (self._part is not None and self._part.key == "manifest")
        style = "Small cell" if small else "Cell"
        widths = _widths(block)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        kept = len(block.rows) < LONG
        places = iter(table._cells)  # asked for once: python-docx counts them anew for every row
        for number, cells in enumerate((block.header, *block.rows)):
            for at, text in enumerate(cells):
                cell = next(places)
                cell.width = widths[at]
                line = self._as(cell.paragraphs[0], style)
                line.paragraph_format.keep_with_next = kept and number < len(block.rows)
                if block.figures and at:
                    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                line.add_run(clean(text)).bold = at == 0 or number == 0
        set_table_look(table, clean(block.title))
        self._add(block.note, "Soft")


def _widths(block: Table) -> list[int]:
    """Of each column: names take what figures leave."""
    wide = len(block.header)
    if not block.figures and wide == 2:
        return [int(WIDTH * 0.28), int(WIDTH * 0.72)]
    if not block.figures:
        return [int(WIDTH * 0.25), *[int(WIDTH * 0.75 / (wide - 1))] * (wide - 1)]
    each = min(0.16, 0.68 / (wide - 1))
    return [int(WIDTH * (1 - each * (wide - 1))), *[int(WIDTH * each)] * (wide - 1)]


_BLOCKS: dict[type[Block], Callable[[_Writing, Any], None]] = {
    Heading: _Writing.heading,
    Paragraph: _Writing.paragraph,
    Bullets: _Writing.bullets,
    Note: _Writing.note,
    Quotation: _Writing.quotation,
    Picture: _Writing.picture,
    Tracked: _Writing.tracked,
    Table: _Writing.table,
}
