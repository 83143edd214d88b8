"""What the job that takes in and codes answers costs for each response, step by step, in seconds of the processor.

    .venv/bin/python benchmarks/taking_in.py [--profile FILE] [RESPONSES ...]

Each size runs in a process of its own, held to one core, over SQLite in a throwaway folder: so many responses of
`large_steps.py` (twelve answers, two of them in people's own words) are sealed and landed, then taken in. The peak is
what the process held at most while it took in. `--profile` keeps what cProfile counted, by function; the seconds are
then too high.
"""

import argparse
import cProfile
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.large_data import settings_of  # noqa: E402

SIZES = (2_000, 10_000)
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
#: Step -> the function that takes it; where one is called inside another, its time is its own alone.
STEPS = {
    "the rest": "benchmarks.large_steps:run_one",
    "mixing": "surveys.intake.mix:mix_all",
    "rewriting": "surveys.intake.mix:rewritten",
    "loading the model": "analysis.coding_answers:begun",
    "opening": "safekeeping.vault:Opener.response",
    "cutting": "analysis.coding.passages:cut",
    "suggesting": "analysis.coding.suggester:SectionSuggester.suggest",
    "reasons": "analysis.coding.reasons:PhraseWeights.spans",
    "identifiers": "analysis.coding.identifiers:find_identifiers",
    "danger": "analysis.coding.danger:danger_in",
    "writing": "safekeeping.many_rows:keep_many",
    "committing": "sqlalchemy.engine.default:DefaultDialect.do_commit",
}
#: What is done once, however many there are.
ONCE = ("starting", "loading the model")
#: Where a function is known by its own name to who calls it.
CALLERS = {
    "mixing": "analysis.taking_in",
    "rewriting": "analysis.taking_in",
    "cutting": "analysis.coding_answers",
    "identifiers": "analysis.coding.flagging",
    "danger": "analysis.coding.flagging",
    "writing": "analysis.coding_answers",
}


class Spent:
    """Seconds of the processor in each step, without those of the steps inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._open: list[str] = ["starting"]
        self._since = time.process_time()

    def switch(self) -> None:
        """What was spent until now is the step's that is open."""
        now = time.process_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def of(self, step: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with what it spends counted."""

        def counted(*given: Any, **named: Any) -> Any:
            self.switch()
            self._open.append(step)
            try:
                return act(*given, **named)
            finally:
                self.switch()
                self._open.pop()

        return counted


@contextmanager
def watched(spent: Spent) -> Iterator[None]:
    """Every step counted."""
    patches = []
    for step, name in STEPS.items():
        place, _, path = name.partition(":")
        owner = f"{CALLERS.get(step, place)}.{path}"
        patches.append(patch(owner, spent.of(step, resolve_name(name))))
    for each in patches:
        each.start()
    spent.switch()
    yield
    spent.switch()
    for each in patches:
        each.stop()


def take_in(folder: Path, profile: str) -> None:
    """Take in what has landed, and say what each step cost."""
    steps = resolve_name("benchmarks.large_steps")
    spent, counting = Spent(), cProfile.Profile() if profile else nullcontext()
    settings = settings_of(folder, "", 0)
    with watched(spent), counting:
        steps.run_job(settings, "code")
    if isinstance(counting, cProfile.Profile):
        counting.dump_stats(profile)
    say(spent, int((folder / "responses").read_text()))


def say(spent: Spent, responses: int) -> None:
    """One line for each step, the costliest first."""
    kilo = 1024 if sys.platform == "linux" else 1024 * 1024
    for step, seconds in sorted(spent.seconds.items(), key=lambda each: -each[1]):
        print(f"  {step:20}{seconds:8.2f} s{1000 * seconds / responses:9.3f} ms a response")
    whole = sum(spent.seconds.values()) - sum(spent.seconds[step] for step in ONCE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / kilo
    print(f"  {'for each response':20}{whole:8.2f} s{1000 * whole / responses:9.3f} ms a response")
    print(f"  peak memory {peak:.0f} MB", flush=True)


def fill(folder: Path, responses: int) -> None:
    """An installation in which so many wait to be mixed."""
    steps = resolve_name("benchmarks.large_steps")
    settings = settings_of(folder, "", 0)
    steps.begin(settings)
    steps.fill(settings, 1, responses)
    (folder / "responses").write_text(str(responses))


def _run(*words: str) -> None:
    subprocess.run([sys.executable, __file__, *words], check=True, cwd=ROOT, env=os.environ | ONE_CORE)


def main() -> None:
    """Each size once."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("responses", nargs="*", type=int)
    asked.add_argument("--profile", default="")
    asked.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--take-in", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.fill:
        return fill(given.fill, *given.responses)
    if given.take_in:
        return take_in(given.take_in, given.profile)
    for size in given.responses or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{size:,} responses", flush=True)
            _run("--fill", folder, str(size))
            _run("--take-in", folder, "--profile", given.profile)
    return None


if __name__ == "__main__":
    main()
