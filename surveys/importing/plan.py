"""Which column goes where, who answered, and which written value means which choice."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.path import Path
from surveys.definition.questions import OTHER, AnyQuestion, OneChoice, Ranking, SeveralChoices, WithChoices
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.voice import Voice
from surveys.importing.brought import Brought
from surveys.importing.folding import fold
from surveys.importing.pieces import pieces
from surveys.importing.slots import NO, TICK, TYPED, WHOLE, WORDS, YES, Slot, known_values, slots


@dataclass(frozen=True)
class Plan:
    """How a file is to be taken in. `columns`: place of a column -> key of a slot. `audience` is who answered where no
    column says so. `values`: key of a slot -> folded text -> value, empty where it is left out. `version` and `day`
    are those of the survey when the plan was made, so that what is tried and what is taken in are the same."""

    version: str
    day: str
    columns: dict[int, str] = field(default_factory=dict)
    audience: str = ""
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """To be sealed."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, packed: bytes) -> "Plan":
        """What was packed."""
        found: dict[str, Any] = json.loads(packed)
        columns = {int(place): key for place, key in found.pop("columns").items()}
        return cls(**found, columns=columns)


class Reader:
    """Reads cells as a plan says, for one survey."""

    def __init__(self, survey: Survey, plan: Plan) -> None:
        self.survey, self.plan = survey, plan
        self._known: dict[str, dict[str, str]] = {}
        by_key = {slot.key: slot for slot in slots(survey)}
        self.slots = {place: by_key[key] for place, key in plan.columns.items() if key in by_key}

    @cached_property
    def places(self) -> dict[str, list[tuple[int, Slot]]]:
        """Name of a question -> its columns with their slots."""
        found: dict[str, list[tuple[int, Slot]]] = {}
        for place, slot in sorted(self.slots.items()):
            found.setdefault(slot.name, []).append((place, slot))
        return found

    def question(self, slot: Slot) -> AnyQuestion | None:
        """The question of a slot; None for who answered."""
        return None if slot.name == AUDIENCE else self.survey.question(slot.name)

    def known(self, slot: Slot) -> dict[str, str]:
        """How each value that this slot may hold is written, folded."""
        if slot.part == TICK:
            return TICKED | {fold(text): "yes" for text in self._labels(slot)}
        if slot.name not in self._known:
            self._known[slot.name] = known_values(self.survey, self.question(slot))
        return self._known[slot.name]

    def _labels(self, slot: Slot) -> list[str]:
        """A column for one choice may hold its label where it was ticked."""
        whole = known_values(self.survey, self.question(slot))
        return [text for text, value in whole.items() if value == slot.inside]

    def chooses(self, slot: Slot) -> bool:
        """Whether what stands in its cells are choices."""
        question = self.question(slot)
        return slot.part != WORDS and (question is None or question.kind not in TYPED)

    def has_several(self, slot: Slot) -> bool:
        """Whether one cell may hold several choices."""
        return slot.part == WHOLE and isinstance(self.question(slot), SeveralChoices | Ranking)

    def written_out(self, slot: Slot) -> bool:
        """Whether what is not on the list can be written out beside it."""
        question = self.question(slot)
        return slot.part == WHOLE and isinstance(question, OneChoice | SeveralChoices) and bool(question.other)

    def options(self, slot: Slot) -> list[tuple[str, str]]:
        """(value, label) of what a text in this slot may stand for."""
        if slot.part == TICK:
            return [("yes", _("Ticked")), ("no", _("Not ticked"))]
        question = self.question(slot)
        if question is None:
            return [(each.name, each.plural) for each in self.survey.audiences]
        voice = Voice(Path(self.survey, {AUDIENCE: self.survey.audiences[0].name}), self.survey.language)
        offered = voice.choices(question)
        if isinstance(question, WithChoices):
            listed = [(each.value, voice.say(each.label)) for each in question.choices]
            known = {value for value, _label in listed}
            return [*listed, *((value, label) for value, label in offered if value not in known)]
        return offered

    def parts(self, slot: Slot, cell: str) -> list[str]:
        """What is chosen in a cell, each as it is written."""
        if not cell.strip():
            return []
        known = self.known(slot).keys() | self.plan.values.get(slot.key, {}).keys()
        return pieces(cell, known) if self.has_several(slot) else [cell.strip()]

    def value(self, slot: Slot, text: str) -> str | None:
        """The value that a text stands for; empty where it is left out, None where nobody has said what it is."""
        said, folded = self.plan.values.get(slot.key, {}), fold(text)
        if folded in said:
            return said[folded]
        return self.known(slot).get(folded) or (OTHER if self.written_out(slot) else None)


TICKED = dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")


def unmatched(reader: Reader, brought: Brought) -> list[tuple[Slot, str, int]]:
    """Each text in a column of choices that is on no list: its slot, the text, and in how many rows it stands."""
    found: list[tuple[Slot, str, int]] = []
    for place, slot in sorted(reader.slots.items()):
        if not reader.chooses(slot):
            continue
        counted = Counter(row.cells[place] for row in brought.rows)
        texts: Counter[str] = Counter()
        for cell, times in counted.items():
            for text in reader.parts(slot, cell):
                if reader.known(slot).get(fold(text)) is None:
                    texts[text] += times
        found += _one_each(slot, texts)
    return found


def _one_each(slot: Slot, texts: Counter[str]) -> Iterator[tuple[Slot, str, int]]:
    """Texts that differ in case and accents only are one."""
    together: dict[str, list[tuple[str, int]]] = {}
    for text, times in texts.most_common():
        together.setdefault(fold(text), []).append((text, times))
    for same in together.values():
        yield slot, same[0][0], sum(times for _text, times in same)
