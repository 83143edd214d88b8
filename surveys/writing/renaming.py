"""A question or calculated value under another name: every condition, limit, filter, calculation and text follows."""

import copy
import re
from collections.abc import Mapping
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.parts import NAME
from surveys.definition.survey import AUDIENCE
from surveys.definition.wording import PIPED
from surveys.expression.parse import BadExpression, parse
from surveys.expression.tree import rename
from surveys.expression.write import write
from surveys.writing.editing import (
    BESIDE,
    Edited,
    Tables,
    calculated_named,
    called,
    question_named,
    questions,
    taken,
)

#: The keys that hold expressions; every other text is words.
EXPRESSIONS = ("relevant", "constraint", "choice_filter", "value")


class BadName(ValueError):
    """A name that a question, a value or an audience cannot have; the text says why and what to do."""


def rename_question(tables: Tables, name: str, new: str) -> Edited:
    """The same survey with one question renamed. Raises `BadName` and `NotThere`."""
    question = question_named(tables, name)
    if not _is_audience(tables, name, new):
        refuse_name(tables, new, name)
    mapping = _mapping(question, name, new)
    tables = _followed(copy.deepcopy(tables), mapping)
    question_named(tables, name)["name"] = new
    if tables.get("quoting", {}).get("question") == name:
        tables["quoting"]["question"] = new
    return tables, _("gave “{question}” the name {name}", question=called(question), name=new)


def rename_calculated(tables: Tables, name: str, new: str) -> Edited:
    """The same survey with one calculated value renamed. Raises `BadName` and `NotThere`."""
    calculated_named(tables, name)
    refuse_name(tables, new, name)
    tables = _followed(copy.deepcopy(tables), {name: new})
    calculated_named(tables, name)["name"] = new
    return tables, _("gave the value “{before}” the name {name}", before=name, name=new)


def refuse_name(tables: Tables, new: str, name: str = "") -> None:
    """Raises `BadName` if nothing, or nothing but what is called `name` now, can be called `new`."""
    if not re.fullmatch(NAME, new):
        raise BadName(_("A name starts with a letter and has only letters, digits and _, no more than 40. Change it."))
    own = {name, *(name + end for end in BESIDE)} if name else set()
    if {new, *(new + end for end in BESIDE)} & (taken(tables) - own):
        raise BadName(_("Something else in this survey is called {name}. Choose another name.", name=new))


def _is_audience(tables: Tables, name: str, new: str) -> bool:
    """Whether the question who is answering gets the name that it must have."""
    free = new not in {each.get("name") for each in questions(tables)}
    return new == AUDIENCE and free and question_named(tables, name).get("kind") == AUDIENCE


def _mapping(question: Tables, name: str, new: str) -> dict[str, str]:
    """Each name that expressions may use for this question -> what it is called from now on."""
    rows = [str(row.get("name", "")) for row in question.get("rows", [])]
    ends = ("", *BESIDE, *(f".{row}" for row in rows))
    return {name + end: new + end for end in ends}


def _followed(value: Any, mapping: Mapping[str, str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {each: _followed(inner, mapping, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [_followed(each, mapping) for each in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    return _in_expression(value, mapping) if key in EXPRESSIONS else _in_text(value, mapping)


def _in_expression(text: str, mapping: Mapping[str, str]) -> str:
    try:
        tree = parse(text)
    except BadExpression:
        return _in_text(text, mapping)
    renamed = rename(tree, mapping)
    return text if renamed == tree else write(renamed)


def _in_text(text: str, mapping: Mapping[str, str]) -> str:
    return PIPED.sub(lambda found: f"${{{mapping.get(found[1], found[1])}}}", text)
