"""Reading age: syllables against a list counted by hand, the formula against its paper, short texts, any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.reading_age import FEWEST_WORDS, flesch_kincaid, hard_words, reading_age, syllables

#: Counted by ear, British speech, before the rules were run on them; number of syllables -> words.
BY_HAND = {
    1: "the men help safe what were one does used asked lives changed hour guess through whole shared friend eyes "
    "piece priest court don't aren't tried worth man's",
    2: "abuse people women police housing refuge partner children business abused needed someone useful hundred "
    "little settled client science patient being going trying employed reviewed careful movement centre themselves "
    "region question language persuade didn't quiet trial create guidance  marriage special safely outside "
    "handled changes houses choices anxious colleague building recruit conscious every something homeless "
    "household helpline poem answer wasn't boss's",
    3: "violence services survivor safeguarding domestic behaviour coercive coercion provider "
    "volunteer audience serious previous area idea everyone anyone agreement management religion opinion official "
    "financial influence continue suicide actual sexual racism autism carrying easier awareness homelessness interview "
    "telephone positive negative loneliness library abusive isolate hospital",
    4: "commissioner experience community communities relationship information available vulnerable confidential "
    "emotional appropriate immediate material reliable situation society variety anxiety cooperate education "
    "evaluate isolation priority development",
    5: "organisation psychological individual evaluation sexuality disability associated association communication "
    "immediately opportunity university",
    6: "responsibility accountability availability",
}
COUNTED = [(word, count) for count, words in BY_HAND.items() for word in words.split()]
PLAIN = "We do not ask who you are. What would you like to tell us? You can leave any question blank."
HEAVY = (
    "Organisational accountability notwithstanding, commissioners should systematically operationalise "
    "multidisciplinary safeguarding responsibilities throughout contractual documentation."
)


def test_syllables_agree_with_the_list_counted_by_hand() -> None:
    wrong = {word: syllables(word) for word, count in COUNTED if syllables(word) != count}
    assert len(COUNTED) >= 150
    assert len(wrong) <= 0.03 * len(COUNTED), wrong


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("NHS", 1),
        ("2026", 1),
        ("café", 2),
        ("cafe\u0301", 2),
        ("SERVICES", 3),
        ("didn’t", 2),
        ("don’t", 1),
        ("services'", 3),
        ("", 1),
    ],
)
def test_syllables_of_what_is_no_plain_word(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_formula_agrees_with_a_published_example() -> None:
    assert round(flesch_kincaid(words=13, sentences=1, spoken=24), 1) == 11.3


def test_plain_words_read_young_and_heavy_ones_old() -> None:
    plain, heavy = reading_age(PLAIN), reading_age(HEAVY)
    assert plain is not None
    assert heavy is not None
    assert plain < 10 < 20 < heavy


def test_a_label_has_no_age_whatever_its_words() -> None:
    assert reading_age("Intergovernmental organisational representatives") is None
    assert reading_age(" ".join(["word"] * (FEWEST_WORDS - 1))) is None
    assert reading_age(" ".join(["word"] * FEWEST_WORDS)) is not None


def test_one_long_word_in_a_short_hint_does_not_make_it_hard() -> None:
    age = reading_age("Ask the commissioner if you do not know what to put here.")
    assert age is not None
    assert age < 11


def test_a_long_text_has_the_age_of_the_formula_alone() -> None:
    sentence = "The service asked every man what he needed. "  # 8 words, 11 syllables
    age = reading_age(sentence * 100)
    assert age == pytest.approx(flesch_kincaid(800, 100, 1100) + 5, abs=0.1)


def test_each_line_is_read_on_its_own() -> None:
    items = "Not knowing that help was there\nFear of not being believed\nBeing turned away\nA long wait"
    stopped = "Not knowing that help was there. Fear of not being believed. Being turned away. A long wait."
    assert reading_age(items) == reading_age(stopped)
    assert reading_age(items) != reading_age(items.replace("\n", " "))


def test_a_full_stop_in_a_title_an_address_or_a_number_ends_nothing() -> None:
    whole = "Write to Dr. Brown at www.example.org. He is here from 9.30 to 12.15, e.g. on Mondays and Fridays."
    apart = "Write to Dr Brown at. He is here from 9 to 12, eg on Mondays and Fridays."
    assert reading_age(whole) == pytest.approx(reading_age(apart), abs=0.5)


def test_only_english_is_read() -> None:
    assert reading_age(HEAVY, "en-GB") == reading_age(HEAVY)
    assert reading_age(HEAVY, "cy") is None
    assert hard_words(HEAVY, "ar") == []


def test_hard_words_come_hardest_first_and_once() -> None:
    text = "Responsibility is shared. The commissioner has responsibility for people, services and the Commissioner."
    assert hard_words(text) == ["Responsibility", "commissioner", "services"]
    assert hard_words("Which of these is closest to you?") == []


@pytest.mark.parametrize("text", ["a" * 100_000, "x@" * 50_000, "." * 50_000 + " " * 50_000, "\"')" * 30_000 + " ae"])
def test_an_endless_word_is_soon_read(text: str) -> None:
    assert syllables(text) >= 1
    assert reading_age(f"{text} ten plain words that stand here to be read along") is not None


@given(st.text(), st.text(max_size=5))
def test_any_text_in_any_language_has_an_age_or_none(text: str, language: str) -> None:
    for spoken in (language, "en"):
        age = reading_age(text, spoken)
        assert age is None or 5 <= age <= 25
        assert len(hard_words(text, spoken)) <= len(text)


@given(st.text(alphabet="aeiouylrsdtnqgcm'’. \n?!", min_size=30))
def test_any_letters_have_an_age_or_none(text: str) -> None:
    age = reading_age(text)
    assert age is None or 5 <= age <= 25
    assert syllables(text) >= 1
