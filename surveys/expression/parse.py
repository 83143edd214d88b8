"""Read an expression as XLSForm writes it. What is not understood is refused with the remedy."""

import math
import re
from difflib import get_close_matches
from typing import NamedTuple

from surveys.expression.functions import FUNCTIONS, NOT_OURS
from surveys.expression.tree import BINDS, Call, Itself, Literal, Negative, Operation, Property, Reference, Tree, depth

LONGEST = 2_000  # characters
DEEPEST = 50  # brackets, calls and minus signs inside one another
TALLEST = 150  # nodes one below the other: what a long chain of `or` may reach

_NAME = r"[^\W\d][\w.-]*(?::[\w.-]+)?"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<text>'[^']*'|"[^"]*"|['‘’][^'‘’]*['‘’]|["“”][^"“”]*["“”])
    |(?P<reference>\$\{{[^{{}}]*\}})
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<name>{_NAME})
    |(?P<sign>==|<>|&&|\|\||!=|<=|>=|//|\.\.|::|[=<>+*()/,.-])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE = re.compile(r"[^\W\d][\w-]*(?:\.[\w-]+)?")

#: What people write for what XLSForm writes.
_MEANT = {
    "==": "=",
    "<>": "!=",
    "&&": "and",
    "||": "or",
    "&": "and",
    "!": "not(…)",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "−": "-",
    "–": "-",
    "×": "*",
    "÷": "div",
    "%": "mod",
    "AND": "and",
    "OR": "or",
    "DIV": "div",
    "MOD": "mod",
}
_PATHS = ("/", "//", "..", "::", "[", "]", "@", "|", "*")


class BadExpression(ValueError):
    """An expression that cannot be read: `what` is a sentence with its remedy, `at` its column, from 1."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(f"column {at}: {what}")
        self.what = what
        self.at = at


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str) -> Tree:
    """The tree of an expression. Raises `BadExpression`."""
    if len(text) > LONGEST:
        what = f"it is {len(text)} characters long; shorten it to {LONGEST:,}, or calculate a part of it first"
        raise BadExpression(what, LONGEST + 1)
    return _Reader(text).whole()


class _Reader:
    """Goes through the tokens once, from left to right."""

    def __init__(self, text: str) -> None:
        found = [_Token(match.lastgroup or "", match[0], match.start() + 1) for match in _TOKEN.finditer(text)]
        self.tokens = [token for token in found if token.kind != "space"]
        self.end = _Token("end", "", len(text) + 1)
        self.place = 0
        self.level = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else self.end

    def take(self) -> _Token:
        token = self.next
        self.place += 1
        return token

    def takes(self, sign: str) -> bool:
        if self.next.kind == "sign" and self.next.text == sign:
            self.place += 1
            return True
        return False

    def whole(self) -> Tree:
        if not self.tokens:
            raise BadExpression("nothing is written here; write a condition or a value", 1)
        tree = self.operation(1)
        if self.next.kind != "end":
            raise _left_over(self.next)
        if depth(tree) > TALLEST:
            raise BadExpression(f"it joins more than {TALLEST} parts; calculate some of them first", 1)
        return tree

    def operation(self, least: int) -> Tree:
        """Operators that bind at least as tightly as `least`."""
        left = self.operand()
        while BINDS.get(self.operator(), 0) >= least:
            operator = self.take().text
            left = Operation(operator, left, self.operation(BINDS[operator] + 1))
        return left

    def operator(self) -> str:
        return self.next.text if self.next.kind in ("sign", "name") else ""

    def operand(self) -> Tree:
        start = self.next
        minuses = 0
        while self.takes("-"):
            minuses += 1
            self.deeper(start)
        tree = self.atom()
        self.level -= minuses
        for _ in range(minuses):
            tree = Negative(tree)
        return tree

    def deeper(self, start: _Token) -> None:
        self.level += 1
        if self.level > DEEPEST:
            what = f"more than {DEEPEST} brackets or minus signs lie inside one another; calculate a part of it first"
            raise BadExpression(what, start.at)

    def atom(self) -> Tree:
        token = self.take()
        if token.kind == "text":
            return Literal(token.text[1:-1])
        if token.kind == "reference":
            return _reference(token)
        if token.kind == "number":
            return _number(token)
        if token.kind == "name" and token.text not in BINDS:
            return self.named(token)
        return self.signed(token)

    def signed(self, token: _Token) -> Tree:
        if token.text == "(":
            self.deeper(token)
            tree = self.operation(1)
            self.close(token)
            return tree
        if token.text == "." and self.next.text not in _PATHS[:4]:
            return Itself()
        raise _no_operand(token)

    def close(self, opened: _Token) -> None:
        if self.takes(")"):
            self.level -= 1
        elif self.next.kind == "end":
            raise BadExpression("this bracket is not closed; add “)”", opened.at)
        else:
            raise _left_over(self.next)

    def named(self, token: _Token) -> Tree:
        if not self.takes("("):
            if ":" in token.text or self.next.text in _PATHS[:5]:
                raise _path(token)
            return Property(token.text)
        _know(token)
        self.deeper(token)
        arguments = self.arguments()
        self.close(token)
        function = FUNCTIONS[token.text]
        if not function.accepts(len(arguments)):
            what = f"{token.text}() takes {function.arity}, and it is given {len(arguments)}; write them between commas"
            raise BadExpression(what, token.at)
        return Call(token.text, tuple(arguments))

    def arguments(self) -> list[Tree]:
        if self.next.text == ")":
            return []
        arguments = [self.operation(1)]
        while self.takes(","):
            arguments.append(self.operation(1))
        return arguments


def _reference(token: _Token) -> Tree:
    name = token.text[2:-1].strip()
    if name.startswith("last-saved#"):
        raise BadExpression("answers given last time are not kept; take “last-saved#” away", token.at)
    if not _REFERENCE.fullmatch(name):
        what = f"“{name}” cannot be the name of a question; use letters, digits, _ and - (grid.row for a row of a grid)"
        raise BadExpression(what, token.at)
    return Reference(name)


def _number(token: _Token) -> Tree:
    value = float(token.text)
    if math.isinf(value):
        raise BadExpression("this number is too large; write a smaller one", token.at)
    return Literal(value)


def _know(token: _Token) -> None:
    name = token.text
    if name in FUNCTIONS:
        return
    if name in NOT_OURS:
        raise BadExpression(f"{name}() cannot be used here: {NOT_OURS[name]}", token.at)
    near = get_close_matches(name.lower(), FUNCTIONS, 1)
    remedy = f"write {near[0]}()" if near else f"use one of {', '.join(FUNCTIONS)}"
    raise BadExpression(f"there is no function {name}(); {remedy}", token.at)


def _path(token: _Token) -> BadExpression:
    return BadExpression(
        f"“{token.text}” is part of an XPath path, and paths cannot be used here; name the question: ${{name}}",
        token.at,
    )


def _no_operand(token: _Token) -> BadExpression:
    """The fault of a token that stands where a value should."""
    if token.kind == "end":
        return BadExpression("it ends where a value should follow; write ${name}, a number or a 'text'", token.at)
    if token.text in ("'", '"', "‘", "’", "“", "”"):
        return BadExpression(f"this text is not closed; add {token.text} at its end", token.at)
    if token.text == "." or token.text in _PATHS:
        return _path(token)
    if token.text in ("$", "{", "}"):
        return BadExpression("a question is named with both brackets; write ${name}", token.at)
    if token.text in _MEANT:
        return BadExpression(f"“{token.text}” is not known here; write {_MEANT[token.text]}", token.at)
    if token.kind == "other":
        return BadExpression(f"“{token.text}” has no meaning here; remove it, or put texts in quotes", token.at)
    return BadExpression(f"a value is missing before “{token.text}”; write ${{name}}, a number or a 'text'", token.at)


def _left_over(token: _Token) -> BadExpression:
    """The fault of a token that stands where an operator or an end should."""
    if token.text == ")":
        return BadExpression("this bracket closes nothing; remove it", token.at)
    if token.text == "/":
        return BadExpression("“/” does not divide, and paths cannot be used here; write div to divide", token.at)
    if token.text == ",":
        return BadExpression("a comma stands only between the values of a function; remove it", token.at)
    if token.kind in ("text", "reference", "number", "name") and token.text not in _MEANT:
        return BadExpression(f"an operator is missing before “{token.text}”; write =, and, or, + … before it", token.at)
    return _no_operand(token)
