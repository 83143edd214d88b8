"""LimeSurvey's ExpressionScript read into our expressions, and the rows of conditions that older files hold."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from surveys.expression.tree import Call, Itself, Literal, Operation, Tree
from surveys.formats.foreign_logic import Dialect, Made, Names, NotCarried, alone, tree_of
from surveys.formats.foreign_signs import MANY, call, compared, denied, is_answered, is_empty, join, kept, negative

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<name>[0-9]+X[0-9]+X[0-9]+[\w.#]*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<word>[A-Za-z_][\w.]*)
    |(?P<sign>&&|\|\||==|!=|<>|<=|>=|[=<>+*/%!(),-])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
#: Endings of names that ask for the answer as it is kept.
_ENDINGS = re.compile(r"\.(NAOK|code|value|valueNAOK)$")
_NEVER, _ALWAYS = ("0", "{0}", "false"), ("", "1", "{1}", "true")


@dataclass(frozen=True)
class LimeNames(Names):
    """Names with LimeSurvey's endings taken off; `self` and `this` are the answer that is checked."""

    def find(self, name: str) -> Tree:
        """What the name stands for. Raises `NotCarried`."""
        bare = _ENDINGS.sub("", name)
        if self.itself and bare in ("self", "this", self.itself):
            return Itself()
        return super().find(bare)


def _with(name: str) -> Callable[[Names, list[Made]], Tree]:
    return call(name)


def _empty(names: Names, given: list[Made]) -> Tree:
    (side,) = given
    return is_empty(names, alone(side))


def _if(names: Names, given: list[Made]) -> Tree:
    test, yes, no = (alone(each) for each in given)
    return Call("if", (test, yes, no))


def _matches(names: Names, given: list[Made]) -> Tree:
    pattern, text = (alone(each) for each in given)
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        raise NotCarried("the pattern is not written out")
    return Call("regex", (text, Literal(whole_pattern(pattern.value))))


def whole_pattern(pattern: str) -> str:
    """PHP's /pattern/ matches anywhere; ours must match the whole answer."""
    bare = re.sub(r"^/(.*)/[imsu]*$", r"\1", pattern, flags=re.DOTALL)
    begins, ends = bare.startswith("^"), bare.endswith("$") and not bare.endswith("\\$")
    inner = bare[begins : len(bare) - ends]
    inner = f"({inner})" if "|" in inner else inner
    return f"{'' if begins else '.*'}{inner}{'' if ends else '.*'}"


def _one_of(names: Names, given: list[Made]) -> Tree:
    side, *values = given
    trees = [Operation("=", alone(side), kept(names.of(side), value)) for value in values]
    whole: Tree = trees[0]
    for tree in trees[1:]:
        whole = Operation("or", whole, tree)
    return whole


_SIGNS = {"=": "== = eq", "!=": "!= <> ne", "<": "< lt", "<=": "<= le", ">": "> gt", ">=": ">= ge"}
_BINARY = {sign: (3, compared(ours)) for ours, signs in _SIGNS.items() for sign in signs.split()}
_JOINED = {"or": (1, "or"), "||": (1, "or"), "and": (2, "and"), "&&": (2, "and")}
_SUMS = {"+": (5, "+"), "-": (5, "-"), "*": (6, "*"), "/": (6, "div"), "%": (6, "mod")}

DIALECT = Dialect(
    token=_TOKEN,
    binary=_BINARY | {sign: (binds, join(ours)) for sign, (binds, ours) in (_JOINED | _SUMS).items()},
    before={"!": denied, "not": denied, "-": negative},
    after={},
    functions={
        "is_empty": _empty,
        "if": _if,
        "regexmatch": _matches,
        "in_array": _one_of,
        **{name: _with(name) for name in ("sum", "min", "max", "round", "abs", "pow")},
        "strlen": _with("string-length"),
        "intval": _with("int"),
        "floor": _with("int"),
        "trim": _with("normalize-space"),
        "strtolower": _with("lower-case"),
        "strtoupper": _with("upper-case"),
        "join": _with("concat"),
    },
    constants={"true": Call("true", ()), "false": Call("false", ())},
)


def is_never(relevance: str) -> bool:
    """Whether this is shown to nobody."""
    return relevance.strip() in _NEVER


def is_always(relevance: str) -> bool:
    """Whether this is shown to everybody."""
    return relevance.strip() in _ALWAYS


def relevance_of(text: str, names: Names) -> Tree:
    """ExpressionScript as ours. Raises `NotCarried`."""
    bare = text.strip()
    if bare.startswith("{") and bare.endswith("}"):
        bare = bare[1:-1]
    return tree_of(bare, DIALECT, names)


def conditions_of(rows: list[dict[str, str]], names: Names) -> Tree:
    """The rows of one question: alternatives for one field, all fields together, or another scenario."""
    scenarios: dict[str, dict[str, list[Tree]]] = {}
    for row in rows:
        fields = scenarios.setdefault(row.get("scenario", ""), {})
        fields.setdefault(row.get("cfieldname", ""), []).append(_row(row, names))
    return _chain(
        "or", [_chain("and", [_chain("or", each) for each in fields.values()]) for fields in scenarios.values()]
    )


def _chain(operator: str, trees: list[Tree]) -> Tree:
    whole = trees[0]
    for tree in trees[1:]:
        whole = Operation(operator, whole, tree)
    return whole


def _row(row: dict[str, str], names: Names) -> Tree:
    value, method = row.get("value", ""), row.get("method", "==").strip() or "=="
    side = names.find(row.get("cfieldname", "").removeprefix("+"))
    if value.startswith("@") or method not in ("==", "!=", "<", "<=", ">", ">="):
        raise NotCarried(f"“{method} {value[:40]}” has no equal here")
    if not value.strip():
        return is_empty(names, side) if method == "==" else is_answered(names, side)
    known = names.of(side)
    if known and known.kind in MANY and method in ("==", "!="):
        has: Tree = Call("selected", (side, kept(known, Literal(value))))
        return has if method == "==" else denied(names, has)
    written = (
        Literal(float(value)) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) and not (known and known.values) else None
    )
    return DIALECT.binary[method][1](names, side, written or Literal(value))
