"""Peak memory and time of each form of a data file, of 10,000 and of 100,000 responses, each in a process of its own.

    .venv/bin/python benchmarks/exports_memory.py

The responses are those of the worked example, over and over. Measured is all that a job does after it has opened an
answer: coding it, protecting the file, and writing one form through the sealed pieces of a file.
"""

import itertools
import json
import os
import sys
import tempfile
import time
from datetime import date
from hmac import digest
from pathlib import Path
from typing import BinaryIO, cast

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from analysis.sharing.data_file import DataFile, Origin, protected_file  # noqa: E402
from analysis.sharing.describing import plan_of  # noqa: E402
from analysis.sharing.formats import FORMS  # noqa: E402
from analysis.sharing.made_files import Export, sealed_file  # noqa: E402
from analysis.sharing.packing import Package, pack  # noqa: E402
from analysis.sharing.rows import Columns  # noqa: E402
from safekeeping.database import make_engine, make_throwaway_tables  # noqa: E402
from safekeeping.vault import Office, random_id  # noqa: E402
from surveys.definition.load import parse_survey  # noqa: E402
from surveys.example.load import RESPONSES, SURVEY  # noqa: E402

SIZES = (10_000, 100_000)
LIMIT = 300  # MB
ALL = "all of them"


def mark(message: bytes) -> bytes:
    """What the keys would give."""
    return digest(b"k" * 32, message, "sha256")


def data_file(count: int) -> DataFile:
    """A protected data file of so many responses."""
    survey = parse_survey(SURVEY.read_text(encoding="utf-8"))
    about = frozenset({"audience", *(each.question for each in plan_of([survey]).about_person[:4])})
    columns = Columns(plan_of([survey]).chosen(about), [survey])
    known = [json.loads(line)["answers"] for line in RESPONSES.read_text(encoding="utf-8").splitlines()]
    for answers in itertools.islice(itertools.cycle(known), count):
        columns.add(answers)
    origin = Origin("An example", "views", "Example Organisation", 1, "", date(2026, 11, 22), 1, "00" * 32)
    return protected_file(origin, columns, [number.to_bytes(16, "big") for number in range(count)], mark)


def make(form: str, count: int) -> None:
    """Make one form in this process."""
    export = Export(id=random_id())
    forms = tuple(FORMS) if form == ALL else (form,)
    with tempfile.TemporaryDirectory() as folder:
        drafts = make_engine(f"sqlite:///{folder}/drafts.sqlite")
        make_throwaway_tables(drafts)
        with sealed_file(drafts, export, export.id, Office(b"k" * 32)) as out:
            pack(Package(data_file(count), forms), cast(BinaryIO, out))
        drafts.dispose()


def run(form: str, count: int) -> tuple[float, float]:
    """Seconds and peak resident memory (MB) of a process that makes one form."""
    began = time.perf_counter()
    child = os.posix_spawn(sys.executable, [sys.executable, __file__, form, str(count)], os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{form} ended with status {os.waitstatus_to_exitcode(status)}")
    kilo = 1024 if sys.platform == "linux" else 1024 * 1024
    return time.perf_counter() - began, used.ru_maxrss / kilo


def main() -> None:
    """Measure every form at both sizes; say where one is over the limit."""
    print(f"{'form':<12} {'responses':>9} {'seconds':>8} {'peak MB':>8}")
    over = []
    for form in (*FORMS, ALL):
        for count in SIZES:
            seconds, memory = run(form, count)
            print(f"{form:<12} {count:>9,} {seconds:>8.1f} {memory:>8.0f}", flush=True)
            over += [form] if memory > LIMIT else []
    print(f"Over {LIMIT} MB: {', '.join(over) or 'none'}")


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 1 else main()
