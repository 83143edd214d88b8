"""What changed between two wordings: whole words, nothing lost, nothing mangled."""

import doctest
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from analysis.revision import word_changes
from analysis.revision.word_changes import ADDED, REMOVED, SAME, changes, new_text, old_text, words_of

#: Texts as people paste them: accents as signs of their own, right-to-left words, pictures, odd spaces.
SIGNS = "ab c.,’-1é\u0301\u200d\U0001f469\U0001f3fd\U0001f1ec\U0001f1e7\u0645\u064b\u0939\u093f\r\n\t\u00a0"
TEXTS = some.text(some.sampled_from(SIGNS), max_size=40)


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in changes(old, new)]


@given(TEXTS | some.text(max_size=60), TEXTS | some.text(max_size=60))
@example("", " ")
@example("a b", "b  a")
def test_both_texts_can_be_rebuilt(old: str, new: str) -> None:
    parts = changes(old, new)
    assert (old_text(parts), new_text(parts)) == (old, new)
    assert all(each.text for each in parts)
    assert "".join(word.text + word.space for word in words_of(old)) == old


@given(TEXTS)
def test_the_same_text_has_no_change(text: str) -> None:
    assert told(text, text) == ([(SAME, text)] if text else [])


@given(TEXTS, TEXTS)
def test_no_sign_is_cut_from_what_it_belongs_to(old: str, new: str) -> None:
    """No part begins with a mark that is written on top of the letter before it, where a letter is before it."""
    seen = {REMOVED: "", ADDED: ""}
    for part in changes(old, new):
        for kind in seen if part.kind == SAME else (part.kind,):
            before, first = seen[kind][-1:], part.text[0]
            if before and not before.isspace():
                assert unicodedata.category(first)[0] != "M"
                assert before != "\u200d" or first.isspace()
            seen[kind] += part.text


def test_words_are_taken_out_and_put_in_whole() -> None:
    assert told("Staff are trained.", "Staff are well trained.") == [
        (SAME, "Staff are "),
        (ADDED, "well "),
        (SAME, "trained."),
    ]
    assert told("a cat.", "a cat sat.") == [(SAME, "a cat"), (ADDED, " sat"), (SAME, ".")]
    assert told("We don’t wait.", "We do wait.") == [
        (SAME, "We "),
        (REMOVED, "don’t"),
        (ADDED, "do"),
        (SAME, " wait."),
    ]
    assert told("within 1,000 days", "within 1,500 days")[1:3] == [(REMOVED, "1,000"), (ADDED, "1,500")]


def test_a_phrase_that_is_replaced_stays_together() -> None:
    assert told("It has a written policy.", "It has an honest plan.") == [
        (SAME, "It has "),
        (REMOVED, "a written policy"),
        (ADDED, "an honest plan"),
        (SAME, "."),
    ]


@pytest.mark.parametrize("whole", ["cafe\u0301s", "👩🏽‍⚕️", "🇬🇧", "हिन्दी", "مُدَرِّس", "well-being", "o’clock"])
def test_what_belongs_together_is_one_word(whole: str) -> None:
    assert [each.text for each in words_of(f"so {whole}, so")] == ["so", whole, ",", "so"]


def test_a_little_word_between_two_replaced_ones_goes_with_them() -> None:
    assert told("speed of reply is kept", "kindness of answer is kept")[:2] == [
        (REMOVED, "speed of reply"),
        (ADDED, "kindness of answer"),
    ]
    assert told("one because two", "three because four")[2] == (SAME, " because ")


@pytest.mark.parametrize("every", [3, 60, 300])
def test_two_long_wordings_are_compared_at_once(every: int) -> None:
    old = " ".join(f"the service w{number % every} of it," for number in range(400))
    new = " ".join(f"the team w{number * 7 % every} of it," for number in range(400))
    begun = time.process_time()
    parts = changes(old, new)
    assert time.process_time() - begun < 1
    assert (old_text(parts), new_text(parts)) == (old, new)


def test_the_example_in_its_words_holds() -> None:
    assert doctest.testmod(word_changes).failed == 0
