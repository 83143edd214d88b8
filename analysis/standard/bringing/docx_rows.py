"""Clauses in a Word document: numbered headings and paragraphs with what stands below them, and tables.

A number begins a clause. What follows it is its title where it is a heading or stands in bold, else its wording; lines
that begin “Purpose:”, “Evidence:” or “Guidance:” go on as that. A bare “1.” or “A” counts only in a heading, since
lists within a clause begin so too. What stands under no number is told, not guessed. Pure.
"""

import re
from dataclasses import dataclass, field

from analysis.code_books.tree import one_line, plain_text
from analysis.standard.bringing.docx_text import Paragraph, Table, read_document
from analysis.standard.bringing.rows import (
    LISTS,
    LONGEST_TITLE,
    MOST_CLAUSES,
    TEXTS,
    ClauseRow,
    Known,
    ReadClauses,
    as_number,
    column_of,
    is_header,
    key_of,
    listed,
    opening_words,
    plain_title,
)
from analysis.standard.bringing.sheet_rows import read_rows
from safekeeping.languages import gettext as _
from surveys.formats.losses import bad

#: A number at the beginning of a paragraph: letters of at most three, then digits and dots; or a word before it.
_WORD = r"(?:(?P<word>section|standard|requirement|clause|criterion|part)\s+)?"
_START = re.compile(
    rf"{_WORD}(?P<number>[A-Za-z]{{0,3}}\s?\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}|[A-Z]{{1,3}})(?P<end>[.):]?)(?P<rest>\s.*|$)",
    re.IGNORECASE | re.DOTALL,
)
_LABEL = re.compile(r"(?P<name>[A-Za-z ]{3,30}?)\s*(?::|$|\s[–-]\s)(?P<rest>.*)", re.DOTALL)
_FIELDS = (*TEXTS, *LISTS)
#: Letters of what is left behind that the report shows.
SHOWN = 160


@dataclass
class _Entry:
    place: str
    number: str
    title: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class _Sheet:
    """What is found so far, the clause and the part of it that goes on, and what was left behind."""

    known: Known
    entries: dict[tuple[str, ...], _Entry] = field(default_factory=dict)
    at: _Entry | None = None
    part: str = "wording"
    title: str = ""
    report: list[str] = field(default_factory=list)


def read_docx(content: bytes, file: str, known: Known) -> ReadClauses:
    """The clauses of a .docx; `known`: those of the edition it is read against. Raises `BadFile`."""
    document = read_document(content, file)
    sheet = _Sheet(known, report=[*document.report])
    for number, block in enumerate(document.blocks, 1):
        if len(sheet.entries) > MOST_CLAUSES:
            raise bad(file, "", _("it has more than {most} clauses; make two of it", most=MOST_CLAUSES))
        if isinstance(block, Table):
            _table(sheet, block, _("table in block {number}", number=number), file)
        else:
            _paragraph(sheet, block, _("block {number}", number=number))
    rows = tuple(map(_row, sheet.entries.values()))
    return ReadClauses(rows, sheet.title, tuple(sheet.report))


def _row(entry: _Entry) -> ClauseRow:
    texts = {name: plain_text("\n".join(entry.parts[name])) for name in TEXTS if name in entry.parts}
    lists = {name: listed("\n".join(entry.parts[name])) for name in LISTS if name in entry.parts}
    return ClauseRow(
        entry.place,
        entry.number,
        one_line(entry.title),
        {name: text for name, text in texts.items() if text},
        {name: found for name, found in lists.items() if found},
    )


def _paragraph(sheet: _Sheet, block: Paragraph, place: str) -> None:
    stands_out = block.heading > 0 or block.bold
    number, rest = _numbered(block, stands_out, sheet.known)
    if number:
        _begin(sheet, number, rest, stands_out, place)
    elif stands_out and (titled := sheet.known.titled(block.text)):
        _begin(sheet, titled, block.text, True, place)
    elif not _labelled(sheet, block.text, stands_out):
        _goes_on(sheet, block, place)


def _numbered(block: Paragraph, stands_out: bool, known: Known) -> tuple[str, str]:
    """The number a paragraph begins with and what follows it; empty where it begins with none."""
    label = as_number(block.label)
    if label and (len(key_of(label)) > 1 or stands_out) and known.fits(label):
        return label, block.text
    found = _START.match(block.text)
    if not found or (block.label and not stands_out):
        return "", ""
    number = as_number(found["number"])
    bare = len(key_of(number)) < 2
    if not number or not known.fits(number) or (bare and not (stands_out or found["word"])):
        return "", ""
    rest = found["rest"].strip().lstrip("–-: ").strip()
    if found["number"].isalpha() and not _is_letter(found["number"], bool(found["end"] or found["word"]), rest):
        return "", ""
    return number, rest


def _is_letter(number: str, marked: bool, rest: str) -> bool:
    """Whether letters at the beginning of a heading number it: those of “B Structure” do, of “A safe service” not."""
    return number.isupper() and (marked or not rest or (len(number) == 1 and rest[:1].isupper()))


