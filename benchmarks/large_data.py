"""A large survey from end to end: how the time and the memory of each step grow with the responses.

    .venv/bin/python benchmarks/large_data.py [--into FOLDER] [--database ADDRESS] [--steps NAME,NAME] [RESPONSES ...]

Fills an installation with so many responses of twelve answers, then takes every step that an operator takes, each in a
process of its own: mixing, coding, an audit (labelled by a stand-in, see `large_steps.py`), estimates, words, charts,
tables, reports, data files, backups, and the pages of the desk. Seconds of the clock and of the processor, peak memory
and the size on the disk are kept in FOLDER/figures.json; what is there already is not done again, so a run that was
stopped goes on. `--steps` does some again. In ADDRESS, `{size}` stands for the number of responses.

Flat means: the peak at 1,000,000 responses is at most one and a half times that at 100,000, but for numbers and ids in
arrays: some 300 bytes a response (measured in estimates from 10,000 to 100,000 responses).
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from sqlalchemy import create_engine, text  # noqa: E402

from safekeeping.settings import Settings, file_of, read_settings  # noqa: E402

ADDRESS = "large"
SIZES = (10_000, 100_000, 1_000_000)
#: Submissions that wait together before they are mixed.
PART = 50_000
PARTS = ("fill", "mix")
DO = "--do"
STEPS = "benchmarks.large_steps:"  # loaded by the processes alone: a child's peak is never under its parent's


def _command(*words: str) -> Callable[[Settings], list[str]]:
    """A command of Heard; `{folder}` is where its files go."""

    def made(settings: Settings) -> list[str]:
        folder = settings.instance.parent
        keys = sorted(map(str, (folder / "backups").rglob("heard-*")))
        given = [keys if word == "{backup}" else [word.format(folder=folder)] for word in words]
        return [sys.executable, "-m", "app", *(each for some in given for each in some)]

    return made


COMMANDS: dict[str, Callable[[Settings], list[str]]] = {
    "audit verify": _command("audit", "verify", ADDRESS),
    "protect": _command("protect", "{folder}/counts.csv"),
    "report": _command("report", ADDRESS, "--out", "{folder}/reports"),
    "report verify": _command("report", "verify", "{folder}/reports/large-report.html"),
    "backup": _command("backup", "--to", "{folder}/backups"),
    "backup verify": _command("backup", "verify", "--key-file", "{folder}/recovery.key", "{backup}"),
}
#: Step -> the function of `large_steps` that takes it; all others are jobs.
OWN = {
    **{"begin": "begin", "fill": "fill", "mix": "mix_part", "rewrite": "rewrite", "label audit": "label"},
    **{"cross-table": "cross_table", "pages": "pages", "recovery key": "recovery_key"},
}
ORDER = (
    *("begin", "fill", "mix", "rewrite", "code", "draw audit", "label audit", "agreement", "audit verify"),
    *("take in again", "estimate", "count words", "draw charts"),
    *(f"read: {name}" for name in ("find", "kwic", "beside", "frequencies", "keyness", "together")),
    *("cross-table", "protect", "report", "report verify", "freeze and weigh"),
    *(f"export: {form}" for form in ("csv", "xlsx", "sav", "dta", "ddi", "jsonl", "html", "words")),
    *("pages", "recovery key", "backup", "backup verify"),
)


def settings_of(folder: Path, address: str, size: int) -> Settings:
    """The installation of a size, in a folder of its own."""
    told = {"HEARD_INSTANCE": str(folder / "instance")}
    told |= {"HEARD_DATABASE": address.format(size=size)} if address else {}
    return read_settings(told, HERE)


def do(step: str, settings: Settings, part: Sequence[int]) -> None:
    """One step, in this process; `part` is the first response and how many, where a step is taken in parts."""
    if step in OWN:
        resolve_name(STEPS + OWN[step])(settings, *part)
    else:
        resolve_name(STEPS + "run_job")(settings, step)


def measure(command: list[str], settings: Settings) -> dict[str, float]:
    """Seconds of the clock and of the processor, and peak resident memory (MB), of a process that does well."""
    began = time.perf_counter()
    said = str(settings.instance.parent / "said.txt")
    out = (os.POSIX_SPAWN_OPEN, 1, said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    told = {"HEARD_INSTANCE": str(settings.instance), "HEARD_DATABASE": settings.database}
    child = os.posix_spawn(command[0], command, {**os.environ, **told}, file_actions=[out])
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command[1:])} ended with status {os.waitstatus_to_exitcode(status)}")
    kilo = 1024 if sys.platform == "linux" else 1024 * 1024
    seconds = {"wall": time.perf_counter() - began, "cpu": used.ru_utime + used.ru_stime}
    return {name: round(each, 2) for name, each in {**seconds, "peak": used.ru_maxrss / kilo}.items()}


class Run:
    """All steps of one size; `kept` is what was measured so far."""

    def __init__(self, into: Path, address: str, size: int) -> None:
        self.size, self.folder = size, into / str(size)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.settings, self._address, self._into = settings_of(self.folder, address, size), address, into
        self._file = self.folder / "figures.json"
        self.kept: dict[str, Any] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def take(self, step: str) -> None:
        """Measure a step and keep it."""
        print(f"{self.size:>9,}  {step}", file=sys.stderr, flush=True)
        if step in PARTS:
            self._in_parts()
        else:
            command = COMMANDS[step](self.settings) if step in COMMANDS else self._own(step)
            self._keep(step, measure(command, self.settings))

    def _own(self, step: str, *part: int) -> list[str]:
        rest = [*map(str, part), "--into", str(self._into), "--database", self._address]
        return [sys.executable, __file__, DO, step, "--size", str(self.size), *rest]

    def _in_parts(self) -> None:
        """Fill a part and mix it, until all are in: a survey that is answered over weeks is mixed as it goes."""
        for first in range(self.kept.get("filled", 0), self.size, PART):
            count = min(PART, self.size - first)
            for step in PARTS:
                before, now = self.kept.get(step), measure(self._own(step, first, count), self.settings)
                both = {name: round(before[name] + now[name], 2) for name in ("wall", "cpu")} if before else now
                self._keep(step, {**both, "peak": max(now["peak"], before["peak"] if before else 0)})
            self.kept["filled"] = first + count
            self._write()

    def _keep(self, step: str, figures: dict[str, float]) -> None:
        self.kept[step] = {**figures, "disk": self._disk()}
        print(f"{self.size:>9,}  {step}: {self.kept[step]}", file=sys.stderr, flush=True)
        self._write()

    def _write(self) -> None:
        beside = self._file.with_suffix(".part")
        beside.write_text(json.dumps(self.kept, indent=1), encoding="utf-8")
        beside.replace(self._file)

    def _disk(self) -> float:
        """MB of the installation, and of its database where that is elsewhere."""
        files = sum(path.stat().st_size for path in self.settings.instance.rglob("*") if path.is_file())
        return round((files + database_size(self.settings)) / 1e6, 1)


def database_size(settings: Settings) -> int:
    """Bytes of a PostgreSQL database; 0 for SQLite, whose file lies in the installation."""
    if file_of(settings.database):
        return 0
    engine = create_engine(settings.database)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT pg_database_size(current_database())")).scalar() or 0
    engine.dispose()
    return int(found)


def table(runs: Sequence[Run]) -> str:
    """One row for each step: seconds, microseconds a response and peak memory at each size, and how both grow."""
    head = "| Step |" + "".join(f" {run.size:,}: s | µs each | MB |" for run in runs) + " time grows | memory grows |"
    lines = [head, "|---|" + "---:|" * (3 * len(runs) + 2)]
    for step in ORDER:
        found = [(run.size, run.kept[step]) for run in runs if step in run.kept]
        if found:
            cells = "".join(_cells(run, step) for run in runs)
            lines.append(f"| {step} |{cells} {_growth(found)} |")
    return "\n".join(lines)


def _cells(run: Run, step: str) -> str:
    if step not in run.kept:
        return " – | – | – |"
    each = run.kept[step]
    return f" {each['wall']:,.1f} | {1e6 * each['cpu'] / run.size:,.0f} | {each['peak']:,.0f} |"


def _growth(found: Sequence[tuple[int, dict[str, float]]]) -> str:
    """From the last size but one to the last: the processor's seconds per response, and the peak, as factors."""
    if len(found) < 2:
        return "– | –"
    (few, before), (many, after) = found[-2:]
    time_grows = (after["cpu"] / many) / max(before["cpu"] / few, 1e-9)
    return f"{time_grows:.2f} | {after['peak'] / before['peak']:.2f}"


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("sizes", nargs="*", type=int)
    asked.add_argument("--into", type=Path, default=Path("/tmp/heard-large"))  # noqa: S108
    asked.add_argument("--database", default="")
    asked.add_argument("--steps", default="", help="only these, also where they were done before")
    asked.add_argument(DO, default="", help=argparse.SUPPRESS)
    asked.add_argument("--size", type=int, default=0, help=argparse.SUPPRESS)
    return asked.parse_args()


def main() -> None:
    """Take every step at every size that is asked for, then print the table and the slowest pages."""
    os.chdir(HERE)
    asked = _asked()
    if asked.do:
        settings = settings_of(asked.into / str(asked.size), asked.database, asked.size)
        do(asked.do, settings, asked.sizes)
        return
    runs = [Run(asked.into, asked.database, size) for size in asked.sizes or SIZES]
    again = [each for each in asked.steps.split(",") if each]
    for run in runs:
        for step in again or ORDER:
            if again or step not in run.kept or (step == "fill" and run.kept.get("filled", 0) < run.size):
                run.take(step)
    print(table(runs))
    for run in runs:
        slowest = json.loads((run.folder / "pages.json").read_text()) if (run.folder / "pages.json").exists() else []
        for milliseconds, status, address in slowest[:8]:
            print(f"{run.size:,}: {milliseconds:,.0f} ms {status} {address}")


if __name__ == "__main__":
    main()
