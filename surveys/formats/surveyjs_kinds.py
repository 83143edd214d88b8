"""Each kind of SurveyJS question as one of ours, or as several, or as a line that says it was left out."""

import re
from collections.abc import Callable
from typing import Any

from safekeeping.languages import gettext as _
from surveys.expression.tree import Reference
from surveys.formats.drafting import Table
from surveys.formats.foreign_logic import Known
from surveys.formats.surveyjs_choices import Made, base, choosing, pictures, written
from surveys.formats.surveyjs_reading import Reading, listed, said, whole
from surveys.formats.surveyjs_scales import matrix, rating

TEXTS, DATES = {"text", "tel", "email", "url", "password", "color"}, {"date": "day", "month": "month"}
NUMBERS = {"number", "range"}


def _made(table: Table, uses: str = "", more: Table | None = None) -> list[Made]:
    kept = {key: value for key, value in (more or {}).items() if value is not None}
    return [Made(table | kept, frozenset(uses.split()))]


def _text(reading: Reading, element: Table, place: str) -> list[Made]:
    sort = str(element.get("inputType") or "text")
    if sort in NUMBERS:
        return _number(reading, element, place)
    if sort in DATES:
        return _date(reading, element, place, DATES[sort])
    if sort not in TEXTS:
        reading.draft.lose(place, _("it asks for “{sort}”", sort=sort[:20]), _("it asks for a line of text"))
    if element.get("setValueExpression") and element.get("readOnly"):
        return _worked_out(reading, element, place, "setValueExpression")
    table = base(reading, element, place, "short-text")
    return _made(table, "inputType maxLength dataList", {"longest": whole(element.get("maxLength"), 1, 500)})


def _worked_out(reading: Reading, element: Table, place: str, key: str = "expression") -> list[Made]:
    raw = str(element.get("name") or "")
    name = reading.draft.name(raw or "calculated", place)
    reading.known[raw] = Known(Reference(name))
    reading.expressions.append((name, str(element.get(key, "")), place))
    reading.draft.lose(place, _("it shows what is worked out from answers"), _("it is worked out, and not shown"))
    return []


def _number(reading: Reading, element: Table, place: str) -> list[Made]:
    table = base(reading, element, place, "number")
    least, most = (_figure(element.get(key)) for key in ("min", "max"))
    checks = next((each for each in listed(element, "validators") if each.get("type") == "numeric"), {})
    least = least if least is not None else _figure(checks.get("minValue"))
    most = most if most is not None else _figure(checks.get("maxValue"))
    if most is not None and most <= (least or 0):
        reading.draft.lose(
            place, _("the most it takes ({most}) is not above the least", most=f"{most:g}"), _("any number is taken")
        )
        least = most = None
    step = _figure(element.get("step"))
    decimals = True if element.get("step") == "any" or (step is not None and step != int(step)) else None
    if element.get("min") is None and least is None:
        reading.draft.lose(place, _("it takes numbers below 0"), _("it takes numbers from 0"))
    return _made(table, "inputType min max step", {"least": least, "most": most, "decimals": decimals})


def _figure(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def _date(reading: Reading, element: Table, place: str, precision: str) -> list[Made]:
    table = base(reading, element, place, "date")
    ends = {"earliest": element.get("min"), "latest": element.get("max")}
    fit = {key: str(end) for key, end in ends.items() if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", str(end))}
    for key, end in ends.items():
        if end and key not in fit:
            reading.draft.lose(
                place, _("its {key} day is “{value}”", key=key, value=str(end)[:40]), _("any day is taken")
            )
    return _made(table, "inputType min max step", {"precision": precision, **fit})


def _comment(reading: Reading, element: Table, place: str) -> list[Made]:
    table = base(reading, element, place, "long-text")
    return _made(table, "maxLength", {"longest": whole(element.get("maxLength"), 100, 20000)})


def _boolean(reading: Reading, element: Table, place: str) -> list[Made]:
    table = base(reading, element, place, "yes-no")
    yes, no = (reading.draft.wording(said(element.get(key)), place) for key in ("labelTrue", "labelFalse"))
    values = {"true": "yes", "false": "no", "yes": "yes", "no": "no"}
    values |= {
        written(element[key]): said for key, said in (("valueTrue", "yes"), ("valueFalse", "no")) if key in element
    }
    reading.known[str(element.get("name") or "")] = Known(Reference(table["name"]), "yes-no", values)
    return _made(table, "labelTrue labelFalse valueTrue valueFalse label", {"yes": yes, "no": no})


def _text_to_read(reading: Reading, element: Table, place: str) -> list[Made]:
    texts = said(element.get("html", element.get("title")))
    if not reading.draft.wording(texts, place):
        reading.draft.lose(place, _("there is nothing to read in it"), _("it is left out"))
        return []
    return _made(base(reading, {**element, "title": texts}, place, "information"), "html")


def _several_texts(reading: Reading, element: Table, place: str) -> list[Made]:
    reading.draft.lose(place, _("several lines are asked for in one question"), _("each is a question of its own"))
    raw = str(element.get("name") or "")
    made = _text_to_read(reading, {"name": f"{raw}_all", "title": element.get("title") or raw}, place)
    for item in listed(element, "items"):
        own = f"{raw}.{item.get('name', '')}"
        each = {**item, "name": f"{raw}_{item.get('name', '')}", "title": item.get("title") or item.get("name")}
        made += [Made(one.table, checks=False) for one in _text(reading, each, f"{place}, item “{item.get('name')}”")]
        reading.known[own] = reading.known[each["name"]]
    return [Made(each.table, frozenset({"items", "itemSize"}), each.checks) for each in made]


def _once(reading: Reading, element: Table, place: str) -> list[Made]:
    reading.draft.lose(place, _("its questions are asked again and again"), _("each is asked once"))
    made: list[Made] = []
    for item in listed(element, "templateElements"):
        inside = f"{place}, “{item.get('name', '')}”"
        kind = KINDS.get(str(item.get("type", "text")))
        if kind is None or kind is _once:
            reading.draft.lose(
                inside, NOT_CARRIED.get(str(item.get("type")), "it is not known here"), _("it is left out")
            )
            continue
        made += [Made(one.table, checks=False) for one in kind(reading, item, inside)]
    return [Made(each.table, frozenset({"templateElements", "panelCount", "templateTitle"}), False) for each in made]


NOT_CARRIED = {
    "matrixdropdown": "each cell of a table is a question of its own",
    "matrixdynamic": "people add rows to a table",
    "file": "files are asked for, which could tell who sent them",
    "signaturepad": "a signature is asked for, which would tell who answers",
    "image": "a picture is shown",
    "imagemap": "places on a picture are chosen",
}

KINDS: dict[str, Callable[[Reading, Table, str], list[Made]]] = {
    "text": _text,
    "comment": _comment,
    "radiogroup": choosing("one-choice", {}),
    "buttongroup": choosing("one-choice", {}),
    "dropdown": choosing("one-choice", {"shown_as": "list"}),
    "checkbox": choosing("several-choices", {}),
    "tagbox": choosing("several-choices", {}),
    "ranking": choosing("ranking", {}),
    "imagepicker": pictures,
    "boolean": _boolean,
    "rating": rating,
    "matrix": matrix,
    "slider": _number,
    "html": _text_to_read,
    "expression": _worked_out,
    "multipletext": _several_texts,
    "paneldynamic": _once,
}
