"""The closed tree that an expression is parsed into. Nodes keep their parts and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: Operator -> how tightly it binds, as in XPath 1.0. All are read from left to right.
BINDS = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
LOGICAL = ("or", "and")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*", "div", "mod")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, or a number that is finite and not below 0 (`Negative` makes it so)."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Reference:
    """`${name}`: the answer to a question; `${grid.row}`: the answer to one row of a grid."""

    name: str


@dataclass(frozen=True, slots=True)
class Property:
    """A bare name: a column of the choice at hand, in a choice filter."""

    name: str


@dataclass(frozen=True, slots=True)
class Itself:
    """`.`: the answer being checked, in a constraint."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function and the values given to it."""

    function: str
    arguments: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Two values joined by one of `BINDS`."""

    operator: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus a value."""

    operand: "Tree"


Tree = Literal | Reference | Property | Itself | Call | Operation | Negative


def children(tree: Tree) -> tuple[Tree, ...]:
    """The parts of a node that are trees themselves."""
    if isinstance(tree, Call):
        return tree.arguments
    if isinstance(tree, Operation):
        return (tree.left, tree.right)
    return (tree.operand,) if isinstance(tree, Negative) else ()


def walk(tree: Tree) -> Iterator[Tree]:
    """Every node, the whole first, then from left to right."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def depth(tree: Tree) -> int:
    """How many nodes lie on the longest way down."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(node))
    return deepest


def references(tree: Tree) -> frozenset[str]:
    """The names written `${name}`."""
    return frozenset(node.name for node in walk(tree) if isinstance(node, Reference))


def properties(tree: Tree) -> frozenset[str]:
    """The bare names."""
    return frozenset(node.name for node in walk(tree) if isinstance(node, Property))


def rename(tree: Tree, mapping: Mapping[str, str]) -> Tree:
    """The same tree with each `${name}` in `mapping` renamed; other names stay."""
    if isinstance(tree, Reference):
        return Reference(mapping.get(tree.name, tree.name))
    if isinstance(tree, Call):
        return Call(tree.function, tuple(rename(part, mapping) for part in tree.arguments))
    if isinstance(tree, Operation):
        return Operation(tree.operator, rename(tree.left, mapping), rename(tree.right, mapping))
    return Negative(rename(tree.operand, mapping)) if isinstance(tree, Negative) else tree
