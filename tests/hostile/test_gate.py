"""A8: five scripts against people who take their time. Programs are set aside; no person is, and nobody is refused.

The clock is handed in, so that a day takes seconds here. A program that waits, writes something new each time and comes
no more often than people do cannot be told from them: see `test_what_cannot_be_told_from_people`.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from safekeeping.vault import random_id
from surveys.responding.buckets import Size
from surveys.responding.gate import USUAL, Gate, Sent, Sizes, sizes_for

SURVEY = b"s" * 16
MIDDAY = 1_800_000_000
#: Words that nobody uses, but as many and as little alike as in what people write.
SYLLABLES = [first + vowel + last for first in "bdfglmnprstw" for vowel in "aeiou" for last in ("", "n", "sh")]
spelling = random.Random(20261123)
WORDS = ["".join(spelling.choices(SYLLABLES, k=spelling.randint(1, 3))) for _ in range(2_000)]
PLACES = ("north", "midlands", "wales", "london", "south-west", "scotland")


class Clock:
    """Goes on when told to."""

    def __init__(self) -> None:
        self.at = 5000.0

    def __call__(self) -> float:
        return self.at

    @property
    def time_of_day(self) -> float:
        """Seconds since 1970."""
        return MIDDAY + self.at


@dataclass(frozen=True)
class Script:
    """What a program sends, one after another: how long it sits at each, and how long after the one before it comes."""

    sits: float
    pause: float
    answers: Callable[[int], dict[str, object]]
    fills_everything: bool = False


chance = random.Random(20261122)


@pytest.fixture(autouse=True)
def the_same_each_time() -> None:
    chance.seed(20261122)


def prose(words: int) -> str:
    """Words nobody wrote before."""
    return " ".join(chance.choice(WORDS) for _ in range(words)) + f" {chance.randrange(10**6)}."


def ticks() -> dict[str, object]:
    """Closed answers of somebody."""
    grid = {f"grid.{row}": chance.randint(1, 5) for row in range(6)}
    return {"audience": "survivor", "place": chance.choice(PLACES), "told": chance.choice("yn"), **grid}


def edited(text: str) -> str:
    """The same with one word in twelve changed."""
    words = text.split()
    for at in chance.sample(range(len(words)), max(1, len(words) // 12)):
        words[at] = chance.choice(WORDS)
    return " ".join(words)


STOLEN = ticks() | {"say": prose(90)}
PARAGRAPH, SENTENCE = prose(60), prose(14)
SCRIPTS = {
    "fills in at once": Script(1, 40, lambda n: ticks() | {"say": prose(50)}),
    "fills in what nobody sees": Script(400, 300, lambda n: ticks() | {"say": prose(50)}, fills_everything=True),
    "sends one answer with small edits": Script(
        600, 900, lambda n: STOLEN | {"say": edited(str(STOLEN["say"])), "place": chance.choice(PLACES)}
    ),
    "floods with random text": Script(300, 0.5, lambda n: ticks() | {"say": prose(50)}),
    "repeats a text slowly": Script(1200, 1200, lambda n: ticks() | {"say": PARAGRAPH}),
}


def sent(clock: Clock, sits: float, answers: dict[str, object], caught: bool = False) -> Sent:
    """What arrives now from somebody who began so long ago."""
    now = clock.time_of_day
    return Sent(SURVEY, random_id(), answers, int(now - sits), now, caught)


def run(script: Script, count: int, sizes: Sizes = USUAL) -> float:
    """The share of what the program sends that is set aside."""
    clock = Clock()
    gate = Gate(clock, sizes)
    aside = 0
    for number in range(count):
        clock.at += script.pause
        aside += gate.sets_aside(sent(clock, script.sits, script.answers(number), script.fills_everything))
    return aside / count


#: A tenth of an attack on a tenth of the place: the flood is told by what a survey takes in an hour.
TENTH = replace(USUAL, answers=Size(3, 6))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_program_is_set_aside(name: str) -> None:
    assert run(SCRIPTS[name], 100, TENTH if name.startswith("floods") else USUAL) >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_program_is_set_aside_at_full_size(name: str) -> None:
    share = run(SCRIPTS[name], 1000)
    print(f"{name}: {share:.1%} of 1,000 set aside")  # noqa: T201 (a figure for docs/security-results.md)
    assert share >= 0.95


@dataclass(order=True)
class Someone:
    """A person: when they send, in seconds from the beginning; how long they sat; what they answer."""

    sends: float
    sat: float
    answers: dict[str, object]


def people(count: int = 200) -> list[Someone]:
    """Two days: with pauses, with a screen reader, in a class, with the same ticks, with a pasted phrase."""
    phrase = "Services must believe men the first time they ask for help."
    at_night = [chance.uniform(0, 48 * 3600) for _ in range(count - 30 - 12)]
    office = chance.uniform(10, 30) * 3600
    in_class = [office + chance.uniform(0, 600) for _ in range(30)]
    found = [Someone(when, _pace(), ticks() | _own_words()) for when in at_night]
    found += [Someone(when, chance.uniform(240, 900), ticks() | _own_words()) for when in in_class]
    found += [
        Someone(chance.uniform(0, 48 * 3600), chance.uniform(120, 900), ticks() | {"say": f"{phrase} {extra}".strip()})
        for extra in ["", "", "", "", "", "Thank you.", *(prose(25) for _ in range(6))]
    ]
    same = ticks()
    for one in chance.sample(found, 2):
        one.answers = dict(same)
    return sorted(found, key=lambda one: one.sends)


def _pace() -> float:
    pauses = sum(chance.random() < 0.3 for _ in range(4)) * 20 * 60
    return chance.choice((chance.uniform(60, 300), chance.uniform(300, 900), chance.uniform(1800, 5400))) + pauses


def _own_words() -> dict[str, object]:
    return {} if chance.random() < 0.35 else {"say": prose(chance.choice((6, 15, 40, 120)))}


def arrivals(clock: Clock, gate: Gate) -> Iterator[bool]:
    """Everybody starts, goes to and fro, and sends; whether each is set aside. Nobody is kept from starting."""
    everybody = people()
    began = clock.at
    for one in everybody:
        clock.at = began + one.sends
        assert gate.may_start(SURVEY, clock.time_of_day - one.sat)
        yield gate.sets_aside(sent(clock, one.sat, one.answers))


def test_no_person_is_refused_or_set_aside() -> None:
    clock = Clock()
    clock.at += 10_000
    gate = Gate(clock)
    verdicts = list(arrivals(clock, gate))
    assert len(verdicts) == 200
    assert not any(verdicts)


def test_people_come_through_while_programs_send_what_gives_them_away() -> None:
    """What is known to be a program's takes nothing away from people."""
    clock = Clock()
    clock.at += 10_000
    gate = Gate(clock)
    verdicts = []
    for verdict in arrivals(clock, gate):
        verdicts.append(verdict)
        for name in ("fills in at once", "fills in what nobody sees", "sends one answer with small edits"):
            script = SCRIPTS[name]
            gate.sets_aside(sent(clock, script.sits, script.answers(0), script.fills_everything))
    assert not any(verdicts)


