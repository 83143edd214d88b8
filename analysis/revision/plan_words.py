"""What the steps of a revision are called, and how a plan is put into sentences."""

from collections.abc import Mapping, Sequence
from datetime import date

from babel.dates import format_date

from analysis.revision.planning import (
    ALONE,
    BACKWARDS,
    DONE,
    LATE,
    LATER,
    NOW,
    PUBLISH,
    PUSH,
    PUSHED,
    Expected,
    Late,
    Moved,
    Step,
)
from analysis.revision.tables import ASSESSMENT, CONSULTATION, SECOND
from safekeeping.languages import gettext as _
from safekeeping.languages import language, ngettext, plain_day

#: So many delayed steps are named one by one.
FEW = 3
#: What each step is called, and what is done in it.
STEP_SAID = {
    "scope": _("Scope"),
    "consult": _("Consultation"),
    "code": _("Coding"),
    "findings": _("Findings"),
    "draft": _("Draft"),
    "second": _("Second consultation"),
    "sign-off": _("Sign-off"),
    "publish": _("Publishing"),
}
WORK_SAID = {
    "scope": _("Agree what is looked at, who is asked, and who decides."),
    "consult": _("Ask survivors, providers and commissioners."),
    "code": _("Code what people wrote against the standard, and audit it."),
    "findings": _("Read the figures and the quotes, clause by clause."),
    "draft": _("Propose, discuss and decide; word the next edition."),
    "second": _("Ask again, about the draft wording."),
    "sign-off": _("Whoever is responsible agrees to the next edition."),
    "publish": _("Publish the next edition, and tell people what was done with their views."),
}
#: How a step stands, in a word or two.
STATE_SAID = {
    DONE: _("Done"),
    LATE: _("Late"),
    PUSHED: _("Will be late"),
    NOW: _("Under way"),
    LATER: _("To come"),
}
WAY_SAID = {
    PUSH: _("Later steps move, as far as they must"),
    BACKWARDS: _("The steps before it are worked out backwards again"),
    ALONE: _("Nothing else moves"),
}
PURPOSE_SAID = {
    CONSULTATION: _("Consultation"),
    SECOND: _("Second consultation"),
    ASSESSMENT: _("Self-assessment"),
}


def step_called(name: str) -> str:
    """A step's name in the language spoken now."""
    return _(STEP_SAID[name])


def month_said(day: date) -> str:
    """A month, short, as a scale has room for it."""
    return format_date(day, "MMM y", locale=language().replace("-", "_"))


def days_said(number: int) -> str:
    """So many days."""
    return ngettext("{number} day", "{number} days", number)


def years_said(number: int) -> str:
    """How often: every year, or every so many."""
    return ngettext("every year", "every {number} years", number)


def moved_said(moved: Moved) -> str:
    """How a step moves by a change: its days, and its length where that is another one."""
    before, after = moved.before, moved.after
    values = {"before": plain_day(before.due_on), "after": plain_day(after.due_on), "days": days_said(abs(moved.by))}
    if moved.by > 0:
        said = _("From {before} to {after}: {days} later.", **values)
    elif moved.by < 0:
        said = _("From {before} to {after}: {days} earlier.", **values)
    else:
        said = _("It stays on {day}.", day=values["after"])
    takes = _("It takes {days}.", days=days_said(after.days)) if after.days != before.days else ""
    return f"{said} {takes}".strip()


def late_said(late: Late) -> str:
    """That a step is late, and what that delays."""
    values = {"step": step_called(late.name), "days": days_said(late.days)}
    if late.name == PUBLISH:
        return _("“{step}” is {days} late.", **values)
    if not late.pushes:
        return _("“{step}” is {days} late. There is time enough after it: nothing else moves.", **values)
    values["steps"] = ", ".join(map(step_called, late.pushes))
    if late.publishing and len(late.pushes) > FEW:
        more = days_said(late.publishing)
        return _("“{step}” is {days} late. That delays what comes after it: publishing by {more}.", more=more, **values)
    if not late.publishing:
        return _("“{step}” is {days} late. That delays: {steps}. Publishing stays on its day.", **values)
    values["more"] = days_said(late.publishing)
    return _("“{step}” is {days} late. That delays: {steps}. Publishing comes {more} later by it.", **values)


def outlook_said(found: Sequence[Expected]) -> str:
    """When the next edition can be expected as things stand."""
    last = found[-1]
    if last.state == DONE:
        return _("The next edition was published on {day}.", day=plain_day(last.on))
    if last.late > 0:
        values = {"day": plain_day(last.on), "days": days_said(last.late)}
        return _("As things stand the next edition can be published on {day}, {days} later than planned.", **values)
    return _("As things stand the next edition is published on {day}, as planned.", day=plain_day(last.on))


def step_said(found: Expected) -> str:
    """One step in a sentence: how it stands, and its day."""
    values = {"step": step_called(found.step.name), "day": plain_day(found.step.due_on)}
    if found.state == DONE:
        return _("{step}: done on {day}.", step=values["step"], day=plain_day(found.on))
    if found.state == LATE:
        return _("{step}: late, it was due on {day}.", **values)
    if found.state == PUSHED:
        values["on"] = plain_day(found.on)
        return _("{step}: due on {day}, not expected before {on}.", **values)
    if found.state == NOW:
        return _("{step}: under way, due on {day}.", **values)
    return _("{step}: to come, due on {day}.", **values)


def course_said(found: Sequence[Expected]) -> str:
    """A whole plan in words: what stands in place of its picture."""
    return " ".join(map(step_said, found))


def now_said(found: Sequence[Expected], owners: Mapping[str, str]) -> str:
    """The first step that is not done: which, until when, and whose it is."""
    open_ones = [each for each in found if each.state != DONE]
    if not open_ones:
        return _("Every step is done.")
    step, owner = open_ones[0].step, owners.get(open_ones[0].step.name, "")
    values = {"step": step_called(step.name), "day": plain_day(step.due_on)}
    if open_ones[0].state == LATE:
        said = _("Now: {step}, which was due on {day}.", **values)
    elif open_ones[0].state == LATER:
        said = _("First: {step}, from {begins} on, due on {day}.", begins=plain_day(step.begins_on), **values)
    else:
        said = _("Now: {step}, due on {day}.", **values)
    whose = _("It is {owner}’s.", owner=owner) if owner else _("It is nobody’s yet.")
    return f"{said} {whose}"


def overlaps_said(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Steps that are planned out of order."""
    return [
        _("“{one}” would be due after “{other}”.", one=step_called(one), other=step_called(other))
        for one, other in pairs
    ]


def against_due(plan: Sequence[Step], due_on: date) -> str:
    """How the planned day of publishing stands to the day the review is due; empty where it is in time."""
    after = (plan[-1].due_on - due_on).days
    if after <= 0:
        return ""
    return _("Publishing would be {days} after the day the review is due.", days=days_said(after))
