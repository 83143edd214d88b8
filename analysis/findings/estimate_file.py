"""`heard estimate`: shares from two tables of anybody's, a population with machine scores and an audit of a part of it.

POPULATION has the columns `id` and `stratum`, and one for each code with the machine's score, 0 to 1. AUDIT has `id`
and for each code, or some, what people settled on, 0 or 1. It is a simple random sample in each stratum. Ids are texts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.findings.estimate_rows import (
    MISSED_UNDER,
    AuditTable,
    Totals,
    check_all_found,
    read_audit,
    read_population,
)
from analysis.findings.estimates import Sums, estimates
from analysis.findings.intervals import Numbers
from analysis.findings.outcomes import OUTCOMES
from analysis.findings.shown import WITHHELD
from surveys.formats.bad_spreadsheet import plain
from surveys.formats.spreadsheet import open_spreadsheet


@dataclass(frozen=True)
class FileFigure:
    """One figure. `stratum` is None for everybody. What is withheld is None; `raw` is None where no score was given.

    `raw`: mean score of the machine, uncorrected; `raw_counted`: share of responses with a score of a half or more.
    `n`: audited responses, of `size`. `weight`: the lambda with which scores counted.
    """

    code: str
    stratum: str | None
    estimate: float | None
    low: float | None
    high: float | None
    kind: str
    why: str
    raw: float
    raw_counted: float
    n: int
    size: int
    positives: int
    missed: int
    weight: float


@dataclass(frozen=True)
class FileEstimates:
    """All that comes of two tables. `unaudited`: codes of the population that the audit has no column for."""

    population: int
    audited: int
    strata: dict[str, tuple[int, int]]
    codes: dict[str, list[FileFigure]]
    unaudited: tuple[str, ...]


def estimate_files(
    population: Path, audit: Path, go_on: Callable[[int], None] = lambda position: None
) -> FileEstimates:
    """Read both and estimate. `go_on(position)` is told how far the population is read, in its own measure.

    Raises `BadSpreadsheet`, naming file, row, column, fault and remedy.
    """
    found = read_audit(audit)
    with open_spreadsheet(population) as sheet:
        totals = read_population(sheet, found, go_on)
    check_all_found(population, found, totals)
    return _estimated(found, totals)


def _estimated(audit: AuditTable, totals: Totals) -> FileEstimates:
    of_stratum = np.array([totals.where[row] for row in range(len(audit.rows))], dtype=int)
    drawn = np.bincount(of_stratum, minlength=len(totals.strata))
    machine = np.array([totals.of_audited[row] for row in range(len(audit.rows))])
    settled = {plain(code): place for place, code in enumerate(audit.codes)}
    codes: dict[str, list[FileFigure]] = {}
    for place, code in enumerate(totals.codes):
        column = settled.get(plain(code))
        nobody = column is None
        y = np.zeros(0) if column is None else audit.y[:, column]
        f = np.zeros(0) if nobody else machine[:, place]
        codes[code] = list(_figures(code, place, totals, of_stratum[: len(y)], y, f))
    strata = {name: (totals.size[place], int(drawn[place])) for name, place in sorted(totals.strata.items())}
    without = tuple(code for code in totals.codes if plain(code) not in settled)
    return FileEstimates(sum(totals.size), len(audit.rows), strata, codes, without)


def sums_of_strata(size: Any, f_all: Any, of_stratum: Any, y: Numbers, f: Numbers) -> Sums:
    """The sums of one code with each stratum as a group, and everybody last.

    `size`, `f_all`: responses and sum of scores of each stratum. The others: a place for each audited response.
    """
    number = len(size)

    def added(values: Numbers) -> Numbers:
        by_stratum = np.bincount(of_stratum, values, number)
        return np.vstack([np.diag(by_stratum), by_stratum])

    drawn = np.bincount(of_stratum, minlength=number).astype(float)
    frame = np.asarray(size, dtype=float)
    return Sums(
        frame=frame,
        drawn=drawn,
        size=np.vstack([np.diag(frame), frame]),
        mine=np.vstack([np.diag(drawn), drawn]),
        f_all=np.vstack([np.diag(f_all), f_all]),
        y=added(y),
        f=added(f),
        ff=added(f * f),
        yf=added(y * f),
        missed=added(y * (f < MISSED_UNDER)),
    )


def _figures(code: str, place: int, totals: Totals, of_stratum: Any, y: Numbers, f: Numbers) -> Iterator[FileFigure]:
    """Everybody first, then the strata by name."""
    scores = np.array([each[place] for each in totals.scores])
    sums = sums_of_strata(totals.size, scores, of_stratum, y, f)
    found, last = estimates(sums), len(totals.strata)
    counted = np.array([each[place] for each in totals.counted])
    for stratum, group in [(None, last), *sorted(totals.strata.items())]:
        kind, why = OUTCOMES[int(found.outcome[group])]
        size = int(sums.size[group].sum())
        value, low, high = (
            None if kind == WITHHELD else float(each[group]) for each in (found.share, found.low, found.high)
        )
        yield FileFigure(
            code,
            stratum,
            value,
            low,
            high,
            kind,
            why,
            float(found.raw[group]),
            float((counted.sum() if stratum is None else counted[group]) / size),
            int(found.audited[group]),
            size,
            int(sums.y[group].sum()),
            int(sums.missed[group].sum()),
            float(found.weight[group]),
        )
