"""Letting figures out: every release is compared with those before it, and noted. Called by jobs, before they keep."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.findings.breakdowns import Breakdown
from analysis.findings.releases.differences import Release, TooClose, too_close
from analysis.findings.releases.release_tables import Told, add_refusal, add_release, forget_refusals, releases
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


def may_release(session: Session, opener: Opener, release: Release) -> list[TooClose]:
    """What stands against letting figures out: empty where they may be. Changes nothing."""
    return too_close(release, releases(session, opener))


def release_of(session: Session, survey_id: bytes, name: str, groups: Mapping[str, Set[bytes]]) -> Release:
    """A release over the responses of these groups that are still there. Groups under ten are left out: nothing of them
    is shown."""
    there = frozenset(session.scalars(select(Response.id).where(Response.survey_id == survey_id)))
    people = there & frozenset[bytes]().union(*groups.values())
    shown = {group: people & members for group, members in groups.items()}
    return Release(name, people, {group: each for group, each in shown.items() if len(each) >= THRESHOLD})


def let_out(
    session: Session, opener: Opener, name: str, groups: Mapping[str, Set[bytes]], at: datetime
) -> list[TooClose]:
    """Whether figures of some groups (name -> ids of responses) may be let out now, as `may_release` says.

    Noted either way; figures may be kept only where this is empty, else the earlier ones stay.
    """
    release = release_of(session, opener.survey_id, name, groups)
    public_key = session.get_one(PublishedSurvey, opener.survey_id).public_key
    forget_refusals(session, opener, name)
    if not release.groups or release in releases(session, opener):
        return []
    against = may_release(session, opener, release)
    if against:
        add_refusal(session, public_key, opener.survey_id, name, against, at)
    else:
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
