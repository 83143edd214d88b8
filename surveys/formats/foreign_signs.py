"""What the signs of other programs' conditions mean here: empty or answered, and values as they are kept now."""

import re
from collections.abc import Callable

from surveys.expression.tree import Call, Literal, Negative, Operation, Tree
from surveys.formats.foreign_logic import Known, List, Made, Names, NotCarried, alone

ORDERED = ("<", "<=", ">", ">=")
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
#: Kinds whose answer is a list.
MANY = ("several-choices", "ranking")


def call(function: str) -> Callable[[Names, list[Made]], Tree]:
    """A function that is called so here too."""
    return lambda names, given: Call(function, tuple(alone(each) for each in given))


def join(operator: str) -> Callable[[Names, Made, Made], Tree]:
    """A sign that is the same here."""
    return lambda names, left, right: Operation(operator, alone(left), alone(right))


def negative(names: Names, tree: Tree) -> Tree:
    """Minus."""
    return Negative(tree)


def denied(names: Names, tree: Tree) -> Tree:
    """Not; what is denied twice is so."""
    if isinstance(tree, Call) and tree.function == "not":
        return tree.arguments[0]
    return Call("not", (tree,))


def is_empty(names: Names, tree: Tree) -> Tree:
    """Whether nothing was answered."""
    known = names.of(tree)
    if isinstance(tree, Call) and tree.function == "selected":
        return denied(names, tree)
    if known and known.kind in MANY:
        return Operation("=", Call("count-selected", (tree,)), Literal(0.0))
    return Operation("=", tree, Literal(""))


def is_answered(names: Names, tree: Tree) -> Tree:
    """Whether something was answered."""
    empty = is_empty(names, tree)
    if isinstance(empty, Operation):
        return Operation(">" if empty.right == Literal(0.0) else "!=", empty.left, empty.right)
    return denied(names, empty)


def kept(known: Known | None, tree: Made, ordered: bool = False) -> Tree:
    """A written value as it is kept here. Raises `NotCarried` for what is no value of that question."""
    if isinstance(tree, Call) and tree.function in ("true", "false") and known and known.values:
        tree = Literal(tree.function)
    if isinstance(tree, List) or known is None or not known.values or not isinstance(tree, Literal):
        return alone(tree)
    text = tree.value if isinstance(tree.value, str) else f"{tree.value:g}"
    if text == "":
        return tree
    if text not in known.values:
        raise NotCarried(f"“{text[:40]}” is not one of the choices")
    value = known.values[text]
    return Literal(float(value)) if ordered and re.fullmatch(r"[0-9]+", value) else Literal(value)


def compared(operator: str) -> Callable[[Names, Made, Made], Tree]:
    """A comparison, with the values as they are kept here."""

    def make(names: Names, left: Made, right: Made) -> Tree:
        if isinstance(left, Literal) and not isinstance(right, Literal | List):
            return _turned(names, right, left, FLIPPED.get(operator, operator))
        return _turned(names, left, right, operator)

    return make


def _turned(names: Names, left: Made, right: Made, operator: str) -> Tree:
    side = alone(left)
    if isinstance(right, Literal) and right.value == "" and operator in ("=", "!="):
        return is_empty(names, side) if operator == "=" else is_answered(names, side)
    if isinstance(side, Call) and side.function == "selected" and isinstance(right, Literal):
        if operator not in ("=", "!=") or right.value not in ("Y", 1.0, "1", "N"):
            raise NotCarried("a choice that is ticked or not is compared with something else")
        return side if (operator == "=") == (right.value != "N") else denied(names, side)
    known = names.of(side)
    if known and known.kind in MANY and operator in ("=", "!="):
        raise NotCarried("several choices are compared with one value")
    value = kept(known, right, operator in ORDERED)
    return Operation(operator, side, value)
