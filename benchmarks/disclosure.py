"""Disclosure control under attack: random tables, linked pairs, differencing plans; what is kept; how long it takes.

    .venv/bin/python -m benchmarks.disclosure [--tables 5000] [--pairs 500] [--plans 300]

The attacker (`tests/hostile/attacker.py`) shares no code with what it attacks.
"""

import argparse
import random
import time
from collections import Counter

from analysis.findings.protecting.withholding import KEPT_OPEN, protect_counts
from analysis.findings.releases.differences import too_close
from tests.hostile.attacker import Attacker
from tests.hostile.made_plans import any_plan
from tests.hostile.made_tables import any_pair, any_table, made_table, published


def attacked(chance: random.Random, tables: int, pairs: bool) -> Counter[str]:
    """So many tables or pairs, each protected by itself: what the attacker is left with."""
    found: Counter[str] = Counter()
    for at in range(tables):
        threshold = chance.choice((5, 10))
        together = any_pair(chance) if pairs else (any_table(chance),)
        out = [published(table, protect_counts(table, threshold)) for table in together]
        left = Attacker(out, threshold).values_left(KEPT_OPEN[threshold])
        found["attacked"] += 1
        found["withheld cells"] += len(left)
        found["pinned"] += sum(each < 2 for each in left.values())
        found["below what must stay open"] += sum(each < KEPT_OPEN[threshold] for each in left.values())
        if (at + 1) % 100 == 0:
            print("pairs" if pairs else "tables", dict(found), flush=True)
    return found


def kept(threshold: int, tables: int = 200) -> tuple[float, float]:
    """Of 4 x 4 tables of 300 people: the share of inner cells that is shown, and of all with their margins."""
    chance, inner, every = random.Random(3), [], []
    for _table in range(tables):
        shown = protect_counts(made_table(chance, (4, 4), 300), threshold).shown
        inner += [count is not None for place, count in shown.items() if None not in place]
        every += [count is not None for count in shown.values()]
    return sum(inner) / len(inner), sum(every) / len(every)


def main() -> None:
    """Print every figure."""
    asked = argparse.ArgumentParser()
    for name, count in (("tables", 5000), ("pairs", 500), ("plans", 300)):
        asked.add_argument(f"--{name}", type=int, default=count)
    wanted = asked.parse_args()
    for threshold in KEPT_OPEN:
        inner, every = kept(threshold)
        print(f"threshold {threshold}: {inner:.0%} of inner cells kept, {every:.0%} of all")
        for base in (300, 3000):
            began = time.monotonic()
            protect_counts(made_table(random.Random(5), (5, 5, 5, 4), base), threshold)
            print(f"  500 cells, four-way, {base} people: {time.monotonic() - began:.1f} s", flush=True)
    plans = [any_plan(random.Random(seed)) for seed in range(wanted.plans)]
    print("plans that pass:", sum(not too_close(last, out) for out, last, _few in plans), "of", len(plans))
    print("pairs", dict(attacked(random.Random(2), wanted.pairs, pairs=True)))
    print("tables", dict(attacked(random.Random(1), wanted.tables, pairs=False)))


if __name__ == "__main__":
    main()
