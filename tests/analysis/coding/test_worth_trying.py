"""Rules that are not tried would have found nothing: looking for figures and words first changes no mark."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.coding.identifier import Rule, made_plain, worth_trying
from analysis.coding.identifiers import RULES

#: What identifiers are made of, and what stands between.
PIECES = (
    *("07700 900123", "12", "AB12 CDE", "3rd", "1980", "born", "dob", "d.o.b", "01/02/80", "QQ123456C", "M6 5AB"),
    *("High", "Street", "st", "flat", "P.O.Box", "Heol", "Mawr", "St Mary's", "School", "surgery", "caravan park"),
    *("bob", "at", "mail", "dot", "com", "@", "#1234", "u/", "www.", "http://", "insta", "tik tok", "user name"),
    *("double", "oh", "seven", "one", "ref", "case", "number", "reg", "plates", "sort", "CR/12345", "R-1", "+33"),
    *("\u0131nsta", "\u0130nsta", "hou\u017fe", "\u212aik", "£", "“", "e\u0301", "\uff11\uff12", "is", "my", "the"),
)
JOINERS = (" ", "", ", ", ".", "-", "/", "\n", ": ", "  ")


#: For patterns that ask something of all the text ahead, which what draws from patterns does not know.
LETTERS_AND_FIGURES = st.text("ABZ0123456789 -/", min_size=4, max_size=20)


def found(rule: Rule, text: str) -> bool:
    return next(rule.found(text), None) is not None


def described(rule: Rule) -> st.SearchStrategy[str]:
    """Texts that a rule finds, or many of which it does."""
    looks_ahead = "(?=(?:" in rule.pattern.pattern
    return LETTERS_AND_FIGURES if looks_ahead else st.from_regex(rule.pattern)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind} {RULES.index(rule)}")
@settings(max_examples=20, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_a_pattern_describes_is_worth_trying(rule: Rule, data: st.DataObject) -> None:
    text = made_plain(data.draw(described(rule)))
    assert rule in worth_trying(RULES, text) or not found(rule, text)


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINERS)), max_size=12))
@example([("\u0131nsta", ": "), ("bob", "_1")])
def test_in_mixed_texts_nothing_is_missed(parts: list[tuple[str, str]]) -> None:
    text = made_plain("".join(piece + joiner for piece, joiner in parts))
    tried = worth_trying(RULES, text)
    assert not [rule.pattern.pattern for rule in RULES if rule not in tried and found(rule, text)]


def test_most_rules_are_not_tried_on_plain_words() -> None:
    tried = worth_trying(RULES, "The worker was kind and never judged me, but nobody rang back.")
    assert len(tried) <= 1
    assert not any(re.search(r"\d", rule.pattern.pattern) and rule.figures for rule in tried)
