"""`heard protect`: what comes out, what is said of what cannot be read, and how much is kept."""

import csv
import io
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.findings.protecting.counts import Counts
from analysis.findings.protecting.protect_commands import protect_command
from analysis.findings.protecting.withholding import TooFewPeople, protect_counts
from tests.hostile.made_tables import made_table

SHEET = """region,sex,count
North,m,40
North,f,3
South,m,22
South,f,31
=East,m,19
=East,f,12
"""


def run(folder: Path, sheet: str, *words: str) -> Result:
    """The command on a sheet."""
    file = folder / "table.csv"
    file.write_text(sheet, encoding="utf-8")
    return CliRunner().invoke(protect_command, [str(file), *words])


def test_every_cell_and_every_margin_comes_out(tmp_path: Path) -> None:
    done = run(tmp_path, SHEET, "--threshold", "5")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == (3 + 1) * (2 + 1)
    shown = {(row["region"], row["sex"]): row["shown"] for row in rows}
    assert shown["North", "f"] == "withheld"
    assert shown["North", "m"] == "40"
    assert shown["total", "total"] == "125"
    assert ("'=East", "m") in shown, "no spreadsheet takes it for a formula"


def test_programs_get_the_same(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, SHEET, "--json").stdout)
    assert (told["threshold"], told["total"], told["dimensions"]) == (10, "total", ["region", "sex"])
    cells = {(cell["region"], cell["sex"]): cell["shown"] for cell in told["cells"]}
    assert cells["North", "f"] is None
    assert all(cell["withheld"] == (cell["shown"] is None) for cell in told["cells"])
    assert all(count is None or count % 5 == 0 for count in cells.values())


def test_the_word_for_a_margin_is_no_category(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "kind,count\nTotal,40\nother,30\n", "--json").stdout)
    assert [cell["kind"] for cell in told["cells"]] == ["Total", "other", "(total)"]


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("region,sex\nNorth,m\n", "there is no column “count”"),
        ("count\n12\n", "no column of categories"),
        ("region,count\nNorth,-5\n", "row 1, column “count”: “-5” is not a number of people"),
        ("region,count\nNorth,2.5\n", "“2.5” is not a number of people"),
        ("region,count\nNorth,\n", "empty is not a number of people"),
        ("region,count\nNorth,12\nNorth,9\n", "row 2: this cell has a row already"),
        ("region,sex,count\nNorth,,9\n", "row 1, column “sex”: the category is missing"),
        ("shown,count\nNorth,9\n", "name it otherwise"),
        ("region,count\nNorth,4\nSouth,5\n", "fewer than ten people"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path: Path, sheet: str, said: str) -> None:
    done = run(tmp_path, sheet)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_table_after_one_that_was_released(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.csv"
    earlier.write_text("region,age,count\nNorth,old,20\nNorth,young,23\nSouth,old,33\nSouth,young,20\n")
    sheet = "region,sex,count\nNorth,m,40\nNorth,f,3\nSouth,m,22\nSouth,f,31\n"
    done = run(tmp_path, sheet, "--after", str(earlier))
    assert done.exit_code == 0, done.output
    assert "North,f,withheld" in done.stdout


def test_what_nobody_or_everybody_is_is_withheld() -> None:
    counts: dict[tuple[str, ...], int] = {("a", "x"): 50, ("b", "x"): 30, ("b", "y"): 35}
    shown = protect_counts(Counts(("A", "B"), (("a", "b"), ("x", "y")), counts), 5).shown
    assert shown[0, 1] is None, "nobody"
    assert shown[0, 0] is None, "everybody"
    assert shown[0, None] == 50


def test_the_same_table_gives_the_same_result() -> None:
    table = made_table(random.Random(2), (3, 3, 2), 120)
    assert protect_counts(table, 10) == protect_counts(table, 10)


def test_there_is_no_table_of_nine() -> None:
    with pytest.raises(TooFewPeople):
        protect_counts(Counts(("A",), (("a", "b"),), {("a",): 4, ("b",): 5}))


@pytest.mark.parametrize(("threshold", "least"), [(5, 0.75), (10, 0.55)])
def test_enough_is_kept_of_three_hundred_people(threshold: int, least: float) -> None:
    chance, inner = random.Random(6), []
    for _table in range(30):
        shown = protect_counts(made_table(chance, (4, 4), 300), threshold).shown
        inner += [count is not None for place, count in shown.items() if None not in place]
    assert sum(inner) / len(inner) >= least
