"""Look into an .xlsx workbook before anything reads it: what unpacks to too much, what is hidden, what is worked out.

Nothing in a workbook is ever run, worked out or followed: only the values that its cells hold are read.
"""

import importlib
import itertools
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safekeeping.languages import gettext as _
from surveys.formats.handed_in import HandedIn
from surveys.formats.losses import Loss, bad
from surveys.formats.opening import MIB, parse_xml

#: How far a part of a workbook may unpack, in bytes. The named parts are held in memory whole; sheets are streamed.
PART_LIMITS = {"xl/sharedStrings.xml": 256 * MIB, "xl/styles.xml": 16 * MIB, "xl/workbook.xml": 16 * MIB}
PART_LIMIT = 1024 * MIB
#: Sheets in use pack about 6 to 20 to 1; a part over 1 MiB that packs tighter than this is a zip bomb.
RATIO_LIMIT = 200
#: Parts by which other kinds of file in a ZIP are known.
OTHERWISE = {
    "xl/workbook.bin": "a binary Excel workbook",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint file",
    "content.xml": "an OpenDocument file",
    "Index/Document.iwa": "a Numbers spreadsheet",
}
#: What a workbook with a survey may have: far less than a workbook with answers.
MOST_PARTS, UNPACKED, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 500, 64 * MIB, 20_000, 500, 32_767
#: The last line that any sheet has.
LAST_LINE = 1_048_576
NESTED = (".zip", ".xlsx", ".xlsm", ".docx", ".7z", ".rar", ".gz", ".exe", ".dll", ".js", ".vbs")
SAVE = "save it as .xlsx or .csv again"


def is_bomb(part: zipfile.ZipInfo) -> bool:
    """Whether a part says that it unpacks to more than any in use."""
    too_big = part.file_size > PART_LIMITS.get(part.filename, PART_LIMIT)
    return too_big or part.file_size > max(MIB, RATIO_LIMIT * part.compress_size)


def look_into(path: Path | HandedIn) -> tuple[Loss, ...]:
    """What will not be read of a workbook that is safe to read. Raises `BadFile`."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            _check_parts(path.name, archive.infolist())
            _check_unpacked(path.name, archive)
            links = [name for name in archive.namelist() if name.startswith("xl/externalLinks/")]
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, EOFError):
        raise bad(path.name, "", _("the workbook is damaged or cut short; {save}", save=SAVE)) from None
    linked = Loss(
        _("the workbook"), _("it links to other files"), _("links are never followed; values were taken as saved")
    )
    return (*((linked,) if links else ()), *_cells(path))


def _check_parts(name: str, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        kind = next((kind for other, kind in OTHERWISE.items() if other in names), "a ZIP archive")
        raise bad(name, "", _("it is {kind}, not an Excel workbook (.xlsx); {save}", kind=kind, save=SAVE))
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise bad(name, "", _("it has {number} parts, too many or some twice; {save}", number=len(names), save=SAVE))
    for part in parts:
        _check_part(name, part)
    if sum(part.file_size for part in parts) > UNPACKED:
        raise bad(
            name, "", _("it unpacks to more than {value} MB; keep only the sheets of the form", value=UNPACKED // MIB)
        )


def _check_part(name: str, part: zipfile.ZipInfo) -> None:
    if "vbaproject" in part.filename.lower():
        raise bad(name, "", _("it holds macros, which are never run here; save a copy as .xlsx without macros"))
    if part.flag_bits & 1:
        raise bad(name, "", _("it is locked with a password; save a copy without one, and delete that copy afterwards"))
    if part.filename.lower().endswith(NESTED):
        raise bad(
            name,
            _("part “{filename}”", filename=part.filename[:60]),
            _("another file is packed inside it; take it out and save again"),
        )
    if is_bomb(part):
        what = _(
            "it unpacks to {value} MB, more than {ratio_limit} times its size",
            value=f"{part.file_size // MIB:,}",
            ratio_limit=RATIO_LIMIT,
        )
        raise bad(name, _("part “{filename}”", filename=part.filename[:60]), f"{what}; {SAVE}")


def _check_unpacked(name: str, archive: zipfile.ZipFile) -> None:
    """Unpack each part: what it really has, not what it says, and no document types in its XML."""
    for part in archive.infolist():
        with archive.open(part) as packed:
            data = packed.read(min(UNPACKED, part.file_size) + 1)
        if len(data) > part.file_size:
            raise bad(
                name,
                _("part “{filename}”", filename=part.filename[:60]),
                _("it unpacks to more than it says; {save}", save=SAVE),
            )
        if part.filename.lower().endswith((".xml", ".rels")):
            parse_xml(data, name, f"part “{part.filename[:60]}”")


def _cells(path: Path | HandedIn) -> tuple[Loss, ...]:
    """The formulas in a workbook. Refuses sheets that are too large."""
    openpyxl = importlib.import_module("openpyxl")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of openpyxl, on features it will not write back
            return tuple(_formulas(path.name, _sheets(openpyxl, path, False), _sheets(openpyxl, path, True)))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError) as fault:
        if hasattr(fault, "faults"):
            raise
        raise bad(
            path.name, "", _("the workbook is damaged ({name}); {save}", name=type(fault).__name__, save=SAVE)
        ) from None


def _sheets(openpyxl: Any, path: Path | HandedIn, values: bool) -> list[Any]:
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=values, keep_links=False)
        try:
            return [(sheet.title, list(_rows(path.name, sheet))) for sheet in book.worksheets]
        finally:
            book.close()


def _rows(name: str, sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold something."""
    sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
    for line, row in zip(itertools.count(1), sheet.iter_rows(), strict=False):
        cells = [cell for cell in row if cell.value is not None]
        if line > LAST_LINE or (cells and line > MOST_ROWS):
            raise bad(
                name,
                _("sheet {title}", title=sheet.title),
                _("it has more than {most_rows} rows; keep only those of the form", most_rows=f"{MOST_ROWS:,}"),
            )
        if cells:
            _check_cells(name, f"sheet {sheet.title}, row {line}", cells)
            yield line, cells


def _check_cells(name: str, place: str, cells: list[Any]) -> None:
    if cells[-1].column > MOST_COLUMNS:
        raise bad(
            name,
            place,
            _("it has more than {most_columns} columns; keep only those of the form", most_columns=MOST_COLUMNS),
        )
    for cell in cells:
        if isinstance(cell.value, str) and len(cell.value) > LONGEST_CELL:
            raise bad(
                name,
                _("{place}, cell {coordinate}", place=place, coordinate=cell.coordinate),
                _("it has over {longest_cell} characters; shorten it", longest_cell=f"{LONGEST_CELL:,}"),
            )


def _formulas(name: str, written: list[Any], worked_out: list[Any]) -> Iterator[Loss]:
    for (title, rows), (_title, values) in zip(written, worked_out, strict=True):
        known = {cell.coordinate for _line, cells in values for cell in cells}
        for line, cells in rows:
            for cell in (cell for cell in cells if cell.data_type == "f"):
                has = cell.coordinate in known
                instead = (
                    _("its value was taken as it was saved") if has else _("it has no saved value and counts as empty")
                )
                yield Loss(
                    _("sheet {title}, row {line}", title=title, line=line),
                    _("cell {coordinate} holds a formula", coordinate=cell.coordinate),
                    instead,
                )
