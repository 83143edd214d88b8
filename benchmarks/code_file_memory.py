"""Speed and peak memory of `heard code` from 100,000 to 1,000,000 passages: the real command on real files.

    taskset -c 1 nice .venv/bin/python benchmarks/code_file_memory.py [passages ...]

No two rows are the same (`many_answers.py`). Seconds are of the processor, for the whole command: reading the file,
cutting answers into passages, suggesting, writing both tables and the report.
"""

import csv
import os
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.many_answers import AUDIENCES, mixed_answers  # noqa: E402

SIZES = (100_000, 300_000, 1_000_000)
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def write(path: Path, passages: int) -> int:
    """A CSV with so many passages in all; returns its rows."""
    rows = given = 0
    with path.open("w", encoding="utf-8", newline="") as goal:
        writer = csv.writer(goal)
        writer.writerow(("number", "audience", "text"))
        for audience, answer in zip(cycle(AUDIENCES), mixed_answers(), strict=False):
            answer = answer[: passages - given]
            if not answer:
                return rows
            given += len(answer)
            rows += 1
            writer.writerow((rows, audience, " ".join(answer)))
    return rows


def run(path: Path, out: Path) -> tuple[float, float, float]:
    """Seconds of the processor and of the clock, and peak resident memory (MB), of the command on this file."""
    command = [sys.executable, "-m", "app", "code", str(path), "--text", "text", "--audience", "audience"]
    began = time.perf_counter()
    child = os.posix_spawn(command[0], [*command, "--out", str(out)], os.environ | ONE_CORE)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"heard code ended with status {os.waitstatus_to_exitcode(status)}")
    kilo = 1024 if sys.platform == "linux" else 1024 * 1024
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / kilo


def main() -> None:
    """Measure each size once, in the order given, each against the first."""
    os.chdir(ROOT)
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "answers.csv", Path(folder) / "out"
        write(path, 10)
        run(path, out)  # trains the model where it is not there yet
        first = 0.0
        for passages in sizes:
            rows = write(path, passages)
            seconds, clock, memory = run(path, out)
            first = first or memory
            print(
                f"{passages:>9,} passages, {rows:,} rows: {seconds:.1f} s of the processor ({clock:.1f} s in all), "
                f"{passages / seconds:,.0f} passages/s, peak {memory:.0f} MB ({memory / first:.2f} of the first)",
                flush=True,
            )


if __name__ == "__main__":
    main()
