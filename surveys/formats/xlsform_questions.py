"""Each question of an XLSForm as a table of ours."""

import re
from collections.abc import Callable
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT
from surveys.formats.drafting import MISFIT, MUST
from surveys.formats.xlsform_choices import KIND_COLUMN, LONGEST_SHORT, SHOWN_LIST, WRITTEN_TIME, choosing, is_personal
from surveys.formats.xlsform_logic import ALWAYS, limits, uses_once
from surveys.formats.xlsform_names import Reading
from surveys.formats.xlsform_sheets import Node
from surveys.formats.xlsform_types import appearances, type_of

Table = dict[str, Any]
NEVER = ("no", "false", "false()")
#: The most and the least a number may be where the form sets no limit.
FURTHEST = 999_999_999
LONGEST_LONG = 5000
#: Appearances that are carried over, or that look here as they did there.
KNOWN = (*SHOWN_LIST, "multiline", "likert", "month-year", "year", "field-list", "table-list", "label", "list-nolabel")
_CARRIED = (
    "type name label hint guidance_hint bind control media choice_filter parameters itemset list_name query "
    f"children choices columns sms_field {KIND_COLUMN} _dynamic_default actions"
).split()
_BOUND = ("relevant", "constraint", "jr:constraintMsg", "required", "jr:requiredMsg", "calculate", "readonly")
#: How much of a date each precision keeps.
PRECISE = {"month": 7, "year": 4}
#: What a form says of a question and nothing here holds -> what it is, and what is done instead.
_LEFT = {
    "default": ("it has a default answer", "it begins empty"),
    "trigger": ("it is worked out when another answer changes", "it stands by itself"),
    "instance": ("it has attributes for other programs", "they are left out"),
}


def question_of(reading: Reading, node: Node, group: Node, relevant: str | None) -> Table | None:
    """The question as a table; None where nothing is asked. `relevant` joins the conditions of its groups."""
    make = MAKERS.get(type_of(node), _unknown)
    made = make(reading, node, group)
    if made is None:
        return None
    place = reading.place(node)
    table: Table = {"name": reading.name(node), "kind": made["kind"], "wording": wording_of(reading, node, place)}
    table |= {"relevant": relevant} if relevant else {}
    table |= {"personal": True} if is_personal(node) else {}
    table |= made | _words_beside(reading, node, place)
    if made["kind"] != "information":
        table |= required(reading, node, place)
    _constrain(reading, node, table, place)
    name_the_rest(reading, node, place)
    return table


def wording_of(reading: Reading, node: Node, place: str) -> Any:
    """What a question asks; its hint or name where it has no label."""
    said = reading.words(node.get("label"), place)
    if said is None:
        said = reading.words(node.get("hint"), place, str(node.get("name", "")))
        reading.lose(place, _("it has no label"), _("its hint or its name stands there"))
    return said


def _words_beside(reading: Reading, node: Node, place: str) -> Table:
    hint = reading.words(node.get("hint"), place) if node.get("label") else None
    note = reading.words(node.get("guidance_hint"), place)
    return ({"hint": hint} if hint else {}) | ({"interviewer_note": note} if note else {})


def required(reading: Reading, node: Node, place: str) -> Table:
    """Why a question must be answered, where it must."""
    bind = node.get("bind") or {}
    said = str(bind.get("required", "")).strip()
    if not said or said.lower() in NEVER:
        return {}
    if said.lower() not in ALWAYS:
        reading.lose(place, _("it is required only where “{said}”", said=said[:200]), _("it can be left blank"))
        return {}
    message = reading.words(bind.get("jr:requiredMsg"), place)
    if message is None:
        reading.lose(place, _("it is required and says no reason"), _("people read “{must}”", must=MUST))
    return {"required_because": message or MUST}


