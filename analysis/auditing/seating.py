"""Who codes which response of an audit: two different people for each, and about the same work for everybody. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

SEATS = (1, 2)

#: Unit -> seat -> person.
Seats = Mapping[bytes, Mapping[int, bytes]]


def load_of(seats: Seats) -> Counter[bytes]:
    """How many responses each person has."""
    return Counter(person for of_unit in seats.values() for person in of_unit.values())


def free_seats(of_unit: Mapping[int, bytes]) -> list[int]:
    """The seats of a response that nobody has."""
    return [seat for seat in SEATS if seat not in of_unit]


def seat_balanced(
    units: Sequence[bytes], seats: Seats, people: Collection[bytes], barred: Collection[tuple[bytes, bytes]]
) -> list[tuple[bytes, int, bytes]]:
    """Fill free seats, (unit, seat, person), each time with whoever has least. Nobody sits twice at one response.

    `barred`: (unit, person) who has seen the machine's suggestion for it, and is not blind to it any more. A seat that
    nobody may have stays free.
    """
    load = load_of(seats)
    given: list[tuple[bytes, int, bytes]] = []
    for unit in units:
        sitting = dict(seats.get(unit, {}))
        for seat in free_seats(sitting):
            able = [each for each in people if each not in sitting.values() and (unit, each) not in barred]
            if able:
                sitting[seat] = min(able, key=lambda each: (load[each], each))
                load[sitting[seat]] += 1
                given.append((unit, seat, sitting[seat]))
    return given


def next_seat(
    units: Sequence[bytes], seats: Seats, person: bytes, barred: Collection[tuple[bytes, bytes]]
) -> tuple[bytes, int] | None:
    """The response that somebody who asks for one is given: one that a colleague has begun, else the next."""
    open_to = [
        (unit, free_seats(seats.get(unit, {})))
        for unit in units
        if person not in seats.get(unit, {}).values() and (unit, person) not in barred
    ]
    able = [(unit, free) for unit, free in open_to if free]
    half = [(unit, free) for unit, free in able if len(free) < len(SEATS)]
    return next(((unit, free[0]) for unit, free in (*half, *able)), None)
