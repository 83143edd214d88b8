"""A language model as one more suggester: asked a few passages at a time, remembered, with a name of its own.

Its suggestions are measured and corrected like any other's. How sure it says it is is not asked: models are bad at
that. Until people have coded some passages, each of its labels counts as three in four.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice

from analysis.coding.origins import LOCAL
from analysis.coding.suggestion import Answer, Suggester, Suggestion, needs_a_person
from analysis.local_model.asking import Answered, Asker, Unanswered
from analysis.local_model.prompting import version
from analysis.local_model.reaching import NotReached
from analysis.local_model.reading_back import Junk, Labels, checked_labels
from analysis.local_model.remembering import NOBODY, Memory
from analysis.standard.edition import Edition

AT_ONCE = 4
HEARTBEAT = 30.0  # seconds
TOO_MANY_IN_A_ROW = 5
SAID, NOT_SAID = 0.75, 0.1  # what a label counts for until people have coded enough to learn it
LONGEST_NAME = 30


@dataclass(frozen=True)
class Item:
    """One passage to ask about: the key of its answer, the id it goes by, the question, the words."""

    key: bytes
    source: bytes
    question: str
    passage: str


@dataclass
class Outcome:
    """What became of a run. `failed` got no answer and can be asked again; `needs_person` got junk twice."""

    answered: int = 0
    needs_person: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    trouble: str = ""
    _in_a_row: int = field(default=0, repr=False)

    @property
    def done(self) -> int:
        """How many have been tried."""
        return self.answered + self.needs_person + self.failed

    def add(self, answered: Answered) -> None:
        """Count one answer."""
        self._in_a_row = 0
        self.answered += answered.labels is not None
        self.needs_person += answered.labels is None
        self.tokens_in += answered.tokens_in
        self.tokens_out += answered.tokens_out

    def add_fault(self, fault: Unanswered) -> None:
        """Count one passage without an answer. Raises the fault when it is one of too many in a row."""
        self.failed += 1
        self._in_a_row += 1
        self.trouble = str(fault)
        if self._in_a_row >= TOO_MANY_IN_A_ROW:
            raise fault


def origin_of(model: str, edition: Edition) -> str:
    """The name by which its suggestions are known: the model, and what it was told. At most 64 letters."""
    plain = "".join(letter if letter.isascii() and letter.isprintable() else "-" for letter in model)
    told = hashlib.sha256(f"{model}\n{version(edition)}".encode()).hexdigest()[:12]
    return f"{LOCAL}{plain[:LONGEST_NAME]}:{told}"


def key_of(memory: Memory, model: str, edition: Edition, question: str, passage: str) -> bytes:
    """The key of an answer: it holds for this model, what it was told, this question and these words."""
    return memory.key(model, version(edition), question, passage)


Watch = Callable[[int], None]


def ask_all(items: Sequence[Item], asker: Asker, memory: Memory, watch: Watch, at_once: int = AT_ONCE) -> Outcome:
    """Ask about all of these, `at_once` at a time; each answer is remembered before the next is asked for.

    `watch(done)` hears of every one, and at least every half minute. Raises `NotReached` where it is no use to go on;
    what was answered is kept.
    """
    outcome, began = Outcome(), time.monotonic()
    waiting = iter(items)
    with ThreadPoolExecutor(at_once) as threads:
        asked = {threads.submit(asker.about, i.question, i.passage): i for i in islice(waiting, at_once)}
        try:
            while asked:
                watch(outcome.done)
                done = wait(asked, HEARTBEAT, FIRST_COMPLETED).done
                for future in sorted(done, key=lambda each: each.exception() is not None):  # answers before faults
                    _take(future, asked.pop(future), memory, outcome)
                    asked |= {threads.submit(asker.about, i.question, i.passage): i for i in islice(waiting, 1)}
        except NotReached:
            _take_rest(asked, memory, outcome)
            raise
        finally:
            outcome.seconds = time.monotonic() - began
    watch(outcome.done)
    return outcome


def _take_rest(asked: dict[Future[Answered], Item], memory: Memory, outcome: Outcome) -> None:
    """Nothing more is asked; what is answered meanwhile is kept all the same."""
    under_way = [future for future in asked if not future.cancel()]
    for future in under_way:
        with suppress(NotReached):
            _take(future, asked[future], memory, outcome)


def _take(future: Future[Answered], item: Item, memory: Memory, outcome: Outcome) -> None:
    """Remember an answer, or count that there was none. Raises `NotReached` where it is no use to go on."""
    try:
        answered = future.result()
    except Unanswered as fault:
        outcome.add_fault(fault)
        return
    memory.keep(item.key, item.source, answered.labels.to_json() if answered.labels else NOBODY)
    outcome.add(answered)


@dataclass(frozen=True)
class ModelSuggester:
    """Suggests what the model said. What it has not been asked, it asks now (`asker`) or leaves to `otherwise`."""

    edition: Edition
    model: str
    memory: Memory
    asker: Asker | None = None
    otherwise: Suggester | None = None
    otherwise_from: str = ""
    watch: Watch = lambda done: None

    def suggest(self, answers: Sequence[Answer], reasons: bool = True) -> list[list[Suggestion]]:
        """Suggestions for every passage of every answer, in the order given. Raises `NotReached`."""
        keys = [[self._key(answer, passage) for passage in answer.passages] for answer in answers]
        known = self.memory.known(key for row in keys for key in row)
        if self.asker is not None:
            items = {key: Item(key, b"", a.question, p) for a, row in zip(answers, keys, strict=True)
                     for p, key in zip(a.passages, row, strict=True) if key not in known}  # fmt: skip
            ask_all(list(items.values()), self.asker, self.memory, self.watch)
            known = self.memory.known(key for row in keys for key in row)
        others = iter(
            self._others([a for a, row in zip(answers, keys, strict=True) if set(row) - known.keys()], reasons)
        )
        return [
            list(self._of_answer(answer, row, known, next(others) if set(row) - known.keys() else None))
            for answer, row in zip(answers, keys, strict=True)
        ]

    def _key(self, answer: Answer, passage: str) -> bytes:
        return key_of(self.memory, self.model, self.edition, answer.question, passage)

    def _others(self, answers: list[Answer], reasons: bool) -> list[list[Suggestion]]:
        if self.otherwise is not None:
            said = self.otherwise.suggest(answers, reasons)
            return [[replace(each, origin=self.otherwise_from) for each in row] for row in said]
        return [[needs_a_person(self.edition.section_codes, self._origin) for _ in each.passages] for each in answers]

    @property
    def _origin(self) -> str:
        return origin_of(self.model, self.edition)

    def _of_answer(
        self, answer: Answer, keys: list[bytes], known: dict[bytes, dict[str, object]], other: list[Suggestion] | None
    ) -> Iterator[Suggestion]:
        for place, (passage, key) in enumerate(zip(answer.passages, keys, strict=True)):
            yield self._said(passage, known[key]) if key in known or other is None else other[place]

    def _said(self, passage: str, remembered: dict[str, object]) -> Suggestion:
        """What is remembered, checked once more against the edition and the passage."""
        try:
            labels = checked_labels(remembered, len(passage), self.edition)
        except Junk:
            return needs_a_person(self.edition.section_codes, self._origin)
        return self._suggestion(labels)

    def _suggestion(self, labels: Labels) -> Suggestion:
        codes = self.edition.section_codes
        chances = {code: SAID if code in labels.sections else NOT_SAID for code in codes}
        return Suggestion(chances, labels.sections, labels.themes, labels.stance, 0.5, labels.spans, self._origin)
