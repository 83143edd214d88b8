"""How often intervals hold the truth: the simulation behind docs/methods.md.

Run: ``.venv/bin/python benchmarks/coverage.py [RUNS]`` (3,000 runs of each cell by default; some minutes). Each run
makes a population of 2,000 in three strata, a machine that scores it, and an audit; and asks whether the interval holds
the true share, over all, in each stratum, and in two regions that cross the strata. Two traps must fail.
"""

import sys
from dataclasses import dataclass
from itertools import product
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.findings.cross_fitting import cross_fitted  # noqa: E402
from analysis.findings.estimate_file import sums_of_strata  # noqa: E402
from analysis.findings.estimates import Estimated, Sums, estimates  # noqa: E402
from analysis.findings.intervals import Numbers  # noqa: E402

SIZE, PARTS, TILT = 2_000, (0.6, 0.3, 0.1), (1.0, 1.5, 0.5)
SHARES, AUDITED = (0.01, 0.03, 0.1, 0.3), (100, 200, 400)
#: Sensitivity and specificity.
MACHINES = {"good": (0.85, 0.95), "poor": (0.70, 0.90), "useless": (0.50, 0.50)}
#: In proportion to the strata, or the same number of each.
DESIGNS = ("proportional", "equal")
BATCH = 250


@dataclass(frozen=True)
class Cell:
    """One setting: the share in the population, audited responses, the machine, how the audit is spread."""

    share: float
    audited: int
    machine: str
    design: str = "proportional"
    binary: bool = False


@dataclass
class Found:
    """Of each group (strata, regions, everybody): how often it was right, of how many runs with a figure, and more."""

    right: Numbers
    runs: Numbers
    width: Numbers
    off: Numbers
    squares: Numbers
    corrected: Numbers

    @property
    def coverage(self) -> Numbers:
        """The share of runs whose interval held the truth; NaN where nothing was ever said."""
        return self.right / np.where(self.runs > 0, self.runs, np.nan)

    @property
    def bias(self) -> Numbers:
        """The mean error, in standard errors."""
        runs = np.where(self.runs > 0, self.runs, np.nan)
        mean = self.off / runs
        found: Numbers = mean / np.sqrt(np.maximum(self.squares / runs - mean**2, 1e-12))
        return found


#: Two regions that cross the strata: half of each stratum, and a quarter.
REGIONS = ((0.0, 0.5), (0.5, 0.75))
GROUPS = ("stratum of 60 %", "stratum of 30 %", "stratum of 10 %", "region of 50 %", "region of 25 %", "everybody")


def simulate(cell: Cell, runs: int, seed: int = 1) -> Found:
    """Run a cell so many times."""
    told = f"{cell.share}|{cell.audited}|{cell.machine}|{cell.design}|{cell.binary}"
    random = np.random.default_rng([seed, *told.encode()])
    found = Found(*(np.zeros(len(GROUPS)) for _each in range(6)))
    for start in range(0, runs, BATCH):
        truth, said = _batch(cell, min(BATCH, runs - start), random)
        spoken = ~np.isnan(said.share)
        right = (said.low <= truth + 1e-9) & (truth <= said.high + 1e-9)
        error = np.where(spoken, said.share - truth, 0.0)
        found.right += (right & spoken).sum(axis=0)
        found.runs += spoken.sum(axis=0)
        found.width += np.where(spoken, said.high - said.low, 0.0).sum(axis=0)
        found.off += error.sum(axis=0)
        found.squares += (error**2).sum(axis=0)
        found.corrected += (said.outcome == 0).sum(axis=0)
    return found


def scores(random: Any, y: Any, machine: str, binary: bool) -> Numbers:
    """What a machine says of each response: rows are runs."""
    sensitive, specific = MACHINES[machine]
    says = np.where(y, random.random(y.shape) < sensitive, random.random(y.shape) >= specific)
    if binary:
        yes_no: Numbers = says.astype(float)
        return yes_no
    found: Numbers = np.where(says, random.beta(4, 1.5, y.shape), random.beta(1.5, 4, y.shape))
    return found


def allocated(cell: Cell) -> list[int]:
    """How many of each stratum are audited."""
    equal = cell.design == "equal"
    parts = [1 / len(PARTS)] * len(PARTS) if equal else PARTS
    return [min(round(cell.audited * each), round(SIZE * part)) for each, part in zip(parts, PARTS, strict=True)]


