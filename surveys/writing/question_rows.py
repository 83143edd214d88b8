"""The lists of a question's form: answers to choose from, things to rate, points of a scale.

A row that is added, moved or taken away is not kept until the question is saved; the page comes back as typed.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import NOT_SAID, OTHER
from surveys.writing.editing import Tables, fresh_name
from surveys.writing.plain_wording import said, short


@dataclass(frozen=True)
class ListOf:
    """A list of a question: the key of each row's words, the key that names it, and how rows are spoken of.

    `one` is said within a sentence, `numbered` as a label; `several` and `a_line` are about pasting them.
    """

    words: str
    named_by: str
    one: str
    numbered: str
    add: str
    several: str
    a_line: str
    reserved: tuple[str, ...] = ()


LISTS = {
    "choices": ListOf(
        "label",
        "value",
        _("answer {number}"),
        _("Answer {number}"),
        _("Add an answer"),
        _("of answers"),
        _("One answer a line"),
        (OTHER, NOT_SAID),
    ),
    "rows": ListOf(
        "wording",
        "name",
        _("thing {number}"),
        _("Thing {number}"),
        _("Add a thing"),
        _("of things"),
        _("One thing a line"),
    ),
    "labels": ListOf(
        "label",
        "",
        _("point {number}"),
        _("Point {number}"),
        _("Add a point"),
        _("of points"),
        _("One point a line"),
    ),
}
BLANK_ROWS = 3
MOST_ROWS = 200


@dataclass
class Row:
    """One row as typed. `was` says which row of the kept question it comes from; empty for a new one."""

    part: Tables
    was: str = ""


@dataclass
class Filled:
    """A question's form as filled in: the question, and the rows of its lists."""

    question: Tables
    rows: dict[str, list[Row]] = field(default_factory=dict)


def filled_from(question: Tables, lists: list[str]) -> Filled:
    """The form that shows a kept question; a list that is empty has some blank rows to begin with."""
    rows = {name: _rows(question, name) or blank_rows(name) for name in lists}
    return Filled({key: value for key, value in question.items() if key not in LISTS}, rows)


def _rows(question: Tables, name: str) -> list[Row]:
    found = [each if isinstance(each, dict) and name != "labels" else {"label": each} for each in _list(question, name)]
    key = LISTS[name].named_by
    return [Row(part, str(part.get(key, "")) if key else str(at)) for at, part in enumerate(found)]


def _list(question: Tables, name: str) -> list[Any]:
    kept = question.get(name, [])
    return list(kept) if isinstance(kept, list) else []


def kept_row(question: Tables, name: str, was: str) -> Tables:
    """The row of the kept question that a typed one comes from; empty for a new one, or where it is gone."""
    return next((dict(row.part) for row in _rows(question, name) if was and row.was == was), {})


def blank_rows(name: str) -> list[Row]:
    """Rows to begin with; a scale may do without, so it has none."""
    return [] if name == "labels" else [Row({LISTS[name].words: ""}) for _ in range(BLANK_ROWS)]


def as_question(filled: Filled) -> Tables:
    """The question to keep: blank rows are left out, and rows without a stored value get one made from their words."""
    lists = {name: _kept(name, rows) for name, rows in filled.rows.items()}
    return filled.question | {name: rows for name, rows in lists.items() if rows or name != "labels"}


def _kept(name: str, rows: list[Row]) -> list[Any]:
    of = LISTS[name]
    written = [row.part for row in rows if said(row.part.get(of.words)) or row.part.get(of.named_by)]
    if not of.named_by:
        return [part[of.words] for part in written]
    names = {str(part[of.named_by]) for part in written if part.get(of.named_by)} | set(of.reserved)
    return [_named(part, of, names) for part in written]


def _named(part: Tables, of: ListOf, names: set[str]) -> Tables:
    if part.get(of.named_by):
        return part
    made = fresh_name(said(part.get(of.words)), names)
    names.add(made)
    return {of.named_by: made, **part}


# What the buttons beside rows do -------------------------------------------------------------------

ACT = re.compile(r"(add|paste|up|down|remove)-(choices|rows|labels)(?:-([0-9]{1,3}))?")


def act(filled: Filled, do: str, pasted: str = "") -> str:
    """Do what a button says to the rows, in place. Returns the id of the field to go on with.

    Raises `ValueError` for what no button says.
    """
    asked = ACT.fullmatch(do)
    if asked is None or asked[2] not in filled.rows:
        raise ValueError(do)
    rows, at = filled.rows[asked[2]], int(asked[3] or 0)
    if at >= max(len(rows), 1):
        raise ValueError(do)
    place = ACTS[asked[1]](rows, LISTS[asked[2]], at, pasted)
    return f"{asked[2]}-{place}-{LISTS[asked[2]].words}"


def _add(rows: list[Row], of: ListOf, at: int, pasted: str) -> int:
    if len(rows) < MOST_ROWS:
        rows.append(Row({of.words: ""}))
    return len(rows) - 1


def _paste(rows: list[Row], of: ListOf, at: int, pasted: str) -> int:
    """One row for each line, in place of blank rows."""
    lines = [line.strip() for line in pasted.splitlines() if line.strip()]
    rows[:] = [row for row in rows if said(row.part.get(of.words)) or row.part.get(of.named_by)]
    begins = len(rows)
    rows.extend(Row({of.words: line}) for line in lines[: MOST_ROWS - len(rows)])
    if not rows:
        rows.append(Row({of.words: ""}))
    return min(begins, len(rows) - 1)


def _move(rows: list[Row], at: int, to: int) -> int:
    if rows and 0 <= to < len(rows):
        rows.insert(to, rows.pop(at))
        return to
    return at


def _remove(rows: list[Row], of: ListOf, at: int, pasted: str) -> int:
    if rows:
        rows.pop(at)
    if not rows:
        rows.append(Row({of.words: ""}))
    return min(at, len(rows) - 1)


ACTS = {
    "add": _add,
    "paste": _paste,
    "up": lambda rows, of, at, pasted: _move(rows, at, at - 1),
    "down": lambda rows, of, at, pasted: _move(rows, at, at + 1),
    "remove": _remove,
}


def row_called(row: Row, name: str, at: int) -> str:
    """How buttons call a row: by its words, else by its number."""
    return short(said(row.part.get(LISTS[name].words)), 40) or _(LISTS[name].one, number=at + 1)
