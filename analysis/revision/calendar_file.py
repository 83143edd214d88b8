"""A plan as a calendar that other programs follow (iCalendar, RFC 5545): names of steps and days, and nothing else.

Who owns a step, notes, triggers and figures are in no calendar. The same plan gives the same file: its stamps are of
the last change, and each event keeps its UID for as long as the cycle has that step.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from analysis.revision.plan_words import step_called
from analysis.revision.planning import Plan, Step
from analysis.revision.tables import RevisionCycle
from safekeeping.languages import gettext as _

if TYPE_CHECKING:
    from icalendar import Event

KIND = "text/calendar; charset=utf-8"
#: How often programs are asked to look again, and when they remind: RFC 7986 and RFC 5545, section 3.6.6.
AGAIN_AFTER = timedelta(hours=12)
REMIND = timedelta(days=7)


def calendar_of(cycle: RevisionCycle, plan: Plan) -> bytes:
    """The steps of a cycle, and the day its review is due, as all-day events. Of one that has ended, what was done."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//Heard//Revision//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    name = _("Revision of {title}", title=cycle.title)
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", AGAIN_AFTER, parameters={"value": "DURATION"})
    for step in plan:
        if step.done_on or not cycle.ended_on:
            made.add_component(_step_event(cycle, step))
    if not cycle.ended_on:
        due = _("{title}: the review is due", title=cycle.title)
        made.add_component(_event(cycle, "due", due, cycle.due_on))
    return bytes(made.to_ical())


def _step_event(cycle: RevisionCycle, step: Step) -> "Event":
    values = {"title": cycle.title, "step": step_called(step.name)}
    if step.done_on:
        return _event(cycle, step.name, _("{title}: {step}, done", **values), step.done_on)
    event = _event(cycle, step.name, _("{title}: {step} is due", **values), step.due_on)
    _remind(event)
    return event


def _event(cycle: RevisionCycle, part: str, summary: str, day: date) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{cycle.id.hex()}-{part}@heard")
    event.add("dtstamp", _stamp(cycle))
    event.add("sequence", cycle.plan_changes)
    event.add("summary", summary)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _stamp(cycle: RevisionCycle) -> datetime:
    return (cycle.plan_changed_at or cycle.made_at).replace(microsecond=0)


def _remind(event: "Event") -> None:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event["summary"])
    alarm.add("trigger", -REMIND)
    event.add_component(alarm)
