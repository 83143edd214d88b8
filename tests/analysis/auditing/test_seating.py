"""Seats: two different people at each response, about as much for everybody, nobody who saw what is suggested there."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.auditing.queue_order import Unsure, margin_of, most_to_learn
from analysis.auditing.seating import SEATS, load_of, next_seat, seat_balanced

few = settings(max_examples=25, deadline=None)
UNITS = [bytes([number]) for number in range(8)]
PEOPLE = [b"a", b"b", b"c", b"d"]
people = st.sets(st.sampled_from(PEOPLE))
barred = st.sets(st.tuples(st.sampled_from(UNITS), st.sampled_from(PEOPLE)))
taken = st.dictionaries(st.sampled_from(UNITS), st.permutations(PEOPLE).map(lambda two: {1: two[0], 2: two[1]}))
half = st.dictionaries(st.sampled_from(UNITS), st.sampled_from(PEOPLE).map(lambda one: {2: one}))


@few
@given(st.one_of(taken, half), people, barred)
def test_seats_are_two_different_people_who_may(
    seats: dict[bytes, dict[int, bytes]], people: set[bytes], barred: set[tuple[bytes, bytes]]
) -> None:
    given_ = seat_balanced(UNITS, seats, people, barred)
    sitting = {unit: dict(seats.get(unit, {})) for unit in UNITS}
    for unit, seat, person in given_:
        assert seat not in sitting[unit]
        assert person not in sitting[unit].values()
        assert person in people
        assert (unit, person) not in barred
        sitting[unit][seat] = person
    for unit, of_unit in sitting.items():
        able = {each for each in people if each not in of_unit.values() and (unit, each) not in barred}
        assert len(of_unit) == len(SEATS) or not able


@few
@given(people.filter(lambda some: len(some) >= 2))
def test_everybody_has_about_the_same(people: set[bytes]) -> None:
    given_ = seat_balanced(UNITS, {}, people, ())
    load = load_of({unit: {seat: who for at, seat, who in given_ if at == unit} for unit in UNITS})
    assert len(given_) == 2 * len(UNITS)
    assert max(load.values()) - min(load[each] for each in people) <= 1


@few
@given(st.one_of(taken, half), barred)
def test_whoever_takes_a_seat_may_have_it(
    seats: dict[bytes, dict[int, bytes]], barred: set[tuple[bytes, bytes]]
) -> None:
    found = next_seat(UNITS, seats, b"a", barred)
    able = [
        unit
        for unit in UNITS
        if len(seats.get(unit, {})) < 2 and b"a" not in seats.get(unit, {}).values() and (unit, b"a") not in barred
    ]
    assert (found is None) == (not able)
    if found:
        assert found[0] in able
        assert found[1] not in seats.get(found[0], {})


def test_what_a_colleague_has_begun_comes_first() -> None:
    assert next_seat(UNITS, {UNITS[3]: {1: b"b"}}, b"a", ()) == (UNITS[3], 2)


unsure = st.lists(
    st.builds(
        Unsure, st.binary(min_size=2, max_size=2), st.sampled_from(UNITS), st.tuples(st.text("xy")), st.floats(0, 0.5)
    ),
    unique_by=lambda each: each.id,
)


@few
@given(unsure, st.randoms())
def test_what_to_learn_from_comes_in_one_order_only(passages: list[Unsure], chance: st.DrawFn) -> None:
    ordered = most_to_learn(passages)
    assert sorted(ordered) == sorted(each.id for each in passages)
    chance.shuffle(passages)  # type: ignore[attr-defined]
    assert most_to_learn(passages) == ordered


@few
@given(unsure)
def test_the_least_sure_comes_first_and_no_response_twice_before_each_had_its_turn(passages: list[Unsure]) -> None:
    ordered, by_id = most_to_learn(passages), {each.id: each for each in passages}
    if ordered:
        assert by_id[ordered[0]].margin == min(each.margin for each in passages)
    responses = [by_id[each].response_id for each in ordered]
    first = responses[: len(set(responses))]
    assert len(set(first)) == len(first)


def test_margins() -> None:
    assert margin_of({"AE": 0.9, "SD": 0.55}, 0.5) < 0.051
    assert margin_of({"AE": 0.9}, 0.0) == 0
    assert margin_of({}, 0.4) == 0
