"""SurveyJS's expressions, read into ours and written from ours."""

import re
from collections.abc import Callable

from surveys.expression.tree import Call, Itself, Literal, Negative, Operation, Property, Reference, Tree
from surveys.formats.foreign_logic import Dialect, List, Made, Names, NotCarried, alone
from surveys.formats.foreign_signs import MANY, call, compared, denied, is_answered, is_empty, join, kept, negative

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<name>\{[^{}]*\})
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<word>[A-Za-z_][\w-]*)
    |(?P<sign>&&|\|\||==|!=|<>|<=|>=|\*=|[=<>+*/%^!(),\[\]-])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def _contains(names: Names, left: Made, right: Made) -> Tree:
    """Several choices hold a value; a text holds a part."""
    side = alone(left)
    known = names.of(side)
    if isinstance(right, List):
        return _all_of(names, left, right)
    if known and known.kind in MANY:
        return Call("selected", (side, kept(known, right)))
    return Call("contains", (side, alone(right)))


def _each(names: Names, left: Made, right: Made, joined: str) -> Tree:
    side, items = alone(left), right.items if isinstance(right, List) else (alone(right),)
    known = names.of(side)
    if not items:
        raise NotCarried("a list of values is empty")
    parts = [_has(side, known is not None and known.kind in MANY, kept(known, item)) for item in items]
    tree = parts[0]
    for part in parts[1:]:
        tree = Operation(joined, tree, part)
    return tree


def _has(side: Tree, many: bool, value: Tree) -> Tree:
    return Call("selected", (side, value)) if many else Operation("=", side, value)


def _any_of(names: Names, left: Made, right: Made) -> Tree:
    return _each(names, left, right, "or")


def _all_of(names: Names, left: Made, right: Made) -> Tree:
    return _each(names, left, right, "and")


def _none_of(names: Names, left: Made, right: Made) -> Tree:
    return denied(names, _any_of(names, left, right))


def _not_contains(names: Names, left: Made, right: Made) -> Tree:
    return denied(names, _contains(names, left, right))


def _if(names: Names, given: list[Made]) -> Tree:
    test, yes, no = (alone(each) for each in given)
    return Call("if", (test, yes, no))


def _rows(binds: int, signs: str, make: Callable[[Names, Made, Made], Tree]) -> dict[str, tuple[int, object]]:
    return dict.fromkeys(signs.split(), (binds, make))


_BINARY = (
    _rows(1, "or ||", join("or"))
    | _rows(2, "and &&", join("and"))
    | _rows(3, "= == equal", compared("="))
    | _rows(3, "!= <> notequal", compared("!="))
    | _rows(3, "<= lessorequal", compared("<="))
    | _rows(3, ">= greaterorequal", compared(">="))
    | _rows(3, "< less", compared("<"))
    | _rows(3, "> greater", compared(">"))
    | _rows(3, "contains contain *=", _contains)
    | _rows(3, "notcontains notcontain", _not_contains)
    | _rows(3, "anyof", _any_of)
    | _rows(3, "allof", _all_of)
    | _rows(3, "noneof", _none_of)
    | _rows(5, "+", join("+"))
    | _rows(5, "-", join("-"))
    | _rows(6, "*", join("*"))
    | _rows(6, "/", join("div"))
    | _rows(6, "%", join("mod"))
)

DIALECT = Dialect(
    token=_TOKEN,
    binary=_BINARY,  # type: ignore[arg-type]
    before={"!": denied, "negate": denied, "-": negative},
    after={"empty": is_empty, "notempty": is_answered},
    functions={"iif": _if} | {name: call(name) for name in ("today", "min", "max", "sum", "round")},
    constants={"true": Call("true", ()), "false": Call("false", ())},
)

# Writing ---------------------------------------------------------------------------------------------

_SIGNS = {"=": "=", "!=": "<>", "div": "/", "mod": "%"}
#: How tightly what we write binds; everything else is written in brackets.
_BINDS = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "div": 5, "mod": 5}


def in_surveyjs(tree: Tree, itself: str = "") -> str:
    """Our expression as SurveyJS writes it. Raises `NotCarried`."""
    if isinstance(tree, Operation):
        return _operation(tree, itself)
    if isinstance(tree, Call):
        return _call(tree, itself)
    if isinstance(tree, Literal):
        return _literal(tree)
    if isinstance(tree, Negative):
        return f"-({in_surveyjs(tree.operand, itself)})"
    return _name(tree, itself)


def _name(tree: Tree, itself: str) -> str:
    if isinstance(tree, Reference):
        return "{" + (f"{tree.name[:-6]}-Comment" if tree.name.endswith("_other") else tree.name) + "}"
    if isinstance(tree, Itself):
        return "{" + itself + "}"
    if isinstance(tree, Property) and tree.name == "name":
        return "{item}"
    raise NotCarried("choices have no properties there")


def _operation(tree: Operation, itself: str) -> str:
    if tree.operator in ("=", "!=") and tree.right == Literal(""):
        return f"{in_surveyjs(tree.left, itself)} {'empty' if tree.operator == '=' else 'notempty'}"
    binds = _BINDS.get(tree.operator, 3)
    left, right = (_within(side, binds, itself) for side in (tree.left, tree.right))
    return f"{left} {_SIGNS.get(tree.operator, tree.operator)} {right}"


def _within(tree: Tree, binds: int, itself: str) -> str:
    written = in_surveyjs(tree, itself)
    return f"({written})" if isinstance(tree, Operation) and _BINDS.get(tree.operator, 3) <= binds else written


def _literal(tree: Literal) -> str:
    if not isinstance(tree.value, str):
        return f"{tree.value:.15g}"
    if "'" in tree.value and '"' in tree.value:
        raise NotCarried("a text holds both kinds of quotes")
    return f'"{tree.value}"' if "'" in tree.value else f"'{tree.value}'"


def _call(tree: Call, itself: str) -> str:
    given = [in_surveyjs(each, itself) for each in tree.arguments]
    if tree.function not in _CALLS:
        raise NotCarried(f"{tree.function}() has no equal there")
    return _CALLS[tree.function](given)


_CALLS: dict[str, Callable[[list[str]], str]] = {
    "selected": lambda given: f"{given[0]} contains {given[1]}",
    "contains": lambda given: f"{given[0]} contains {given[1]}",
    "not": lambda given: f"!({given[0]})",
    "true": lambda given: "true",
    "false": lambda given: "false",
    "if": lambda given: f"iif({', '.join(given)})",
    "count-selected": lambda given: given[0].removesuffix("}") + ".length}",
} | {name: lambda given, name=name: f"{name}({', '.join(given)})" for name in ("today", "min", "max", "sum", "round")}
