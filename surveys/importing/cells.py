"""A cell of a file as it would be typed into the fields of its question at the public door."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import NOT_SAID, OTHER, AnyQuestion, Ranking, written_part
from surveys.importing.brought import Brought, Row
from surveys.importing.dating import date_boxes, day_first
from surveys.importing.folding import fold
from surveys.importing.plan import Reader
from surveys.importing.slots import PLACE, ROW, TICK, WHOLE, WORDS, Slot
from surveys.responding.kinds import html_name

LEFT_OUT = _("left out, as you chose")
NOT_LISTED = _("“{answer}” is not one of the answers")


@dataclass
class Typed:
    """What stands in the fields of one question, and what of it cannot be typed at all."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    lost: list[tuple[int, str]] = field(default_factory=list)
    #: Name of a field -> the column it came from.
    source: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, text: str, place: int) -> None:
        """Type a text into a field."""
        self.fields.append((name, text))
        self.source.setdefault(name, place)


class Typing:
    """Types the cells of one file."""

    def __init__(self, reader: Reader, brought: Brought) -> None:
        self.reader, self._rows = reader, brought.rows

    def question(self, question: AnyQuestion, row: Row) -> Typed:
        """What a row has for a question."""
        typed = Typed()
        for place, slot in self.reader.places[question.name]:
            text = row.cells[place] if _is_prose(question, slot) else row.cells[place].strip()
            if text.strip():
                TYPE.get((question.kind, slot.part), PARTS[slot.part])(self, question, (place, slot, text), typed)
        if isinstance(question, Ranking):
            _in_order(question, typed)
        return typed

    @cached_property
    def _day_first(self) -> dict[int, bool]:
        """For each column, whether its dates begin with the day."""
        rows = self._rows
        return {place: day_first([row.cells[place] for row in rows]) for place in self.reader.slots}

    def first_is_day(self, place: int) -> bool:
        """Whether the dates of a column begin with the day."""
        return self._day_first[place]


Cell = tuple[int, Slot, str]
Type = Callable[[Typing, Any, Cell, Typed], None]


def _is_prose(question: AnyQuestion, slot: Slot) -> bool:
    """Whether spaces around it are a person’s own."""
    return slot.part == WORDS or question.kind in ("short-text", "long-text")


def short(text: str) -> str:
    """What stands in a cell, as it fits into a message."""
    return text if len(text) <= 60 else f"{text[:59]}…"


def _in_order(question: Ranking, typed: Typed) -> None:
    """The places of a ranking as its one field has them."""
    own = html_name(question.name)
    order = [text for name, text in sorted(typed.fields) if name.startswith(f"{own}#")]
    if order:
        places = [place for name, place in typed.source.items() if name.startswith(f"{own}#")]
        typed.fields = [(own, " ".join(order))]
        typed.source[own] = min(places)


def _chosen(reading: Typing, cell: Cell, typed: Typed, text: str) -> str:
    """The value a text stands for; what is lost is noted. Empty where there is none."""
    place, slot, _whole = cell
    value = reading.reader.value(slot, text)
    if value is None:
        typed.lost.append((place, NOT_LISTED.format(answer=short(text))))
    elif not value:
        typed.lost.append((place, LEFT_OUT))
    return value or ""


def _choose(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    """One choice or several; what is on no list is written out beside “other”, where there is such a choice."""
    place, slot, whole = cell
    written = []
    for text in reading.reader.parts(slot, whole):
        value = _chosen(reading, cell, typed, text)
        if value == OTHER and reading.reader.known(slot).get(fold(text)) != OTHER:
            written.append(text)
        if value:
            typed.put(html_name(question.name), value, place)
    part = written_part(question)
    beside = any(slot.part == WORDS for _place, slot in reading.reader.places[question.name])
    if written and part and not beside:
        typed.put(html_name(part), "; ".join(written), place)


def _tick(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    place, slot, text = cell
    if _chosen(reading, cell, typed, text) == "yes":
        typed.put(html_name(question.name), slot.inside, place)


def _row(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    place, slot, text = cell
    value = _chosen(reading, cell, typed, text)
    if value:
        typed.put(html_name(question.name, slot.inside), value, place)


def _place(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    place, slot, text = cell
    value = _chosen(reading, cell, typed, text)
    if value:
        typed.put(f"{html_name(question.name)}#{int(slot.inside):03}", value, place)


def _rank(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    place, slot, whole = cell
    order = [value for text in reading.reader.parts(slot, whole) if (value := _chosen(reading, cell, typed, text))]
    if NOT_SAID in order:
        typed.put(html_name(question.name, NOT_SAID), "y", place)
    elif order:
        typed.put(html_name(question.name), " ".join(order), place)


def _words(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    typed.put(html_name(cell[1].key), cell[2], cell[0])


def _write(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    place, slot, text = cell
    if reading.reader.known(slot).get(fold(text)) == NOT_SAID:
        typed.put(html_name(question.name, NOT_SAID), "y", place)
    else:
        typed.put(html_name(question.name), text, place)


def _date(reading: Typing, question: AnyQuestion, cell: Cell, typed: Typed) -> None:
    place, slot, text = cell
    if reading.reader.known(slot).get(fold(text)) == NOT_SAID:
        typed.put(html_name(question.name, NOT_SAID), "y", place)
        return
    for box, written in date_boxes(text, reading.first_is_day(place)).items():
        typed.put(f"{html_name(question.name)}-{box}", written, place)
    typed.source.setdefault(html_name(question.name), place)


#: How a cell is typed: by the kind of its question and its part, else by its part.
PARTS: dict[str, Type] = {WHOLE: _choose, TICK: _tick, ROW: _row, PLACE: _place, WORDS: _words}
TYPE: dict[tuple[str, str], Type] = {
    ("ranking", WHOLE): _rank,
    ("date", WHOLE): _date,
    **{(kind, WHOLE): _write for kind in ("number", "short-text", "long-text", "postcode-area")},
}
