"""Write a tree down again as XLSForm text, with no more brackets than it needs."""

from decimal import Decimal

from surveys.expression.tree import BINDS, Call, Itself, Literal, Negative, Operation, Property, Reference, Tree

_TIGHTEST = max(BINDS.values()) + 1


def write(tree: Tree) -> str:
    """The expression as text; `parse` gives the same tree back, unless the text is longer than `parse` reads.

    A literal that holds both ' and " XPath cannot write (nor `parse` read): it becomes a `concat()` of its parts.
    """
    if isinstance(tree, Literal):
        return _text(tree.value) if isinstance(tree.value, str) else _number(tree.value)
    if isinstance(tree, Reference):
        return f"${{{tree.name}}}"
    if isinstance(tree, Property):
        return tree.name
    if isinstance(tree, Call):
        return f"{tree.function}({', '.join(map(write, tree.arguments))})"
    return _joined(tree)


def _joined(tree: Itself | Operation | Negative) -> str:
    if isinstance(tree, Operation):
        binds = BINDS[tree.operator]
        return f"{_within(tree.left, binds)} {tree.operator} {_within(tree.right, binds + 1)}"
    return f"-{_within(tree.operand, _TIGHTEST)}" if isinstance(tree, Negative) else "."


def _within(tree: Tree, binds: int) -> str:
    """In brackets, if it binds less tightly than what stands around it."""
    loose = isinstance(tree, Operation) and BINDS[tree.operator] < binds
    return f"({write(tree)})" if loose else write(tree)


def _text(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = ', "\'", '.join(f"'{part}'" for part in text.split("'"))
    return f"concat({parts})"


def _number(number: float) -> str:
    """Without an exponent, which XPath does not know."""
    return str(int(number)) if number == int(number) else format(Decimal(repr(number)), "f")
