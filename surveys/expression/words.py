"""An expression in plain English: why something is shown, and where to go next on paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from safekeeping.languages import gettext as _
from surveys.expression.domain import Type
from surveys.expression.functions import FUNCTIONS
from surveys.expression.phrases import (
    COMPARED,
    COUNTED,
    FLIPPED,
    JOINED,
    NOT_COMPARED,
    OPPOSITE,
    PHRASES,
    day_in_words,
)
from surveys.expression.tree import (
    ARITHMETIC,
    COMPARISONS,
    LOGICAL,
    Call,
    Itself,
    Literal,
    Negative,
    Operation,
    Property,
    Reference,
    Tree,
)
from surveys.expression.value import as_date, as_text


@dataclass(frozen=True, slots=True)
class Named:
    """How a question is spoken of: its label, and the label of each choice by its value."""

    label: str
    choices: Mapping[str, str]
    type: Type


def in_words(tree: Tree, named: Mapping[str, Named]) -> str:
    """The expression in words, without the signs of the language; a name that is not in `named` stands for itself."""
    return _plain(_Speaker(named).condition(tree))


def value_in_words(tree: Tree, named: Mapping[str, Named]) -> str:
    """What an expression comes to, in words: “the answer to … times 2”, “whether …”."""
    said = _plain(_Speaker(named).value(tree))
    return said[1:-1] if isinstance(tree, Operation) and tree.operator in ARITHMETIC else said


def _plain(said: str) -> str:
    return re.sub(r"\$\{[^}]*\}", "…", said).replace("${", "")


class _Speaker:
    def __init__(self, named: Mapping[str, Named]) -> None:
        self.named = named

    def condition(self, tree: Tree, holds: bool = True, level: int = 0) -> str:
        """The tree as something that is so, or if not `holds`, is not so."""
        match tree:
            case Call("not", (inner,)):
                return self.condition(inner, not holds, level)
            case Call("boolean", (inner,)):
                return self.condition(inner, holds, level)
            case Operation(operator) if operator in LOGICAL:
                return self.joined(tree, holds, level)
            case Operation(operator) if operator in COMPARISONS:
                return self.compared(tree, holds)
            case Call() | Literal():
                return self.called(tree, holds)
        return self.answered(tree, holds)

    def joined(self, tree: Operation, holds: bool, level: int) -> str:
        """Parts joined by “and” or “or”; where they stand among others, it is said which belong together."""
        word = tree.operator if holds else OPPOSITE[tree.operator]
        chain = _chain(tree, tree.operator)
        parts = [self.condition(part, holds, level + 1) for part in chain]
        parts = [part.removeprefix(self.said_before(chain, place)) for place, part in enumerate(parts)]
        if level == 0:
            return (_(", or ") if word == "or" else _(", and ")).join(parts)
        together = _(" or ").join(parts) if word == "or" else reduce(_both, parts)
        if level > 1:
            return f"({together})"
        if word == "or":
            return _("either {parts}", parts=together)
        return _("both {parts}", parts=together) if len(parts) == 2 else _("all of {parts}", parts=together)

    def said_before(self, chain: list[Tree], place: int) -> str:
        """What need not be repeated: the question that the part before it was about too."""
        match chain[max(0, place - 1) : place + 1]:
            case [Operation(_one, Reference(name), Literal()), Operation(_two, Reference(again), Literal())] if (
                name == again
            ):
                return f"{self.value(Reference(name))} "
        return ""

    def compared(self, tree: Operation, holds: bool) -> str:
        operator, left, right = _turned(tree)
        if operator in ("=", "!=") and right in _TRUTHS and _is_condition(left):
            return self.condition(left, holds == ((operator == "=") == (right == _TRUTHS[0])), level=1)
        if not holds and operator in ("=", "!="):
            operator, holds = OPPOSITE[operator], True
        if isinstance(right, Literal) and right.value == "" and operator in ("=", "!="):
            return self.answered(left, operator == "!=")
        if isinstance(left, Call) and left.function == "count-selected":
            return self.counted(operator if holds else OPPOSITE[operator], left.arguments[0], right)
        kind = "date" if self.is_date(left) or self.is_date(right) else ""
        right = _first_day(right) if kind and operator in (">", "<=") else right
        form = COMPARED[kind, operator] if holds else NOT_COMPARED[kind, operator]
        return _(form).format(self.value(left), self.value(right, left))

    def counted(self, operator: str, chosen: Tree, right: Tree) -> str:
        if right == Literal(0.0) and operator in ("=", "!="):
            form = _("none is chosen in {question}") if operator == "=" else _("something is chosen in {question}")
            return form.format(question=self.quoted(chosen))
        form = COUNTED[operator][0 if right == Literal(1.0) else 1]
        return _(form).format(self.value(right), self.quoted(chosen))

    def answered(self, tree: Tree, holds: bool) -> str:
        """The truth of a value that is not a condition itself."""
        if isinstance(tree, Reference) and tree.name in self.named and self.named[tree.name].type == "boolean":
            return (_("{value} is yes") if holds else _("{value} is not yes")).format(value=self.value(tree))
        if isinstance(tree, Operation | Negative):
            return (_("{value} is not 0") if holds else _("{value} is 0 or blank")).format(value=self.value(tree))
        form = _("{question} was answered") if holds else _("{question} was left blank")
        return form.format(question=self.quoted(tree))

    def called(self, tree: Call | Literal, holds: bool) -> str:
        """A function that is true or false, or a fixed value."""
        match tree:
            case Literal(value):
                return _("always") if bool(value) == holds else _("never")
            case Call("true" | "false" as name):
                return _("always") if (name == "true") == holds else _("never")
            case Call("selected", (chosen, value)):
                form = _("{question} has {choice} chosen") if holds else _("{question} does not have {choice} chosen")
                return form.format(question=self.quoted(chosen), choice=self.value(value, chosen))
            case Call("if", (test, yes, no)):
                first, other = self.condition(yes, holds, 1), self.condition(no, holds, 1)
                when = self.condition(test, level=1)
                return _("{first} if {when}, and otherwise {other}", first=first, when=when, other=other)
            case Call(name, arguments) if name in PHRASES and PHRASES[name][1]:
                form = PHRASES[name][0 if holds else 1]
                return _(form).format(*map(self.value, arguments))
        return (_("{value} is true") if holds else _("{value} is not true")).format(value=self.value(tree))

    def value(self, tree: Tree, beside: Tree | None = None) -> str:
        """A value in words; a written value is said as the answer `beside` it would be."""
        match tree:
            case Literal(value):
                return self.literal(value, beside)
            case Reference():
                return _("the answer to {question}", question=self.quoted(tree))
            case Property() | Itself():
                return self.quoted(tree)
            case Negative(operand):
                return _("minus {value}", value=self.value(operand))
            case Operation(operator, left, right) if operator in ARITHMETIC:
                return " ".join((f"({self.value(left)}", _(JOINED[operator]), f"{self.value(right)})"))
            case Call():
                return self.worked_out(tree)
        return _("whether {condition}", condition=self.condition(tree, level=1))

    def worked_out(self, tree: Call) -> str:
        if tree.function in ("true", "false"):
            return _("yes") if tree.function == "true" else _("no")
        if tree.function == "if":
            test, yes, no = tree.arguments
            form = _("({first} if {when}, otherwise {other})")
            return form.format(first=self.value(yes), when=self.condition(test, level=1), other=self.value(no))
        if tree.function in PHRASES and not PHRASES[tree.function][1]:
            form = PHRASES[tree.function][0]
            return _(form).format(*map(self.value, tree.arguments[:1]), self.listed(tree))
        if tree.function in PHRASES or tree.function in ("not", "boolean", "selected"):
            return _("whether {condition}", condition=self.condition(tree, level=1))
        return _("“{function}” of {parts}", function=tree.function, parts=self.listed(tree))

    def listed(self, tree: Call) -> str:
        return ", ".join(map(self.quoted, tree.arguments))

    def literal(self, value: str | float, beside: Tree | None) -> str:
        name = beside.name if isinstance(beside, Reference) else ""
        choices = self.named[name].choices if name in self.named else {}
        text = as_text(value)
        if text in choices:
            return f"“{choices[text]}”"
        day = as_date(value) if beside is not None and self.is_date(beside) and isinstance(value, str) else None
        if day is not None:
            return day_in_words(text, day)
        return text if isinstance(value, float) else f"“{text}”" if text else _("blank")

    def quoted(self, tree: Tree) -> str:
        """What is spoken of: a question by its label."""
        match tree:
            case Reference(name):
                return f"“{self.named[name].label if name in self.named else name}”"
            case Property(name):
                return _("the choice’s “{name}”", name=name)
            case Itself():
                return _("the answer")
        return self.value(tree)

    def is_date(self, tree: Tree) -> bool:
        match tree:
            case Reference(name):
                return name in self.named and self.named[name].type == "date"
            case Call("today" | "date"):
                return True
            case Operation("+" | "-", left, right):
                return self.is_date(left) != self.is_date(right)
        return False


def _both(first: str, then: str) -> str:
    return _("{first} and {then}", first=first, then=then)


def _chain(tree: Tree, operator: str) -> list[Tree]:
    """The parts of `a and b and c`, in order."""
    if isinstance(tree, Operation) and tree.operator == operator:
        return [*_chain(tree.left, operator), *_chain(tree.right, operator)]
    return [tree]


_TRUTHS = (Call("true", ()), Call("false", ()))


def _is_condition(tree: Tree) -> bool:
    """Whether it is true or false by itself."""
    if isinstance(tree, Call):
        return FUNCTIONS[tree.function].gives == "boolean"
    return isinstance(tree, Operation) and tree.operator not in ARITHMETIC


def _turned(tree: Operation) -> tuple[str, Tree, Tree]:
    """A comparison with what is written out on its right."""
    if isinstance(tree.left, Literal) and not isinstance(tree.right, Literal):
        return FLIPPED[tree.operator], tree.right, tree.left
    return tree.operator, tree.left, tree.right


def _first_day(tree: Tree) -> Tree:
    """The day that a year or month counts as."""
    day = as_date(tree.value) if isinstance(tree, Literal) and isinstance(tree.value, str) else None
    return Literal(day.isoformat()) if day else tree
