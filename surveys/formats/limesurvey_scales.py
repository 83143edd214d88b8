"""LimeSurvey’s arrays as grids, or as a question for each row or cell."""

import re
from collections.abc import Callable
from typing import Any

from safekeeping.languages import gettext as _
from surveys.expression.tree import Reference
from surveys.formats.drafting import Table, unused
from surveys.formats.foreign_logic import Known
from surveys.formats.limesurvey_reading import Reading, base, labels_of, left_out, place_of
from surveys.formats.limesurvey_rows import LimeQuestion, Part

MOST_POINTS, MOST_CELLS = 11, 60


def points(reading: Reading, question: LimeQuestion) -> list[Table]:
    """Five points without words of their own."""
    labels = [str(point) for point in range(1, 6)]
    table = base(reading, question, "scale") | {"labels": labels, "apart_offered": False}
    reading.learn(question, "", Known(Reference(table["name"]), "scale", {each: each for each in labels}))
    return [table]


def array(fixed: tuple[tuple[str, str], ...] = ()) -> Callable[[Reading, LimeQuestion], list[Table]]:
    """The same scale for several things; `fixed` are its points, else they are the answers of the question."""

    def make(reading: Reading, question: LimeQuestion) -> list[Table]:
        pairs = list(fixed) or labels_of(reading, question.on(question.answers, "0"), place_of(question))
        return _grid(reading, question, pairs, "", "")

    return make


def two_scales(reading: Reading, question: LimeQuestion) -> list[Table]:
    """Two scales for the same things."""
    reading.draft.lose(place_of(question), _("it asks on two scales at once"), _("it is two questions"))
    place = place_of(question)
    made = []
    for scale in ("0", "1"):
        pairs = labels_of(reading, question.on(question.answers, scale), place)
        made += _grid(reading, question, pairs, f"scale{int(scale) + 1}", f"_{scale}")
    return made


def _grid(
    reading: Reading, question: LimeQuestion, pairs: list[tuple[str, Any]], suffix: str, ending: str
) -> list[Table]:
    rows = question.on(question.subs, "0")
    if not rows or not pairs:
        return left_out(reading, question, "the table has no rows or no columns")
    if not 2 <= len(pairs) <= MOST_POINTS:
        return _row_by_row(reading, question, pairs, rows, ending)
    table = base(reading, question, "scale-grid", suffix) | {"apart_offered": False}
    table["labels"], table["rows"] = [label for _, label in pairs], []
    values = {code: str(number) for number, (code, _) in enumerate(pairs, 1)}
    for row, (code, label) in zip(rows, labels_of(reading, rows, place_of(question)), strict=True):
        name = row_name(code, [each["name"] for each in table["rows"]])
        table["rows"].append({"name": name, "wording": label})
        known = Known(Reference(f"{table['name']}.{name}"), "scale", values)
        reading.learn(question, f"{row.code}{ending}", known)
    return [table]


def row_name(code: str, taken: list[str]) -> str:
    """A name for a row, like the code it had."""
    fit = re.sub(r"[^A-Za-z0-9_]", "_", code)[:30]
    return unused(fit if re.match(r"[A-Za-z_]", fit) else f"row_{fit}", taken)


def _row_by_row(
    reading: Reading, question: LimeQuestion, pairs: list[tuple[str, Any]], rows: list[Part], ending: str
) -> list[Table]:
    place = place_of(question)
    reading.draft.lose(
        place, _("the table has {number} columns", number=len(pairs)), _("each row is a question of its own")
    )
    made = []
    for row in rows:
        table = base(reading, question, "one-choice", f"{row.code}{ending}", row.texts)
        table["choices"], values = reading.draft.choices(pairs, place)
        reading.learn(question, f"{row.code}{ending}", Known(Reference(table["name"]), "one-choice", values))
        made.append(table)
    return made


def cells(kind: str) -> Callable[[Reading, LimeQuestion], list[Table]]:
    """A table with something to fill in in each cell."""

    def make(reading: Reading, question: LimeQuestion) -> list[Table]:
        rows, columns = question.on(question.subs, "0"), question.on(question.subs, "1")
        if not 0 < len(rows) * len(columns) <= MOST_CELLS:
            return left_out(reading, question, f"the table has {len(rows)} rows and {len(columns)} columns")
        reading.draft.lose(
            place_of(question), _("each cell of a table is asked for"), _("each is a question of its own")
        )
        made = []
        for row in rows:
            for column in columns:
                texts = {key: f"{row.texts.get(key, row.code)}: {text}" for key, text in column.texts.items()}
                table = base(reading, question, kind, f"{row.code}_{column.code}", texts)
                reading.learn(question, f"{row.code}_{column.code}", Known(Reference(table["name"]), kind))
                made.append(table)
        return made

    return make
