"""The plan of a revision: eight steps worked out backwards from the day the review is due, and what a late one moves.

Days are calendar days; a day on which something is due is never on a weekend. Pure.
"""

import itertools
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

#: The steps in order, and how many days each usually takes: whole weeks, so that plans stay on one day of the week.
USUAL = {
    "scope": 28,
    "consult": 84,
    "code": 42,
    "findings": 28,
    "draft": 56,
    "second": 42,
    "sign-off": 28,
    "publish": 14,
}
STEPS = tuple(USUAL)
PUBLISH = STEPS[-1]
LONGEST = 730  # days of one step
WEEK = 7
#: How a step stands: done, late, will be late because of one before it, under way, still to come.
DONE, LATE, PUSHED, NOW, LATER = STATES = ("done", "late", "pushed", "now", "later")
#: What else moves when a step is changed: later steps where they must, earlier ones with it, or nothing.
PUSH, BACKWARDS, ALONE = WAYS = ("push", "backwards", "alone")


@dataclass(frozen=True)
class Step:
    """One step as it is planned: how many days it takes, when it is due, and when it was done."""

    name: str
    days: int
    due_on: date
    done_on: date | None = None

    @property
    def begins_on(self) -> date:
        """The day its work begins, if it is to take as long as it may."""
        return self.due_on - timedelta(self.days)


@dataclass(frozen=True)
class Expected:
    """A step as things stand: when it can be expected, how many days after its day that is, and its state."""

    step: Step
    on: date
    late: int
    state: str


@dataclass(frozen=True)
class Late:
    """A step that is late, by how many days, and what it delays: later steps and by how many days each."""

    name: str
    days: int
    pushes: Mapping[str, int]

    @property
    def publishing(self) -> int:
        """By how many days it puts off the day of publishing."""
        return self.pushes.get(PUBLISH, self.days if self.name == PUBLISH else 0)


@dataclass(frozen=True)
class Moved:
    """A step before and after a change of the plan."""

    before: Step
    after: Step

    @property
    def by(self) -> int:
        """By how many days its day moves; less than 0: earlier."""
        return (self.after.due_on - self.before.due_on).days


Plan = tuple[Step, ...]


