"""The tables of an XLSForm (table-list) as grids."""

from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import APART
from surveys.formats.xlsform_choices import apart_of, points_of
from surveys.formats.xlsform_names import Reading
from surveys.formats.xlsform_naming import grid_values
from surveys.formats.xlsform_questions import name_the_rest, required, wording_of
from surveys.formats.xlsform_sheets import Node
from surveys.formats.xlsform_types import label_of, rows_of

Table = dict[str, Any]


def grid_of(reading: Reading, group: Node, relevant: str | None) -> Table:
    """A table-list as a grid. The values of its list become 1, 2, 3 …"""
    place, rows = reading.place(group), rows_of(group)
    listed, values = reading.list_of(rows[0]), grid_values(reading, group)
    if any(old != new for old, new in values.items()):
        reading.lose(place, _("the values of its scale are words"), _("the points are stored as 1, 2, 3 …"))
    label = label_of(group)
    if not label:
        reading.lose(place, _("the table has no label"), _("a general one stands there"))
    labels = {str(each["name"]): reading.words(each.get("label"), place, str(each["name"])) for each in listed.nodes}
    apart = labels.pop(APART, None)
    table: Table = {"name": reading.name(group), "kind": "scale-grid"} | points_of([*labels.values()])
    table |= {"wording": reading.words(label, place, "How much do you agree with each of these?")}
    table |= apart_of(apart)
    table |= {"relevant": relevant} if relevant else {}
    table["rows"] = [
        {"name": reading.name(row), "wording": wording_of(reading, row, reading.place(row))} for row in rows
    ]
    return table | _grid_required(reading, rows, place)


def _grid_required(reading: Reading, rows: list[Node], place: str) -> Table:
    found = [required(reading, row, reading.place(row)) for row in rows]
    for row in rows:
        name_the_rest(reading, row, reading.place(row))
        if row.get("hint") or row.get("guidance_hint"):
            reading.lose(reading.place(row), _("a line of a table has a hint"), _("the hint is left out"))
    if all(found):
        return found[0]
    if any(found):
        reading.lose(place, _("only some lines of the table are required"), _("the table can be left blank"))
    return {}
