"""Writing a tree down, and reading it back."""

import pytest
from hypothesis import assume, given

from surveys.expression.parse import LONGEST, parse
from surveys.expression.tree import Literal, Tree
from surveys.expression.write import write
from tests.surveys.expression.trees import trees


@given(trees)
def test_what_is_written_reads_the_same(tree: Tree) -> None:
    text = write(tree)
    assume(len(text) <= LONGEST)
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "(1 + 2) * 3",
        "1 + 2 * 3",
        "1 - (2 - 3)",
        "1 - 2 - 3",
        "(1 or 2) and not(3 or 4)",
        "-(1 + 2) * -3",
        '${a} = "it\'s"',
        "selected(${rating.listened}, 'yes') and . >= 0.5",
    ],
)
def test_brackets_stand_only_where_they_must(text: str) -> None:
    assert write(parse(text)) == text


def test_a_text_with_both_quotes_becomes_its_parts() -> None:
    assert write(Literal('it\'s "so"')) == "concat('it', \"'\", 's \"so\"')"
    parse(write(Literal('it\'s "so"')))