def years_after(day: date, years: int) -> date:
    """The same day so many years later. Where there is no 29 February, the 28th: never later than was promised."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def worked_before(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(max(0, day.weekday() - 4))


def worked_after(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta((WEEK - day.weekday()) % WEEK if day.weekday() > 4 else 0)


def due_after(published_on: date, years: int) -> date:
    """The day a review is due: so many years after its edition was published, on a working day."""
    return worked_before(years_after(published_on, years))


def usual_days(published_on: date, due_on: date) -> dict[str, int]:
    """How long each step may take: as usual, or in proportion where that is more than half of the time there is."""
    there, usual = max((due_on - published_on).days // 2, 0), sum(USUAL.values())
    if usual <= there:
        return dict(USUAL)
    return {name: max(WEEK, days * there // usual // WEEK * WEEK) for name, days in USUAL.items()}


def planned_back(due_on: date, days: Mapping[str, int]) -> Plan:
    """A plan whose last step ends on the working day at or before `due_on`, and each step where the next begins."""
    plan: list[Step] = []
    due = worked_before(due_on)
    for name in reversed(STEPS):
        plan.append(Step(name, days[name], due))
        due = worked_before(due - timedelta(days[name]))
    return tuple(reversed(plan))


def planned_from(start: date, days: Mapping[str, int]) -> Plan:
    """A plan that begins on `start` and takes its days."""
    steps = [Step(name, days[name], start) for name in STEPS]
    return again_from(steps, start)


def again_back(plan: Sequence[Step], due_on: date) -> Plan:
    """The same steps worked out backwards from another day. Those that are done stay."""
    last = plan[-1]
    return tuple(plan) if last.done_on else changed(plan, PUBLISH, replace(last, due_on=due_on), BACKWARDS)


def again_from(plan: Sequence[Step], start: date) -> Plan:
    """The same steps one after the other from `start` on. Those that are done stay."""
    made: list[Step] = []
    ready = start
    for step in plan:
        made.append(step if step.done_on else replace(step, due_on=worked_after(ready + timedelta(step.days))))
        ready = ready if step.done_on else made[-1].due_on
    return tuple(made)


def expected(plan: Sequence[Step], today: date) -> tuple[Expected, ...]:
    """When each step can be expected: what is late today at the soonest, and every other step on its day or, where
    those before it come too late for that, its days after them.
    """
    found: list[Expected] = []
    ready, so_far = date.min, True
    for step in plan:
        on = step.done_on or _comes(step, ready, today)
        state = _state(step, on, today, bool(found) and so_far)
        found.append(Expected(step, on, (on - step.due_on).days, state))
        ready, so_far = max(ready, on), so_far and state == DONE
    return tuple(found)


def _comes(step: Step, ready: date, today: date) -> date:
    waits = step.due_on if ready <= step.begins_on else worked_after(ready + timedelta(step.days))
    return max(step.due_on, waits, worked_after(today) if step.due_on < today else step.due_on)


def _state(step: Step, on: date, today: date, all_before: bool) -> str:
    if step.done_on:
        return DONE
    if step.due_on < today:
        return LATE
    if on > step.due_on:
        return PUSHED
    return NOW if all_before or step.begins_on <= today else LATER


def late_today(plan: Sequence[Step], today: date) -> tuple[Late, ...]:
    """What is late, in order, and what each delays: what waits for it, as if those late before it were not."""
    return tuple(
        Late(step.name, (today - step.due_on).days, _pushes(plan, step, today))
        for step in plan
        if step.done_on is None and step.due_on < today
    )


def _pushes(plan: Sequence[Step], late: Step, today: date) -> dict[str, int]:
    at = plan.index(late)
    found = expected([*(replace(step, done_on=step.done_on or step.due_on) for step in plan[:at]), *plan[at:]], today)
    return {each.step.name: each.late for each in found[at + 1 :] if each.late > 0 and each.state != DONE}


def published_by(plan: Sequence[Step], today: date) -> date:
    """The day on which the next edition can be expected."""
    return expected(plan, today)[-1].on


def days_left(plan: Iterable[Step]) -> int:
    """How many days the steps take that are not done."""
    return sum(step.days for step in plan if step.done_on is None)


def changed(plan: Sequence[Step], name: str, to: Step, way: str) -> Plan:
    """The plan after one step became `to`, with what moves by it. Steps that are done stay where they are."""
    at = next(number for number, step in enumerate(plan) if step.name == name)
    to = replace(to, due_on=worked_before(to.due_on))
    if way == PUSH:
        return _pushed(plan, at, to)
    after = (to, *plan[at + 1 :])
    return (*_drawn_back(plan[:at], to), *after) if way == BACKWARDS else (*plan[:at], *after)


def _pushed(plan: Sequence[Step], at: int, to: Step) -> Plan:
    before = plan[at]
    if at and to.done_on is None and to.days > before.days and to.due_on == before.due_on:
        to = _after(plan[at - 1], to)
    made = [*plan[:at], to]
    for step in plan[at + 1 :]:
        made.append(step if step.done_on else _after(made[-1], step))
    return tuple(made)


def _after(before: Step, step: Step) -> Step:
    """The step, no sooner than its days after the one before it."""
    return replace(step, due_on=max(step.due_on, worked_after(before.due_on + timedelta(step.days))))


def _drawn_back(earlier: Sequence[Step], to: Step) -> Plan:
    made: list[Step] = []
    begins = to.begins_on
    for step in reversed(earlier):
        kept = step if step.done_on else replace(step, due_on=worked_before(begins))
        made.append(kept)
        begins = kept.begins_on
    return tuple(reversed(made))


def moves(before: Sequence[Step], after: Sequence[Step]) -> tuple[Moved, ...]:
    """The steps whose day or length is another one, in order."""
    pairs = zip(before, after, strict=True)
    return tuple(Moved(one, other) for one, other in pairs if (one.due_on, one.days) != (other.due_on, other.days))


def overlapping(plan: Sequence[Step]) -> tuple[tuple[str, str], ...]:
    """Pairs of steps that stand one after the other where the second would be due before the first."""
    pairs = itertools.pairwise(plan)
    return tuple((one.name, other.name) for one, other in pairs if other.due_on < one.due_on)


def sooner_review(due_on: date, plan: Sequence[Step], today: date, from_day: date | None = None) -> date | None:
    """An earlier day for a review that something calls for: from `from_day` on, and as soon as the steps that are left
    can be done. None where that is not earlier than `due_on`."""
    soonest = today + timedelta(days_left(plan))
    day = worked_after(max(soonest, from_day or soonest))
    return day if day < due_on else None
