"""Peak memory and speed of `heard code` on 10,000 and on 100,000 rows, side by side in one run.

    .venv/bin/python benchmarks/code_file_memory.py

The rows are the texts of the labelled development sets, over and over.
"""

import csv
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "data" / "coding-dev.csv"
SIZES = (10_000, 100_000)


def write(path: Path, rows: int) -> None:
    """A CSV of that many rows."""
    with TEXTS.open(encoding="utf-8-sig", newline="") as source:
        reader = csv.reader(source)
        header, known = next(reader), list(reader)
    with path.open("w", encoding="utf-8", newline="") as goal:
        writer = csv.writer(goal)
        writer.writerow(header)
        writer.writerows(itertools.islice(itertools.cycle(known), rows))


def run(path: Path, out: Path) -> tuple[float, float]:
    """Seconds and peak resident memory (MB) of the real command on this file."""
    command = [sys.executable, "-m", "app", "code", str(path), "--text", "text", "--audience", "audience"]
    began = time.perf_counter()
    child = os.posix_spawn(command[0], [*command, "--out", str(out)], os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"heard code ended with status {os.waitstatus_to_exitcode(status)}")
    kilo = 1024 if sys.platform == "linux" else 1024 * 1024
    return time.perf_counter() - began, used.ru_maxrss / kilo


def main() -> None:
    """Measure each size once, the smaller one first, and print both with their ratio."""
    os.chdir(HERE.parent)
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.csv"
        write(warm, 10)
        run(warm, Path(folder) / "warm")  # trains the model where it is not there yet
        measured = []
        for rows in SIZES:
            path = Path(folder) / f"{rows}.csv"
            write(path, rows)
            measured.append(run(path, Path(folder) / f"out-{rows}"))
    for rows, (seconds, memory) in zip(SIZES, measured, strict=True):
        print(f"{rows:>8,} rows: {seconds:7.1f} s, {rows / seconds:7.0f} rows/s, peak {memory:6.0f} MB")
    print(f"   ratio: {measured[1][0] / measured[0][0]:.1f} in time, {measured[1][1] / measured[0][1]:.2f} in memory")


if __name__ == "__main__":
    main()