def _constrain(reading: Reading, node: Node, table: Table, place: str) -> None:
    """Limits go to fields of their own where the kind has them; else the condition stays, with a message."""
    bind = node.get("bind") or {}
    if not bind.get("constraint") or table["kind"] == "information":
        return
    constraint = reading.expression(bind["constraint"], place, "any answer is taken", node)
    if constraint is None:
        return
    message = reading.words(bind.get("jr:constraintMsg"), place)
    found, rest = limits(constraint, table["kind"], bool(table.get("decimals")))
    if not found or not _set_limits(table, found):
        rest = constraint
    if rest:
        if message is None:
            reading.lose(place, _("its constraint has no message"), _("people read “{misfit}”", misfit=MISFIT))
        table |= {"constraint": rest, "constraint_message": message or MISFIT}
    elif message and MISFIT not in (message, message.get(DEFAULT) if isinstance(message, dict) else ""):
        reading.lose(place, _("its limits come with a message"), _("Heard says itself what can be answered"))


def _set_limits(table: Table, found: Table) -> bool:
    if not _fit(table, found):
        return False
    alone = found.pop("exclusive", ())
    if not set(alone) <= {choice["value"] for choice in table.get("choices", ())}:
        return False
    for choice in table.get("choices", ()):
        choice |= {"exclusive": True} if choice["value"] in alone else {}
    table |= found
    if table["kind"] == "date":
        length = PRECISE.get(table.get("precision", "day"), 10)
        table |= {end: table[end][:length] for end in ("earliest", "latest") if table.get(end, "today") != "today"}
    if table["kind"] == "short-text" and table["longest"] > LONGEST_SHORT:
        table["kind"] = "long-text"
    return True


def _fit(table: Table, found: Table) -> bool:
    """Whether the limits are such as a question of ours can have."""
    if "longest" in found:
        return bool((100 if table["kind"] == "long-text" else 1) <= found["longest"] <= 20_000)
    if table["kind"] == "number":
        both: Table = {**table, **found}
        return bool(both["least"] < both["most"])
    if table["kind"] == "date":
        return bool(found.get("earliest", "") <= found.get("latest", "9"))
    at_least, at_most = int(found.get("at_least", 1)), int(found.get("at_most", 10**6))
    return 1 <= at_least <= at_most and at_least <= len(table.get("choices", ()))


def name_the_rest(reading: Reading, node: Node, place: str) -> None:
    """Name what a form says of a question and nothing here holds."""
    bind, control = node.get("bind") or {}, node.get("control") or {}
    for kind in node.get("media") or {}:
        reading.lose(place, _("it shows a file ({kind})", kind=kind), _("only its words are shown"))
    if str(bind.get("readonly", "")).lower() in ALWAYS:
        reading.lose(place, _("it cannot be changed (read_only)"), _("people can answer it"))
    if bind.get("calculate"):
        reading.lose(place, _("it is worked out and shown"), _("people are asked it themselves"))
    for key in (*(key for key in bind if key not in _BOUND), *(key for key in control if key not in _SHAPED)):
        reading.lose(place, _("it has a setting “{key}”", key=key), _("it is left out"))
    odd = [word for word in appearances(node) if word not in KNOWN]
    if odd:
        reading.lose(
            place, _("its appearance is “{value}”", value=" ".join(odd)[:60]), _("it looks as such questions do here")
        )
    for key in (key for key in node if key not in _CARRIED and node[key] not in (None, "", {})):
        what, instead = _LEFT.get(key, (f"it has a column “{key[:60]}”", "the column is left out"))
        reading.lose(place, what, instead)
    if (node.get("parameters") or {}).get("randomize") in ("true", "true()"):
        reading.lose(place, _("its choices come in random order"), _("they come as they are written"))


_SHAPED = ("appearance", "start", "end", "step", "tag", "bodyless")


