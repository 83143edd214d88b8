"""Code a whole spreadsheet: from a file of answers to passages, responses, a report and a manifest.

Works in one pass with memory that does not grow with the rows of a CSV. Everything is written into a folder beside
the goal and moved there at the very end, so nothing is ever half-written.
"""

import csv
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from typing import Any

from analysis.coding.model import LIBRARIES
from analysis.coding.passages import cut
from analysis.coding.suggestion import Answer, InUse, Suggestion
from analysis.findings.charts.first_shares import shares_chart
from analysis.findings.examples import Examples
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Tally, render_report
from analysis.sharing.cells import FORMULA_MARKS
from analysis.standard.edition import Edition
from surveys.formats.bad_spreadsheet import bad
from surveys.formats.spreadsheet import Spreadsheet, open_spreadsheet

BATCH = 1000  # rows
PASSAGE_COLUMNS = ("row", "start", "end", "text", "sections", "themes", "stance", "confidence")
ADDED_COLUMNS = ("sections", "themes")
PASSAGES, RESPONSES, REPORT, MANIFEST = "passages.csv", "responses.csv", "report.html", "manifest.json"
MADE_BY = "heard code"


class BadGoal(ValueError):
    """The folder to write into cannot be used. The message names it and the remedy."""


@dataclass(frozen=True)
class Columns:
    """Which columns hold what; `question` and `audience` may be missing."""

    text: str
    question: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Row:
    """One row of the input: its number, its cells, and where its passages lie in the text cell."""

    number: int
    cells: list[str]
    places: list[tuple[int, int]]


@dataclass
class Run:
    """What one run works with, and what it counts on the way."""

    sheet: Spreadsheet
    columns: Columns
    edition: Edition
    model: InUse
    tally: Tally
    examples: Examples
    rows: int = 0
    passages: int = 0

    def words(self, row: Row) -> list[str]:
        """The passages of a row."""
        text = self.cell(row, self.columns.text)
        return [text[start:end] for start, end in row.places]

    def __post_init__(self) -> None:
        """Find the named columns once."""
        self._places = {name: self.sheet.column(name) for name in filter(None, asdict(self.columns).values())}

    def cell(self, row: Row, column: str | None) -> str:
        """The cell of a row in one of the named columns; empty where none was named."""
        return row.cells[self._places[column]] if column else ""


Progress = Callable[[int], None]


def code_file(
    path: Path, columns: Columns, edition: Edition, model: Callable[[], InUse], goal: Path, progress: Progress
) -> Mapping[str, Any]:
    """Code the file at `path` into the folder `goal`; returns the manifest.

    `model()` is asked only after the input and the goal have been found usable. `progress(position)` hears of the
    place in the file, as `Spreadsheet.position` gives it. Raises `BadSpreadsheet`, `BadGoal`, `TooManyAudiences`.
    """
    with open_spreadsheet(path) as sheet:
        _check_columns(sheet, columns)
        with _written_beside(goal) as folder:
            run = Run(sheet, columns, edition, model(), Tally(), Examples())
            _write_rows(run, folder, progress)
            if not run.rows:
                raise bad(path, "it has a header and no rows under it; add the answers")
            return _write_findings(run, path, folder)


def _check_columns(sheet: Spreadsheet, columns: Columns) -> None:
    for name in filter(None, asdict(columns).values()):
        sheet.column(name)
    for name in ADDED_COLUMNS:
        if name in sheet.columns:
            raise bad(
                sheet.path, "a column of this name is what coding adds; give yours another name", row=0, column=name
            )


@contextmanager
def _written_beside(goal: Path) -> Iterator[Path]:
    """A folder that takes the place of `goal` if the block ends well, and goes if it does not."""
    _check_goal(goal)
    try:
        goal.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{goal.name}-", suffix=".part", dir=goal.parent))
    except OSError as fault:
        raise BadGoal(f"{goal}: it cannot be written ({fault.strerror}). Choose another folder.") from None
    try:
        yield folder
        _take_place(folder, goal)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_goal(goal: Path) -> None:
    if goal.exists() and not goal.is_dir():
        raise BadGoal(f"{goal}: this is a file. Give a folder that is not there yet.")
    if goal.is_dir() and any(goal.iterdir()) and not _is_ours(goal):
        raise BadGoal(f"{goal}: this folder holds other files. Give one that is not there yet.")


def _is_ours(goal: Path) -> bool:
    """True if the folder holds what an earlier run wrote, and nothing else."""
    if {path.name for path in goal.iterdir()} != {PASSAGES, RESPONSES, REPORT, MANIFEST}:
        return False
    try:
        made_by = json.loads((goal / MANIFEST).read_text(encoding="utf-8"))["made_by"]
    except (ValueError, KeyError, TypeError, OSError):
        return False
    return bool(made_by == MADE_BY)


def _take_place(folder: Path, goal: Path) -> None:
    if goal.exists():
        earlier = Path(tempfile.mkdtemp(prefix=f".{goal.name}-", suffix=".old", dir=goal.parent))
        goal.replace(earlier)
        folder.replace(goal)
        shutil.rmtree(earlier, ignore_errors=True)
    else:
        folder.replace(goal)