def _begin(sheet: _Sheet, number: str, rest: str, stands_out: bool, place: str) -> None:
    there = sheet.entries.get(key_of(number))
    if there and there.parts:
        sheet.report.append(_twice(place, number, rest))
        sheet.at = None
        return
    entry = sheet.entries.setdefault(key_of(number), _Entry(place, number))
    sheet.at, sheet.part = entry, "wording"
    is_title = stands_out or (len(key_of(number)) < 3 and not rest.endswith((".", ";")))
    if is_title and len(rest) <= LONGEST_TITLE:
        _entitle(sheet, entry, rest, place)
    elif rest:
        entry.parts["wording"] = [rest]


def _entitle(sheet: _Sheet, entry: _Entry, title: str, place: str) -> None:
    """Give a clause its title; where a list of contents gave it another before, that one is told."""
    if entry.title and title and plain_title(entry.title) != plain_title(title):
        sheet.report.append(_twice(place, entry.number, entry.title))
    entry.title = title or entry.title


def _twice(place: str, number: str, words: str) -> str:
    what = _("{place}: {number} stands a second time; “{words}” is left behind.")
    return what.format(place=place, number=number, words=opening_words(words, SHOWN))


def _labelled(sheet: _Sheet, text: str, stands_out: bool) -> bool:
    """Whether the paragraph says which part of the clause comes now; what follows on the line belongs to it."""
    found = _LABEL.match(text)
    if sheet.at is None or not found:
        return False
    name = column_of(found["name"])
    alone = not found["rest"].strip()
    if name not in _FIELDS or (alone and not stands_out and ":" not in text):
        return False
    sheet.part = name
    if not alone:
        sheet.at.parts.setdefault(name, []).append(found["rest"].strip())
    return True


def _goes_on(sheet: _Sheet, block: Paragraph, place: str) -> None:
    """More of the clause it stands under; a heading without a number ends that clause."""
    if block.heading:
        sheet.title = sheet.title or (block.text if not sheet.entries else "")
        sheet.at = None
        if block.text != sheet.title:
            what = _("{place}: the heading “{words}” has no number that is known here; it is left behind.")
            sheet.report.append(what.format(place=place, words=opening_words(block.text, SHOWN)))
    elif sheet.at is None:
        what = _("{place}: “{words}” stands under no number; it is left behind.")
        sheet.report.append(what.format(place=place, words=opening_words(block.text, SHOWN)))
    else:
        sheet.at.parts.setdefault(sheet.part, []).append(f"{block.label} {block.text}".strip())


def _table(sheet: _Sheet, table: Table, place: str, file: str) -> None:
    rows = [(number, list(row)) for number, row in enumerate(table.rows, 1)]
    read = read_rows(rows, file) if any(is_header(row) for _number, row in rows[:2]) else _without_header(rows)
    sheet.report += [f"{place}, {line}" for line in read.report]
    for row in read.rows:
        _take(sheet, row, f"{place}, {row.place}")
    sheet.at = None if read.rows else sheet.at


def _without_header(rows: list[tuple[int, list[str]]]) -> ReadClauses:
    """A table whose first cells are numbers: what stands beside each is its title or wording."""
    found, report = list[ClauseRow](), list[str]()
    for number, cells in rows:
        place = _("row {number}", number=number)
        name = as_number(cells[0]) if cells else ""
        rest = [each for each in cells[1:] if each.strip()]
        if not name or not any(map(str.isdigit, name)) or not rest:
            words = opening_words(" – ".join(filter(None, cells)), SHOWN)
            report += (
                [_("{place}: “{words}” has no number; it is left behind.", place=place, words=words)] if words else []
            )
            continue
        is_title = len(key_of(name)) < 3 and len(rest[0]) <= LONGEST_TITLE
        title, texts = (rest[0], rest[1:]) if is_title else ("", rest)
        wording = {"wording": plain_text("\n".join(texts))} if texts else {}
        found.append(ClauseRow(place, name, one_line(title), wording))
    return ReadClauses(tuple(found), "", tuple(report))


def _take(sheet: _Sheet, row: ClauseRow, place: str) -> None:
    """A clause of a table, beside those of paragraphs; one that has no number is known by its title."""
    number = row.number or sheet.known.titled(row.title)
    if not number or not sheet.known.fits(number):
        what = _("{place}: “{words}” is no clause that is known here; it is left behind.")
        words = " ".join([row.number, row.title, *row.texts.values()])
        sheet.report.append(what.format(place=place, words=opening_words(words, SHOWN)))
        return
    entry = sheet.entries.setdefault(key_of(number), _Entry(place, number))
    if entry.parts:
        sheet.report.append(_twice(place, number, " ".join([row.title, *row.texts.values()])))
        return
    _entitle(sheet, entry, row.title, place)
    entry.parts = {name: [text] for name, text in row.texts.items()}
    entry.parts |= {name: ["; ".join(found)] for name, found in row.lists.items()}
