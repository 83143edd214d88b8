"""Audiences under other short names: lists of audiences, keys of wordings and conditions follow."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safekeeping.languages import LANGUAGES
from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT, SHORT_NAME
from surveys.definition.survey import AUDIENCE
from surveys.definition.texts import NO_WORDINGS
from surveys.expression.parse import BadExpression, parse
from surveys.expression.tree import Call, Literal, Negative, Operation, Property, Reference, Tree, walk
from surveys.expression.write import write
from surveys.writing.editing import Edited, Tables
from surveys.writing.renaming import EXPRESSIONS, BadName

WHO = Reference(AUDIENCE)
#: A comparison with who is answering, in a condition that cannot be read as a whole.
COMPARED = re.compile(rf"""(\$\{{\s*{AUDIENCE}\s*\}}\s*!?=\s*)(['"])(\w+)\2""")


class BadAudienceName(BadName):
    """A short name that the audience called `audience` now cannot have."""

    def __init__(self, audience: str, why: str) -> None:
        super().__init__(why)
        self.audience = audience


def rename_audiences(tables: Tables, names: Mapping[str, str]) -> Edited:
    """The same survey with audiences renamed, all at once; `names` leads from old to new. Raises `BadAudienceName`.

    Nothing is said where all stay.
    """
    names = {was: new for was, new in names.items() if was != new}
    for was, new in names.items():
        _refuse(tables, names, was, new)
    followed: Tables = _Followed(names, _languages(tables)).everywhere(tables)
    mine = [audience for audience in followed.get("audience", []) if audience.get("name") in names]
    for audience in mine:
        audience["name"] = names[audience["name"]]
    given = [
        _("{audience} the short name {name}", audience=each.get("plural") or _("an audience"), name=each["name"])
        for each in mine
    ]
    return followed, _("gave {names}", names=", ".join(given)) if given else ""


def _languages(tables: Tables) -> set[str]:
    return {str(tables.get("language", "en")), *map(str, tables.get("languages", []))}


def _refuse(tables: Tables, names: Mapping[str, str], was: str, new: str) -> None:
    existing = [each.get("name") for each in tables.get("audience", [])]
    if not re.fullmatch(SHORT_NAME, new):
        why = _("A short name starts with a small letter and has only small letters, digits and _. Change it.")
        raise BadAudienceName(was, why)
    reserved = {DEFAULT, *LANGUAGES, *_languages(tables)}
    if new in reserved | {tag.partition("-")[0] for tag in reserved}:
        raise BadAudienceName(was, _("“{name}” stands for a language here. Choose another short name.", name=new))
    if [names.get(str(each), each) for each in existing].count(new) > 1:
        raise BadAudienceName(was, _("Another audience is called “{name}”. Choose another short name.", name=new))
    if new not in existing and new in set(_wording_heads(tables)):
        raise BadAudienceName(was, _("Some words are kept for “{name}” already. Choose another short name.", name=new))


def _is_wording(value: Any, key: str) -> bool:
    return isinstance(value, dict) and DEFAULT in value and key not in NO_WORDINGS


def _wording_heads(value: Any, key: str = "") -> Iterator[str]:
    """What the keys of all wordings begin with: an audience or a language."""
    if _is_wording(value, key):
        yield from (each.partition("-")[0] for each in value)
    elif isinstance(value, dict):
        for each, inner in value.items():
            yield from _wording_heads(inner, each)
    elif isinstance(value, list):
        for inner in value:
            yield from _wording_heads(inner, key)


@dataclass(frozen=True)
class _Followed:
    names: Mapping[str, str]
    languages: Collection[str]

    def everywhere(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return self.table(value, key)
        if isinstance(value, list):
            return [self.entry(each, key) for each in value]
        return self.expression(value) if key in EXPRESSIONS and isinstance(value, str) and "${" in value else value

    def entry(self, value: Any, key: str) -> Any:
        if key == "audiences":
            return self.names.get(value, value) if isinstance(value, str) else value
        return self.everywhere(value, key)

    def table(self, value: Tables, key: str) -> Tables:
        if _is_wording(value, key):
            return {self.wording_key(each): text for each, text in value.items()}
        followed = {each: self.everywhere(inner, each) for each, inner in value.items()}
        return self.marked(followed) if "choice_filter" in followed else followed

    def wording_key(self, key: str) -> str:
        head, dash, language = key.partition("-")
        return key if key in self.languages else self.names.get(head, head) + dash + language

    def marked(self, question: Tables) -> Tables:
        """Marks of answers that a filter compares with who is answering hold short names too."""
        marks = _marks(str(question["choice_filter"]))
        choices = question.get("choices", [])
        if not marks or not isinstance(choices, list):
            return question
        return question | {"choices": [self.choice(each, marks) for each in choices]}

    def choice(self, choice: Any, marks: Collection[str]) -> Any:
        if not isinstance(choice, dict) or not isinstance(choice.get("properties"), dict):
            return choice
        of = choice["properties"]
        return choice | {
            "properties": {mark: self.names.get(said, said) if mark in marks else said for mark, said in of.items()}
        }

    def expression(self, text: str) -> str:
        try:
            tree = parse(text)
        except BadExpression:
            return COMPARED.sub(lambda found: f"{found[1]}{found[2]}{self._new(found[3])}{found[2]}", text)
        followed = self.tree(tree)
        return text if followed == tree else write(followed)

    def _new(self, name: str) -> str:
        return self.names.get(name, name)

    def tree(self, tree: Tree) -> Tree:
        match tree:
            case Operation("=" | "!=" as operator, left, right) if WHO in (left, right):
                return Operation(operator, self.literal(left), self.literal(right))
            case Call("selected", (who, name)) if who == WHO:
                return Call("selected", (who, self.literal(name)))
            case Operation(operator, left, right):
                return Operation(operator, self.tree(left), self.tree(right))
            case Call(function, arguments):
                return Call(function, tuple(map(self.tree, arguments)))
            case Negative(operand):
                return Negative(self.tree(operand))
        return tree

    def literal(self, tree: Tree) -> Tree:
        if isinstance(tree, Literal) and isinstance(tree.value, str):
            return Literal(self._new(tree.value))
        return self.tree(tree)


def _marks(choice_filter: str) -> set[str]:
    """The marks that a filter compares with who is answering."""
    try:
        tree = parse(choice_filter)
    except BadExpression:
        return set()
    compared = [node for node in walk(tree) if isinstance(node, Operation) and WHO in (node.left, node.right)]
    sides = [side for node in compared for side in (node.left, node.right)]
    return {side.name for side in sides if isinstance(side, Property)}