def test_what_cannot_be_told_from_people() -> None:
    """Said plainly, so that nobody believes otherwise: slow, and something new each time, is kept as a person's."""
    patient = Script(600, 300, lambda n: ticks() | {"say": prose(50)})
    assert run(patient, 100) == 0
    one_sentence = Script(600, 1200, lambda n: ticks() | {"say": SENTENCE})
    assert run(one_sentence, 100) < 0.95  # a campaign's sentence: the first twenty in a day are people's


def test_the_same_sentence_from_the_same_answers_is_a_program() -> None:
    same = ticks()
    assert run(Script(600, 1200, lambda n: same | {"say": SENTENCE}), 100) >= 0.9


def test_the_same_ticks_again_and_again_are_a_flood() -> None:
    same = ticks()
    assert run(Script(600, 5, lambda n: dict(same)), 1000) >= 0.94  # 56 in 83 minutes


def test_a_national_evening_is_let_in_where_it_is_expected() -> None:
    """12,000 people in three hours, every second of them without a word of their own."""
    clock = Clock()
    gate = Gate(clock, sizes_for(6_000))
    aside = 0
    for number in range(1_200):  # a tenth of an evening's length at its pace
        clock.at += 0.9
        assert gate.may_start(SURVEY, clock.time_of_day)
        aside += gate.sets_aside(sent(clock, 400, ticks() | ({"say": prose(30)} if number % 2 else {})))
    assert aside == 0


def test_a_hall_full_of_invited_people_is_let_in() -> None:
    clock = Clock()
    gate = Gate(clock)
    for _ in range(200):
        clock.at += 2
        assert not gate.sets_aside(replace(sent(clock, 400, ticks() | {"say": prose(30)}), invited=True))


def test_nobody_loses_a_sentence_to_a_program_that_is_too_fast() -> None:
    """A program that repeats what a group of people says does not get their words set aside."""
    clock = Clock()
    gate = Gate(clock)
    assert all(gate.sets_aside(sent(clock, 1, ticks() | {"say": SENTENCE})) for _ in range(100))
    assert not gate.sets_aside(sent(clock, 600, ticks() | {"say": SENTENCE}))


@pytest.mark.parametrize("jump", [-86_400, -3_600, -295, 3_600, 400 * 86_400])
def test_a_clock_that_is_set_flags_nobody(jump: float) -> None:
    clock = Clock()
    gate = Gate(clock)
    began = clock.time_of_day
    assert gate.may_start(SURVEY, began)
    clock.at += 300
    assert not gate.sets_aside(Sent(SURVEY, random_id(), ticks(), int(began), clock.time_of_day + jump, False))


def test_a_program_is_still_too_fast_after_the_clock_was_set() -> None:
    clock = Clock()
    gate = Gate(clock)
    gate.may_start(SURVEY, clock.time_of_day)
    clock.at += 300
    now = clock.time_of_day + 3_600
    assert gate.sets_aside(Sent(SURVEY, random_id(), ticks(), int(now), now + 1, False))


def test_who_sends_again_after_a_fault_is_judged_once() -> None:
    clock = Clock()
    gate = Gate(clock)
    one = sent(clock, 600, ticks() | {"say": PARAGRAPH})
    assert not gate.sets_aside(one)
    assert not gate.sets_aside(one)
    assert gate.sets_aside(replace(one, nonce=random_id()))
