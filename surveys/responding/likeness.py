"""Whether answers are like others that came within a day: keyed fingerprints, in memory, and nothing of the words.

A text is folded to its letters and cut into overlapping pieces of five characters. Each piece becomes a number under a
key that is made when the process starts; the smallest of those numbers are kept (a bottom-k sketch: A. Broder, "On the
resemblance and containment of documents", 1997). From two sketches follows what share of their pieces two texts have
in common, and from one follows nothing that was written. No process tells another of them: where there are several,
each counts what it sees for all, since what comes to one of them comes as often to the others.
"""

import hashlib
import heapq
import json
import re
import secrets
from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.responding.buckets import Shelf, Size

DAY = 24 * 3600.0
PIECE = 5  # characters
KEPT = 64  # numbers of a text: half or more in common is told with an error of 0.06
LED_BY = 8  # the smallest of these lead to a text: two that are half the same share one in 255 cases of 256
ALIKE = 0.5
#: Shorter texts are like each other by chance: characters, when folded.
TEXT = 40
#: From here on it is more than a sentence, and nobody else writes the same.
PARAGRAPH = 200
#: More characters of a text than this are not looked at: it would take more than a few milliseconds.
LOOKED_AT = 5000
#: Fewer closed answers than this are the same for many people.
CLOSED = 5
#: Texts held. Each takes about three kilobytes.
MOST = 10_000

#: How many people may send the same sentence in a day; and the same with all other answers the same.
SENTENCES, SAME_ANSWERS = Size(20, 20 / 24), Size(3, 3 / 24)

_NO_LETTERS = re.compile(r"[\W_]+")


def folded(words: str) -> str:
    """The words as they are compared: no case, no punctuation, one space between."""
    return _NO_LETTERS.sub(" ", words[:LOOKED_AT].casefold()).strip()


@dataclass
class _Text:
    sketch: "array[int]"
    length: int
    came: float


class Texts:
    """What was written within a day, as sketches. Each is found again by what is like it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._texts: OrderedDict[int, _Text] = OrderedDict()
        self._leads: dict[int, list[int]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._texts)

    def like(self, sketch: "array[int]", length: int, now: float) -> tuple[int, float] | None:
        """The number of the text that is most like this one, and how many characters they share; it came again now."""
        self._forget(now)
        met = Counter(number for lead in sketch[:LED_BY] for number in self._leads.get(lead, ()))
        found = [(likeness(sketch, self._texts[number].sketch), number) for number, _ in met.most_common(LED_BY)]
        alike, number = max(found, default=(0.0, 0))
        if alike < ALIKE:
            return None
        text = self._texts[number]
        text.came = now
        self._texts.move_to_end(number)
        return number, alike * (length + text.length) / (1 + alike)

    def add(self, sketch: "array[int]", length: int, now: float) -> int:
        """Hold one more; its number."""
        number, self._next = self._next, self._next + 1
        self._texts[number] = _Text(sketch, length, now)
        for lead in sketch[:LED_BY]:
            self._leads.setdefault(lead, []).append(number)
        self._forget(now)
        return number

    def _forget(self, now: float) -> None:
        while self._texts:
            number, oldest = next(iter(self._texts.items()))
            if len(self._texts) <= self._most and now - oldest.came < DAY:
                return
            del self._texts[number]
            for lead in oldest.sketch[:LED_BY]:
                self._leads[lead].remove(number)
                if not self._leads[lead]:
                    del self._leads[lead]


def likeness(one: "array[int]", other: "array[int]") -> float:
    """The share of pieces that two texts have in common, told from their sketches: 0 to 1."""
    first, second = set(one), set(other)
    smallest = heapq.nsmallest(KEPT, first | second)
    return sum(each in first and each in second for each in smallest) / len(smallest) if smallest else 0.0


def alone() -> int:
    """There is one process."""
    return 1


class Likeness:
    """What came to all surveys of this process within a day. `closed` is how many times the same ticks may come to all
    processes together; `processes` says how many there are."""

    def __init__(self, closed: Size, most: int = MOST, processes: Callable[[], int] = alone) -> None:
        self._processes = processes
        self._key = secrets.token_bytes(32)
        self._texts = Texts(most)
        self._sentences, self._same = Shelf(SENTENCES, most), Shelf(SAME_ANSWERS, most)
        self._closed = Shelf(closed, most)

    def __len__(self) -> int:
        return max(len(self._texts), len(self._sentences), len(self._same), len(self._closed))

    def is_repeated(self, survey_id: bytes, answers: Mapping[str, Any], now: float) -> bool:
        """Whether this came before more often than people do. From now on it has come once more."""
        written = {name: folded(answer) for name, answer in answers.items() if isinstance(answer, str)}
        texts = {name: text for name, text in written.items() if len(text) >= TEXT}
        ticks = {name: answer for name, answer in answers.items() if name not in texts}
        ticked = self._number(survey_id, json.dumps(ticks, sort_keys=True, default=str)).to_bytes(8, "big")
        found = [self._is_text_repeated(survey_id, text, ticked, now) for text in texts.values()]
        if texts or len(ticks) < CLOSED:
            return any(found)
        return not self._closed.take(ticked, now, self._processes())

    def _is_text_repeated(self, survey_id: bytes, text: str, ticked: bytes, now: float) -> bool:
        sketch = self._sketch(survey_id, text)
        number, shared = self._texts.like(sketch, len(text), now) or (None, 0.0)
        if shared >= PARAGRAPH:
            return True
        if number is None or len(text) >= PARAGRAPH:
            added = self._texts.add(sketch, len(text), now)
        name = (added if number is None else number).to_bytes(8, "big")
        each = self._processes()
        said, said_so = self._sentences.take(name, now, each), self._same.take(name + ticked, now, each)
        return not (said and said_so)

    def _sketch(self, survey_id: bytes, text: str) -> "array[int]":
        pieces = {text[at : at + PIECE] for at in range(len(text) - PIECE + 1)}
        return array("Q", heapq.nsmallest(KEPT, {self._number(survey_id, piece) for piece in pieces}))

    def _number(self, survey_id: bytes, words: str) -> int:
        said = hashlib.blake2b(words.encode(), digest_size=8, key=self._key, salt=survey_id[:16])
        return int.from_bytes(said.digest(), "big")
