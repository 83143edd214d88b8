"""Code books as rows (CSV and XLSX): one row for each code, which names the code right above it."""

import csv
import io
from collections.abc import Callable, Iterator

from analysis.code_books.taking_in import Found, Raw
from analysis.code_books.tree import LEVELS, MOST_CODES, TEXTS, Book, Placed
from analysis.sharing.cells import from_cell, safe_cell
from analysis.sharing.workbook_file import write_workbook
from safekeeping.languages import gettext as _
from surveys.formats.bad_spreadsheet import BadSpreadsheet, plain
from surveys.formats.handed_in import HandedIn
from surveys.formats.losses import BadFile
from surveys.formats.spreadsheet import Spreadsheet, open_handed_in

COLUMNS = ("code", "parent", "title", *TEXTS, "colour", "cues", "level", "id")


def rows_of(book: Book) -> Iterator[list[str]]:
    """The header, then each code, those above before those below."""
    yield list(COLUMNS)
    for placed in book.walk():
        yield _row(placed)


def _row(placed: Placed) -> list[str]:
    code = placed.code
    told = {"cues": "\n".join(code.cues), "level": LEVELS[len(placed.above)]}
    told["parent"] = placed.above[-1].code if placed.above else ""
    return [told[name] if name in told else str(getattr(code, name)) for name in COLUMNS]


def write_csv(book: Book) -> bytes:
    """UTF-8 with line feeds; no cell is taken for a formula by a spreadsheet program."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows_of(book))
    return out.getvalue().encode()


def write_xlsx(book: Book, number: int, sha256: str) -> bytes:
    """A workbook: the codes, and a second sheet that says what they are."""
    out = io.BytesIO()
    about = [["About", ""], ["Standard", book.name], ["Title", book.title], ["Publisher", book.publisher]]
    about += [["Year", str(book.year or "")], ["Version", str(number)], ["SHA-256", sha256]]
    write_workbook(out, (("Codes", rows_of(book)), ("About", about)))
    return out.getvalue()


def read_csv(content: bytes, file: str) -> Found:
    """What a CSV holds. Raises `BadFile`."""
    return _read(HandedIn(file, content), from_cell)


def read_xlsx(content: bytes, file: str) -> Found:
    """What the first sheet of a workbook holds. Raises `BadFile`."""
    return _read(HandedIn(file, content), str)


def _read(handed_in: HandedIn, cell: Callable[[str], str]) -> Found:
    try:
        with open_handed_in(handed_in) as sheet:
            columns = [plain(name) for name in sheet.columns]
            rows = [(number, dict(zip(columns, map(cell, row), strict=False))) for number, row in _numbered(sheet)]
    except BadSpreadsheet as fault:
        raise BadFile([str(fault)]) from None
    missing = {"code", "title"} - set(columns)
    if missing:
        what = _("{file}: there is no column “{name}”. The columns are {columns}; only code and title are needed.")
        listed = ", ".join(COLUMNS)
        raise BadFile([what.format(file=handed_in.name, name=sorted(missing)[0], columns=listed)])
    report = [
        _("Column “{name}” is left behind: a code book has none of that name.", name=name)
        for name in columns
        if name not in COLUMNS
    ]
    return Found(_tree(rows, handed_in.name), report=tuple(report))


def _numbered(sheet: Spreadsheet) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, counted from the first below the header."""
    for number, row in sheet.rows():
        if number > MOST_CODES * 2:
            raise BadSpreadsheet(_("It has more than {most} rows. Make two files of it.", most=MOST_CODES * 2))
        if any(each.strip() for each in row):
            yield number, row


def _tree(rows: list[tuple[int, dict[str, str]]], file: str) -> list[Raw]:
    """The codes below what each names as its parent. Raises `BadFile`: a parent not there, a circle, a repeat."""
    raws: dict[str, Raw] = {}
    parents: dict[str, str] = {}
    faults: list[str] = []
    for number, row in rows:
        code, place = row["code"].strip(), _("row {number}", number=number)
        key = code.casefold() or f" {number}"
        if key in raws:
            what = _("{place}: the code “{code}” is used twice. Give each its own.", place=place, code=code)
            faults.append(what)
            continue
        texts = {name: row.get(name, "") for name in TEXTS}
        cues = row.get("cues", "").split("\n")
        raws[key] = Raw(place, code, row["title"], row.get("id", ""), texts, row.get("colour", ""), cues)
        parents[key] = row.get("parent", "").strip().casefold()
    faults += _wrong_parents(raws, parents)
    if faults:
        raise BadFile([f"{file}, {fault}" for fault in faults])
    for key, raw in raws.items():
        if parents[key]:
            raws[parents[key]].children.append(raw)
    return [raw for key, raw in raws.items() if not parents[key]]


def _wrong_parents(raws: dict[str, Raw], parents: dict[str, str]) -> Iterator[str]:
    for key, raw in raws.items():
        if parents[key] and parents[key] not in raws:
            yield _("{place}: there is no code “{code}” to be its parent.", place=raw.place, code=parents[key].upper())
        seen, at = set[str](), key
        while at in parents and at not in seen:
            seen.add(at)
            at = parents[at]
        if at in seen:
            yield _("{place}: its parents lead in a circle. Let one of them have none.", place=raw.place)
