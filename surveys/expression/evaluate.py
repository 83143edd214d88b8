"""What an expression is worth for given answers. It is total: no answers make it raise."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from surveys.expression.functions import FUNCTIONS
from surveys.expression.tree import Call, Itself, Literal, Negative, Operation, Property, Reference, Tree
from surveys.expression.value import Value, as_date, as_number, as_text, days_later, finite, taken_in, truth

__all__ = ["Env", "Value", "as_text", "compile_expression", "truth"]


@dataclass(frozen=True, slots=True)
class Env:
    """What is known while an expression is worked out.

    `value` gives the answer to a name (None if there is none; `answers.get` will do), `today` is the day handed in,
    `itself` the answer being checked, `properties` the columns of the choice at hand.
    """

    value: Callable[[str], object]
    today: date
    itself: object = None
    properties: Mapping[str, str] = field(default_factory=dict)


Compiled = Callable[[Env], Value]


def compile_expression(tree: Tree) -> Compiled:
    """The function that works the tree out for an `Env`."""
    return _COMPILERS[type(tree)](tree)


def _literal(tree: Literal) -> Compiled:
    value = taken_in(tree.value)
    return lambda env: value


def _reference(tree: Reference) -> Compiled:
    name = tree.name
    return lambda env: taken_in(env.value(name))


def _property(tree: Property) -> Compiled:
    name = tree.name
    return lambda env: taken_in(env.properties.get(name))


def _itself(tree: Itself) -> Compiled:
    return lambda env: taken_in(env.itself)


def _negative(tree: Negative) -> Compiled:
    operand = compile_expression(tree.operand)

    def negative(env: Env) -> Value:
        number = as_number(operand(env))
        return None if number is None else -number

    return negative


def _call(tree: Call) -> Compiled:
    function = FUNCTIONS[tree.function]
    apply, parts = function.apply, [compile_expression(part) for part in tree.arguments]
    if function.needs_today:
        return lambda env: apply(env.today)
    if len(parts) == 1:
        only = parts[0]
        return lambda env: apply(only(env))
    return lambda env: apply(*[part(env) for part in parts])


def _operation(tree: Operation) -> Compiled:
    left, right = compile_expression(tree.left), compile_expression(tree.right)
    if tree.operator == "or":
        return lambda env: truth(left(env)) or truth(right(env))
    if tree.operator == "and":
        return lambda env: truth(left(env)) and truth(right(env))
    apply = OPERATORS[tree.operator]
    return lambda env: apply(left(env), right(env))


_COMPILERS: dict[type, Callable[..., Compiled]] = {
    Literal: _literal,
    Reference: _reference,
    Property: _property,
    Itself: _itself,
    Negative: _negative,
    Call: _call,
    Operation: _operation,
}


def equal(left: Value, right: Value) -> bool:
    """As XPath 1.0 (truth before numbers before text), and as dates where both are dates; empty equals ''."""
    if isinstance(left, bool) or isinstance(right, bool):
        return _equal_truth(left, right)
    if left is None or right is None:
        return left is right
    days = _days(left, right)
    if days is not None:
        return days[0] == days[1]
    if isinstance(left, float | date) or isinstance(right, float | date):
        number = as_number(left)
        return number is not None and number == as_number(right)
    return as_text(left) == as_text(right)


def _equal_truth(left: Value, right: Value) -> bool:
    """The words 'true' and 'false' stand for what they say beside a truth: answers may have been written down so."""
    if {left, right} & {"true", "false"}:
        return as_text(left) == as_text(right)
    return truth(left) == truth(right)


def _days(left: Value, right: Value) -> tuple[date, date] | None:
    """Both as dates, if both are."""
    first = as_date(left)
    second = None if first is None else as_date(right)
    return None if first is None or second is None else (first, second)


def order(left: Value, right: Value) -> float | None:
    """Below 0 if `left` comes first, 0 if both are level, None if they cannot be put in order."""
    days = _days(left, right)
    if days is not None:
        return float((days[0] - days[1]).days)
    first, second = as_number(left), as_number(right)
    return None if first is None or second is None else float((first > second) - (first < second))


def _ordered(fits: Callable[[float], bool]) -> Callable[[Value, Value], Value]:
    def compare(left: Value, right: Value) -> Value:
        found = order(left, right)
        return found is not None and fits(found)

    return compare


def _arithmetic(work: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def calculate(left: Value, right: Value) -> Value:
        first, second = as_number(left), as_number(right)
        if first is None or second is None:
            return None
        try:
            return finite(work(first, second))
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return calculate


_sum = _arithmetic(lambda first, second: first + second)
_difference = _arithmetic(lambda first, second: first - second)


def plus(left: Value, right: Value) -> Value:
    """The sum; a date and a number of days give a date."""
    if isinstance(right, date):
        left, right = right, left
    if isinstance(left, date) and not isinstance(right, date):
        days = as_number(right)
        return None if days is None else days_later(left, days)
    return _sum(left, right)


def minus(left: Value, right: Value) -> Value:
    """The difference; of two dates the days between them, of a date and a number of days a date."""
    if isinstance(left, date) or isinstance(right, date):
        days = _days(left, right)
        if days is not None:
            return float((days[0] - days[1]).days)
    if isinstance(left, date):
        number = as_number(right)
        return None if number is None else days_later(left, -number)
    return _difference(left, right)


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": _ordered(lambda found: found < 0),
    "<=": _ordered(lambda found: found <= 0),
    ">": _ordered(lambda found: found > 0),
    ">=": _ordered(lambda found: found >= 0),
    "+": plus,
    "-": minus,
    "*": _arithmetic(lambda first, second: first * second),
    "div": _arithmetic(lambda first, second: first / second),
    "mod": _arithmetic(math.fmod),
}
