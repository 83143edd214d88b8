"""A data file before it has a form: protected rows, their variables, and which frozen answers they come from. Pure."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.sharing.protect import Cells, TooFew, protected, smallest_group
from analysis.sharing.rows import Columns
from analysis.sharing.variables import WITHHELD, LeftOut, Plan, Variable
from surveys.intake.rounding import THRESHOLD

#: What a keyed mark of a message comes to: 32 bytes that nobody without the keys can foresee.
Mark = Callable[[bytes], bytes]
#: Row numbers have at most 15 digits: every program reads those exactly.
ROWS_TO = 10**15


@dataclass(frozen=True)
class Origin:
    """Which frozen answers a file comes from, as every form of it says.

    `fingerprint` (hex) stands for the responses and the questions as they were frozen. `fewer` says how many of those
    frozen were withdrawn since, in words that do not count them; empty where none were. `versions` is how many versions
    the survey had then.
    """

    title: str
    address: str
    organisation: str
    wave: int
    wave_name: str
    frozen_on: date
    versions: int
    fingerprint: str
    fewer: str = ""
    language: str = "en"

    @property
    def said(self) -> str:
        """In one line."""
        named = f" “{self.wave_name}”" if self.wave_name else ""
        day = f"{self.frozen_on.day} {self.frozen_on:%B %Y}"
        return f"{self.title}{named}, frozen answers no. {self.wave} of {day}"


@dataclass(frozen=True)
class DataFile:
    """Protected rows by column, in the order of their numbers. `columns` follow `variables`."""

    origin: Origin
    variables: tuple[Variable, ...]
    left_out: tuple[LeftOut, ...]
    numbers: "array[int]"
    columns: "tuple[array[int], ...]"

    @property
    def rows(self) -> Iterator[tuple[int, ...]]:
        """Row by row: its number, then a value for each variable."""
        return zip(self.numbers, *self.columns, strict=True)

    @property
    def about_person(self) -> tuple[Variable, ...]:
        """The variables about the person that are in the file."""
        return tuple(each for each in self.variables if each.about_person)


def row_number(mark: Mark, response_id: bytes) -> int:
    """A number for a row that nobody without the keys can tie to the response, nor to its row in another wave."""
    return int.from_bytes(mark(b"row" + response_id)[:8], "big") % ROWS_TO


def protected_file(origin: Origin, columns: Columns, response_ids: Iterable[bytes], mark: Mark) -> DataFile:
    """The columns, put in the order of fresh row numbers and made safe. Raises `TooFew` under ten rows."""
    numbers = _apart(array("q", (row_number(mark, each) for each in response_ids)))
    order = array("q", sorted(range(len(numbers)), key=numbers.__getitem__))
    columns.in_order(order)
    columns.hold_ends()
    _withhold(columns, mark)
    columns.name_found()
    plan: Plan = columns.plan
    in_order = array("q", (numbers[place] for place in order))
    return DataFile(origin, plan.variables, plan.left_out, in_order, tuple(columns.columns))


def _apart(numbers: "array[int]") -> "array[int]":
    """No two the same: the second of two takes the next that is free."""
    taken: set[int] = set()
    for place, number in enumerate(numbers):
        while number in taken:
            number += 1
        taken.add(number)
        numbers[place] = number
    return numbers


def _withhold(columns: Columns, mark: Mark) -> None:
    """Withhold cells about people, and with each what would tell of it."""
    if columns.count < THRESHOLD:
        raise TooFew("fewer than ten rows")
    variables = columns.plan.variables
    about = [place for place, each in enumerate(variables) if each.about_person]
    if not about:
        return
    known: dict[Cells, Cells] = {}  # rows that are alike share one tuple
    cells_of = zip(*(columns.columns[place] for place in about), strict=True)
    before = [known.setdefault(cells, cells) for cells in cells_of]
    after = protected(before, lambda pattern: mark(b"extra" + repr(pattern).encode())[0] % THRESHOLD)
    shown = {cells: _closed(cells, [variables[place] for place in about]) for cells in set(after)}
    rows = [shown[cells] for cells in after]
    if smallest_group(rows) < THRESHOLD:
        raise AssertionError("a combination is held by fewer than ten")
    _write(columns, about, rows)


def _closed(cells: Cells, variables: Sequence[Variable]) -> Cells:
    """With one cell withheld, also those that would tell of it. Rows that were alike stay alike: no group shrinks."""
    while True:
        hidden = {each.question for each, cell in zip(variables, cells, strict=True) if cell == WITHHELD}
        wider = tuple(WITHHELD if each.tells & hidden else cell for each, cell in zip(variables, cells, strict=True))
        if wider == cells:
            return cells
        cells = wider


def _write(columns: Columns, about: Sequence[int], shown: Sequence[Cells]) -> None:
    variables = columns.plan.variables
    hidden = {variables[place].question: array("I") for place in about}
    for row, cells in enumerate(shown):
        for place, cell in zip(about, cells, strict=True):
            columns.columns[place][row] = cell
            if cell == WITHHELD:
                hidden[variables[place].question].append(row)
    for variable, column in zip(variables, columns.columns, strict=True):
        told = () if variable.about_person else variable.tells & hidden.keys()
        for question in told:
            for row in hidden[question]:
                column[row] = variable.coded(WITHHELD)