def _batch(cell: Cell, runs: int, random: Any) -> tuple[Numbers, Estimated]:
    """The truth and what is said of it, axes (run, group). Rows come in random order, so the first are the audited."""
    groups, strata = len(GROUPS), len(PARTS)
    sums = {
        name: np.zeros((runs, groups, strata)) for name in ("size", "mine", "f_all", "y", "f", "ff", "yf", "missed")
    }
    truth = np.zeros((runs, groups))
    share = cell.share / sum(part * tilt for part, tilt in zip(PARTS, TILT, strict=True))
    drawn = allocated(cell)
    for h, (part, tilt) in enumerate(zip(PARTS, TILT, strict=True)):
        size, n = round(SIZE * part), drawn[h]
        place = random.random((runs, size))
        y = random.random((runs, size)) < np.clip(share * tilt * np.where(place < 0.5, 1.2, 0.8), 0, 1)
        f = scores(random, y, cell.machine, cell.binary)
        within = {3: (place >= 0) & (place < 0.5), 4: (place >= 0.5) & (place < 0.75)}
        everyone = np.ones_like(y)
        for group, mask in {h: everyone, 5: everyone, **within}.items():
            a, of = mask[:, :n], (y & mask)[:, :n]
            values = {"size": mask, "mine": a, "f_all": f * mask, "y": of, "f": f[:, :n] * a}
            values |= {"ff": f[:, :n] ** 2 * a, "yf": f[:, :n] * of, "missed": of & (f[:, :n] < 0.5)}
            for name, each in values.items():
                sums[name][:, group, h] = each.sum(axis=1)
            truth[:, group] += (y & mask).sum(axis=1)
    truth /= np.maximum(sums["size"].sum(axis=-1), 1)
    frame = np.broadcast_to(np.array([round(SIZE * part) for part in PARTS], dtype=float), (runs, strata))
    counts = np.broadcast_to(np.array(drawn, dtype=float), (runs, strata))
    return truth, estimates(Sums(frame=frame, drawn=counts, **sums))


def trap_of_same_labels(runs: int, crossed: bool, seed: int = 9) -> float:
    """Coverage where the machine was learnt from the audit's own labels: as it is (the trap), or cross-fitted."""
    right = 0
    for run in range(runs):
        random = np.random.default_rng([seed, run])
        features = random.normal(size=(SIZE, 200))
        y = random.random(SIZE) < 1 / (1 + np.exp(1.5 - 1.5 * features[:, 0]))
        audited, labels = np.arange(200), y[:200].astype(float)
        learnt = (
            cross_fitted(_ridge, features, audited, labels) if crossed else _ridge(features[:200], labels)(features)
        )
        right += _covers(y, learnt, audited)
    return right / runs


def _ridge(features: Any, labels: Any) -> Any:
    """A classifier with as many weights as examples: it fits what it learnt from better than anything else."""
    mean = labels.mean()
    weights = features.T @ np.linalg.solve(features @ features.T + 100 * np.eye(len(labels)), labels - mean)
    return lambda rows: (mean + rows @ weights > 0.5).astype(float)


def trap_of_chosen_labels(runs: int, seed: int = 3) -> float:
    """Coverage where the labels came from a queue of what is likely to speak to the code, and are taken for random."""
    right = 0
    for run in range(runs):
        random = np.random.default_rng([seed, run])
        y = random.random(SIZE) < 0.2
        f = scores(random, y, "poor", binary=False)
        wanted = np.argsort(-(0.7 * f + 0.6 * y * random.random(SIZE) + random.random(SIZE)))[:200]
        right += _covers(y, f, wanted)
    return right / runs


def _covers(y: Any, f: Numbers, audited: Any) -> bool:
    nothing = np.zeros(len(audited), dtype=int)
    found = estimates(sums_of_strata([len(y)], [f.sum()], nothing, y[audited].astype(float), f[audited]))
    return bool(found.low[-1] <= y.mean() <= found.high[-1])


def least(runs: float) -> float:
    """What coverage may not fall under: .93 less three standard deviations of so many runs."""
    return 0.93 - 3 * sqrt(0.93 * 0.07 / max(runs, 1))


def main(runs: int) -> int:
    """Print the tables of docs/methods.md; 1 where a cell fails."""
    failed = 0
    for design, binary in product(DESIGNS, (False, True)):
        print(f"\n{design}, {'yes or no' if binary else 'scores'}: coverage (width, corrected) of {', '.join(GROUPS)}")
        for machine, share, audited in product(MACHINES, SHARES, AUDITED):
            found = simulate(Cell(share, audited, machine, design, binary), runs)
            low = [place for place in range(len(GROUPS)) if found.coverage[place] < least(found.runs[place])]
            biased = abs(found.bias[-1]) > 0.2
            failed += bool(low) + biased
            cells = (
                "     –          " if not n else f"{c:.3f} ({w / n:.3f}, {k / runs:.2f})"
                for c, n, w, k in zip(found.coverage, found.runs, found.width, found.corrected, strict=True)
            )
            ending = f"bias {found.bias[-1]:+.2f}{'  FAILS' * bool(low or biased)}"
            print(f"{machine:8} {share:5.0%} {audited:4}  {'  '.join(cells)}  {ending}", flush=True)
    traps = min(runs, 200)
    same, crossed = (trap_of_same_labels(traps, crossed=each) for each in (False, True))
    print(f"\nlearnt from the audit's labels: {same:.3f}; cross-fitted: {crossed:.3f}")
    chosen = trap_of_chosen_labels(traps)
    print(f"labels from a queue taken for random: {chosen:.3f}")
    failed += (same > 0.5) + (crossed < least(traps)) + (chosen > 0.5)
    print(f"\n{failed} of {4 * 36 + 3} fail")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000))
