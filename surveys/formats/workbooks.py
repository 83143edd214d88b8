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


def look_into(path: Path) -> tuple[Loss, ...]:
    """What will not be read of a workbook that is safe to read. Raises `BadFile`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path.name, archive.infolist())
            _check_unpacked(path.name, archive)
            links = [name for name in archive.namelist() if name.startswith("xl/externalLinks/")]
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, EOFError):
        raise bad(path.name, "", f"the workbook is damaged or cut short; {SAVE}") from None
    linked = Loss("the workbook", "it links to other files", "links are never followed; values were taken as saved")
    return (*((linked,) if links else ()), *_cells(path))


def _check_parts(name: str, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        kind = next((kind for other, kind in OTHERWISE.items() if other in names), "a ZIP archive")
        raise bad(name, "", f"it is {kind}, not an Excel workbook (.xlsx); {SAVE}")
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise bad(name, "", f"it has {len(names)} parts, too many or some twice; {SAVE}")
    for part in parts:
        _check_part(name, part)
    if sum(part.file_size for part in parts) > UNPACKED:
        raise bad(name, "", f"it unpacks to more than {UNPACKED // MIB} MB; keep only the sheets of the form")


def _check_part(name: str, part: zipfile.ZipInfo) -> None:
    if "vbaproject" in part.filename.lower():
        raise bad(name, "", "it holds macros, which are never run here; save a copy as .xlsx without macros")
    if part.flag_bits & 1:
        raise bad(name, "", "it is locked with a password; save a copy without one, and delete that copy afterwards")
    if part.filename.lower().endswith(NESTED):
        raise bad(name, f"part “{part.filename[:60]}”", "another file is packed inside it; take it out and save again")
    if is_bomb(part):
        what = f"it unpacks to {part.file_size // MIB:,} MB, more than {RATIO_LIMIT} times its size"
        raise bad(name, f"part “{part.filename[:60]}”", f"{what}; {SAVE}")


def _check_unpacked(name: str, archive: zipfile.ZipFile) -> None:
    """Unpack each part: what it really has, not what it says, and no document types in its XML."""
    for part in archive.infolist():
        with archive.open(part) as packed:
            data = packed.read(min(UNPACKED, part.file_size) + 1)
        if len(data) > part.file_size:
            raise bad(name, f"part “{part.filename[:60]}”", f"it unpacks to more than it says; {SAVE}")
        if part.filename.lower().endswith((".xml", ".rels")):
            parse_xml(data, name, f"part “{part.filename[:60]}”")


def _cells(path: Path) -> tuple[Loss, ...]:
    """The formulas in a workbook. Refuses sheets that are too large."""
    openpyxl = importlib.import_module("openpyxl")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of openpyxl, on features it will not write back
            return tuple(_formulas(path.name, _sheets(openpyxl, path, False), _sheets(openpyxl, path, True)))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError) as fault:
        if hasattr(fault, "faults"):
            raise
        raise bad(path.name, "", f"the workbook is damaged ({type(fault).__name__}); {SAVE}") from None


def _sheets(openpyxl: Any, path: Path, values: bool) -> list[Any]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
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
            raise bad(name, f"sheet {sheet.title}", f"it has more than {MOST_ROWS:,} rows; keep only those of the form")
        if cells:
            _check_cells(name, f"sheet {sheet.title}, row {line}", cells)
            yield line, cells


def _check_cells(name: str, place: str, cells: list[Any]) -> None:
    if cells[-1].column > MOST_COLUMNS:
        raise bad(name, place, f"it has more than {MOST_COLUMNS} columns; keep only those of the form")
    for cell in cells:
        if isinstance(cell.value, str) and len(cell.value) > LONGEST_CELL:
            raise bad(name, f"{place}, cell {cell.coordinate}", f"it has over {LONGEST_CELL:,} characters; shorten it")


def _formulas(name: str, written: list[Any], worked_out: list[Any]) -> Iterator[Loss]:
    for (title, rows), (_, values) in zip(written, worked_out, strict=True):
        known = {cell.coordinate for _, cells in values for cell in cells}
        for line, cells in rows:
            for cell in (cell for cell in cells if cell.data_type == "f"):
                has = cell.coordinate in known
                instead = "its value was taken as it was saved" if has else "it has no saved value and counts as empty"
                yield Loss(f"sheet {title}, row {line}", f"cell {cell.coordinate} holds a formula", instead)
