"""Words, what is looked for, and lines of a concordance: offsets are right in every script."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.reading.concordance import AROUND, SORTS, line_at, sort_key
from analysis.reading.places import Place, packed, unpacked
from analysis.reading.text_query import BadText, read_text
from analysis.reading.words import small, words_of

PIECES = (
    "waiting",
    "Waited",
    "list",
    "cafe\u0301s",
    "caf\u00e9s",
    "he’d",
    "👨‍👩‍👧‍👦",
    "👍🏽",
    "🇬🇧",
    "שָׁלוֹם",
    "مُسَاعَدَة",
    "नमस्ते",
    "I\u0307stanbul",
    "ß",
    " ",
    "\n",
    ", ",
    "…",
    "\u200d",
)
texts = st.one_of(st.lists(st.sampled_from(PIECES)).map(" ".join), st.text(max_size=120))


@settings(max_examples=40, deadline=None)
@given(texts)
@example("e\u0301a")
def test_words_stand_where_they_say_and_keep_their_marks(text: str) -> None:
    found = words_of(text)
    last = 0
    for (start, end), said in zip(found.spans, found.said, strict=True):
        assert last <= start < end <= len(text)
        assert small(text[start:end]) == said
        assert end == len(text) or not unicodedata.combining(text[end])
        last = end


@settings(max_examples=40, deadline=None)
@given(texts)
def test_a_line_is_a_stretch_of_the_text_around_the_word(text: str) -> None:
    for start, end in words_of(text).spans:
        line = line_at(text, start, end, 5)
        whole = line.before + line.word + line.after
        assert line.word == text[start:end]
        assert text[start - len(line.before) : end + len(line.after)] == whole
        assert not (whole and start > len(line.before) and unicodedata.combining(whole[0]))
        after = end + len(line.after)
        assert after == len(text) or not unicodedata.combining(text[after])


def test_a_line_parts_no_emoji() -> None:
    text = "👨‍👩‍👧 said 👍🏽"
    line = line_at(text, 6, 10, 3)
    assert line.before == "👨‍👩‍👧 "
    assert line.after == " 👍🏽"


def test_before_and_after_follow_the_text_in_arabic_too() -> None:
    text = "قال إنه انتظر سبعة أشهر"
    start = text.index("انتظر")
    line = line_at(text, start, start + 5)
    assert line.before == "قال إنه "
    assert line.after == " سبعة أشهر"


@settings(max_examples=40, deadline=None)
@given(texts, st.sampled_from(SORTS))
def test_lines_can_be_sorted_by_anything(text: str, by: str) -> None:
    found = [sort_key(text, start, end, by) for start, end in words_of(text).spans]
    assert len(sorted(found)) == len(found)


def test_lines_are_sorted_by_what_stands_next() -> None:
    text = "we waited here. I waited again"
    first, second = (sort_key(text, at, at + 6, "after") for at in (3, 18))
    assert second < first
    first, second = (sort_key(text, at, at + 6, "before") for at in (3, 18))
    assert second < first
    assert len(text) < AROUND


FOUND: tuple[tuple[str, str, list[tuple[int, int]] | None], ...] = (
    ("waiting list", "list of the waiting", [(0, 4), (12, 19)]),
    ('"waiting list"', "waiting on a waiting list", [(13, 25)]),
    ('"waiting list"', "list, waiting", None),
    ("wait*", "Waited, await", [(0, 6)]),
    ("waiting OR queue", "the queue", [(4, 9)]),
    ("-women poster", "a poster for women", None),
    ("-women poster", "a poster", [(2, 8)]),
    ("-women", "a poster", []),
    ("waiting NEAR/3 months", "months of waiting", [(0, 6), (10, 17)]),
    ("waiting NEAR/3 months", "months and months and months of it until waiting", None),
    ("he'd", "He’d gone", [(0, 4)]),
    ("café", "two cafe\u0301 here", [(4, 9)]),
    ("straße", "STRASSE", [(0, 7)]),
    ("", "anything", []),
    ("“seven months”", "seven months", [(0, 12)]),
    ("مساعدة", "طلبت مساعدة", [(5, 11)]),
)


@pytest.mark.parametrize(("typed", "text", "spans"), FOUND)
def test_what_is_looked_for_is_found(typed: str, text: str, spans: list[tuple[int, int]] | None) -> None:
    assert read_text(typed).found(text) == spans


@pytest.mark.parametrize("typed", ["OR", "a OR", "OR b", "a NEAR/5", "NEAR/5", '"open', "…", "a NEAR/99 b", "x" * 301])
def test_what_cannot_be_read_says_what_to_do(typed: str) -> None:
    with pytest.raises(BadText, match=r"[.]$"):
        read_text(typed)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), texts)
def test_anything_typed_is_read_or_refused_and_finds_places_in_the_text(typed: str, text: str) -> None:
    try:
        query = read_text(typed)
    except BadText:
        return
    spans = query.found(text) or []
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@settings(max_examples=40, deadline=None)
@given(texts)
def test_every_word_of_a_text_is_found_where_it_stands(text: str) -> None:
    found = words_of(text)
    for span, word in zip(found.spans, found.said, strict=True):
        query = read_text(f'"{word}"')
        assert span in (query.found(text) or []) or words_of(word).said != [word]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(Place, st.integers(0, 255), st.binary(min_size=16, max_size=16), cells := st.integers(0, 9999), cells)
    )
)
def test_places_are_unpacked_as_they_were(kept: list[Place]) -> None:
    assert list(unpacked(packed(kept))) == kept
