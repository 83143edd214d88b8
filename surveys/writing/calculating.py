"""Values that are worked out from answers: adding, changing and deleting them, and saying them in words."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.condition import Expression
from surveys.definition.retelling import retold
from surveys.expression.words import value_in_words
from surveys.writing.asked_when import named
from surveys.writing.editing import Edited, Tables, calculated_named, called, pages
from surveys.writing.faults_said import FAULTS
from surveys.writing.renaming import refuse_name, rename_calculated

LONGEST = 2000


@dataclass(frozen=True)
class CalculatedGlance:
    """One value: `meaning` says in words how it is worked out, empty where that cannot be read; `used` where."""

    name: str
    value: str
    meaning: str
    used: str


def worked_out(tables: Tables) -> list[CalculatedGlance]:
    """Every calculated value, in order."""
    return [
        CalculatedGlance(
            name=str(each.get("name", "")),
            value=str(each.get("value", "")),
            meaning=meaning(tables, each.get("value")),
            used=", ".join(dict.fromkeys(_used_in(tables, str(each.get("name", ""))))),
        )
        for each in tables.get("calculated", [])
    ]


def meaning(tables: Tables, value: Any) -> str:
    """What an expression comes to, in words; empty where it cannot be read."""
    try:
        return value_in_words(Expression(str(value)).tree, named(tables)) if value else ""
    except ValueError:
        return ""


def fault_of(value: str) -> str:
    """Why a value cannot be worked out like this, and what to do; empty where it can be read."""
    if not value:
        return _(
            "Nothing is written here. Write how the value is worked out, such as {example}.", example="${weeks} * 7"
        )
    if len(value) > LONGEST:
        return _("It is longer than {longest} characters. Shorten it, or make two values of it.", longest=LONGEST)
    try:
        Expression(value)
    except ValueError as why:
        return f"{retold(str(why), FAULTS)}."
    return ""


def can_use(tables: Tables, name: str = "") -> dict[str, str]:
    """Every name that the value called `name` may stand on -> what people call it."""
    others = [str(each.get("name", "")) for each in tables.get("calculated", [])]
    asked = {each: about.label for each, about in named(tables).items()}
    return asked | {other: _("worked out from answers") for other in others if other != name}


def add_calculated(tables: Tables, name: str, value: str) -> Edited:
    """One value more, behind the others. Raises `BadName`."""
    refuse_name(tables, name)
    tables = copy.deepcopy(tables)
    tables.setdefault("calculated", []).append({"name": name, "value": value})
    return tables, _("added the value “{name}”, which is worked out from answers", name=name)


def change_calculated(tables: Tables, name: str, new: str, value: str) -> Edited:
    """The value worked out so, and called `new` from now on. Raises `BadName` and `NotThere`."""
    edited = copy.deepcopy(tables)
    calculated_named(edited, name)["value"] = value
    if new == name:
        return edited, _("changed how “{name}” is worked out", name=name)
    return rename_calculated(edited, name, new)


def delete_calculated(tables: Tables, name: str) -> Edited:
    """The value goes. Where others ask for it, they are left as they are and shown as problems. Raises `NotThere`."""
    tables = copy.deepcopy(tables)
    gone = calculated_named(tables, name)
    tables["calculated"].remove(gone)
    if not tables["calculated"]:
        del tables["calculated"]
    return tables, _("deleted the value “{name}”", name=name)


#: What a button of the outline does to a value of that name.
CALCULATED_ACTS = {"delete": delete_calculated}


def _used_in(tables: Tables, name: str) -> Iterator[str]:
    """What people call the parts whose conditions, limits or words ask for it."""
    asked = re.compile(rf"\$\{{\s*{re.escape(name)}\s*\}}")
    for other in tables.get("calculated", []):
        if asked.search(str(other.get("value", ""))):
            yield _("the value “{name}”", name=other.get("name"))
    for page in pages(tables):
        if _asks({key: part for key, part in page.items() if key != "question"}, asked):
            yield _("the page “{title}”", title=called(page))
        yield from (f"“{called(question)}”" for question in page.get("question", []) if _asks(question, asked))
    if any(_asks(tables.get(key), asked) for key in ("intro", "public_title")):
        yield _("the first words")


def _asks(part: Any, asked: re.Pattern[str]) -> bool:
    if isinstance(part, dict):
        return any(_asks(each, asked) for each in part.values())
    if isinstance(part, list):
        return any(_asks(each, asked) for each in part)
    return isinstance(part, str) and bool(asked.search(part))
