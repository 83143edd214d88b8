"""Conditions of an XLSForm in our names and values, and limits that have a place of their own in a question."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveys.expression.parse import BadExpression, parse
from surveys.expression.tree import (
    COMPARISONS,
    Call,
    Itself,
    Literal,
    Negative,
    Operation,
    Reference,
    Tree,
    references,
)
from surveys.expression.write import write

Table = dict[str, Any]
#: A name in a condition -> the values that were renamed among its choices.
Renamed = Mapping[str, Mapping[str, str]]

_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
_BRACED = re.compile(r"\$\{\s*([^{}#]+?)\s*\}")
_PATH = re.compile(r"(?<![\w.\]})])(?:current\(\)\s*/\s*)?(?:\.\.?/|/)(?:(?:\.\.?|[\w-]+)/)*([\w-]+)(?![\w/(.-])")
_ONCE = re.compile(r"\bonce\s*\(")
ALWAYS = ("yes", "true", "true()")


class CannotRead(ValueError):
    """A condition that cannot be carried over; `str()` says why in a few words."""


def carried(text: str, names: Mapping[str, str], values: Renamed, own: Mapping[str, str] | None = None) -> str:
    """The expression with our names and values; `own` are the renamed values of `.`. Raises `CannotRead`.

    `names` maps a name to what stands for it: `${age}`, `${grid.row}`, `today()`.
    """
    for name in _BRACED.findall(text):
        if name not in names:
            raise CannotRead(f"“{name[:60]}” is not asked here")
    said = "".join(_in_names(part, names) for part in _QUOTED.split(text))
    try:
        tree = parse(said)
    except BadExpression as fault:
        raise CannotRead(fault.what.partition(";")[0]) from None
    changed = _with_values(tree, values, own or {})
    return said.strip() if changed == tree else write(changed)


def _in_names(part: str, names: Mapping[str, str]) -> str:
    if part[:1] in ("'", '"'):
        return part
    part = _BRACED.sub(lambda found: names[found[1]], part)
    part = _ONCE.sub("(", part)
    return _PATH.sub(lambda found: names.get(found[1], found[0]), part)


def uses_once(text: str) -> bool:
    """Whether a value is to be worked out only once."""
    return bool(_ONCE.search(text))


def _with_values(tree: Tree, values: Renamed, own: Mapping[str, str]) -> Tree:
    def renamed(asked: Tree) -> Mapping[str, str]:
        return own if isinstance(asked, Itself) else values.get(asked.name, {}) if isinstance(asked, Reference) else {}

    if isinstance(tree, Operation):
        left, right = _with_values(tree.left, values, own), _with_values(tree.right, values, own)
        if tree.operator in COMPARISONS:
            left, right = _swapped(left, renamed(right)), _swapped(right, renamed(left))
        return Operation(tree.operator, left, right)
    if isinstance(tree, Call):
        parts = [_with_values(part, values, own) for part in tree.arguments]
        if tree.function == "selected":
            parts[1] = _swapped(parts[1], renamed(parts[0]))
        return Call(tree.function, tuple(parts))
    return Negative(_with_values(tree.operand, values, own)) if isinstance(tree, Negative) else tree


def _swapped(tree: Tree, renamed: Mapping[str, str]) -> Tree:
    if not renamed or not isinstance(tree, Literal):
        return tree
    word = tree.value if isinstance(tree.value, str) else write(tree)
    return Literal(renamed[word]) if word in renamed else tree


def joined(conditions: list[str]) -> str:
    """Conditions that must all hold, as one."""
    kept = list(dict.fromkeys(each for each in conditions if each))
    return kept[0] if len(kept) == 1 else " and ".join(f"({each})" for each in kept)


def names_in(text: str) -> frozenset[str]:
    """The names an expression asks for."""
    return references(parse(text))


def for_audiences(condition: str, audience: str) -> tuple[list[str], str]:
    """The audiences that a condition is for, and the rest of it."""
    parts = list(_parts(parse(condition)))
    named = _named(parts[0], audience)
    return named, " and ".join(map(_bracketed, parts[1:])) if named else condition


def _named(tree: Tree, audience: str) -> list[str]:
    """The values in `${audience} = 'a' or ${audience} = 'b'`; none where it says anything else."""
    match tree:
        case Operation("or", left, right):
            first, second = _named(left, audience), _named(right, audience)
            return [*first, *second] if first and second else []
        case Operation("=", Reference(name), Literal(value)) if name == audience:
            return [str(value)]
    return []


def limits(constraint: str, kind: str, decimals: bool = False) -> tuple[Table, str]:
    """The fields of a question of that kind that say what the constraint says, and the rest of the constraint."""
    found: Table = {}
    rest: list[Tree] = []
    for part in _parts(parse(constraint)):
        alone = _exclusive(part) if kind == "several-choices" else None
        limit = _limit(part, kind, decimals)
        if alone:
            found["exclusive"] = (*found.get("exclusive", ()), alone)
        elif limit and limit[0] not in found:
            found[limit[0]] = limit[1]
        else:
            rest.append(part)
    return found, " and ".join(_bracketed(part) for part in rest) if found else constraint


def _bracketed(tree: Tree) -> str:
    loose = isinstance(tree, Operation) and tree.operator == "or"
    return f"({write(tree)})" if loose else write(tree)


def _parts(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Operation) and tree.operator == "and":
        yield from _parts(tree.left)
        yield from _parts(tree.right)
    else:
        yield tree


#: Kind -> what is measured, and the fields for its least and most.
MEASURED: dict[str, tuple[Tree, str, str]] = {
    "number": (Itself(), "least", "most"),
    "date": (Itself(), "earliest", "latest"),
    "short-text": (Call("string-length", (Itself(),)), "", "longest"),
    "long-text": (Call("string-length", (Itself(),)), "", "longest"),
    "several-choices": (Call("count-selected", (Itself(),)), "at_least", "at_most"),
}


def _limit(tree: Tree, kind: str, decimals: bool) -> tuple[str, Any] | None:
    if kind not in MEASURED or not isinstance(tree, Operation) or tree.left != MEASURED[kind][0]:
        return None
    field = {">=": MEASURED[kind][1], ">": MEASURED[kind][1], "<=": MEASURED[kind][2], "<": MEASURED[kind][2]}
    end = (_day if kind == "date" else _number)(tree.right)
    if end is None or not field.get(tree.operator):
        return None
    if tree.operator in (">", "<"):
        if kind == "date" or decimals or not isinstance(end, int):
            return None
        end += 1 if tree.operator == ">" else -1
    return field[tree.operator], end


def _number(tree: Tree) -> int | float | None:
    if isinstance(tree, Negative):
        inner = _number(tree.operand)
        return None if inner is None else -inner
    if isinstance(tree, Literal) and isinstance(tree.value, float):
        return int(tree.value) if tree.value == int(tree.value) else tree.value
    return None


def _day(tree: Tree) -> str | None:
    if isinstance(tree, Call) and tree.function == "date" and tree.arguments:
        return _day(tree.arguments[0])
    if tree == Call("today", ()):
        return "today"
    if isinstance(tree, Literal) and isinstance(tree.value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", tree.value):
        return tree.value
    return None


def _exclusive(tree: Tree) -> str | None:
    """`not(selected(., 'none') and count-selected(.) > 1)`: a choice that stands alone."""
    many = Operation(">", Call("count-selected", (Itself(),)), Literal(1.0))
    match tree:
        case Call("not", (Operation("and", Call("selected", (Itself(), Literal(value))), after),)) if after == many:
            return str(value)
    return None
