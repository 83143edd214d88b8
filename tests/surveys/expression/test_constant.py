"""Conditions that are always true or never, held against trying every answer."""

from collections.abc import Iterable
from itertools import combinations as subsets
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.expression.check import Domain, combinations, constant
from surveys.expression.evaluate import Env, compile_expression, truth
from surveys.expression.parse import parse
from surveys.expression.tree import Call, Operation, Reference, Tree, references
from tests.surveys.expression.trees import TODAY

DOMAINS = {
    "age": Domain("number", least=0, most=4, whole=True),
    "size": Domain("number", least=-1),
    "known": Domain("choice", ("yes", "no", "unsure")),
    "score": Domain("choice", ("1", "2", "3")),
    "forms": Domain("choices", ("shame", "threat", "other")),
    "say": Domain("text"),
    "born": Domain("date"),
    "ok": Domain("boolean"),
    "many": Domain("choice", tuple(f"c{number}" for number in range(5_000))),
    "several": Domain("choices", tuple(f"c{number}" for number in range(100))),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 = 1", True),
        ("false() or 1 > 2", False),
        ("${age} >= 0", None),  # it can be left blank
        ("${age} >= 0 or ${age} = ''", True),
        ("${age} > 4", False),
        ("${age} > 1 and ${age} < 2", False),
        ("${size} > 1 and ${size} < 2", None),
        ("${size} < -1", False),
        ("${size} > ${age}", None),
        ("${known} = 'yes' and ${known} = 'no'", False),
        ("${known} = 'maybe'", False),
        ("${known} != 'yes' or ${known} != 'no'", True),
        ("string-length(${known}) > 6", False),
        ("${score} > 3", False),
        ("selected(${forms}, 'shame') and ${forms} = ''", False),
        ("count-selected(${forms}) > 3", False),
        ("count-selected(${forms}) >= 3", None),
        ("count-selected(${forms}) = 3 and not(selected(${forms}, 'other'))", False),
        ("${forms} = 'shame' and selected(${forms}, 'other')", False),
        ("${forms} = 'shame other'", None),
        ("count-selected(${several}) > 100", False),
        ("${say} = 'a' and ${say} = 'b'", False),
        ("${say} = 'a' or ${say} != 'a'", True),
        ("string-length(${say}) < 0", None),
        ("contains(${say}, '')", None),
        ("${born} > '2020' and ${born} < '2020-01-01'", False),
        ("${born} >= today() and ${born} < today()", None),
        ("not(${ok}) or ${ok}", True),
        ("${many} = 'c1' and ${many} = 'c2'", False),
        ("concat(${many}) = 'x'", None),
        ("regex(${known}, 'x')", None),
        ("${unknown} = ''", None),
        (". = 1 or true()", None),
        ("if(${ok}, ${age} > 4, ${known} = 'x')", False),
    ],
)
def test_a_condition_is_always(text: str, expected: bool | None) -> None:
    assert constant(parse(text), DOMAINS) is expected


#: Enough answers to tell apart whatever the random conditions below can.
EVERY: dict[str, list[object]] = {
    "age": [None, 0, 1, 2, 3, 4],
    "size": [None, *(number / 4 for number in range(-4, 24))],
    "known": [None, "yes", "no", "unsure"],
    "score": [None, "1", "2", "3"],
    "forms": [None, *(some for count in (1, 2, 3) for some in subsets(DOMAINS["forms"].values, count))],
    "say": [None, "a", "b", "2", "else"],
    "born": [None, *(f"2020-01-0{day}" for day in range(1, 7)), "2019", "2020", "2020-02", "2031-12-31"],
    "ok": [None, True, False],
}
_numbers = st.sampled_from([f"{number / 2:g}" for number in range(-2, 10)])
_orders = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_equals = st.sampled_from(["=", "!="])


def _written(name: str, signs: st.SearchStrategy[str], values: Iterable[str]) -> st.SearchStrategy[str]:
    return st.builds(f"${{{{{name}}}}} {{}} {{}}".format, signs, st.sampled_from([*values, "''"]))


_atoms = st.one_of(
    st.builds("${{age}} {} {}".format, _orders, _numbers),
    st.builds("{} {} ${{size}}".format, _numbers, _orders),
    _written("known", _equals, ("'yes'", "'no'", "'x'")),
    _written("score", _orders, ("1", "'2'", "2.5")),
    _written("forms", _equals, ("'shame'", "'other'", "'x'")),
    st.builds("selected(${{forms}}, '{}')".format, st.sampled_from(["shame", "threat", "x"])),
    st.builds("count-selected(${{forms}}) {} {}".format, _orders, _numbers),
    _written("say", _equals, ("'a'", "'b'", "'2'")),
    _written("born", _orders, ("'2020'", "'2020-01-03'", "'2020-01-04'")),
    st.sampled_from(["${ok}", "${age}", "${say}", "${ok} = true()", "true()", "concat(${known}) = 'no'"]),
).map(parse)
_conditions = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(["and", "or"]), inner, inner),
        st.builds(lambda tree: Call("not", (tree,)), inner),
        st.builds(lambda *trees: Call("if", trees), inner, inner, inner),
    ),
    max_leaves=4,
).filter(lambda tree: len(references(tree)) <= 2)


@settings(max_examples=200)
@given(_conditions)
def test_it_agrees_with_trying_every_answer(tree: Tree) -> None:
    names = sorted(references(tree))
    worth = compile_expression(tree)
    tried = [dict(zip(names, answers, strict=True)) for answers in product(*(EVERY[name] for name in names))]
    found = {truth(worth(Env(each.get, TODAY))) for each in tried}
    assert combinations([tree], DOMAINS) is not None
    assert constant(tree, DOMAINS) is (found.pop() if len(found) == 1 else None)


def test_combinations_cover_several_conditions_together() -> None:
    trees = [parse("${age} > 2"), parse("${known} = 'no' and ${age} < 1")]
    found = combinations(trees, DOMAINS)
    assert found is not None
    listed = list(found)
    assert {"age": 3.0, "known": "no"} in listed
    assert {"age": None, "known": None} in listed
    assert len(listed) == 6 * 3  # 0 to 4 and blank; “no”, another choice and blank


def test_too_many_combinations_are_not_listed() -> None:
    assert combinations([parse("${age} > 2 and ${known} = 'no'")], DOMAINS, limit=10) is None


def test_nothing_is_asked_of_names_that_are_not_used() -> None:
    assert list(combinations([parse("1 = 2")], DOMAINS) or []) == [{}]
    assert Reference("age") not in {parse("1 = 2")}
