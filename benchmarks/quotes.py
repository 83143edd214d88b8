"""How well identifiers are found and kept out of quotes (test J): 500 made-up texts with 2,000 planted identifiers.

Run: ``.venv/bin/python benchmarks/quotes.py``. An identifier is found if what is proposed covers all of it.

The two people are simulated, and this is all they do. The first accepts what is proposed and changes nothing. The
second looks at what the page marks in the quote (a capital, a number), knows an identifier when it is marked, and
sends the quote back until it is replaced. So the last figure is what is left when neither the scan nor the marks
show it; it is no measure of how well real people read, of whom some will overlook what is marked, and some will see
what is not. The texts were written by the author of the rules, so real answers will give lower figures.
"""

import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.quoting.further_clues import proposals  # noqa: E402
from analysis.quoting.replacing import Edit, applied, checked, with_proposals  # noqa: E402
from analysis.quoting.second_look import left_to_look_at  # noqa: E402
from benchmarks.flags_accuracy import HARD, labelled  # noqa: E402
from benchmarks.planted_texts import NAMED, Planted, planted_texts  # noqa: E402

STRUCTURED_NAME, NAMES = "structured", "names and places"


@dataclass
class Found:
    """What came of all texts. `there` and `hit` are by kind and by group."""

    there: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    proposed: int = 0
    right: int = 0
    looked_at: int = 0
    after_first: int = 0
    after_second: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def recall(self, of: str) -> float:
        """The share of a kind or group that is found."""
        return self.hit[of] / self.there[of]


def group_of(kind: str) -> str:
    """Names and places, or what has a shape of its own."""
    return NAMES if kind in (*NAMED, "person", "place_service") else STRUCTURED_NAME


def covered(mark: tuple[int, int, str], edits: tuple[Edit, ...]) -> bool:
    """Whether one edit, or several side by side, cover all the letters and figures of a plant."""
    left = set(range(mark[0], mark[1]))
    for each in edits:
        left -= set(range(each.start, each.end))
    return not left


def measure(texts: list[Planted]) -> Found:
    """Propose, simulate two people, count."""
    found = Found()
    for text in texts:
        edits = checked(text.words, proposals(text.words, 0, len(text.words)))
        _count(found, text, edits)
        missed = [mark for mark in text.marks if not covered(mark, edits)]
        found.missed += [f"{mark[2]}: {text.words[max(mark[0] - 25, 0) : mark[1] + 15]}" for mark in missed]
        found.after_first += len(missed)
        found.after_second += _after_second(found, text, edits, missed)
    return found


def _count(found: Found, text: Planted, edits: tuple[Edit, ...]) -> None:
    for mark in text.marks:
        for counted in (mark[2], group_of(mark[2])):
            found.there[counted] += 1
            found.hit[counted] += covered(mark, edits)
    found.proposed += len(edits)
    found.right += sum(any(each.start < end and start < each.end for start, end, _ in text.marks) for each in edits)


def _after_second(
    found: Found, text: Planted, edits: tuple[Edit, ...], missed: list[tuple[int, int, str]]
) -> list[str]:
    """The plants of which a word stands in the released text after both have done their part."""
    released = applied(text.words, edits)
    marks = [released[start:end] for start, end in left_to_look_at(released)]
    found.looked_at += len(marks)
    sent_back = [mark for mark in missed if any(word in text.words[mark[0] : mark[1]] for word in marks)]
    added = [Edit(start, end, "added") for start, end, _kind in sent_back]
    free = [each for each in edits if not any(each.start < new.end and new.start < each.end for new in added)]
    final = applied(text.words, checked(text.words, with_proposals(free, added)))
    return [text.words[start:end] for start, end, kind in text.marks if _stands_in(text.words[start:end], kind, final)]


def _stands_in(plant: str, kind: str, text: str) -> bool:
    """Whether a plant stands in a text; of a name, any word of it does."""
    parts = plant.split() if kind in ("name", "person") else [plant]
    return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) for part in parts)


def main() -> None:
    """Print every figure, of the made-up texts and of answers that others wrote and labelled."""
    report("made up by the author of the rules", planted_texts())
    report("written and labelled by others", [Planted(each.words, each.marks) for each in labelled(HARD) if each.marks])


def report(name: str, texts: list[Planted]) -> None:
    """Print what came of these texts."""
    began = time.perf_counter()
    found = measure(texts)
    seconds = time.perf_counter() - began
    plants = sum(len(text.marks) for text in texts)
    print(f"{name}: {len(texts)} texts, {plants} identifiers; {seconds:.1f} s")
    for group in (STRUCTURED_NAME, NAMES):
        print(f"  {group:16s} recall {found.recall(group):.4f} ({found.hit[group]} of {found.there[group]})")
    kinds = sorted(set(found.there) - {STRUCTURED_NAME, NAMES})
    print("  by kind: " + ", ".join(f"{kind} {found.hit[kind]}/{found.there[kind]}" for kind in kinds))
    print(f"  proposals that touch a planted one: {found.right} of {found.proposed}")
    print(f"  marked for the second person in what is left: {found.looked_at / len(texts):.2f} words a text")
    print(f"in the quotes after the first person: {found.after_first}")
    print(f"in the quotes after the second person: {len(found.after_second)}")
    for each in found.missed if "--missed" in sys.argv else ():
        print("   ", each)
    for each in found.after_second:
        print("    left:", each)


if __name__ == "__main__":
    main()
