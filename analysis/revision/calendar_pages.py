"""The calendar of a cycle, for calendar programs: whoever has its long address reads it, without signing in.

It says nothing about who asks or whether they asked before: no cookie, nothing to be cached, and where there is no such
calendar always the same few words.
"""

import re
from hashlib import sha256

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select

from analysis.api.rate import Rate
from analysis.revision.calendar_file import KIND, calendar_of
from analysis.revision.plans import plan_of
from analysis.revision.tables import RevisionCycle
from safekeeping.database import kept
from safekeeping.languages import speaking
from safekeeping.organisations import Organisation
from surveys.responding.buckets import HOUR, Size

bp = Blueprint("calendar", __name__, url_prefix="/calendar")

KEY = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
#: Each address lets through so many at once, and so many more an hour: a whole team's programs ask twice a day.
USUAL = Size(at_once=60, an_hour=120)
WAIT = round(HOUR / USUAL.an_hour)  # seconds
NOTHING = b"There is no calendar here.\n"
TOO_OFTEN = b"This calendar was asked for too often. Ask again in a minute.\n"
PLAIN = "text/plain; charset=utf-8"


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    allowances = state.app.extensions["allowances"]
    state.app.extensions["calendar_rate"] = Rate(USUAL, allowances=allowances, kind=b"calendar")


@bp.get("/<calendar_key>.ics")
def feed(calendar_key: str) -> Response:
    """Titles and days of the steps of one cycle."""
    cycle = _cycle(calendar_key)
    if cycle is None:
        return Response(NOTHING, 404, content_type=PLAIN)
    if not current_app.extensions["calendar_rate"].allows(sha256(calendar_key.encode()).digest()):
        return Response(TOO_OFTEN, 429, {"Retry-After": str(WAIT)}, content_type=PLAIN)
    with speaking(kept().get_one(Organisation, cycle.organisation_id).language):
        return Response(calendar_of(cycle, plan_of(kept(), cycle)), content_type=KIND)


def _cycle(calendar_key: str) -> RevisionCycle | None:
    if not KEY.fullmatch(calendar_key):
        return None
    return kept().scalar(select(RevisionCycle).where(RevisionCycle.calendar_key == calendar_key))