def _text(reading: Reading, node: Node, group: Node) -> Table:
    if "postcode-area" in str(node.get(KIND_COLUMN)):
        node.get("bind", {}).pop("constraint", None)
        return {"kind": "postcode-area"}
    if "multiline" in appearances(node):
        return {"kind": "long-text", "longest": LONGEST_LONG}
    constraint = str((node.get("bind") or {}).get("constraint", ""))
    if "string-length" not in constraint:
        whole = "text questions have no longest answer"
        reading.lose(
            _("sheet survey"),
            whole,
            _(
                "short answers take {longest_short} characters, long ones {longest_long}",
                longest_short=LONGEST_SHORT,
                longest_long=LONGEST_LONG,
            ),
        )
    return {"kind": "short-text", "longest": LONGEST_SHORT}


def _number(reading: Reading, node: Node, group: Node) -> Table:
    kind = type_of(node)
    least, most = (0, 100) if kind == "percentage" else (-FURTHEST, FURTHEST)
    return {"kind": "number", "least": least, "most": most} | ({"decimals": True} if kind == "decimal" else {})


def _range(reading: Reading, node: Node, group: Node) -> Table:
    given = node.get("parameters") or {}
    least, most, step = (float(given.get(key, usual)) for key, usual in (("start", 1), ("end", 10), ("step", 1)))
    if abs(step) != 1:
        reading.lose(
            reading.place(node), _("it goes in steps of {abs}", abs=f"{abs(step):g}"), _("any number between is taken")
        )
    whole = all(end == int(end) for end in (least, most, step))
    ends = [int(end) if end == int(end) else end for end in sorted((least, most))]
    if ends[0] == ends[1]:
        ends[1] += 1
    return {"kind": "number", "least": ends[0], "most": ends[1]} | ({} if whole else {"decimals": True})


def _date(reading: Reading, node: Node, group: Node) -> Table:
    if type_of(node) == "datetime":
        reading.lose(reading.place(node), _("it asks for a time of day"), _("only the day is asked"))
    words = {"month-year": "month", "year": "year"}
    precision = next((words[word] for word in appearances(node) if word in words), "day")
    return {"kind": "date"} | ({"precision": precision} if precision != "day" else {})


def _note(reading: Reading, node: Node, group: Node) -> Table:
    return {"kind": "information"}


def _acknowledge(reading: Reading, node: Node, group: Node) -> Table:
    reading.lose(reading.place(node), _("it can only be ticked (OK)"), _("people can agree or not; OK is kept as yes"))
    return {"kind": "consent"}


def _unknown(reading: Reading, node: Node, group: Node) -> None:
    kind = str(node.get("type", ""))[:60]
    reading.lose(reading.place(node), _("there is no question like “{kind}” here", kind=kind), _("it is left out"))


MAKERS: dict[str, Callable[[Reading, Node, Node], Table | None]] = {
    "text": _text,
    "integer": _number,
    "decimal": _number,
    "percentage": _number,
    "number of days in last month": _number,
    "number of days in last six months": _number,
    "number of days in last year": _number,
    "range": _range,
    "date": _date,
    "datetime": _date,
    "time": WRITTEN_TIME,
    "select one": choosing,
    "select one external": choosing,
    "select all that apply": choosing,
    "rank": choosing,
    "note": _note,
    "acknowledge": _acknowledge,
    "trigger": _acknowledge,
}


def calculated_of(reading: Reading, node: Node) -> Table | None:
    """A value that is worked out; None where it cannot be."""
    place, value = reading.place(node), (node.get("bind") or {}).get("calculate") or node.get("calculate")
    if not value:
        fixed = str(node.get("default") or "")
        if not fixed or re.search("['\"]", fixed):
            reading.lose(place, _("it is hidden and has no value"), _("it is left out"))
            return None
        value = fixed if re.fullmatch(r"\d+(\.\d+)?", fixed) else f"'{fixed}'"
    if uses_once(str(value)):
        reading.lose(place, _("it is worked out only once()"), _("it is worked out anew with each answer"))
    kept = reading.expression(value, place, "it is left out, and what asks for it is shown to everybody")
    return {"name": reading.name(node), "value": kept} if kept else None
