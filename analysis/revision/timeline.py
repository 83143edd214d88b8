"""Plans as a picture: where each step lies on a line of time, in per cent of its width. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.revision.planning import DONE, Expected

#: Months between two marks of the scale, the closest first; and how many marks fit on a telephone.
_STEPS, MOST_MARKS = (1, 2, 3, 6, 12, 24, 60, 120, 600), 4
#: Room on both sides of what is shown, as a share of it.
_MARGIN = 0.03
#: A step narrower than this has no number under it.
NUMBERED = 4.0


@dataclass(frozen=True)
class Mark:
    """A first day of a month that the scale names."""

    day: date
    at: float


@dataclass(frozen=True)
class Leg:
    """One step on the line. `number` counts from 1, 0 where there is no room for it."""

    name: str
    number: int
    at: float
    width: float
    state: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.at + self.width / 2, 2)


@dataclass(frozen=True)
class Scale:
    """The stretch of time that is shown."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Where a day lies, 0..100; a day outside lies at the nearer end."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(min(max(share, 0.0), 1.0) * 100, 2)

    def marks(self) -> tuple[Mark, ...]:
        """As many first days of months as can be told apart on a narrow screen."""
        every = list(_months(self.first, self.last))
        for step in _STEPS:
            chosen = [day for day in every if (day.year * 12 + day.month - 1) % step == 0]
            if len(chosen) <= MOST_MARKS:
                break
        return tuple(Mark(day, self.at(day)) for day in chosen)


def _months(first: date, last: date) -> Iterator[date]:
    day = (first.replace(day=1) + timedelta(31)).replace(day=1)
    while day <= last:
        yield day
        day = (day + timedelta(31)).replace(day=1)


def scale_for(plans: Iterable[Sequence[Expected]], *further: date) -> Scale:
    """A scale that holds these plans, and further days such as today."""
    days = [*further]
    for plan in plans:
        days += [plan[0].step.begins_on, *(each.on for each in plan), *(each.step.due_on for each in plan)]
    first, last = min(days), max(days)
    room = timedelta(max(7, round((last - first).days * _MARGIN)))
    return Scale(first - room, last + room)


def legs(plan: Sequence[Expected], scale: Scale) -> tuple[Leg, ...]:
    """The steps of a plan on that scale. One that is done ends on the day it was done, never before it begins."""
    found: list[Leg] = []
    begins = scale.at(plan[0].step.begins_on)
    for number, each in enumerate(plan, 1):
        ends = max(begins, scale.at(each.on if each.state == DONE else each.step.due_on))
        width = round(ends - begins, 2)
        found.append(Leg(each.step.name, number if width >= NUMBERED else 0, begins, width, each.state))
        begins = ends
    return tuple(found)


def overrun(plan: Sequence[Expected], scale: Scale) -> tuple[float, float] | None:
    """Where publishing goes beyond its day, as things stand: from, and width."""
    last = plan[-1]
    if last.late <= 0 or last.state == DONE:
        return None
    begins = scale.at(last.step.due_on)
    return begins, round(scale.at(last.on) - begins, 2)