def _write_rows(run: Run, folder: Path, progress: Progress) -> None:
    with ExitStack() as files:
        passages = _writer(files, folder / PASSAGES, PASSAGE_COLUMNS)
        responses = _writer(files, folder / RESPONSES, (*run.sheet.columns, *ADDED_COLUMNS))
        for batch in _batches(run):
            coded = list(zip(batch, _suggest(run, batch), strict=True))
            passages.writerows(chain.from_iterable(_passages_written(run, *each) for each in coded))
            responses.writerows(_response_written(run, *each) for each in coded)
            progress(run.sheet.position())


def _writer(files: ExitStack, path: Path, columns: Sequence[str]) -> Any:
    """UTF-8 without a mark, so that the first column is called `row` for every reader; CRLF between rows (RFC 4180)."""
    writer = csv.writer(files.enter_context(path.open("w", encoding="utf-8", newline="")))
    writer.writerow(columns)
    return writer


def _batches(run: Run) -> Iterator[list[Row]]:
    rows = run.sheet.rows()
    text = run.sheet.column(run.columns.text)
    while batch := [Row(number, cells, passages_of(cells[text])) for number, cells in islice(rows, BATCH)]:
        yield batch


def passages_of(text: str) -> list[tuple[int, int]]:
    """The passages of a cell as (start, end), code points of the cell as read.

    A cut must not turn the middle of a cell into the beginning of one that a spreadsheet would run, so a passage never
    begins with a mark that formulas begin with.
    """
    moved = ((end - len(text[start:end].lstrip(FORMULA_MARKS + " ")), end) for start, end in cut(text))
    return [(start, end) for start, end in moved if start < end]


def passages_in(path: Path, columns: Columns) -> Iterator[tuple[str, str]]:
    """Every passage of the file as (question, words), in order. Raises `BadSpreadsheet`."""
    with open_spreadsheet(path) as sheet:
        text = sheet.column(columns.text)
        for _number, cells in sheet.rows():
            question = cells[sheet.column(columns.question)] if columns.question else ""
            yield from ((question, cells[text][start:end]) for start, end in passages_of(cells[text]))


def _suggest(run: Run, batch: list[Row]) -> list[list[Suggestion]]:
    answers = [Answer(run.words(row), run.cell(row, run.columns.question)) for row in batch]
    return run.model.suggester.suggest(answers, reasons=False)


def _passages_written(run: Run, row: Row, suggestions: list[Suggestion]) -> Iterator[tuple[Any, ...]]:
    for (start, end), words, said in zip(row.places, run.words(row), suggestions, strict=True):
        codes = ("+".join(said.chosen), "+".join(said.themes), said.stance, f"{said.confidence:.3f}")
        yield (row.number, start, end, words, *codes)


def _response_written(run: Run, row: Row, suggestions: list[Suggestion]) -> tuple[str, ...]:
    """The row as it was with what it speaks to; and into the counts."""
    sections = run.edition.in_order(code for said in suggestions for code in said.chosen)
    themes = {code for said in suggestions for code in said.themes}
    in_order = [code for code in run.edition.theme_codes if code in themes] if themes else ()
    run.rows += 1
    run.passages += len(suggestions)
    audience = run.cell(row, run.columns.audience).strip() or None
    run.tally.add(audience, len(suggestions), sections)
    source = f"{row.number:012d}"
    for words, said in zip(run.words(row), suggestions, strict=True):
        # a person's own file, for that person to read
        run.examples.offer(said.chosen, said.confidence, source, words, audience, may_quote=True)
    return (*_own_cells(run, row), "+".join(sections), "+".join(in_order))


def _own_cells(run: Run, row: Row) -> list[str]:
    """The input's own cells. Text of a workbook that a CSV would turn into a formula gets an apostrophe before it."""
    if not run.sheet.read_as.startswith("XLSX"):
        return row.cells
    return [
        f"'{cell}" if cell.startswith(tuple(FORMULA_MARKS)) and not _is_number(cell) else cell for cell in row.cells
    ]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _write_findings(run: Run, path: Path, folder: Path) -> Mapping[str, Any]:
    figures = figures_from(run.tally, run.edition, {})
    manifest = _manifest(run, path)
    title = f"What people spoke about: {path.name}"
    report = render_report(figures, shares_chart(figures), run.examples.chosen(), manifest, title)
    (folder / REPORT).write_text(report, encoding="utf-8")
    manifest["outputs"] = {name: _sha256(folder / name) for name in (PASSAGES, RESPONSES, REPORT)}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def _manifest(run: Run, path: Path) -> dict[str, Any]:
    """What went in. No time and no folder, so that the same input gives the same bytes."""
    return {
        "made_by": MADE_BY,
        "input": {"name": path.name, "sha256": _sha256(path), "read_as": run.sheet.read_as},
        "columns": {name: column for name, column in asdict(run.columns).items() if column},
        "standard": {"name": run.edition.name, "sha256": run.edition.sha256},
        "model": run.model.identity,
        "versions": {
            "heard": version("heard"),
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "counts": {"rows": run.rows, "passages": run.passages},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
