"""The rows of the survey's form, paragraphs and audiences: moving them and taking them away before it is saved."""

import re

from werkzeug.datastructures import MultiDict

from surveys.writing.question_form import Malformed

ACT = re.compile(r"(up|down|remove)-(intro|audience)-([0-9]{1,2})")
#: What to go on with: the first field of a row.
FIRST_FIELD = {"intro": "intro-{}", "audience": "audience-{}-label"}
STEP = {"up": -1, "down": 1}


def act_on_rows(form: MultiDict[str, str], do: str) -> tuple[MultiDict[str, str], str]:
    """The form after a button was pressed, and the id of the field to go on with. Raises `Malformed`."""
    asked = ACT.fullmatch(do)
    count = form.get(f"{asked[2]}-count", "") if asked else ""
    if asked is None or not re.fullmatch("[0-9]{1,2}", count) or int(asked[3]) >= int(count):
        raise Malformed(do)
    way, name, at = asked[1], asked[2], int(asked[3])
    order = list(range(int(count)))
    to = min(max(at + STEP.get(way, 0), 0), len(order) - 1)
    row = order.pop(at)
    if way != "remove":
        order.insert(to, row)
    return _in_order(form, name, order), FIRST_FIELD[name].format(to)


def _in_order(form: MultiDict[str, str], name: str, order: list[int]) -> MultiDict[str, str]:
    """The form with these of its rows, numbered anew."""
    numbers = {str(was): now for now, was in enumerate(order)}
    made: MultiDict[str, str] = MultiDict()
    for key, value in form.items(multi=True):
        row = re.fullmatch(rf"{name}-([0-9]{{1,2}})([-@].*)?", key)
        if row is None:
            made.add(key, value)
        elif row[1] in numbers:
            made.add(f"{name}-{numbers[row[1]]}{row[2] or ''}", value)
    made[f"{name}-count"] = str(len(order))
    return made
