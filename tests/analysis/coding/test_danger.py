"""Danger now: what is shown first, what is not, and that every mark stands where its words are."""

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coding.danger import Danger, danger_in, features_of, learnt, signs_in
from analysis.coding.danger_signs import AGAINST, PAIRED, SHOWN, SIGNS, WHAT, WHEN
from analysis.coding.danger_training import EXAMPLES, learn
from analysis.coding.passages import cut

ROWS = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]


def judged(text: str) -> Danger:
    return danger_in(text, cut(text))


@pytest.mark.parametrize(
    "text",
    [
        "He is downstairs. He hit me again last night and I can't ring anyone.",
        "I have been saving up my tablets and I do not want to be here any more.",
        "She still lives with us and she has threatened to burn the house down tonight.",
        "My ex was sat outside my flat again this morning. I am frightened.",
        "His daughter told me on Thursday that mum locks him in and takes his insulin.",
        "The group is good.\n\nI am scared to go home tonight.\n\nThe tea is good too.",
    ],
)
def test_danger_now_is_shown(text: str) -> None:
    assert judged(text).shown


@pytest.mark.parametrize(
    "text",
    [
        "Services should ask every man whether he is safe.",
        "I could have murdered a cup of tea that day.",
        "The commissioners are killing this service.",
        "She hit me for years. I left in 2012 and I have been safe since, thanks to the group.",
        "Staff need training on stalking and on suicide.",
        "n/a",
        "",
    ],
)
def test_what_is_past_meant_otherwise_or_in_general_is_not(text: str) -> None:
    assert not judged(text).shown


def test_the_examples_are_found_and_their_look_alikes_mostly_not() -> None:
    """Not a measure: the weights were learnt from them. It says that the shipped figures are theirs."""
    shown = {danger: [judged(row["text"]).shown for row in ROWS if row["danger"] is danger] for danger in (True, False)}
    assert sum(shown[True]) / len(shown[True]) > 0.95
    assert sum(shown[False]) / len(shown[False]) < 0.15
    assert len({row["text"] for row in ROWS}) == len(ROWS) > 300


def test_the_passages_that_hold_the_signs_are_named() -> None:
    text = "The leaflet is fine. The kettle is broken. He had a knife to my throat last night and I have to go back."
    danger = judged(text)
    assert 2 in danger.passages
    assert "knife" in [text[start:end] for start, end in danger.spans]


def test_every_sign_weighs_something_and_belongs_somewhere() -> None:
    weights, _bias, threshold = learnt()
    assert SIGNS.keys() <= weights.keys()
    assert SIGNS.keys() >= WHAT | WHEN | AGAINST | PAIRED | SHOWN
    assert 0 < threshold < 0.5
    assert all(math.isfinite(weight) for weight in weights.values())
    assert features_of(()) == frozenset()
    assert "what & when" in features_of(("weapon", "now"))


@pytest.mark.slow
def test_the_shipped_figures_are_those_that_training_gives() -> None:
    found = learn()
    weights, bias, threshold = learnt()
    assert found.weights == pytest.approx(weights, abs=0.01)
    assert (found.bias, found.threshold) == pytest.approx((bias, threshold), abs=0.01)


PIECES = st.sampled_from(
    ["he hit me", "last night", "\r\n", "İ", "e\u0301", "\U0001f468\u200d\U0001f469", "knife", "tonight.", "I’m scared"]
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=10).map(" ".join))


@given(TEXTS)
def test_marks_stand_inside_the_answer_in_order(text: str) -> None:
    places = cut(text)
    danger = danger_in(text, places)
    edges = [edge for span in danger.spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(0 <= at < len(places) for at in danger.passages)
    assert 0 <= danger.chance <= 1
    assert danger_in(text, places) == danger


@given(TEXTS)
def test_signs_stand_where_their_words_are(text: str) -> None:
    assert all(0 <= start < end <= len(text) for spans in signs_in(text).values() for start, end in spans)


@pytest.mark.parametrize("long", ["a ", "he ", "it was ", "i'm going to ", "not had ", "she has "])
def test_no_text_takes_long(long: str) -> None:
    began = time.perf_counter()
    signs_in(long * (20_000 // len(long)))
    assert time.perf_counter() - began < 10
