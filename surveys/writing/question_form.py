"""Read the form of a question: everything typed goes into its table, faulty or not, so that nothing is lost.

What only a broken page could send (an audience that does not exist, say) is refused.
"""

import re
from collections.abc import Callable, Collection
from typing import Any

from werkzeug.datastructures import MultiDict

from surveys.definition.parts import DEFAULT
from surveys.writing.editing import Tables
from surveys.writing.plain_wording import Wording, texts, with_texts
from surveys.writing.question_fields import FIELDS, SET_AT_FIRST, Field, fields_of
from surveys.writing.question_rows import LISTS, MOST_ROWS, Filled, Row, kept_row

#: Stands between the name of a field and the audience that a wording is for.
FOR = "@"
NUMBER = re.compile(r"-?[0-9]{1,15}")
FRACTION = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,10}")


class Malformed(ValueError):
    """A form that none of our pages sends."""


class Typed:
    """A form as it was sent, for a survey with these audiences and sections of its standard."""

    def __init__(self, form: MultiDict[str, str], audiences: Collection[str], sections: Collection[str] = ()) -> None:
        self.form, self.audiences, self.sections = form, audiences, sections

    def text(self, name: str) -> str:
        """A text without blanks around it, its lines ended in one way."""
        return self.form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()

    def number(self, name: str) -> int | float | str | None:
        """A number; the text itself where it is none, None where nothing is written."""
        text = self.text(name)
        if FRACTION.fullmatch(text):
            return float(text)
        return int(text) if NUMBER.fullmatch(text) else text or None

    def wording(self, name: str, before: Any) -> Wording | None:
        """A wording with the variants of audiences; its translations stay as they were."""
        typed = {DEFAULT: self.text(name)} | {each: self.text(f"{name}{FOR}{each}") for each in self.audiences}
        return with_texts(before, typed)

    def among(self, name: str, offered: Collection[str]) -> list[str]:
        """The boxes ticked. Raises `Malformed` where one is not offered."""
        ticked = self.form.getlist(name)
        if not set(ticked) <= set(offered):
            raise Malformed(name)
        return list(dict.fromkeys(ticked))


def read_question(typed: Typed, before: Tables) -> Filled:
    """The form of a question as it was sent; `before` is the question as it is kept. Raises `Malformed`."""
    names = fields_of(before["kind"])
    question = {key: value for key, value in before.items() if key not in LISTS}
    for name in names:
        if FIELDS[name].type in READERS:
            _put(question, name, READERS[FIELDS[name].type](typed, FIELDS[name], before.get(name)))
    question["wording"] = question.get("wording", "")
    if before["kind"] != "audience":
        _put(question, "audiences", typed.among("audiences", typed.audiences))
    _put(question, "speaks_to", typed.among("speaks_to", {*typed.sections, *before.get("speaks_to", [])}))
    rows = {name: _rows(typed, name, before) for name in names if name in LISTS}
    return Filled(question, rows)


def _put(part: Tables, name: str, value: Any) -> None:
    """Keep a value, or take the key away where there is none."""
    if value in (None, "", []):
        part.pop(name, None)
    else:
        part[name] = value


def _tick(typed: Typed, field: Field, before: Any) -> bool | None:
    """None where it is as it is at first."""
    ticked = typed.text(field.name) == "yes"
    return None if ticked == (field.name in SET_AT_FIRST) else ticked


def _choose(typed: Typed, field: Field, before: Any) -> str | None:
    first = field.options[0][0]
    chosen = typed.text(field.name) or first
    if chosen not in dict(field.options):
        raise Malformed(field.name)
    return None if chosen == first else chosen


def _ends(typed: Typed, field: Field, before: Any) -> list[Wording] | None:
    kept = before if isinstance(before, list) and len(before) == 2 else ["", ""]
    ends = [typed.wording(f"ends-{at}", kept[at]) or "" for at in (0, 1)]
    return ends if any(ends) else None


def _wording(typed: Typed, field: Field, before: Any) -> Wording | None:
    return typed.wording(field.name, before)


def _text(typed: Typed, field: Field, before: Any) -> str:
    return typed.text(field.name)


READERS: dict[str, Callable[[Typed, Field, Any], Any]] = {
    "wording": _wording,
    "line": _wording,
    "text": _text,
    "expression": _text,
    "number": lambda typed, field, before: typed.number(field.name),
    "tick": _tick,
    "choose": _choose,
    "ends": _ends,
}


def _rows(typed: Typed, name: str, before: Tables) -> list[Row]:
    count = typed.number(f"{name}-count") or 0
    if not isinstance(count, int) or not 0 <= count <= MOST_ROWS:
        raise Malformed(name)
    return [_row(typed, name, f"{name}-{at}", before) for at in range(count)]


def _row(typed: Typed, name: str, prefix: str, before: Tables) -> Row:
    of, was = LISTS[name], typed.text(f"{prefix}-was")
    part = kept_row(before, name, was)
    part[of.words] = typed.wording(f"{prefix}-{of.words}", part.get(of.words)) or ""
    if of.named_by:
        _put(part, of.named_by, typed.text(f"{prefix}-{of.named_by}"))
    if name == "choices":
        _put(part, "exclusive", typed.text(f"{prefix}-exclusive") == "yes" or None)
        _put(part, "audiences", typed.among(f"{prefix}-audiences", typed.audiences))
        _put(part, "properties", marks(typed.text(f"{prefix}-properties")))
    return Row(part, was)


def marks(text: str) -> dict[str, str] | None:
    """The marks of an answer that a filter asks for, written as: region = north; size = small."""
    pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
    return {key.strip(): value.strip() for key, _, value in pairs} or None


def marks_said(properties: Any) -> str:
    """The marks as they are written in the form."""
    return "; ".join(f"{key} = {value}" for key, value in texts(properties).items())
