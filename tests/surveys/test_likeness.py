"""Buckets that fill with time, and telling texts that are alike without keeping them."""

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.responding.buckets import HOUR, Bucket, Shelf, Size
from surveys.responding.likeness import DAY, MOST, Likeness, folded

SURVEY, OTHER = b"s" * 16, b"o" * 16
LETTER = (
    "We ask that every service answers a man who calls as it would answer anybody else. He should be believed, he "
    "should be told what happens next, and nobody should ask him first what he did. This costs little and it matters. "
    "We also ask for rooms that do not say on the door whom they are for, and for evenings, because many of us work."
)
SENTENCE = "Believe men the first time that they ask for help."
jumps = st.lists(st.floats(-1e6, 1e6), max_size=40)


# Buckets -------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.integers(1, 50), st.floats(0, 1e5), jumps)
def test_a_bucket_is_never_below_nothing_or_above_full(at_once: int, an_hour: float, steps: list[float]) -> None:
    now, bucket = 0.0, Bucket(Size(at_once, an_hour), 0.0)
    for step in steps:
        now += step
        taken = bucket.take(now)
        assert 0 <= bucket.level <= at_once
        assert taken or bucket.level < 1


@settings(max_examples=60)
@given(st.integers(1, 50), st.floats(0, 1e5), jumps)
def test_filling_never_takes_anything_away(at_once: int, an_hour: float, steps: list[float]) -> None:
    now, bucket = 0.0, Bucket(Size(at_once, an_hour), 0.0)
    for step in steps:
        bucket.take(now)
        before = bucket.level
        now += step
        bucket.fill(now)
        assert bucket.level >= before


@settings(max_examples=40)
@given(st.integers(1, 20), st.integers(1, 500), st.lists(st.floats(0, 60), min_size=1, max_size=100))
def test_no_more_come_through_than_fit_and_flow_in(at_once: int, an_hour: int, steps: list[float]) -> None:
    now, bucket, taken = 0.0, Bucket(Size(at_once, an_hour), 0.0), 0
    for step in steps:
        now += step
        taken += bucket.take(now)
    assert taken <= at_once + now * an_hour / HOUR + 1e-6


def test_a_shelf_holds_no_more_than_it_has_place_for() -> None:
    shelf = Shelf(Size(1, 0), most=3)
    assert [shelf.take(name, 0) for name in (b"a", b"b", b"c", b"a", b"d")] == [True, True, True, False, True]
    assert len(shelf) == 3
    assert shelf.take(b"b", 0)  # was not asked for longest, so it was dropped and comes back full
    assert not shelf.take(b"a", 0)


# Likeness ------------------------------------------------------------------------------------------


def fresh(most: int = MOST) -> Likeness:
    return Likeness(Size(15, 30), most)


def test_a_letter_is_told_again_whatever_its_case_and_signs() -> None:
    seen = fresh()
    assert not seen.is_repeated(SURVEY, {"say": LETTER}, 0)
    assert seen.is_repeated(SURVEY, {"say": LETTER.upper().replace(".", " !! ")}, 1)
    assert seen.is_repeated(SURVEY, {"why": "Hello. " + LETTER.replace("costs little", "is cheap")}, 2)
    assert not seen.is_repeated(OTHER, {"say": LETTER}, 3)


def test_a_letter_is_forgotten_a_day_after_it_came_last() -> None:
    seen = fresh()
    assert [seen.is_repeated(SURVEY, {"say": LETTER}, when) for when in (0, DAY - 1, 2 * DAY - 2)] == [
        False,
        True,
        True,
    ]
    assert not seen.is_repeated(SURVEY, {"say": LETTER}, 3 * DAY)
    assert len(seen._texts) == 1


def test_people_may_say_the_same_sentence() -> None:
    seen = fresh()
    said = [seen.is_repeated(SURVEY, {"say": SENTENCE, "place": str(n)}, n) for n in range(25)]
    assert said == [False] * 20 + [True] * 5


def test_a_sentence_in_a_longer_text_is_not_the_longer_text() -> None:
    seen = fresh()
    long = SENTENCE * 2 + " This is what I think about it, having gone to three of them in two years, to no avail."
    assert not seen.is_repeated(SURVEY, {"say": SENTENCE + " Please, and thank you for asking us."}, 0)
    assert not seen.is_repeated(SURVEY, {"say": long}, 1)


def test_short_words_and_few_ticks_are_nobodys_fault() -> None:
    seen = fresh()
    assert not any(seen.is_repeated(SURVEY, {"say": "Nothing to add", "told": "yes"}, n) for n in range(500))


def test_what_is_held_is_bounded_and_holds_no_words() -> None:
    seen = fresh(most=50)
    for number in range(200):
        text = " ".join(f"{word}{number}" for word in LETTER.split())
        seen.is_repeated(SURVEY, {"say": text, **{f"q{each}": f"{number}" for each in range(5)}}, number)
        seen.is_repeated(SURVEY, {"say": f"{number}{number} {SENTENCE}", "q": number}, number)
        seen.is_repeated(SURVEY, {f"q{each}": f"{number}" for each in range(6)}, number)
    assert len(seen) <= 50
    assert len(seen._texts._leads) <= 50 * 8
    held = pickle.dumps(vars(seen))
    assert not [word for word in (*LETTER.split(), "Believe") if len(word) > 4 and word.encode() in held]


def test_another_process_makes_other_numbers_of_the_same_words() -> None:
    assert fresh()._sketch(SURVEY, folded(LETTER)) != fresh()._sketch(SURVEY, folded(LETTER))


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.lists(st.text()) | st.none(), max_size=6))
def test_any_answers_can_be_looked_at(answers: dict[str, object]) -> None:
    assert not fresh().is_repeated(SURVEY, answers, 0)
