"""All clauses of a standard against all audiences: what may be seen of each, who was not asked, who differs. Pure.

Made of a `ShownTable` and of what surveys ask, so nothing in it is worked out from anything withheld.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.findings.shown import ALL, Figure, ShownDifference, ShownTable
from analysis.revision.asked_about import NOT_AT_ALL, Asking, ways_asked
from analysis.revision.codes_between import codes_in
from analysis.standard.clauses import SECTION, Clause, PlacedClause, StandardText

SHOWN, WITHHELD, NOT_ASKED, ELSEWHERE, NOT_YET = STATES = ("shown", "withheld", "not asked", "elsewhere", "not yet")
#: From which shares on a cell is a step darker.
STEPS = (10, 25, 40, 60)
GAPS, DIFFER = ONLY = ("gaps", "differ")


@dataclass(frozen=True)
class CodeShare:
    """The share of one code in a group."""

    code: str
    title: str
    figure: Figure


@dataclass(frozen=True)
class Cell:
    """One clause and one group. `shares`: those that may be seen, of each code by which the clause is read; `unasked`:
    nobody asked them, though some may have said something of it all the same."""

    group: str
    state: str
    shares: tuple[CodeShare, ...] = ()
    unasked: bool = False

    @property
    def shade(self) -> int:
        """0 for no share, then 1 to 5 by the largest."""
        largest = max((each.figure.percent or 0 for each in self.shares), default=None)
        return 0 if largest is None else 1 + sum(largest >= step for step in STEPS)


@dataclass(frozen=True)
class MapRow:
    """One clause. `read_with`: the clause above it whose codes it is read by; None where it has its own.

    `differences`: those of its own codes that hold. `not_asked`: audiences whom no survey asked about it.
    """

    placed: PlacedClause
    cells: tuple[Cell, ...]
    read_with: Clause | None = None
    differences: tuple[ShownDifference, ...] = ()
    not_asked: tuple[str, ...] = ()

    @property
    def clause(self) -> Clause:
        """What it is about."""
        return self.placed.clause

    @property
    def is_gap(self) -> bool:
        """Whether somebody was not asked about it, or nothing at all can be read for it."""
        return bool(self.not_asked) or all(cell.state in (NOT_ASKED, NOT_YET) for cell in self.cells)


@dataclass(frozen=True)
class Seen:
    """What the map is of. `here`: what the survey asks whose `table` of audiences is looked at, None where there is
    none yet; `surveys`: what every survey of the cycle asks; `audiences`: short name -> plural, in order."""

    text: StandardText
    here: Asking
    table: ShownTable | None
    surveys: tuple[Asking, ...]
    audiences: Mapping[str, str]

    def codes(self, placed: PlacedClause) -> tuple[str, ...]:
        """By which codes of the table a clause is read."""
        return codes_in(self.text.frame, self.here.book, placed.codes)


def heat_map(seen: Seen) -> tuple[MapRow, ...]:
    """A row for every clause, in the order of the standard."""
    return tuple(_row(seen, placed) for placed in seen.text.walk())


def read_with(placed: PlacedClause) -> Clause | None:
    """The clause above whose codes a clause is read by; None where it has its own, or where none has any."""
    if placed.clause.codes:
        return None
    return next((each for each in reversed(placed.above) if each.codes), None)


def _row(seen: Seen, placed: PlacedClause) -> MapRow:
    ways = ways_asked(seen.text, placed, seen.surveys)
    silent = tuple(name for name in seen.audiences if ways.get(name, NOT_AT_ALL) == NOT_AT_ALL)
    cells = tuple(_cell(seen, placed, group, silent) for group in (*seen.audiences, ALL))
    own = set(codes_in(seen.text.frame, seen.here.book, placed.clause.codes))
    holding = [each for each in (seen.table.differences if seen.table else ()) if each.differs and each.code in own]
    return MapRow(placed, cells, read_with(placed), tuple(holding), silent)


def _cell(seen: Seen, placed: PlacedClause, group: str, silent: Sequence[str]) -> Cell:
    shares = shares_of(seen.table, seen.codes(placed), group)
    shown = tuple(each for each in shares if each.figure.percent is not None)
    unasked = group in silent or (group == ALL and len(silent) == len(seen.audiences))
    if shown or unasked:
        return Cell(group, SHOWN if shown else NOT_ASKED, shown, unasked)
    if shares:
        return Cell(group, WITHHELD)
    return Cell(group, NOT_YET if group == ALL or group in seen.here.audiences else ELSEWHERE)


def shares_of(table: ShownTable | None, codes: Iterable[str], group: str) -> tuple[CodeShare, ...]:
    """The figures that a table has of these codes in a group, withheld ones too."""
    if table is None:
        return ()
    wanted = set(codes)
    found = [(each, table.figures.get((each.code, group))) for each in table.codes if each.code in wanted]
    return tuple(CodeShare(each.code, each.title, figure) for each, figure in found if figure)


@dataclass(frozen=True)
class Filter:
    """Which rows are wanted: of a section (its number), of a stage, and only gaps or where audiences differ."""

    section: str = ""
    stage: str = ""
    only: str = ""


def filtered(rows: Sequence[MapRow], wanted: Filter) -> tuple[MapRow, ...]:
    """The rows that are wanted, each with what it stands in. Where audiences differ is known of whole sections, so of
    such a section everything stays."""
    there = {row.placed.section.id for row in rows if row.differences}
    keep: Mapping[str, Callable[[MapRow], bool]] = {
        "": lambda _row: True,
        GAPS: lambda row: row.is_gap,
        DIFFER: lambda row: row.placed.section.id in there,
    }
    chosen = [row for row in rows if keep.get(wanted.only, keep[""])(row) and _belongs(row, wanted)]
    around = {each.id for row in chosen for each in (*row.placed.above, row.clause)}
    return tuple(row for row in rows if row.clause.id in around)


def _belongs(row: MapRow, wanted: Filter) -> bool:
    in_section = wanted.section in ("", row.placed.section.number)
    return in_section and (not wanted.stage or wanted.stage in row.clause.stages)


def sections_in(rows: Iterable[MapRow]) -> tuple[tuple[MapRow, tuple[MapRow, ...]], ...]:
    """Each section's own row, with the rows under it."""
    found: dict[str, list[MapRow]] = {}
    heads: dict[str, MapRow] = {}
    for row in rows:
        section = row.placed.section.id
        if row.clause.level == SECTION or section not in heads:
            heads[section] = row
        else:
            found.setdefault(section, []).append(row)
    return tuple((head, tuple(found.get(section, ()))) for section, head in heads.items())
