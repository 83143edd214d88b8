"""`heard estimate`: two tables in, figures out, or one sentence that says where the fault is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.findings.estimate_command import estimate_command
from surveys.formats.bad_spreadsheet import BadSpreadsheet

SIZES = {"survivor": 600, "provider": 300, "commissioner": 60}
DRAWN = {"survivor": 120, "provider": 60, "commissioner": 30}


def tables(folder: Path, seed: int = 1) -> tuple[Path, Path, dict[str, float]]:
    """A population of 960 with scores for two codes, an audit of 210 with columns in another order, and the truth."""
    random = np.random.default_rng(seed)
    people, audited = ["id,stratum,AE,LG"], ["id,LG,AE"]
    seen = {"AE": 0, "LG": 0}
    for stratum, size in SIZES.items():
        for number in range(size):
            y = {"AE": random.random() < 0.35, "LG": random.random() < 0.02}
            f = {code: np.clip(0.25 + 0.5 * y[code] + random.normal(0, 0.18), 0, 1) for code in y}
            name = f"{stratum[0]}{number:04}"
            people.append(f"{name},{stratum},{f['AE']:.3f},{f['LG']:.3f}")
            if number < DRAWN[stratum]:
                audited.append(f"{name},{int(y['LG'])},{int(y['AE'])}")
            seen = {code: seen[code] + y[code] for code in seen}
    population, audit = folder / "P.csv", folder / "A.csv"
    population.write_text("\n".join(people) + "\n", encoding="utf-8")
    audit.write_text("\n".join(audited) + "\n", encoding="utf-8")
    return population, audit, {code: count / sum(SIZES.values()) for code, count in seen.items()}


def run(population: Path, audit: Path, *more: str) -> Result:
    return CliRunner().invoke(estimate_command, ["--population", str(population), "--audit", str(audit), *more])


def told(population: Path, audit: Path) -> dict[str, Any]:
    result = run(population, audit, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_each_code_over_all_and_by_stratum(tmp_path: Path) -> None:
    population, audit, truth = tables(tmp_path)
    found = told(population, audit)
    assert (found["form"], found["population"], found["audited"]) == ("heard-estimates-1", 960, 210)
    assert found["strata"]["provider"] == {"size": 300, "audited": 60}
    overall = found["codes"]["AE"]["overall"]
    assert (overall["kind"], overall["n"], overall["stratum"]) == ("corrected", 210, None)
    assert overall["low"] <= truth["AE"] <= overall["high"]
    assert overall["raw"] > overall["estimate"]
    assert set(found["codes"]["AE"]["strata"]) == set(SIZES)
    rare = found["codes"]["LG"]["overall"]
    assert (rare["kind"], rare["why"], rare["weight"]) == ("human-only", "rare", 0)
    assert rare["low"] <= truth["LG"] <= rare["high"]


def test_people_read_a_table_and_a_sentence_for_each_figure(tmp_path: Path) -> None:
    result = run(*tables(tmp_path)[:2])
    assert result.exit_code == 0
    assert "960 responses in 3 strata, 210 of them audited." in result.stdout
    assert result.stdout.count("LG, ") == 4
    assert "fewer than 15 audited responses speak to it" in result.stdout


@pytest.mark.parametrize(
    "change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n"), lambda t: t.replace(",", ";")]
)
def test_the_form_of_the_file_does_not_matter(tmp_path: Path, change: Any) -> None:
    population, audit, _truth = tables(tmp_path)
    plain = told(population, audit)
    for path in (population, audit):
        path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    assert told(population, audit) == plain


def test_a_code_without_audit_is_withheld_and_ids_are_texts(tmp_path: Path) -> None:
    population, audit = tmp_path / "P.csv", tmp_path / "A.csv"
    population.write_text("id,stratum,A,B\n" + "".join(f"{n:03},x,0.5,{n % 2}\n" for n in range(100)), encoding="utf-8")
    audit.write_text("id,B\n" + "".join(f"{n:03},{n % 2}\n" for n in range(40)), encoding="utf-8")
    found = told(population, audit)
    assert found["unaudited_codes"] == ["A"]
    without = found["codes"]["A"]["overall"]
    assert (without["estimate"], without["kind"], without["n"], without["raw"]) == (None, "withheld", 0, 0.5)
    assert found["codes"]["B"]["overall"]["why"] == "caught"  # a machine that missed nobody


FAULTS = {
    "an id that is not there": ("A", "s0003,", "s9999,", "row 4, column “id”: the id “s9999” is not in"),
    "an id twice": ("A", "s0003,", "s0002,", "row 4, column “id”: the id “s0002” is in row 3 already"),
    "an id twice in the population": (
        "P",
        "s0003,",
        "s0002,",
        "row 4, column “id”: the id “s0002” is in row 3 already",
    ),
    "a score out of range": ("P", "s0000,survivor,0.", "s0000,survivor,7.", "row 1, column “AE”: the score “7."),
    "a score that is none": ("P", "s0000,survivor,0.", "s0000,survivor,x0.", "is not a number"),
    "no stratum": ("P", "s0001,survivor", "s0001,", "row 2, column “stratum”: the stratum is empty"),
    "no column of strata": ("P", "id,stratum", "id,group", "there is no column “stratum”"),
    "no column of ids": ("A", "id,LG", "number,LG", "there is no column “id”"),
    "another code": ("A", "id,LG", "id,LGG", "there is no column “LGG”; use one of “AE”, “LG” (the nearest is “LG”)"),
    "neither 0 nor 1": ("A", "s0000,0,", "s0000,2,", "row 1, column “LG”: “2” is neither 0 nor 1"),
    "nothing settled": ("A", "s0000,0,", "s0000,,", "row 1, column “LG”: “” is neither 0 nor 1"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_said_with_its_place(tmp_path: Path, what: str) -> None:
    population, audit, _truth = tables(tmp_path)
    which, before, after, said = FAULTS[what]
    path = {"P": population, "A": audit}[which]
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    result = run(population, audit)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert path.name in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    population, audit, _truth = tables(tmp_path)
    assert "there is no such file" in run(tmp_path / "none.csv", audit).stderr
    audit.write_text("id,AE\n", encoding="utf-8")
    assert "no rows under it" in run(population, audit).stderr
    audit.write_text("id\ns0001\n", encoding="utf-8")
    assert "no column for a code" in run(population, audit).stderr


@settings(max_examples=30)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, one: str, other: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    population, audit = folder / "P.csv", folder / "A.csv"
    population.write_text(f"id,stratum,A\n1,x,0.2\n{one}", encoding="utf-8", errors="replace")
    audit.write_text(f"id,A\n1,1\n{other}", encoding="utf-8", errors="replace")
    result = run(population, audit)
    assert result.exit_code in (0, 2), result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert issubclass(BadSpreadsheet, ValueError)
