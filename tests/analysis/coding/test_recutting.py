"""Cutting passages anew: offsets that never lie, whatever people typed."""

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.coding.passages import cut
from analysis.coding.recutting import NoSuchPlace, parted, places, tiles

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
THUMB, FLAGS = "\U0001f44d\U0001f3fd", "\U0001f1ec\U0001f1e7\U0001f1eb\U0001f1f7"
#: What people type, and what breaks offsets: emoji, marks that combine, right-to-left, lines of other systems.
PIECES = (
    "They rang back",
    " ",
    "\r\n",
    "\u2028",
    "e\u0301te\u0301",
    " \u0301",
    FAMILY,
    THUMB,
    FLAGS,
    "كتبت لهم",
    "\u202bשלום עולם\u202c",
    "我打了电话没有人接",
    "ไม่มีใครรับสาย",
    "한국어",
    "\u1112\u1161\u11ab",
    "क्षि",
    "• a. ",
    "...",
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=9).map("".join)


def graphemes(words: str) -> set[int]:
    """Where signs as a reader sees them begin, by another program."""
    return {match.start() for match in regex.finditer(r"\X", words)}


@given(texts, st.data())
def test_parts_and_joined_parts_tile_the_answer(text: str, data: st.DataObject) -> None:
    spans = cut(text)
    assert tiles(text, spans)
    for turn in range(4 if spans else 0):
        number = data.draw(st.integers(0, len(spans) - 1))
        start, end = spans[number]
        found = places(text[start:end])
        if found and data.draw(st.sampled_from((True, False)), label=f"split {turn}"):
            parts = parted(text[start:end], data.draw(st.sampled_from(found)))
            spans[number : number + 1] = [(start + a, start + b) for a, b in parts]
        elif number + 1 < len(spans):
            spans[number : number + 2] = [(start, spans[number + 1][1])]
        assert tiles(text, spans)
        assert all(text[a:b] == text[a:b].strip() for a, b in spans)


@given(texts.map(str.strip).filter(bool))
@example("a \u200cb")
@example("a \u0e33 \uff9e")
def test_no_place_is_inside_a_sign(words: str) -> None:
    whole = graphemes(words)
    spaced = [at for at in places(words) if words[at - 1].isspace()]
    assert set(spaced) <= whole


@pytest.mark.parametrize("words", ["我打了电话", FAMILY + THUMB + FLAGS, "ไม่มีใคร", "한국어", "\u1112\u1161\u1112"])
def test_words_without_white_space_are_parted_between_signs(words: str) -> None:
    found = places(words)
    assert found
    assert set(found) <= graphemes(words)


@pytest.mark.parametrize("words", ["one", FAMILY, "e\u0301", "a \u0301"])
def test_one_word_has_no_place_but_between_its_letters(words: str) -> None:
    assert set(places(words)) <= graphemes(words)


@pytest.mark.parametrize("at", [0, -1, 3, 4, 14, 99])
def test_elsewhere_it_cannot_be_parted(at: int) -> None:
    with pytest.raises(NoSuchPlace):
        parted("They rang back", at)


def test_what_does_not_tile_is_told() -> None:
    assert tiles("ab cd", [(0, 2), (3, 5)])
    assert not tiles("ab cd", [(0, 3), (2, 5)])
    assert not tiles("ab cd", [(0, 2)])
    assert not tiles("ab cd", [(3, 5), (0, 2)])
