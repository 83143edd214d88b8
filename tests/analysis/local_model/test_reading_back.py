"""Whatever a model writes: labels of the edition inside the passage, or junk."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coding.suggestion import STANCES
from analysis.local_model.reading_back import Junk, checked_labels, read_answer
from analysis.standard.edition import load_edition

EDITION = load_edition("mdan")
PASSAGE = "I rang and nobody answered."
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["AE", "AE1", "problem"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
LIKE_AN_ANSWER = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("sections", "themes", "stance", "words", "spans"), ANYTHING)
)


def holds(labels: Any) -> None:
    assert set(labels.sections) <= set(EDITION.section_codes)
    assert {EDITION.section_of_theme[theme] for theme in labels.themes} <= set(labels.sections)
    assert labels.stance in STANCES
    assert all(0 <= start < end <= len(PASSAGE) for start, end in labels.spans)


@given(LIKE_AN_ANSWER)
def test_what_comes_back_holds_or_is_junk(found: dict[str, Any]) -> None:
    with suppress(Junk):
        holds(read_answer(json.dumps(found), PASSAGE, EDITION))
    with suppress(Junk):
        holds(checked_labels(found, len(PASSAGE), EDITION))


@given(st.text())
def test_no_words_at_all_are_an_answer(content: str) -> None:
    with pytest.raises(Junk):
        read_answer(content, PASSAGE, EDITION)


@given(
    st.sets(st.sampled_from(EDITION.section_codes)),
    st.sampled_from(STANCES),
    st.lists(st.tuples(st.integers(0, 26), st.integers(1, 5)), max_size=3),
)
def test_what_was_read_is_remembered_as_it_was(sections: set[str], stance: str, pieces: list[tuple[int, int]]) -> None:
    words = [PASSAGE[start : start + size] for start, size in pieces]
    told = {"sections": sorted(sections), "themes": [], "stance": stance, "words": words}
    read = read_answer(json.dumps(told), PASSAGE, EDITION)
    holds(read)
    assert checked_labels(read.to_json(), len(PASSAGE), EDITION) == read
