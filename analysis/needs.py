"""What needs somebody now: the list on the desk's first page, one line for each thing, most pressing first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from analysis.coding import code_passages, safety
from safekeeping import resetting
from safekeeping.accounts import codes_left
from safekeeping.jobs import latest
from safekeeping.staff import Staff, Visitor, colleagues, only_trying
from surveys.definition.published import ENDED, OPEN, PublishedSurvey, definition_of, local_day, published
from surveys.intake.aside import aside_count
from surveys.intake.mix import BATCH
from surveys.intake.progress import stands
from surveys.launching.looking_over import is_asked
from surveys.writing.written import being_written, tables_of, title_in

SOON = timedelta(days=7)
FEW_CODES = 3


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
            said = "1 answer" if count == 1 else f"{count} answers"
            link = url_for("safety.look", address=row.address)
            yield Need(f"{said} to “{definition_of(row).title}” may speak of danger now.", link, "Read them first")


def _account(desk: Desk) -> Iterator[Need]:
    person = desk.session.get_one(Staff, desk.who.id)
    if only_trying(desk.session, person):
        yield Need(
            "You are trying Heard out. Set up your account before you ask real people.", "/desk/set-up", "Set it up"
        )
    elif person.is_set_up and (left := codes_left(desk.session, desk.who.id)) < FEW_CODES:
        yield Need(
            f"{left} of your recovery codes {'is' if left == 1 else 'are'} left.", "/desk/account", "Make new ones"
        )


def _colleagues(desk: Desk) -> Iterator[Need]:
    if not desk.who.may("vouch"):
        return
    for person in colleagues(desk.session, desk.who.organisation_id):
        wish = resetting.wish_for(desk.session, person, desk.now)
        if wish and desk.who.id not in (person.id, wish.asked_by):
            link = url_for("people.person", person_id=person.id.hex())
            yield Need(
                f"{person.name} has lost a password or a telephone. A second colleague must agree.", link, "Look"
            )


def _look_over(desk: Desk) -> Iterator[Need]:
    for row in being_written(desk.session):
        if is_asked(row) and row.asked_by != desk.who.id and desk.who.may("publish", row.consultation_id):
            link = url_for("launch.look_over", written_id=row.id.hex())
            yield Need(f"“{title_in(tables_of(desk.session, row))}” waits to be looked over.", link, "Look it over")


def _failed(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("see home"):
        job = latest(desk.session, "take in", row.id.hex())
        if job and job.state == "failed":
            yield Need(
                f"Taking in the newest answers to “{definition_of(row).title}” did not work ({job.fault}). They are "
                "safe. It is tried again when the next answers come, or when Heard is started again.",
                url_for("running.history", address=row.address),
                "Look",
            )


def _code(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("code"):
        progress = code_passages.progress(desk.session, row.id, desk.who.id)
        if left := progress.total - progress.coded:
            said = "1 passage" if left == 1 else f"{left} passages"
            link = url_for("code.next_passage", address=row.address)
            yield Need(f"{said} of “{definition_of(row).title}” not coded by you yet.", link, "Code the next one")


def _aside(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("code"):
        if aside_count(desk.session, row.id) >= BATCH:
            link = url_for("set_aside.look", address=row.address)
            yield Need(
                f"Answers to “{definition_of(row).title}” were set aside, as if a program had sent them.", link, "Look"
            )


def _days(desk: Desk) -> Iterator[Need]:
    for row in desk.surveys("collect"):
        today = local_day(desk.session, row, desk.now)
        link = url_for("running.history", address=row.address)
        if row.state == OPEN and row.closes_on and today <= row.closes_on <= today + SOON:
            yield Need(
                f"“{definition_of(row).title}” closes {_when(row.closes_on, today)}.{_behind(desk, row)}",
                link,
                "See how far it is",
            )
        elif row.state not in ENDED and row.closes_on and row.closes_on < today:
            yield Need(f"The last day of “{definition_of(row).title}” is past.", link, "Close it")


def _when(day: date, today: date) -> str:
    days = (day - today).days
    return ("after today", "after tomorrow")[days] if days < 2 else f"in {days} days"


def _behind(desk: Desk, row: PublishedSurvey) -> str:
    """Which audiences have not come half as far as is hoped for."""
    every = stands(desk.session, row.id, definition_of(row).audience_names())
    late = [stand.called for stand in every if stand.audience and stand.wanted and (stand.percent or 0) < 50]
    return f" Less than half of what you hope for has come from: {', '.join(late)}." if late else ""


FINDERS: tuple[Callable[[Desk], Iterator[Need]], ...] = (
    _danger,
    _account,
    _failed,
    _colleagues,
    _look_over,
    _days,
    _code,
    _aside,
)
