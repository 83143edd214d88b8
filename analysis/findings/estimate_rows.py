"""The two tables of `heard estimate`, read and checked: each fault is a sentence with file, row, column and remedy.

Memory does not grow with columns: of each row of the population nothing stays but eight bytes, to find an id that is
there twice.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from analysis.findings.intervals import Numbers
from surveys.formats.bad_spreadsheet import bad, plain, quote, which_column
from surveys.formats.spreadsheet import Spreadsheet, open_spreadsheet

ID, STRATUM = "id", "stratum"
AT_ONCE = 10_000  # rows
MOST_STRATA = 1_000
#: A response that people gave a code, with a score under this, is one that the machine missed.
MISSED_UNDER = 0.5


@dataclass
class AuditTable:
    """What people settled on: id -> its row in `y`, of which the columns are `codes`."""

    path: Path
    codes: list[str]
    rows: dict[str, int]
    numbers: list[int]
    y: Any


@dataclass
class Totals:
    """What is added up of the population: by stratum (rows) and code (columns)."""

    codes: list[str]
    strata: dict[str, int] = field(default_factory=dict)
    size: list[int] = field(default_factory=list)
    scores: list[Any] = field(default_factory=list)
    counted: list[Any] = field(default_factory=list)
    marks: "array[int]" = field(default_factory=lambda: array("q"))
    where: dict[int, int] = field(default_factory=dict)
    of_audited: dict[int, Any] = field(default_factory=dict)

    def place(self, stratum: str) -> int:
        """The number of a stratum, which may be new."""
        if stratum not in self.strata:
            self.strata[stratum] = len(self.strata)
            self.size.append(0)
            self.scores.append(np.zeros(len(self.codes)))
            self.counted.append(np.zeros(len(self.codes)))
        return self.strata[stratum]


def read_audit(path: Path) -> AuditTable:
    """What people settled on. Raises `BadSpreadsheet`."""
    with open_spreadsheet(path) as sheet:
        names = [name for name in sheet.columns if plain(name) not in (ID, STRATUM)]
        if not names:
            raise bad(path, "it has no column for a code; add one for each code, with 0 or 1 in it", 0)
        identity, columns = sheet.column(ID), [sheet.columns.index(name) for name in names]
        rows: dict[str, int] = {}
        numbers: list[int] = []
        values: list[list[int]] = []
        for number, cells in sheet.rows():
            name = _id_in(path, number, cells[identity])
            if name in rows:
                earlier = numbers[rows[name]]
                what = f"the id {quote(name)} is in row {earlier} already; keep one of the two"
                raise bad(path, what, number, column=ID)
            rows[name] = len(rows)
            numbers.append(number)
            values.append([_settled(path, number, sheet.columns[column], cells[column]) for column in columns])
    return AuditTable(path, names, rows, numbers, np.array(values, dtype=float))


def _id_in(path: Path, number: int, cell: str) -> str:
    if not cell.strip():
        raise bad(path, "the id is empty; every row needs one", number, column=ID)
    return cell.strip()


def _settled(path: Path, number: int, column: str, cell: str) -> int:
    found = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}.get(cell.strip())
    if found is None:
        what = f"{quote(cell)} is neither 0 nor 1; write 1 where people settled on the code"
        raise bad(path, what, number, column=column)
    return found


def read_population(sheet: Spreadsheet, audit: AuditTable, go_on: Callable[[int], None]) -> Totals:
    """Add up the population, telling how far it is. Raises `BadSpreadsheet`."""
    identity, stratum = sheet.column(ID), sheet.column(STRATUM)
    places = [place for place in range(len(sheet.columns)) if place not in (identity, stratum)]
    if not places:
        raise bad(sheet.path, "it has no column for a code; add one for each code, with scores from 0 to 1", 0)
    totals = Totals([sheet.columns[place].strip() for place in places])
    for code in audit.codes:
        if plain(code) not in map(plain, totals.codes):
            raise bad(sheet.path, f"{which_column(totals.codes, code)}. {audit.path} has a code of that name", 0)
    rows = sheet.rows()
    while batch := list(islice(rows, AT_ONCE)):
        scores = _scores(sheet, batch, places)
        _add(sheet, totals, audit, batch, identity, stratum, scores)
        go_on(sheet.position())
    _check_once(sheet, identity, totals)
    return totals


def _scores(sheet: Spreadsheet, batch: list[tuple[int, list[str]]], places: list[int]) -> Numbers:
    try:
        found = np.array([[cells[place] for place in places] for _number, cells in batch]).astype(float)
    except ValueError:
        found = None
    if found is None or not ((found >= 0) & (found <= 1)).all():
        for number, cells in batch:
            for place in places:
                _score(sheet, number, place, cells[place])
        return np.array([[float(cells[place]) for place in places] for _number, cells in batch])
    return found


def _score(sheet: Spreadsheet, number: int, place: int, cell: str) -> None:
    """Refuse what is no score."""
    column = sheet.columns[place]
    try:
        right = 0 <= float(cell) <= 1
    except ValueError:
        what = "the score is empty" if not cell.strip() else f"{quote(cell)} is not a number"
        raise bad(sheet.path, f"{what}; write a score from 0 to 1, such as 0.25", number, column=column) from None
    if not right:
        raise bad(sheet.path, f"the score {quote(cell)} is not between 0 and 1", number, column=column)


def _add(
    sheet: Spreadsheet,
    totals: Totals,
    audit: AuditTable,
    batch: list[tuple[int, list[str]]],
    identity: int,
    stratum: int,
    scores: Numbers,
) -> None:
    path, places = Path(str(sheet.path)), np.empty(len(batch), dtype=int)
    for row, (number, cells) in enumerate(batch):
        name = _id_in(path, number, cells[identity])
        if not (called := cells[stratum].strip()):
            raise bad(path, "the stratum is empty; every row needs one", number, column=STRATUM)
        places[row] = totals.place(called)
        totals.marks.append(hash(name))
        if name in audit.rows:
            totals.where[audit.rows[name]] = places[row]
            totals.of_audited[audit.rows[name]] = scores[row]
    if len(totals.strata) > MOST_STRATA:
        raise bad(path, f"there are more than {MOST_STRATA:,} strata; is this the column of strata?", column=STRATUM)
    for place in np.unique(places):
        mine = scores[places == place]
        totals.size[place] += len(mine)
        totals.scores[place] += mine.sum(axis=0)
        totals.counted[place] += (mine >= MISSED_UNDER).sum(axis=0)


def _check_once(sheet: Spreadsheet, identity: int, totals: Totals) -> None:
    """Refuse an id that is there twice. Equal marks may come of different ids, so these are read again."""
    marks, times = np.unique(np.frombuffer(totals.marks, dtype=np.int64), return_counts=True)
    twice = set(marks[times > 1].tolist())
    seen: dict[str, int] = {}
    for number, cells in sheet.rows() if twice else ():
        name = cells[identity].strip()
        if hash(name) in twice and name in seen:
            what = f"the id {quote(name)} is in row {seen[name]} already; keep one of the two"
            raise bad(sheet.path, what, number, column=ID)
        seen |= {name: number} if hash(name) in twice else {}


def check_all_found(population: Path, audit: AuditTable, totals: Totals) -> None:
    """Refuse an audited id that the population does not have."""
    for name, row in audit.rows.items():
        if row not in totals.where:
            what = f"the id {quote(name)} is not in {population}; mend it, or take the row out"
            raise bad(audit.path, what, audit.numbers[row], column=ID)
