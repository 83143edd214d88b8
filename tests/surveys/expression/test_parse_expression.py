"""Reading an expression: what binds how tightly, and how each fault is said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expression.functions import NOT_OURS
from surveys.expression.parse import BadExpression, parse
from surveys.expression.tree import Call, Itself, Literal, Property, Reference, properties, references, rename
from surveys.expression.write import write


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1 or 2 and 3", "1 or (2 and 3)"),
        ("1 and 2 = 3", "1 and (2 = 3)"),
        ("1 = 2 < 3", "1 = (2 < 3)"),
        ("1 != 2 = 3", "(1 != 2) = 3"),
        ("1 < 2 + 3", "1 < (2 + 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("8 div 4 mod 3", "(8 div 4) mod 3"),
        ("-1 * 2", "(-1) * 2"),
        ("- - 1", "-(-1)"),
        (".>1 and .<5", ". > 1 and . < 5"),
        ("“yes” = ‘it”s’", "'yes' = 'it”s'"),
        ("not (1)", "not(1)"),
        ("${ a }=.5", "${a} = 0.5"),
        ("selected(${a},'b')", "selected(${a}, 'b')"),
        ("a-b - c", "(a-b) - c"),
        ("5 div -div2", "5 div (-div2)"),
    ],
)
def test_it_binds_as_in_xpath(written: str, meant: str) -> None:
    assert parse(written) == parse(meant)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("${rating.listened}", Reference("rating.listened")),
        ("state-2", Property("state-2")),
        (".", Itself()),
        ("'don’t'", Literal("don’t")),
        ("007.50", Literal(7.5)),
        ("today()", Call("today", ())),
    ],
)
def test_a_part_is_read_as(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("", 1, "nothing is written here; write a condition or a value"),
        (" \n", 1, "nothing is written here; write a condition or a value"),
        ("${a} and", 9, "it ends where a value should follow; write ${name}, a number or a 'text'"),
        ("and ${a}", 1, "a value is missing before “and”; write ${name}, a number or a 'text'"),
        ("1 = = 2", 5, "a value is missing before “=”; write ${name}, a number or a 'text'"),
        ("1 == 2", 3, "“==” is not known here; write ="),
        ("1 <> 2", 3, "“<>” is not known here; write !="),
        ("1 ≤ 2", 3, "“≤” is not known here; write <="),
        ("1 && 2", 3, "“&&” is not known here; write and"),
        ("1 OR 2", 3, "“OR” is not known here; write or"),
        ("!1", 1, "“!” is not known here; write not(…)"),
        ("${a} 'b'", 6, "an operator is missing before “'b'”; write =, and, or, + … before it"),
        ("1e308", 2, "an operator is missing before “e308”; write =, and, or, + … before it"),
        ("'abc", 1, "this text is not closed; add ' at its end"),
        ("“abc", 1, "this text is not closed; add “ at its end"),
        ("(1", 1, "this bracket is not closed; add “)”"),
        ("not(1", 1, "this bracket is not closed; add “)”"),
        ("1)", 2, "this bracket closes nothing; remove it"),
        ("1, 2", 2, "a comma stands only between the values of a function; remove it"),
        ("1 ; 2", 3, "“;” has no meaning here; remove it, or put texts in quotes"),
        ("$a", 1, "a question is named with both brackets; write ${name}"),
        ("${a", 1, "a question is named with both brackets; write ${name}"),
        (
            "${a b}",
            1,
            "“a b” cannot be the name of a question; use letters, digits, _ and - (grid.row for a row of a grid)",
        ),
        ("${last-saved#a}", 1, "answers given last time are not kept; take “last-saved#” away"),
        ("9" * 400, 1, "this number is too large; write a smaller one"),
        ("${a} / 2", 6, "“/” does not divide, and paths cannot be used here; write div to divide"),
        ("lowercase('A')", 1, "there is no function lowercase(); write lower-case()"),
        ("if(1, 2)", 1, "if() takes 3 values, and it is given 2; write them between commas"),
        ("today(1)", 1, "today() takes nothing, and it is given 1; write them between commas"),
        ("round()", 1, "round() takes 1 to 2 values, and it is given 0; write them between commas"),
        ("coalesce()", 1, "coalesce() takes 2 or more values, and it is given 0; write them between commas"),
        ("random()", 1, f"random() cannot be used here: {NOT_OURS['random']}"),
        ("1 " * 1001, 2001, "it is 2002 characters long; shorten it to 2,000, or calculate a part of it first"),
        ("1" + "+1" * 200, 1, "it joins more than 150 parts; calculate some of them first"),
    ],
)
def test_a_fault_names_the_place_and_the_remedy(text: str, at: int, what: str) -> None:
    with pytest.raises(BadExpression) as caught:
        parse(text)
    assert (caught.value.at, caught.value.what) == (at, what)
    assert str(caught.value) == f"column {at}: {what}"


@pytest.mark.parametrize(
    "text", ["/data/x", "../x", "//x", "..", "a/b", "a[1]", "child::a", "@a", "*", "instance('x')/root", "current()/a"]
)
def test_a_path_is_refused_and_the_remedy_is_to_name_the_question(text: str) -> None:
    with pytest.raises(BadExpression, match=r"name the question: \$\{name\}$"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "(" * 1_900, "not(" * 450, "-" * 1_900, "1<" * 900, "if(" * 500, "'" * 1_999]
)
def test_a_monster_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(BadExpression):
        parse(text)
    assert time.perf_counter() - started < 5  # unguarded it takes minutes


def test_fifty_brackets_are_not_too_many() -> None:
    assert parse("(" * 50 + "1" + ")" * 50) == Literal(1.0)
    assert parse("-" * 50 + "1 + " + "-" * 50 + "1")
    assert parse(" or ".join(["${a}"] * 140))


_pieces = st.sampled_from(
    "( ) , . .. / * + - = != < <= and or div mod not( if( ' \" “ ’ ${a} ${ $ } 1 1.5 .5 a a-b :: [ selected( \n".split(
        " "
    )
)


@given(
    st.text(max_size=60) | st.lists(_pieces, max_size=30).map(" ".join) | st.lists(_pieces, max_size=30).map("".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree, at = parse(text), 1
    except BadExpression as fault:
        tree, at = Itself(), fault.at
    assert 1 <= at <= len(text) + 1
    assert parse(write(tree)) == tree


def test_names_are_found_and_changed() -> None:
    tree = parse("if(${a} > -${b.c}, state, 'x') = .")
    assert references(tree) == {"a", "b.c"}
    assert properties(tree) == {"state"}
    assert rename(tree, {"a": "z"}) == parse("if(${z} > -${b.c}, state, 'x') = .")
