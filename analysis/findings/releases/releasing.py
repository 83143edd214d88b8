"""Letting figures out: every release is compared with those before it, and noted. Called by jobs, before they keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from analysis.findings.breakdowns import Breakdown
from analysis.findings.releases.differences import Release, TooClose, release_over, too_close
from analysis.findings.releases.release_tables import Told, add_refusal, add_release, forget_refusals, releases
from analysis.findings.releases.rolls import Roll, narrowed, roll_of, together
from analysis.findings.shown import ALL
from safekeeping.languages import gettext as _
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey
from surveys.intake.rounding import THRESHOLD
from surveys.intake.tables import Response

#: The names of releases; others may be added by whoever lets figures out.
FINDINGS, WAVES = "findings", "waves"
NAMES = {FINDINGS: _("Findings"), WAVES: _("Shares to compare with another consultation")}
NOT_SAID, TOGETHER = _("Not said"), _("Together")
#: Ids that are fetched together.
AT_ONCE = 10_000


def may_release(session: Session, opener: Opener, release: Release) -> list[TooClose]:
    """What stands against letting figures out: empty where they may be. Changes nothing."""
    return too_close(release, releases(session, opener))


def ids_of(session: Session, survey_id: bytes, *which: ColumnElement[bool]) -> Roll:
    """The responses of a survey that are kept now, those for which all of `which` holds."""
    found, wanted = bytearray(), select(Response.id).where(Response.survey_id == survey_id, *which)
    with session.scalars(wanted.order_by(Response.id).execution_options(yield_per=AT_ONCE)) as ids:
        for some in ids.partitions():
            found += b"".join(some)
    return Roll(bytes(found))


def release_of(session: Session, survey_id: bytes, name: str, groups: Mapping[str, Iterable[bytes]]) -> Release:
    """A release over the responses of these groups that are still there. Groups under ten are left out: nothing of them
    is shown."""
    rolls = {group: roll_of(members) for group, members in groups.items()}
    everybody = roll_of(())
    for roll in rolls.values():
        everybody = together(everybody, roll)[0]
    return of_those_left(session, survey_id, release_over(name, everybody, rolls))


def of_those_left(session: Session, survey_id: bytes, release: Release) -> Release:
    """The same release over those of its people who are still there, without groups under ten."""
    left, length = release.people.bits(ids_of(session, survey_id)), len(release.people)
    groups = release.groups
    if left != release.people.everybody:
        groups = {name: narrowed(bits, length, left) for name, bits in groups.items()}
    shown = {name: bits for name, bits in groups.items() if bits.bit_count() >= THRESHOLD}
    return Release(release.name, release.people.only(left), shown)


def let_out(
    session: Session, opener: Opener, name: str, groups: Mapping[str, Iterable[bytes]], at: datetime
) -> list[TooClose]:
    """Whether figures of some groups (name -> ids of responses) may be let out now, as `may_release` says.

    Noted either way; figures may be kept only where this is empty, else the earlier ones stay.
    """
    return let_out_over(session, opener, release_of(session, opener.survey_id, name, groups), at)


def let_out_over(session: Session, opener: Opener, release: Release, at: datetime) -> list[TooClose]:
    """The same for a release over responses that are still there, without groups under ten."""
    public_key = session.get_one(PublishedSurvey, opener.survey_id).public_key
    forget_refusals(session, opener, release.name)
    against: list[TooClose] = []
    for earlier in releases(session, opener) if release.groups else ():
        if release == earlier:
            return []
        against += too_close(release, [earlier])
    if against:
        add_refusal(session, public_key, opener.survey_id, release.name, against, at)
    elif release.groups:
        add_release(session, public_key, opener.survey_id, release, at)
    return against


@dataclass(frozen=True)
class Said:
    """A release in words. `groups`: each with how many people, to the nearest five; `held_back`: whose figures would
    have told too much."""

    name: str
    made_at: datetime
    groups: tuple[tuple[str, int], ...]
    held_back: tuple[str, ...]


def said_of_release(each: Told, asked: Mapping[str, Breakdown]) -> Said:
    """A release of the ledger in the words of the language spoken now. `asked`: the breakdowns by their names; findings
    are by the first."""
    by = asked.get(each.name, next(iter(asked.values())))
    title = _(NAMES[each.name]) if each.name in NAMES else _(by.title)
    order = [ALL, *by.groups]
    groups = sorted(each.groups.items(), key=lambda pair: _place(pair[0], order))
    held_back = dict.fromkeys(_called(fault.group, by) for fault in each.against)
    return Said(title, each.made_at, tuple((_called(name, by), count) for name, count in groups), tuple(held_back))


def _place(group: str, order: Sequence[str]) -> int:
    found = ALL if group.startswith(ALL) else group
    return order.index(found) if found in order else len(order)


def _called(group: str, by: Breakdown) -> str:
    if group.startswith(ALL):
        return _(TOGETHER)
    return _(by.groups.get(group, group) or NOT_SAID)
