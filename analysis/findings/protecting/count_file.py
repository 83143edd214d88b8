"""Tables of counts in files: read from a CSV or XLSX, and written as they may be shown."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from analysis.findings.protecting.counts import Counts
from analysis.findings.protecting.withholding import KEPT_OPEN, ShownCounts
from analysis.sharing.cells import safe_cell
from surveys.formats.bad_spreadsheet import bad, quote
from surveys.formats.spreadsheet import Spreadsheet, open_spreadsheet
from surveys.intake.rounding import ROUNDING

COUNT, SHOWN, WITHHELD, TOTAL = "count", "shown", "withheld", "total"
#: Columns that what is written has of its own.
_OURS = (SHOWN, WITHHELD)
MOST_CELLS, MOST_PEOPLE = 5_000, 10_000_000


def read_counts(path: Path) -> Counts:
    """The table in a file: a column `count`, the other columns are dimensions, and a row for each cell.

    Cells without a row are nobody. Raises `surveys.formats.spreadsheet.BadSpreadsheet` with the place of the fault.
    """
    with open_spreadsheet(path) as sheet:
        at = sheet.column(COUNT)
        names = [name for index, name in enumerate(sheet.columns) if index != at]
        _check_names(path, names)
        counts: dict[tuple[str, ...], int] = {}
        for row, cells in sheet.rows():
            place = tuple(cell.strip() for index, cell in enumerate(cells) if index != at)
            _check_place(path, row, names, place)
            if place in counts:
                raise bad(path, "this cell has a row already; add the two counts together and keep one row", row)
            counts[place] = _count(sheet, row, cells[at])
    categories = tuple(tuple(dict.fromkeys(each)) for each in zip(*counts, strict=True))
    if prod(len(each) + 1 for each in categories) > MOST_CELLS:
        raise bad(path, f"with its margins it has over {MOST_CELLS:,} cells; merge categories or leave out a column")
    return Counts(tuple(names), categories, counts)


def _check_names(path: Path, names: list[str]) -> None:
    if not names:
        raise bad(path, "it has no column of categories; add one beside “count”", 0)
    for name in names:
        if not name.strip():
            raise bad(path, "a column has no name; name it, or delete it", 0)
        if name.strip().casefold() in _OURS:
            raise bad(path, "what is written has a column of that name already; name it otherwise", 0, column=name)


def _check_place(path: Path, row: int, names: list[str], place: tuple[str, ...]) -> None:
    for name, category in zip(names, place, strict=True):
        if not category:
            raise bad(path, "the category is missing; write one, such as “not said”", row, column=name)


def _count(sheet: Spreadsheet, row: int, cell: str) -> int:
    written = cell.strip()
    if not (written.isascii() and written.isdigit()) or int(written[:12]) > MOST_PEOPLE:
        told = "empty" if not written else quote(written)
        raise bad(sheet.path, f"{told} is not a number of people; write a whole number, 0 or more", row, column=COUNT)
    return int(written)


def total_word(shown: ShownCounts) -> str:
    """What stands for all categories together: `total`, in as many brackets as it takes to be no category."""
    taken = {category.casefold() for each in shown.categories for category in each}
    word = TOTAL
    while word in taken:
        word = f"({word})"
    return word


def _rows(shown: ShownCounts) -> Iterator[tuple[list[str], int | None]]:
    word = total_word(shown)
    for place in product(*((*range(len(each)), None) for each in shown.categories)):
        named = zip(shown.categories, place, strict=True)
        yield [word if at is None else each[at] for each, at in named], shown.shown[place]


def as_csv(shown: ShownCounts) -> str:
    """The table as a CSV that spreadsheets open: the dimensions, and `shown`: a multiple of five, or `withheld`."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([*map(safe_cell, shown.dimensions), SHOWN])
    for categories, count in _rows(shown):
        rows.writerow([*map(safe_cell, categories), WITHHELD if count is None else count])
    return text.getvalue()


def as_json(shown: ShownCounts) -> str:
    """The table for programs. `cells`: each with its categories, `shown` (null for withheld) and `withheld`."""
    told: dict[str, Any] = {
        "threshold": shown.threshold,
        "rounded_to": ROUNDING,
        "values_left_open": KEPT_OPEN[shown.threshold],
        "total": total_word(shown),
        "dimensions": list(shown.dimensions),
        "cells": [
            {**dict(zip(shown.dimensions, categories, strict=True)), SHOWN: count, WITHHELD: count is None}
            for categories, count in _rows(shown)
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)
