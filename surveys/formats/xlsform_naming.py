"""Every name of an XLSForm as it is called here: the first of two ways through a form."""

import re

from safekeeping.languages import gettext as _
from surveys.definition.parts import NAME, SHORT_NAME
from surveys.definition.questions import APART, NOT_SAID
from surveys.definition.survey import AUDIENCE
from surveys.formats.drafting import unused
from surveys.formats.plain_words import slug
from surveys.formats.xlsform_names import Reading
from surveys.formats.xlsform_sheets import Node
from surveys.formats.xlsform_types import (
    CHOOSING,
    GROUPS,
    NOT_TAKEN,
    children,
    is_meta,
    is_table_list,
    nodes_of,
    rows_of,
    type_of,
    written_beside,
    written_other,
)


def name_everything(reading: Reading) -> Node | None:
    """Give names to all that is kept. Returns the question that asks who is answering, if there is one."""
    audience = _audience(reading)
    if audience:
        _name_audience(reading, audience)
    _name_in(reading, reading.form.root)
    return audience


def _name_in(reading: Reading, group: Node) -> None:
    for node in rows_of(group):
        if is_meta(node) or id(node) in reading.names:
            continue
        if type_of(node) in GROUPS:
            if is_table_list(node) and grid_fault(reading, node) is None:
                _name_grid(reading, node)
            else:
                _name_in(reading, node)
        elif type_of(node) == "today":
            reading.references.setdefault(str(node.get("name")), "today()")
        elif type_of(node) not in NOT_TAKEN:
            _name_question(reading, node, group)


def _name_question(reading: Reading, node: Node, group: Node) -> None:
    other_of = written_beside(node, group)
    if other_of is not None and id(other_of) in reading.names:
        reading.call(node, f"{reading.name(other_of)}_other")
        return
    name = reading.call(node)
    if type_of(node) in CHOOSING:
        reading.values[name] = reading.list_of(node).renamed
    if type_of(node) in ("acknowledge", "trigger"):
        reading.values[name] = {"OK": "yes"}


def _name_grid(reading: Reading, group: Node) -> None:
    name = reading.call(group)
    values = grid_values(reading, group)
    taken: list[str] = []
    for row in rows_of(group):
        raw = str(row.get("name", ""))
        fit = raw if re.fullmatch(NAME, raw) else f"row_{slug(raw, 30)}".rstrip("_")
        taken.append(unused(fit, taken))
        if taken[-1] != raw:
            reading.lose(
                reading.place(row),
                _("the name “{raw}” cannot be used", raw=raw[:60]),
                _("it is called “{taken}”", taken=taken[-1]),
            )
        reading.call(row, taken[-1], f"${{{name}.{taken[-1]}}}")
        reading.values[f"{name}.{taken[-1]}"] = {old: new for old, new in values.items() if old != new}


def grid_values(reading: Reading, group: Node) -> dict[str, str]:
    """Value in the form -> the point of the scale that is stored; a last one called “apart” stands apart."""
    values = [*reading.list_of(rows_of(group)[0]).values]
    points = values[:-1] if values[-1:] == [APART] else values
    return {value: str(point) for point, value in enumerate(points, 1)} | ({APART: APART} if points != values else {})


def grid_fault(reading: Reading, group: Node) -> str | None:
    """Why the questions of a table-list cannot be lines of one grid; None where they can."""
    rows = rows_of(group)
    lists = {str(row.get("itemset")) for row in rows}
    if not rows or len(lists) != 1 or any(type_of(row) != "select one" or written_other(row, group) for row in rows):
        return "its questions do not share one list"
    if any((row.get("bind") or {}).keys() & {"relevant", "constraint"} or row.get("choice_filter") for row in rows):
        return "its questions have conditions of their own"
    points = [value for value in grid_values(reading, group) if value != APART] if rows else []
    return None if 2 <= len(points) <= 11 else "a scale has 2 to 11 points"


def _audience(reading: Reading) -> Node | None:
    """A select_one called `audience` that everybody meets on the first page."""
    page = next((node for node in children(reading.form.root) if _is_page(node)), None)
    if page is None:
        return None
    within = [page, *nodes_of(page)]
    found = next((node for node in within if node.get("name") == AUDIENCE and type_of(node) == "select one"), None)
    if found is None or found.get("choice_filter") or not reading.list_of(found).nodes:
        return None
    return None if any((node.get("bind") or {}).get("relevant") for node in _way(page, found)) else found


def _way(page: Node, found: Node) -> list[Node]:
    """The groups that a node stands in, and itself."""
    return [node for node in (page, *nodes_of(page)) if node is found or any(each is found for each in nodes_of(node))]


def _is_page(node: Node) -> bool:
    if type_of(node) in GROUPS:
        return not is_meta(node) and any(_is_page(child) for child in children(node))
    return type_of(node) not in (*NOT_TAKEN, "note", "calculate", "hidden", "today")


def _name_audience(reading: Reading, node: Node) -> None:
    """Names of audiences are narrower than other values."""
    listed = reading.list_of(node)
    kept: dict[str, str] = {}
    for raw, value in listed.values.items():
        fit = slug(value, 30) if not re.fullmatch(SHORT_NAME, value) or value == NOT_SAID else value
        fit = fit if re.fullmatch(SHORT_NAME, fit or "-") else f"a_{fit}".rstrip("_")
        kept[raw] = unused(fit, [*kept.values(), *reading.draft.languages, reading.draft.language])
        if kept[raw] != raw:
            what = _("the name “{raw}” cannot be that of an audience", raw=raw[:60])
            reading.lose(reading.place(node), what, _("it is called “{kept}”", kept=kept[raw]))
    reading.call(node, AUDIENCE)
    reading.values[AUDIENCE] = {old: new for old, new in kept.items() if old != new}
    reading.audience_values = kept
