"""How well the flags for people find what they look for: possible danger now, and possible identifiers.

Run: ``.venv/bin/python benchmarks/flags_accuracy.py``. Nothing is trained: the figures that are shipped are measured.

Danger is counted by response: shown or not, against what its author says. An identifier is found if marks cover all
of it, whatever they call it; a mark that touches none is one too many. ``planted`` was written by the author of the
rules.
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.coding.danger import danger_in  # noqa: E402
from analysis.coding.identifier import Identifier  # noqa: E402
from analysis.coding.identifiers import find_identifiers  # noqa: E402
from analysis.coding.passages import cut  # noqa: E402

DATA = ROOT / "benchmarks" / "data"
HARD, PLAIN, PLANTED = DATA / "coding-dev.jsonl", DATA / "plain-dev.jsonl", DATA / "identifiers.txt"
PLANT = re.compile(r"\[\[(?P<kind>\w+)\|(?P<words>[^\]]+)\]\]")
NAMES, PLACES = ("person", "name"), ("place_service", "place")


@dataclass(frozen=True)
class Text:
    """A text, and where its identifiers stand: (start, end, kind)."""

    words: str
    marks: tuple[tuple[int, int, str], ...]


def responses(path: Path) -> list[dict[str, Any]]:
    """A labelled file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def labelled(path: Path) -> Iterator[Text]:
    """Its identifiers are given as words; every place where those stand counts once."""
    for response in responses(path):
        words = response["text"]
        marks = {
            (match.start(), match.end(), each["type"])
            for each in response.get("identifiers", ())
            for match in re.finditer(rf"(?<!\w){re.escape(each['text'])}(?!\w)", words)
        }
        inner = {a for a in marks for b in marks if a != b and b[0] <= a[0] and a[1] <= b[1]}
        yield Text(words, tuple(sorted(marks - inner)))


def planted(path: Path) -> Iterator[Text]:
    """Its identifiers stand in double brackets."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield _unplanted(line)


def _unplanted(line: str) -> Text:
    words, marks, at = "", [], 0
    for match in PLANT.finditer(line):
        words += line[at : match.start()]
        shown, _bar, partly = match["words"].partition("|")
        marks += [] if partly else [(len(words), len(words) + len(shown), match["kind"])]
        words, at = words + shown, match.end()
    return Text(words + line[at:], tuple(marks))


def covered(mark: tuple[int, int, str], found: list[Identifier]) -> bool:
    """Whether one mark of ours, or several side by side, cover all of it."""
    letters = set(range(mark[0], mark[1]))
    for each in found:
        letters -= set(range(each.start, each.end))
    return not letters


def group_of(kind: str) -> str:
    """Names, places, or what has a shape of its own."""
    return "names" if kind in NAMES else "places" if kind in PLACES else "structured"


def print_identifiers(name: str, texts: list[Text]) -> None:
    """Recall by kind and by group, and the share of marks that touch an identifier."""
    there: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    right = marked = 0
    for text in texts:
        found = find_identifiers(text.words)
        for mark in text.marks:
            for counted in (mark[2], group_of(mark[2])):
                there[counted] += 1
                hit[counted] += covered(mark, found)
        marked += len(found)
        right += sum(any(each.start < end and start < each.end for start, end, _ in text.marks) for each in found)
    print(f"\nidentifiers, {name}: {len(texts)} texts, {marked} marks, precision {right / max(marked, 1):.3f}")
    for group in ("structured", "names", "places"):
        if there[group]:
            print(f"  {group:12s} recall {hit[group] / there[group]:.3f} ({hit[group]} of {there[group]})")
    kinds = sorted(set(there) - {"structured", "names", "places"})
    print("  by kind: " + ", ".join(f"{kind} {hit[kind]}/{there[kind]}" for kind in kinds))


def shown(response: dict[str, Any]) -> bool:
    """Whether a response would be put first before whoever looks after safety."""
    return danger_in(response["text"], cut(response["text"])).shown


def print_danger() -> None:
    """Recall and precision on the hard set, and how much of ordinary prose is shown."""
    counts = Counter((response["safeguarding"], shown(response)) for response in responses(HARD))
    found, there = counts["yes", True], counts["yes", True] + counts["yes", False]
    too_many = counts["no", True] + counts["lookalike", True]
    alike = counts["lookalike", True], counts["lookalike", True] + counts["lookalike", False]
    print(f"danger now, hard: recall {found / there:.3f} ({found} of {there}),", end=" ")
    print(f"precision {found / (found + too_many):.3f} ({found} of {found + too_many} shown),", end=" ")
    print(f"look-alikes shown {alike[0]} of {alike[1]}")
    plain = [shown(response) for response in responses(PLAIN)]
    print(f"danger now, plain survey prose: shown {sum(plain)} of {len(plain)}; none was planted")


def main() -> None:
    """Print every figure."""
    print_danger()
    hard, plain = list(labelled(HARD)), list(labelled(PLAIN))
    print_identifiers("hard", hard)
    print_identifiers("hard, only the texts that hold one", [text for text in hard if text.marks])
    print_identifiers("planted by the author of the rules", list(planted(PLANTED)))
    found = sum(len(find_identifiers(text.words)) for text in plain)
    print(f"\nidentifiers, plain survey prose: {found} marks in {len(plain)} texts; none was planted")
    began = time.perf_counter()
    for text in hard:
        find_identifiers(text.words)
        danger_in(text.words, cut(text.words))
    print(f"{1000 * (time.perf_counter() - began) / len(hard):.1f} ms for one response")


if __name__ == "__main__":
    main()
