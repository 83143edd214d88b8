"""Conditions of other programs, read into the tree of our own expressions; what has no equal here is said.

Both LimeSurvey's ExpressionScript and SurveyJS's expressions are infix languages over names, numbers and texts, so one
reader serves both; a `Dialect` says how each writes its signs, functions and names.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from surveys.expression.tree import Literal, Tree, depth
from surveys.expression.write import write

DEEPEST, LONGEST, TALLEST = 40, 4_000, 140


class NotCarried(ValueError):
    """A condition that has no equal here; the message says what of it."""


@dataclass(frozen=True)
class Known:
    """What a name of the other program is here: what it stands for, its kind, and its values as they are kept now."""

    tree: Tree
    kind: str = "text"
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class List:
    """Several values in brackets; it stands only beside a sign that takes several."""

    items: tuple[Tree, ...]


Made = Tree | List


@dataclass(frozen=True)
class Dialect:
    """How a program writes conditions. Each sign in `binary` is (how tightly it binds, what it makes of two sides)."""

    token: re.Pattern[str]
    binary: Mapping[str, tuple[int, Callable[["Names", Made, Made], Tree]]]
    before: Mapping[str, Callable[["Names", Tree], Tree]]
    after: Mapping[str, Callable[["Names", Tree], Tree]]
    functions: Mapping[str, Callable[["Names", list[Made]], Tree]]
    constants: Mapping[str, Tree]


@dataclass(frozen=True)
class Names:
    """What a name means, asked by its own text; a `Reference` that is not known here raises `NotCarried`."""

    known: Mapping[str, Known]
    itself: str = ""

    def find(self, name: str) -> Tree:
        """What the name stands for. Raises `NotCarried`."""
        if name not in self.known:
            raise NotCarried(f"“{name[:60]}” is not a question that is kept")
        return self.known[name].tree

    def of(self, tree: Made) -> Known | None:
        """What is known of what stands there."""
        return next((each for each in self.known.values() if each.tree == tree), None)


class _Token(NamedTuple):
    kind: str
    text: str


def translated(text: str, dialect: Dialect, names: Names) -> str:
    """The condition in our own writing. Raises `NotCarried`."""
    return write(tree_of(text, dialect, names))


def tree_of(text: str, dialect: Dialect, names: Names) -> Tree:
    """The condition as a tree of ours. Raises `NotCarried`."""
    if len(text) > LONGEST:
        raise NotCarried("it is too long")
    tree = _Reader(text, dialect, names).whole()
    if depth(tree) > TALLEST:
        raise NotCarried("it joins too many parts")
    return tree


class _Reader:
    def __init__(self, text: str, dialect: Dialect, names: Names) -> None:
        found = [_Token(match.lastgroup or "", match[0]) for match in dialect.token.finditer(text)]
        self.tokens = [token for token in found if token.kind != "space"]
        self.dialect, self.names = dialect, names
        self.place = self.level = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else _Token("end", "")

    def take(self) -> _Token:
        token = self.next
        self.place += 1
        return token

    def word(self) -> str:
        return "" if self.next.kind in ("text", "name") else self.next.text.lower()

    def expect(self, sign: str) -> None:
        if self.next.kind == "text" or self.take().text != sign:
            raise NotCarried(f"“{sign}” is missing")

    def whole(self) -> Tree:
        made = self.operation(1)
        if self.next.kind != "end":
            raise NotCarried(f"“{self.next.text[:40]}” is not understood")
        return alone(made)

    def operation(self, least: int) -> Made:
        self.level += 1
        if self.level > DEEPEST:
            raise NotCarried("too many brackets lie inside one another")
        left = self.operand()
        while self.dialect.binary.get(self.word(), (0,))[0] >= least:
            binds, make = self.dialect.binary[self.take().text.lower()]
            left = make(self.names, left, self.operation(binds + 1))
        self.level -= 1
        return left

    def operand(self) -> Made:
        made = self.atom()
        while self.word() in self.dialect.after:
            made = self.dialect.after[self.take().text.lower()](self.names, alone(made))
        return made

    def atom(self) -> Made:
        if self.word() in self.dialect.before:
            make = self.dialect.before[self.take().text.lower()]
            self.level += 1
            made = make(self.names, alone(self.operation(5)))
            self.level -= 1
            return made
        token = self.take()
        if token.kind == "text":
            return Literal(token.text[1:-1])
        if token.kind == "number":
            return Literal(float(token.text))
        return self.named(token)

    def named(self, token: _Token) -> Made:
        if token.text == "(":
            made = self.operation(1)
            self.expect(")")
            return made
        if token.text == "[":
            return List(tuple(alone(each) for each in self.listed("]")))
        if token.kind == "word" and self.next.text == "(":
            return self.called(token.text)
        if token.text.lower() in self.dialect.constants:
            return self.dialect.constants[token.text.lower()]
        if token.kind in ("name", "word"):
            return self.names.find(token.text.strip("{}").strip())
        raise NotCarried(f"“{token.text[:40]}” is not understood" if token.text else "it ends too early")

    def called(self, name: str) -> Made:
        self.take()
        given = self.listed(")")
        make = self.dialect.functions.get(name.lower())
        if make is None:
            raise NotCarried(f"the function {name[:40]}() has no equal here")
        try:
            return make(self.names, given)
        except (IndexError, ValueError) as fault:
            if isinstance(fault, NotCarried):
                raise
            raise NotCarried(f"{name[:40]}() is given too few or too many values") from None

    def listed(self, close: str) -> list[Made]:
        made: list[Made] = []
        while self.next.text != close or self.next.kind == "text":
            made.append(self.operation(1))
            if self.next.text != ",":
                break
            self.take()
        self.expect(close)
        return made


def alone(made: Made) -> Tree:
    """A single value. Raises `NotCarried` for a list."""
    if isinstance(made, List):
        raise NotCarried("a list of values cannot stand there")
    return made
