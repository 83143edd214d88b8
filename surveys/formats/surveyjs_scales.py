"""SurveyJS's ratings and single-choice matrices as scales and grids."""

from typing import Any

from safekeeping.languages import gettext as _
from surveys.expression.tree import Reference
from surveys.formats.drafting import MOST_QUESTIONS, MUST, Table, check_count, unused
from surveys.formats.foreign_logic import Known
from surveys.formats.surveyjs_choices import Made, base, written
from surveys.formats.surveyjs_reading import Reading, listed, said, whole

#: As many points as a scale may have here.
MOST_POINTS = 11
_RATING = "rateMin rateMax rateCount rateStep rateValues rateType minRateDescription maxRateDescription autoGenerate"


def rating(reading: Reading, element: Table, place: str) -> list[Made]:
    """A scale of numbers, or of labels of its own."""
    points = _points(element)
    raw = str(element.get("name") or "")
    if not 2 <= len(points) <= MOST_POINTS:
        reading.draft.lose(place, _("it has {number} points", number=len(points)), _("it asks for a number"))
        table = base(reading, element, place, "number")
        return [Made(table, frozenset(_RATING.split()))]
    table = base(reading, element, place, "scale")
    ends = [reading.draft.wording(said(element.get(f"{end}RateDescription")), place) for end in ("min", "max")]
    plain = all(value == said(label).get("") for value, label in points)
    if plain and all(ends) and [value for value, _ in points] == [str(n + 1) for n in range(len(points))]:
        table |= {"points": len(points), "ends": ends}
    else:
        table["labels"] = [_label(reading, label, place, value) for value, label in points]
        table["labels"][0] = _with_end(table["labels"][0], ends[0])
        table["labels"][-1] = _with_end(table["labels"][-1], ends[1])
    table["apart_offered"] = False
    values = {value: str(number) for number, (value, _) in enumerate(points, 1)}
    if values != {each: each for each in values}:
        reading.draft.lose(
            place, _("its points do not count from 1"), _("they are kept as 1 to {number}", number=len(points))
        )
    reading.known[raw] = Known(Reference(table["name"]), "scale", values)
    return [Made(table, frozenset(_RATING.split()))]


def _points(element: Table) -> list[tuple[str, Any]]:
    own = _items(element.get("rateValues"))
    if own:
        return own
    least = whole(element.get("rateMin"), -1000, 1000)
    first = 1 if least is None else least
    step = whole(element.get("rateStep"), 1, 1000) or 1
    count = whole(element.get("rateCount"), 1, 1000)
    last = whole(element.get("rateMax"), -1000, 1000) or (first + step * (count - 1) if count else 5)
    return [(str(value), str(value)) for value in range(first, last + 1, step)]


def _items(found: Any) -> list[tuple[str, Any]]:
    """(value, text) of listed values, which may be written as a value alone."""
    made = []
    for each in found if isinstance(found, list) else []:
        value = written(each.get("value", each.get("text", "")) if isinstance(each, dict) else each)
        text = each.get("text") if isinstance(each, dict) else None
        made.append((value, text if said(text) else value))
    return made


def _label(reading: Reading, label: Any, place: str, value: str) -> Any:
    return reading.draft.wording(said(label), place, value or "…")


def _with_end(label: Any, end: Any) -> Any:
    """The first and last point say what they mean."""
    if isinstance(label, str) and isinstance(end, str):
        return f"{label} – {end}"[:2000]
    return end or label


_MATRIX = "columns rows alternateRows isAllRowRequired eachRowRequired rowTitleWidth columnMinWidth cellType"


def matrix(reading: Reading, element: Table, place: str) -> list[Made]:
    """The same scale for several things; columns beyond a scale make it one question for each row."""
    columns, rows = _items(element.get("columns")), _items(element.get("rows"))
    check_count(len(rows), MOST_QUESTIONS, "lines in one table")
    if not columns or not rows:
        reading.draft.lose(place, _("the table has no rows or no columns"), _("it is left out"))
        return []
    if any(each.get("visibleIf") for each in listed(element, "rows")):
        reading.draft.lose(place, _("some rows are shown only to some"), _("all rows are shown"))
    if not 2 <= len(columns) <= MOST_POINTS:
        return _one_by_one(reading, element, place, columns, rows)
    table = base(reading, element, place, "scale-grid")
    table["labels"] = [_label(reading, text, place, value) for value, text in columns]
    table["apart_offered"] = False
    values = {value: str(number) for number, (value, _) in enumerate(columns, 1)}
    table["rows"] = []
    for value, text in rows:
        name = _row_name(value, [row["name"] for row in table["rows"]])
        table["rows"].append({"name": name, "wording": _label(reading, text, place, value)})
        known = Known(Reference(f"{table['name']}.{name}"), "scale", values)
        reading.known[f"{element.get('name')}.{value}"] = known
    if element.get("isAllRowRequired") or element.get("eachRowRequired"):
        table["required_because"] = MUST
    return [Made(table, frozenset(_MATRIX.split()))]


def _row_name(value: str, taken: list[str]) -> str:
    fit = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in value).strip("_")[:30]
    return unused(fit if fit and not fit[0].isdigit() else f"row_{fit}".rstrip("_"), taken)


def _one_by_one(
    reading: Reading, element: Table, place: str, columns: list[tuple[str, Any]], rows: list[tuple[str, Any]]
) -> list[Made]:
    reading.draft.lose(
        place, _("the table has {number} columns", number=len(columns)), _("each row is a question of its own")
    )
    made = []
    title = next(iter(said(element.get("title")).values()), "")
    for value, text in rows:
        own = {"name": f"{element.get('name')}_{value}", "title": text, "description": title}
        table = base(reading, own, place, "one-choice")
        pairs = [(each, _label(reading, label, place, each)) for each, label in columns]
        table["choices"], values = reading.draft.choices(pairs, place)
        reading.known[f"{element.get('name')}.{value}"] = Known(Reference(table["name"]), "one-choice", values)
        made.append(Made(table, frozenset(_MATRIX.split()), False))
    return made
