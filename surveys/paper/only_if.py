"""A condition on one answer, as words that go on after “only if”: each a whole message, in every language of the pages.

What is not here is rare, and is said in English by `routing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from safekeeping.languages import gettext as _
from surveys.definition.path import NO_DAY
from surveys.expression.domain import Type
from surveys.expression.evaluate import Env, compile_expression, truth
from surveys.expression.phrases import FLIPPED, OPPOSITE
from surveys.expression.tree import COMPARISONS, Call, Literal, Operation, Reference, Tree, references, walk
from surveys.expression.value import as_date, as_text

#: What a message is filled in with: `number` of the question, and `value`, `answers` or `row`.
Facts = dict[str, object]
MESSAGES: dict[tuple[str, str], Callable[[Facts], str]] = {
    ("number", "="): lambda at: _("your answer to question {number} is {value}", **at),
    ("number", "!="): lambda at: _("your answer to question {number} is not {value}", **at),
    ("number", "<"): lambda at: _("your answer to question {number} is less than {value}", **at),
    ("number", "<="): lambda at: _("your answer to question {number} is {value} or less", **at),
    ("number", ">"): lambda at: _("your answer to question {number} is more than {value}", **at),
    ("number", ">="): lambda at: _("your answer to question {number} is {value} or more", **at),
    ("date", "<"): lambda at: _("your answer to question {number} is before {value}", **at),
    ("date", "<="): lambda at: _("your answer to question {number} is {value} or earlier", **at),
    ("date", ">"): lambda at: _("your answer to question {number} is after {value}", **at),
    ("date", ">="): lambda at: _("your answer to question {number} is {value} or later", **at),
    ("count", "="): lambda at: _("you ticked exactly {value} in question {number}", **at),
    ("count", "<"): lambda at: _("you ticked fewer than {value} in question {number}", **at),
    ("count", "<="): lambda at: _("you ticked {value} or fewer in question {number}", **at),
    ("count", ">"): lambda at: _("you ticked more than {value} in question {number}", **at),
    ("count", ">="): lambda at: _("you ticked {value} or more in question {number}", **at),
    ("one", "="): lambda at: _("you answered {answers} to question {number}", **at),
    ("one", "!="): lambda at: _("you did not answer {answers} to question {number}", **at),
    ("row", "="): lambda at: _("you answered {answers} to “{row}” in question {number}", **at),
    ("row", "!="): lambda at: _("you did not answer {answers} to “{row}” in question {number}", **at),
    ("several", "="): lambda at: _("you ticked {answers} in question {number}", **at),
    ("several", "!="): lambda at: _("you did not tick {answers} in question {number}", **at),
    ("given", "!="): lambda at: _("you answered question {number}", **at),
    ("given", "="): lambda at: _("you left question {number} blank", **at),
}
#: What is said of dates and texts as it is said of numbers.
MESSAGES |= {(kind, sign): MESSAGES["number", sign] for kind in ("date", "text") for sign in ("=", "!=")}


@dataclass(frozen=True)
class Ticked:
    """The simplest condition: one of these choices of one question."""

    name: str
    values: tuple[str, ...]


def ticked(tree: Tree) -> Ticked | None:
    """The condition as choices of one question, if it is no more than that."""
    match tree:
        case Operation("=", Reference(name), Literal(value)) | Operation("=", Literal(value), Reference(name)):
            return Ticked(name, (as_text(value),)) if value != "" else None
        case Call("selected", (Reference(name), Literal(value))):
            return Ticked(name, (as_text(value),))
        case Operation("or", left, right):
            one, other = ticked(left), ticked(right)
            return Ticked(one.name, one.values + other.values) if one and other and one.name == other.name else None
    return None


@dataclass(frozen=True)
class Asked:
    """What a condition can be about: a question with its number on this paper, or a row of it.

    `choices` are what can be ticked, by value; `day` says a date (ISO 8601) in the language of the paper.
    """

    number: int
    type: Type
    choices: Mapping[str, str]
    row: str
    day: Callable[[str], str]

    def said(self, kind: str, sign: str, **facts: object) -> str | None:
        """The message of that kind, if there is one. Of a row alone it is not said whether it was answered."""
        message = MESSAGES.get((kind, sign)) if kind != "given" or not self.row else None
        return message({"number": self.number, **facts}) if message else None


def only_if(tree: Tree, asked: Mapping[str, Asked]) -> str | None:
    """The condition as a message; None where there is none for it, or it is about anything else than one answer."""
    names = references(tree)
    it = asked.get(next(iter(names))) if len(names) == 1 else None
    if it is None or any(isinstance(node, Call) and node.function == "today" for node in walk(tree)):
        return None
    if it.choices:
        return _several(tree, it) if it.type == "choices" else _one(tree, next(iter(names)), it)
    return _given(tree, it) or _compared(tree, it)


def _one(tree: Tree, name: str, it: Asked) -> str | None:
    """Tried with each choice and with none, so that it does not matter how the condition is written."""
    run = compile_expression(tree)

    def holds(answers: Mapping[str, str]) -> bool:
        return truth(run(Env(answers.get, NO_DAY)))

    on = [label for value, label in it.choices.items() if holds({name: value})]
    off = [label for value, label in it.choices.items() if not holds({name: value})]
    blank = holds({})
    if not (off if blank else on):
        return None
    if not (on if blank else off):
        return it.said("given", "=" if blank else "!=")
    answers = quoted(off if blank else on)
    return it.said("row" if it.row else "one", "!=" if blank else "=", answers=answers, row=it.row)


def _several(tree: Tree, it: Asked) -> str | None:
    inner = tree.arguments[0] if isinstance(tree, Call) and tree.function == "not" else tree
    simple = ticked(inner)
    if simple:
        answers = quoted([it.choices.get(value, value) for value in simple.values])
        return it.said("several", "=" if inner is tree else "!=", answers=answers)
    sign, left, right = _sides(tree)
    match left, right:
        case Call("count-selected", (Reference(),)), Literal(float(value)):
            return it.said("count", sign, value=as_text(value))
    return _given(tree, it)


def _compared(tree: Tree, it: Asked) -> str | None:
    sign, left, right = _sides(tree)
    if not isinstance(left, Reference) or not isinstance(right, Literal) or it.type not in ("number", "date", "text"):
        return None
    value = as_text(right.value)
    if it.type == "date":
        day = as_date(value)
        # A year or a month counts as its first day: after 2020 is after 1 January 2020.
        value = it.day(day.isoformat() if sign in (">", "<=") else value) if day else ""
    return it.said(it.type, sign, value=f"“{value}”" if it.type == "text" else value) if value else None


def _given(tree: Tree, it: Asked) -> str | None:
    """Whether anything was answered; a number that stands alone also asks whether it is 0."""
    if isinstance(tree, Reference):
        return it.said("given", "!=") if it.type != "number" else None
    sign, left, right = _sides(tree)
    return it.said("given", sign) if isinstance(left, Reference) and right == Literal("") else None


def _sides(tree: Tree) -> tuple[str, Tree, Tree]:
    """A comparison with what is written out on its right; `not(… = …)` as the opposite."""
    match tree:
        case Call("not", (Operation("=" | "!=" as sign, left, right),)):
            return _sides(Operation(OPPOSITE[sign], left, right))
        case Operation(sign, Literal() as left, right) if sign in COMPARISONS:
            return FLIPPED[sign], right, left
        case Operation(sign, left, right):
            return sign, left, right
    return "", tree, tree


def quoted(labels: list[str]) -> str:
    """Answers as they stand on the paper, any of which will do."""
    return _(" or ").join(f"“{label}”" for label in labels)
