"""What needs somebody now: the list on the desk's first page, one line for each thing, most pressing first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from analysis.coding import counting, safety
from analysis.quoting.standing import ASKED, waiting_for
from analysis.revision.plan_words import late_said, step_called
from analysis.revision.planning import LATER, NOW, PUSHED
from analysis.revision.plans import today_in
from analysis.revision.seen_cycles import SeenCycle, under_way
from analysis.revision.self_assessments import assessments_of, overdue_plans
from safekeeping import resetting
from safekeeping.accounts import codes_left
from safekeeping.jobs import latest
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext, plain_day
from safekeeping.staff import Staff, Visitor, colleagues, only_trying
from surveys.definition.published import ENDED, OPEN, PublishedSurvey, definition_of, local_day, published
from surveys.intake.aside import aside_count
from surveys.intake.mix import BATCH
from surveys.intake.progress import stands
from surveys.launching.looking_over import is_asked
from surveys.writing.written import being_written, tables_of, title_in

SOON = timedelta(days=7)
FEW_CODES = 3
#: Whoever may do one of these with a consultation sees how it stands.
SHOWN = ("collect", "code", "safeguard", "find", "revise", "see trail")


@dataclass(frozen=True)
class Need:
    """One thing to do: what it is, and the link that leads there."""

    what: str
    link: str
    to: str


@dataclass(frozen=True)
class Desk:
    """Whose desk it is, and when."""

    session: Session
    who: Visitor
    now: datetime

    def surveys(self, action: str) -> list[PublishedSurvey]:
        """The published surveys with which this person may do that."""
        return [row for row in published(self.session) if self.who.may(action, row.consultation_id)]


def needs(desk: Desk) -> list[Need]:
    """Everything that waits for this person."""
    return [need for find in FINDERS for need in find(desk)]


def _danger(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("safeguard"):
        if count := safety.answer_count(desk.session, row.id):
            said = ngettext(
                "{number} answer to “{survey}” may speak of danger now.",
                "{number} answers to “{survey}” may speak of danger now.",
                count,
                survey=definition_of(row).title,
            )
            yield Need(said, url_for("safety.look", address=row.address), _("Read them first"))


def _account(desk: Desk) -> Iterator[Need]:
    person = desk.session.get_one(Staff, desk.who.id)
    if only_trying(desk.session, person):
        said = _("You are trying Heard out. Set up your account before you ask real people.")
        yield Need(said, "/desk/set-up", _("Set it up"))
    elif person.is_set_up and (left := codes_left(desk.session, desk.who.id)) < FEW_CODES:
        said = ngettext("{number} of your recovery codes is left.", "{number} of your recovery codes are left.", left)
        yield Need(said, "/desk/account", _("Make new ones"))


def _colleagues(desk: Desk) -> Iterator[Need]:
    if not desk.who.may("vouch"):
        return
    for person in colleagues(desk.session, desk.who.organisation_id):
        wish = resetting.wish_for(desk.session, person, desk.now)
        if wish and desk.who.id not in (person.id, wish.asked_by):
            link = url_for("people.person", person_id=person.id.hex())
            said = _("{name} has lost a password or a telephone. A second colleague must agree.", name=person.name)
            yield Need(said, link, _("Look"))


def _look_over(desk: Desk) -> Iterator[Need]:
    for row in being_written(desk.session):
        if is_asked(row) and row.asked_by != desk.who.id and desk.who.may("publish", row.consultation_id):
            link = url_for("launch.look_over", written_id=row.id.hex())
            said = _("“{survey}” waits to be looked over.", survey=title_in(tables_of(desk.session, row)))
            yield Need(said, link, _("Look it over"))


def _failed(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("see home"):
        if not any(desk.who.may(action, row.consultation_id) for action in SHOWN):
            continue
        job = latest(desk.session, "take in", row.id.hex())
        if job and job.state == "failed":
            yield Need(
                _(
                    "Taking in the newest answers to “{survey}” did not work ({fault}). They are safe. It is tried "
                    "again when the next answers come, or when Heard is started again.",
                    survey=definition_of(row).title,
                    fault=job.fault,
                ),
                url_for("running.history", address=row.address),
                _("Look"),
            )


def _code(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("code"):
        progress = counting.progress(desk.session, row.id, desk.who.id)
        if left := progress.total - progress.coded:
            said = ngettext(
                "{number} passage of “{survey}” not coded by you yet.",
                "{number} passages of “{survey}” not coded by you yet.",
                left,
                survey=definition_of(row).title,
            )
            yield Need(said, url_for("code.next_passage", address=row.address), _("Code the next one"))


def _quotes(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("release quotes"):
        if count := waiting_for(desk.session, row.id, desk.who.id):
            said = ngettext(
                "{number} quote from “{survey}” waits for a second person.",
                "{number} quotes from “{survey}” wait for a second person.",
                count,
                survey=definition_of(row).title,
            )
            yield Need(said, url_for("quotes.look", address=row.address, state=ASKED), _("Look at them"))


def _assessments(desk: Desk) -> Iterator[Need]:
    if not desk.who.may("assess"):
        return
    home, today = desk.who.organisation_id, desk.now.astimezone(ZoneInfo(desk.who.zone)).date()
    if late := overdue_plans(desk.session, home, today):
        said = ngettext(
            "{number} plan of a self-assessment is overdue.", "{number} plans of self-assessments are overdue.", late
        )
        yield Need(said, url_for("assess.listed"), _("See which"))
    if under_way := [each for each in assessments_of(desk.session, home) if each.ended_on is None]:
        said = ngettext(
            "{number} self-assessment is under way.", "{number} self-assessments are under way.", len(under_way)
        )
        yield Need(said, url_for("assess.listed"), _("Go on with it") if len(under_way) == 1 else _("Go on with one"))


def _aside(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("code"):
        if aside_count(desk.session, row.id) >= BATCH:
            link = url_for("set_aside.look", address=row.address)
            title = definition_of(row).title
            said = _("Answers to “{survey}” were set aside, as if a program had sent them.", survey=title)
            yield Need(said, link, _("Look"))


def _days(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("collect"):
        today = local_day(desk.session, row, desk.now)
        link = url_for("running.history", address=row.address)
        if row.state == OPEN and row.closes_on and today <= row.closes_on <= today + SOON:
            when, title = _when(row.closes_on, today), definition_of(row).title
            said = _("“{survey}” closes {when}.", survey=title, when=when)
            yield Need(f"{said}{_behind(desk, row)}", link, _("See how far it is"))
        elif row.state not in ENDED and row.closes_on and row.closes_on < today:
            said = _("The last day of “{survey}” is past.", survey=definition_of(row).title)
            yield Need(said, link, _("Close it"))


def _reviews(desk: Desk) -> Iterator[Need]:
    if not desk.who.may("revise"):
        return
    today = today_in(desk.who.zone, desk.now)
    for cycle in under_way(desk.session, desk.who.organisation_id, today):
        title, link = cycle.row.title, url_for("cycle.look", key=cycle.key)
        for late in cycle.late[:1]:  # the first one is what the others wait for
            yield Need(_("{title}: {late}", title=title, late=late_said(late)), link, _("Open the plan"))
        yield from _own_steps(desk, cycle, today)
        if cycle.calling:
            said = ngettext(
                "{title}: {number} thing calls for an earlier review.",
                "{title}: {number} things call for an earlier review.",
                len(cycle.calling),
                title=title,
            )
            yield Need(said, url_for("cycle_calls.look", key=cycle.key), _("Look, and decide"))


def _own_steps(desk: Desk, cycle: SeenCycle, today: date) -> Iterator[Need]:
    """Steps of a revision that are this person's, and due within days. Late ones are said already."""
    for each in cycle.found:
        theirs = cycle.owner_ids.get(each.step.name) == desk.who.id and each.state in (NOW, PUSHED, LATER)
        if theirs and each.step.due_on <= today + SOON:
            values = {"title": cycle.row.title, "step": step_called(each.step.name)}
            said = _("{title}: “{step}” is yours, and due on {day}.", day=plain_day(each.step.due_on), **values)
            yield Need(said, url_for("cycle.look", key=cycle.key), _("Open the plan"))


def _when(day: date, today: date) -> str:
    days = (day - today).days
    return (_("after today"), _("after tomorrow"))[days] if days < 2 else _("in {number} days", number=days)


def _behind(desk: Desk, row: PublishedSurvey) -> str:
    """Which audiences have not come half as far as is hoped for."""
    every = stands(desk.session, row.id, definition_of(row).audience_names())
    late = [stand.called for stand in every if stand.audience and stand.wanted and (stand.percent or 0) < 50]
    said = _(" Less than half of what you hope for has come from: {audiences}.", audiences=", ".join(late))
    return said if late else ""


FINDERS: tuple[Callable[[Desk], Iterator[Need]], ...] = (
    _danger,
    _account,
    _failed,
    _colleagues,
    _look_over,
    _days,
    _reviews,
    _quotes,
    _code,
    _aside,
    _assessments,
)
