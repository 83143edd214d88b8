"""What can be found wrong with an expression before anybody answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal as Word

from surveys.expression.clashes import against_literal, against_question, as_argument, as_number_used, standing_alone
from surveys.expression.domain import Domain
from surveys.expression.functions import FUNCTIONS
from surveys.expression.pattern import wrong_with
from surveys.expression.samples import combinations, constant
from surveys.expression.tree import (
    ARITHMETIC,
    COMPARISONS,
    Call,
    Itself,
    Literal,
    Negative,
    Operation,
    Property,
    Reference,
    Tree,
    walk,
)
from surveys.expression.write import write

__all__ = ["Domain", "combinations", "constant", "faults"]

#: What a function can be worth, by the kind it gives.
_GIVEN: dict[str, Domain] = {
    "text": Domain("text"),
    "number": Domain("number"),
    "date": Domain("date"),
    "boolean": Domain("boolean"),
}


def faults(
    tree: Tree,
    names: Mapping[str, Domain],
    *,
    wants: Word["condition", "value"],
    properties: frozenset[str] | None = None,
    itself: Domain | None = None,
) -> list[str]:
    """What is wrong, one sentence with its remedy each and no full stop.

    `properties` are the columns a choice filter may name (None: this is no choice filter), `itself` is what `.` may
    be (None: there is no `.` here).
    """
    checker = _Checker(names, properties, itself)
    found = [fault for part in walk(tree) for fault in checker.of(part)]
    if wants == "condition":
        found.extend(checker.no_condition(tree))
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Checker:
    names: Mapping[str, Domain]
    properties: frozenset[str] | None
    itself: Domain | None

    def of(self, tree: Tree) -> Iterator[str]:
        """What is wrong with this node, its parts aside."""
        match tree:
            case Reference(name) if name not in self.names:
                yield f"there is no question “{name}”; {_nearest(name, self.names, '${{{}}}')}"
            case Property(name):
                yield from self.property(name)
            case Itself() if self.itself is None:
                yield "“.” stands only in the check of an answer; name the question: ${name}"
            case Operation():
                yield from self.operation(tree)
            case Negative(operand):
                yield from as_number_used(operand, self.domain(operand), "-")
            case Call():
                yield from self.call(tree)

    def property(self, name: str) -> Iterator[str]:
        if self.properties is None and name in self.names:
            yield f"“{name}” has no brackets; write ${{{name}}} for the question"
        elif self.properties is None:
            yield f"“{name}” has neither quotes nor brackets; write '{name}' for a value or ${{{name}}} for a question"
        elif self.properties is not None and name not in self.properties:
            yield f"the choices have no column “{name}”; {_nearest(name, self.properties, '{}')}"

    def operation(self, tree: Operation) -> Iterator[str]:
        if tree.operator in COMPARISONS:
            yield from self.compared(tree.operator, tree.left, tree.right)
            if not isinstance(tree.left, Reference | Itself) or isinstance(tree.right, Literal):
                yield from self.compared(tree.operator, tree.right, tree.left)
            return
        for side in (tree.left, tree.right):
            if tree.operator in ARITHMETIC:
                yield from as_number_used(side, self.domain(side), tree.operator)
            else:
                yield from standing_alone(side)

    def compared(self, operator: str, side: Tree, other: Tree) -> Iterator[str]:
        domain = self.domain(side)
        if domain is None or isinstance(side, Literal):
            return
        if isinstance(other, Literal):
            yield from against_literal(side, domain, operator, other.value)
        elif isinstance(side, Reference | Itself):
            yield from against_question(side, domain, other, self.domain(other))

    def call(self, tree: Call) -> Iterator[str]:
        function = FUNCTIONS[tree.function]
        for place, part in enumerate(tree.arguments):
            yield from as_argument(tree.function, function.kind(place), part, self.domain(part))
        match tree:
            case Call("selected", (chosen, Literal(value))):
                domain = self.domain(chosen)
                if domain is not None and domain.type in ("choice", "choices"):
                    yield from against_literal(chosen, domain, "=", value, one=True)
            case Call("regex", (_, Literal(value))):
                wrong = wrong_with(value if isinstance(value, str) else write(Literal(value)))
                if wrong is not None:
                    yield wrong

    def domain(self, tree: Tree) -> Domain | None:
        """What the tree can be worth; None where that is not known."""
        match tree:
            case Reference(name):
                return self.names.get(name)
            case Itself():
                return self.itself
            case Literal(value):
                return Domain("text" if isinstance(value, str) else "number")
            case Call(function):
                return _GIVEN.get(FUNCTIONS[function].gives)
            case Operation():
                return self.joined(tree)
        return Domain("number") if isinstance(tree, Negative) else None

    def joined(self, tree: Operation) -> Domain:
        if tree.operator not in ARITHMETIC:
            return Domain("boolean")
        if tree.operator not in ("+", "-"):
            return Domain("number")
        sides = [self.domain(side) for side in (tree.left, tree.right)]
        dates = sum(side is not None and side.type == "date" for side in sides)
        return Domain("date" if dates == 1 else "number")

    def no_condition(self, tree: Tree) -> Iterator[str]:
        """What is wrong with the whole if it should be true or false."""
        yield from standing_alone(tree)
        domain = self.domain(tree)
        worked_out = isinstance(tree, Operation | Negative | Call) and domain is not None
        if worked_out and domain is not None and domain.type != "boolean":
            yield f"“{write(tree)}” is a {domain.type}, not a condition; compare it with something"


def _nearest(name: str, known: Iterable[str], form: str) -> str:
    near = get_close_matches(name, list(known), 1, cutoff=0.5)
    return f"write {form.format(near[0])}" if near else "check its name"
