"""Patterns that would take all time or memory are refused or given up."""

import time

import pytest

from surveys.expression.pattern import LONGEST, matches, wrong_with

EVIL = [
    "(a+)+$",
    "(?R)",
    "((((((((((a+)+)+)+)+)+)+)+)+)+)+$",
    "(((a{1000}){1000}){1000}){1000}",
    "(?x)((a{1000}) {1000}) {1000}",
    "((a{1000})(?#x){1000}){1000}",
    "((((){1000}){1000}){1000}){1000}",
    "([]a{1]{1000}){1000}",
    "a{99999999999}",
    "(?:(?:a?){100}){100}a{100}",
    "(" * 250,
    "\\",
    "a" * (LONGEST + 1),
]


@pytest.mark.parametrize("pattern", EVIL)
def test_an_evil_pattern_is_soon_done_with(pattern: str) -> None:
    started = time.perf_counter()
    assert not matches("a" * 5_000 + "!", pattern)
    assert time.perf_counter() - started < 10  # unguarded it takes hours


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("(", "the pattern cannot be read (missing ) at position 1); mend it"),
        ("a" * 501, "the pattern is 501 characters long; shorten it to 500"),
        ("((a{1000}){1000})", "the pattern repeats too much; use smaller numbers in { }"),
        ("(?ix)a", "the pattern holds a comment, or switches to x or V; take that out"),
    ],
)
def test_a_pattern_is_refused_with_the_remedy(pattern: str, fault: str) -> None:
    assert wrong_with(pattern) == fault


@pytest.mark.parametrize(
    "pattern", [r"\p{L}{1,50}", "[0-9]{3}-[0-9]{4}", r"[^@]+@[^@]+\.[a-z]{2,}", "(?i)yes|no", "[]{}]{2}"]
)
def test_an_ordinary_pattern_is_fine(pattern: str) -> None:
    assert wrong_with(pattern) is None
