"""Random trees and answers for Hypothesis, and short ways to read and work out an expression."""

from collections.abc import Mapping
from datetime import date

from hypothesis import strategies as st

from surveys.expression.evaluate import Env, Value, compile_expression
from surveys.expression.functions import FUNCTIONS
from surveys.expression.parse import parse
from surveys.expression.tree import BINDS, Call, Itself, Literal, Negative, Operation, Property, Reference, Tree

TODAY = date(2026, 3, 14)

NAMES = ("a", "b-c", "grid.row_1", "né", "_x")
texts = st.sampled_from(("", "a", "a b", "2020", "2020-05", "2020-02-30", "1.5", "-3", "(a+)+$", "%Y-%m", "false")) | (
    st.text(st.characters(codec="utf-8", exclude_characters="'"), max_size=6)
)
numbers = st.sampled_from((0.0, 0.5, 1.0, 3.0, 1e15, 1e308, 5e-324)) | st.floats(0, 1e9)
words = st.from_regex(r"[a-z_][a-z0-9_.-]{0,4}", fullmatch=True).filter(lambda word: word not in BINDS)
leaves = st.one_of(
    st.builds(Literal, texts | numbers),
    st.builds(Reference, st.sampled_from(NAMES)),
    st.builds(Property, words),
    st.just(Itself()),
)


def _calls(trees: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def of(name: str) -> st.SearchStrategy[Tree]:
        function = FUNCTIONS[name]
        most = len(function.takes) + (2 if function.repeats else 0)
        parts = st.lists(trees, min_size=function.least, max_size=most).map(tuple)
        return st.builds(Call, st.just(name), parts)

    return st.sampled_from(sorted(FUNCTIONS)).flatmap(of)


trees: st.SearchStrategy[Tree] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(sorted(BINDS)), inner, inner), st.builds(Negative, inner), _calls(inner)
    ),
    max_leaves=12,
)
answers: st.SearchStrategy[object] = st.one_of(
    st.none(),
    texts,
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.lists(texts, max_size=3),
    st.lists(texts, max_size=3).map(tuple),
    st.dates(),
    st.dictionaries(texts, texts, max_size=1),
)


def worth(text: str, known: Mapping[str, object], itself: object = None, **properties: str) -> Value:
    """What an expression comes to on 14 March 2026 when the answers are `known`."""
    return compile_expression(parse(text))(Env(known.get, TODAY, itself, properties))
