"""What expressions come to: emptiness, kinds side by side, and that nothing ever goes wrong."""

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.expression.check import Domain, constant, faults
from surveys.expression.evaluate import Env, Value, as_text, compile_expression, truth
from surveys.expression.parse import parse
from surveys.expression.tree import Tree, rename
from surveys.expression.words import in_words
from surveys.expression.write import write
from tests.surveys.expression.trees import NAMES, TODAY, answers, trees, worth

KNOWN: dict[str, object] = {
    "age": 17,
    "zero": 0,
    "one": "no",
    "forms": ["shame", "threat"],
    "ranked": ("b", "a"),
    "born": "2001-03",
    "year": "2015",
    "day": "2026-03-01",
    "ok": True,
    "refused": False,
    "digits": "17.0",
    "nan": math.nan,
    "huge": 10**400,
    "grid": {"row": "yes"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # emptiness
        ("${none} = ''", True),
        ("${none} != ''", False),
        ("${none} = ${nothing}", True),
        ("${none} = 0", False),
        ("${none} != 'x'", True),
        ("${none} > 18", False),
        ("${none} < 18", False),
        ("not(${none} < 18)", True),
        ("${none} + 1", None),
        ("-${none}", None),
        ("'' = ''", True),
        ("${nan} = ''", True),
        ("${huge} = ''", True),
        ("${grid} = ''", True),
        # truth
        ("${one} and ${age}", True),
        ("${zero} or ${none}", False),
        ("'false' and true()", True),
        ("${none} = false()", True),
        ("${ok} = 'true'", True),
        ("${refused} = 'false'", True),
        ("${refused}", False),
        ("${ok} = ${age}", True),
        # numbers and texts
        ("${age} >= 17", True),
        ("${digits} = ${age}", True),
        ("${digits} = '17'", False),
        ("${one} = 3", False),
        ("${one} != 3", True),
        ("${one} < 'z'", False),
        ("'10' > '9'", True),
        ("1 < 2 < 3", True),
        ("7 mod 3", 1.0),
        ("-7 mod 3", -1.0),
        ("7 mod 0", None),
        ("1 div 0", None),
        ("0 div 0", None),
        ("pow(10, 308) * 10", None),
        ("(${one} = 'no') + (${age} < 18)", 2.0),
        # several choices
        ("${forms} = 'shame threat'", True),
        ("${ranked} = 'b a'", True),
        ("${forms} = 'shame'", False),
        # dates
        ("${born} < '2001-03-02'", True),
        ("${born} = '2001-03-01'", True),
        ("${year} < ${born}", False),
        ("${year} > 2014", True),
        ("${day} <= today()", True),
        ("${day} > today() - 13", False),
        ("today() - ${day}", 13.0),
        ("${day} - ${born}", 9131.0),
        ("today() + 1", date(2026, 3, 15)),
        ("1 + today()", date(2026, 3, 15)),
        ("today() - 0.5", date(2026, 3, 13)),
        ("today() - 999999999", None),
        ("today() - 'x'", None),
        ("today() > 20000", True),
        ("int((today() - ${born}) div 365.25)", 25.0),
        ("'2021-02-30' > '2021-01-01'", False),
    ],
)
def test_an_expression_comes_to(text: str, expected: Value) -> None:
    assert worth(text, KNOWN) == expected


def test_a_constraint_and_a_choice_filter() -> None:
    assert worth(". > 1 and . < ${age}", KNOWN, itself=5) is True
    assert worth("state = ${one} and town = ''", KNOWN, state="no") is True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (18.0, "18"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e21, "1000000000000000000000"),
        (("a", "b"), "a b"),
        (date(2020, 5, 1), "2020-05-01"),
    ],
)
def test_a_value_in_writing(value: Value, text: str) -> None:
    assert as_text(value) == text


def test_truth_is_xpaths() -> None:
    assert [truth(value) for value in (None, "", 0.0, False, ())] == [False] * 5
    assert [truth(value) for value in ("false", "0", -1.0, True, ("",), TODAY)] == [True] * 6


def test_calculations_fed_by_calculations_do_not_grow_without_end() -> None:
    known: dict[str, object] = {"a": "x" * 40}
    for _ in range(60):
        known["a"] = worth("concat(${a}, ${a})", known)
    assert len(str(known["a"])) == 50_000


def _sound(value: Value) -> bool:
    """A value that keeps what `Value` promises."""
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool | date) or bool(value)


@settings(max_examples=300)
@given(trees, st.fixed_dictionaries(dict.fromkeys(NAMES, answers)), answers)
def test_nothing_goes_wrong_whatever_is_answered(tree: Tree, known: dict[str, object], itself: object) -> None:
    value = compile_expression(tree)(Env(known.get, TODAY, itself, {"a": "1"}))
    assert _sound(value)
    assert isinstance(as_text(value), str)
    assert truth(value) == bool(value)


TALL = " or ".join(["${one} = 1"] * 140)
DEEP = "not(" * 49 + "1 + " * 40 + "${age}" + ")" * 49


@pytest.mark.parametrize("text", [TALL, DEEP, "if(1, " * 49 + TALL[:700].rpartition(" or ")[0] + ", 2)" * 49])
def test_the_tallest_trees_go_through_everything(text: str) -> None:
    tree = parse(text)
    assert _sound(worth(text, KNOWN))
    assert parse(write(tree)) == tree
    assert hash(rename(tree, {"one": "two"})) != hash(tree) or "one" not in text
    assert in_words(tree, {})
    assert faults(tree, {"one": Domain("text"), "age": Domain("number")}, wants="value") is not None
    assert constant(tree, {"one": Domain("text"), "age": Domain("number")}) in (True, False, None)
