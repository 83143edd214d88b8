"""What is new: the same groups whatever the order, nothing left out, nobody alone a group."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.emerging.grouping import Text, grouped

REST = [f"I waited {n} weeks for the phone to be answered at the service." for n in range(80)]
DOGS = [
    "They would not take my dog, so I slept in the car with the dog.",
    "The refuge had no place for a dog.",
    "Leaving the dog behind with her was what kept me there.",
    "Find foster homes for every dog and cat.",
]
COURT = [
    "The family court took the children from me on her word.",
    "Family court is where she goes on hurting me.",
    "Nobody came with me to the family court.",
]
ALONE = ["My imam was the only person who listened.", "I am deaf and there was no interpreter."]


def texts(*words: str, source: str = "") -> list[Text]:
    return [Text(f"{number:04}", source or f"r{number}", each) for number, each in enumerate(words)]


def test_what_several_say_is_a_group_and_what_one_says_is_listed() -> None:
    groups, once = grouped(texts(*DOGS, *COURT, *ALONE), REST)
    assert [set(group.passages) for group in groups] == [
        {"0000", "0001", "0002", "0003"},
        {"0004", "0005", "0006"},
    ]
    assert once == ["0007", "0008"]
    assert groups[0].words[0][0] == "dog"
    assert groups[0].words[0][1] > 10
    assert "family court" in groups[1].pairs


def test_one_person_saying_it_three_times_is_no_group() -> None:
    assert grouped(texts(*COURT, source="one"), REST)[0] == []


def test_words_that_everybody_uses_mark_nothing() -> None:
    same = [
        "I waited a long time for the phone.",
        "Weeks waited, the phone rang out.",
        "The service answered the phone.",
    ]
    assert grouped(texts(*same), REST * 3)[0] == []


def test_without_anything_to_hold_against_it_groups_all_the_same() -> None:
    groups, once = grouped(texts(*DOGS, *COURT, *ALONE), [])
    assert {"0000", "0001", "0002", "0003"} in [set(group.passages) for group in groups]
    assert sum(len(group.passages) for group in groups) + len(once) == 9


def test_nothing_at_all() -> None:
    assert grouped([], REST) == ([], [])
    assert grouped(texts("", "…", "I did."), REST) == ([], ["0000", "0001", "0002"])


def test_a_word_that_is_only_ever_said_twice_running() -> None:
    (group,), _once = grouped(texts("Dog dog.", "Dog dog.", "Rain fell.", "Phones rang.", "Somebody wrote."), REST)
    assert group.pairs == ("dog dog",)


WORD = st.sampled_from("dog court imam family phone wait refuge interpreter children money the of and".split())


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.lists(WORD, max_size=7), st.integers(0, 5)), max_size=14), st.randoms(use_true_random=False)
)
def test_any_order_gives_the_same_and_every_passage_is_somewhere_once(
    said: list[tuple[list[str], int]], order: random.Random
) -> None:
    given_ = [Text(f"{n:02}", f"r{who}", " ".join(words)) for n, (words, who) in enumerate(said)]
    groups, once = grouped(given_, REST)
    places = [*once, *(each for group in groups for each in group.passages)]
    assert sorted(places) == [text.id for text in given_]
    source = {text.id: text.source for text in given_}
    assert all(len({source[each] for each in group.passages}) >= 2 for group in groups)
    order.shuffle(given_)
    assert grouped(given_, REST[::-1]) == (groups, once)


@pytest.mark.slow
def test_five_thousand_passages_are_grouped_within_a_minute() -> None:
    chance = random.Random(5)
    words = [f"word{number}" for number in range(3000)]
    many = [Text(f"{n:05}", f"r{n}", " ".join(chance.choices(words, k=14))) for n in range(5000)]
    groups, once = grouped(many, REST)
    assert sum(len(group.passages) for group in groups) + len(once) == 5000
