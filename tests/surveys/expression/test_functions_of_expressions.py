"""Each function of the language, by example."""

from datetime import date

import pytest

from surveys.expression.functions import FUNCTIONS, NOT_OURS
from surveys.expression.value import Value
from tests.surveys.expression.trees import worth

KNOWN: dict[str, object] = {
    "forms": ["shame", "threat"],
    "one": "yes",
    "name": "  Ada  Lovelace ",
    "age": 41,
    "born": "1985-05",
    "big": 1e308,
}

#: Function -> examples: an expression, and what it is worth when `KNOWN` are the answers. `${none}` is unanswered.
EXAMPLES: dict[str, list[tuple[str, Value]]] = {
    "selected": [
        ("selected(${forms}, 'shame')", True),
        ("selected(${forms}, 'sham')", False),
        ("selected(${one}, 'yes')", True),
        ("selected('a b', 'b')", True),
        ("selected(${none}, 'a')", False),
        ("selected(${none}, '')", False),
    ],
    "selected-at": [
        ("selected-at(${forms}, 0)", "shame"),
        ("selected-at(${forms}, 2)", None),
        ("selected-at(${forms}, -1)", None),
        ("selected-at(${forms}, 'x')", None),
    ],
    "count-selected": [("count-selected(${forms})", 2.0), ("count-selected(${none})", 0.0)],
    "if": [("if(${age} > 18, 'old', 'young')", "old"), ("if(${none}, 1, 2)", 2.0)],
    "coalesce": [("coalesce(${none}, '', ${age})", 41.0), ("coalesce(${none}, ${none})", None)],
    "not": [("not(${none})", True), ("not(${one} = 'yes')", False)],
    "true": [("true()", True)],
    "false": [("false()", False)],
    "string-length": [("string-length(${one})", 3.0), ("string-length(${none})", 0.0), ("string-length('né')", 2.0)],
    "concat": [("concat(${one}, '-', ${age}, ${none})", "yes-41"), ("concat(${forms})", "shame threat")],
    "contains": [("contains(${name}, 'Love')", True), ("contains(${none}, 'a')", False), ("contains('a', '')", True)],
    "starts-with": [("starts-with(${one}, 'ye')", True), ("starts-with(${none}, 'y')", False)],
    "ends-with": [("ends-with(${one}, 'es')", True), ("ends-with(${one}, 'ye')", False)],
    "substr": [
        ("substr('hello', 1)", "ello"),
        ("substr('hello', 1, 3)", "el"),
        ("substr('hello', -2)", "lo"),
        ("substr('hello', 9)", None),
        ("substr('hello', ${none})", None),
        ("substr('hello', 0, ${none})", None),
    ],
    "substring-before": [("substring-before('a@b', '@')", "a"), ("substring-before('ab', '@')", None)],
    "substring-after": [
        ("substring-after('a@b', '@')", "b"),
        ("substring-after('ab', '@')", None),
        ("substring-after('ab', '')", "ab"),
    ],
    "normalize-space": [("normalize-space(${name})", "Ada Lovelace"), ("normalize-space('  ')", None)],
    "lower-case": [("lower-case('ÉA')", "éa")],
    "upper-case": [("upper-case('éa')", "ÉA")],
    "regex": [
        ("regex('abc', '[a-c]+')", True),
        ("regex('abcd', '[a-c]+')", False),
        ("regex('SW1A', '\\p{L}{2}[0-9]\\p{L}')", True),
        ("regex('a', '(')", False),
        ("regex(${none}, 'a*')", True),
    ],
    "number": [
        ("number(' 1.50 ')", 1.5),
        ("number('1e5')", None),
        ("number('one')", None),
        ("number(true())", 1.0),
        ("number('1970-01-11')", 10.0),
        ("number('1970')", 1970.0),
    ],
    "string": [("string(1.50)", "1.5"), ("string(${forms})", "shame threat"), ("string(1 = 1)", "true")],
    "boolean": [("boolean('false')", True), ("boolean('')", False), ("boolean(0)", False), ("boolean(-1)", True)],
    "int": [("int(2.9)", 2.0), ("int(-2.9)", -2.0), ("int('x')", None)],
    "round": [
        ("round(2.5)", 3.0),
        ("round(-2.5)", -2.0),
        ("round(1.005, 2)", 1.01),
        ("round(1234, -2)", 1200.0),
        ("round(${big}, 2)", 1e308),
        ("round(${none})", None),
    ],
    "abs": [("abs(-3)", 3.0), ("abs('x')", None)],
    "min": [("min(3, ${none}, 2)", 2.0), ("min(${none})", None)],
    "max": [("max(3, ${none}, '7')", 7.0)],
    "sum": [("sum(${age}, 1, ${none})", 42.0), ("sum(${none})", 0.0), ("sum(${big}, ${big})", None)],
    "count-non-empty": [("count-non-empty(${age}, ${none}, ${forms}, '')", 2.0)],
    "pow": [("pow(2, 10)", 1024.0), ("pow(-8, 0.5)", None), ("pow(0, -1)", None), ("pow(${big}, 2)", None)],
    "today": [("today()", date(2026, 3, 14)), ("today() - 14", date(2026, 2, 28))],
    "date": [
        ("date('2020-02-29')", date(2020, 2, 29)),
        ("date('2021-02-29')", None),
        ("date(${born})", date(1985, 5, 1)),
        ("date(10)", date(1970, 1, 11)),
        ("date(99999999999999999999)", None),
    ],
    "format-date": [
        ("format-date('2020-05-03', '%e/%n/%y %b %a %Y-%m-%d')", "3/5/20 May Sun 2020-05-03"),
        ("format-date('2020-05-03', '%H:%M:%S %% %q')", "00:00:00 % %q"),
        ("format-date(${none}, '%Y')", None),
    ],
    "decimal-date-time": [("decimal-date-time('1970-01-02')", 1.0), ("decimal-date-time('x')", None)],
}


def test_every_function_has_examples_and_says_what_it_does() -> None:
    assert set(EXAMPLES) == set(FUNCTIONS)
    assert all(function.meaning for function in FUNCTIONS.values())
    assert not set(FUNCTIONS) & set(NOT_OURS)


@pytest.mark.parametrize(("text", "expected"), [example for name in EXAMPLES for example in EXAMPLES[name]])
def test_a_function_gives(text: str, expected: Value) -> None:
    found = worth(text, KNOWN)
    assert found == expected
    assert type(found) is type(expected)
