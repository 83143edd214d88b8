"""A survey to begin with, where all there is is a table of answers: its columns become questions.

What one person alone wrote never becomes a choice: a survey is read by everybody.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from safekeeping.languages import gettext as _
from surveys.formats.drafting import Draft
from surveys.formats.losses import Imported
from surveys.formats.plain_words import slug
from surveys.importing.brought import Brought
from surveys.importing.dating import SLASHED
from surveys.importing.folding import fold
from surveys.importing.guessing import BRACKETS
from surveys.importing.slots import NO, YES

Table = dict[str, Any]
#: Questions on one page.
ON_A_PAGE = 8
MOST_CHOICES, LONGEST_CHOICE = 15, 100
#: What is chosen is given by several people; so great a share may have written something else.
FEWEST_EACH, SHARE_OTHER = 2, 0.3
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WHOLE = re.compile(r"-?\d{1,9}")
DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
#: Headings become questions of at most so many characters.
LONGEST_HEADING = 1500


def draft_from(brought: Brought) -> Imported:
    """A draft whose questions are the columns. Raises `BadFile` where none is left."""
    draft = Draft("en")
    for column, why in brought.left_out:
        place, left = _("column “{column}”", column=column[:60]), _("it is left out, and nobody is asked for it")
        draft.lose(place, _("it is about {what}", what=_(why)), left)
    questions = [table for group in _groups(brought.columns) for table in _asked(draft, brought, group)]
    for first in range(0, len(questions), ON_A_PAGE):
        draft.page("", questions[first : first + ON_A_PAGE])
    return draft.finish(brought.name, PurePath(brought.name).stem.replace("_", " "))


def _groups(columns: Sequence[str]) -> list[list[int]]:
    """The places of columns that are parts of one question: “Where? [At a doctor’s]”, “Where? [With the police]”."""
    found: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        split = BRACKETS.fullmatch(column)
        found.setdefault(f"[{split[1]}" if split else f"{place}", []).append(place)
    return list(found.values())


def _asked(draft: Draft, brought: Brought, group: list[int]) -> Iterator[Table]:
    made = _grid(draft, brought, group) if len(group) > 1 else None
    if made:
        yield made
        return
    for place in group:
        cells = _cells(brought, place)
        column = brought.columns[place].strip()[:LONGEST_HEADING]
        if not cells:
            of = _("column “{column}”", column=column[:60])
            draft.lose(of, _("nothing stands in it"), _("it is left out"))
            continue
        kind = next(found for read in KINDS if (found := read(draft, cells, column)))
        yield _begun(draft, column, kind)


def _cells(brought: Brought, place: int) -> list[str]:
    return [text for row in brought.rows if (text := row.cells[place].strip())]


def _begun(draft: Draft, column: str, kind: Table) -> Table:
    place = _("column “{column}”", column=column[:60])
    guessed = _("it is asked as {kind}", kind=_said(kind["kind"]))
    draft.lose(place, _("a table does not say what kind of question this was"), guessed)
    return {
        "name": draft.name(slug(column, 30) or "question", ""),
        "wording": draft.wording({"": column}, place),
        **kind,
    }


def _grid(draft: Draft, brought: Brought, group: list[int]) -> Table | None:
    """Columns of one question: choices that were ticked, or lines of a scale."""
    split = [BRACKETS.fullmatch(brought.columns[place]) for place in group]
    parts, base = [each[2].strip() for each in split if each], str(split[0] and split[0][1]).strip()
    values = Counter(fold(cell) for place in group for cell in _cells(brought, place))
    if not base or not values or len(parts) > MOST_CHOICES * 2:
        return None
    if values.keys() <= (YES | NO | {fold(part) for part in parts}):
        choices, _kept = draft.choices([(slug(part, 40), part) for part in parts], base[:60])
        return _begun(draft, base, {"kind": "several-choices", "choices": choices})
    labels = _repeated([cell for place in group for cell in _cells(brought, place)])
    if len(labels) != len(values) or not 2 <= len(labels) <= 11:
        return None
    names: dict[str, str] = {}
    for number, part in enumerate(parts, 1):
        names.setdefault(f"line_{number}", part)
    rows = [{"name": name, "wording": part} for name, part in names.items()]
    return _begun(draft, base, {"kind": "scale-grid", "labels": labels, "rows": rows})


def _repeated(cells: Sequence[str]) -> list[str]:
    """What several people gave, in the order of the alphabet; the order in which it was offered is not known."""
    counted: Counter[str] = Counter(map(fold, cells))
    shown: dict[str, str] = {}
    for cell in cells:
        shown.setdefault(fold(cell), cell)
    return [shown[text] for text in sorted(counted) if counted[text] >= FEWEST_EACH]


def _yes_no(draft: Draft, cells: list[str], column: str) -> Table | None:
    said = set(map(fold, cells))
    return {"kind": "yes-no"} if said <= (YES | NO) and not said <= {"0", "1"} else None


def _number(draft: Draft, cells: list[str], column: str) -> Table | None:
    if not all(map(DECIMAL.fullmatch, cells)):
        return None
    least = min(0, *(math.floor(float(cell)) for cell in cells))
    decimals = not all(map(WHOLE.fullmatch, cells))
    return {"kind": "number", "least": least} | ({"decimals": True} if decimals else {})


def _date(draft: Draft, cells: list[str], column: str) -> Table | None:
    days = all(ISO_DAY.fullmatch(cell) or SLASHED.fullmatch(cell) for cell in cells)
    return {"kind": "date", "precision": "day"} if days else None


def _several(draft: Draft, cells: list[str], column: str) -> Table | None:
    for mark in (";", ", "):
        cut = [[piece.strip() for piece in cell.split(mark) if piece.strip()] for cell in cells]
        if any(len(pieces) > 1 for pieces in cut):
            found = _choices(draft, [piece for pieces in cut for piece in pieces], column)
            if found:
                return {"kind": "several-choices", **found}
    return None


def _one(draft: Draft, cells: list[str], column: str) -> Table | None:
    found = _choices(draft, cells, column)
    return {"kind": "one-choice", **found} if found else None


def _choices(draft: Draft, texts: list[str], column: str) -> Table | None:
    listed = _repeated(texts)
    known = set(map(fold, listed))
    others = sum(fold(text) not in known for text in texts)
    fits = 2 <= len(listed) <= MOST_CHOICES and max(map(len, listed)) <= LONGEST_CHOICE
    if not fits or others > SHARE_OTHER * len(texts):
        return None
    choices, _kept = draft.choices([(slug(text, 40), text) for text in listed], column[:60], ("other", "not_said"))
    return {"choices": choices} | ({"other": "Something else"} if others else {})


def _words(draft: Draft, cells: list[str], column: str) -> Table | None:
    longest = max(map(len, cells))
    if longest > 200 or sum(map(len, cells)) > 40 * len(cells):
        return {"kind": "long-text"} | ({"longest": min(20_000, longest)} if longest > 5000 else {})
    return {"kind": "short-text"}


#: Tried in this order; the last one always fits.
KINDS: tuple[Callable[[Draft, list[str], str], Table | None], ...] = (_yes_no, _number, _date, _several, _one, _words)


def _said(kind: str) -> str:
    """What a question is asked as. Said anew each time, because this module is loaded when somebody first needs it."""
    return {
        "yes-no": _("yes or no"),
        "number": _("a number"),
        "date": _("a date"),
        "several-choices": _("several choices"),
        "one-choice": _("one choice"),
        "scale-grid": _("a scale for several lines; put its points in order"),
        "short-text": _("a line of text"),
        "long-text": _("a longer text"),
    }[kind]
