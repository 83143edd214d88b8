"""Bridges of a survey on one page: what they are for, how one is drawn, and those there are.

What is drawn is coded and settled where an audit is: one sample of a survey is open at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.auditing import bridge_planning as planning
from analysis.auditing.allocating import DIFFERING, FEWEST_PAIRS
from analysis.auditing.audit_pages import barred
from analysis.auditing.blind_coding import WASHOUT
from analysis.auditing.bridge_planning import Ground
from analysis.auditing.designing import ask_to_draw, at_work, begin_bridge, bridges, draws, newest_sample
from analysis.auditing.people import coders_of
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.seating import SEATS
from analysis.auditing.standing import standing_of
from analysis.code_books.versions import BookVersion, pinned
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("bridge", __name__)

#: Why none can be drawn, in the order in which things are done.
NO_AUDIT, AUDIT_OPEN, NOT_SETTLED, ONE_BOOK, FEW = "no audit", "audit open", "not settled", "one book", "few"


@dataclass(frozen=True)
class BridgeShown:
    """One bridge: its number, the version it is coded by, when, and how far it is."""

    number: int
    version: int | None
    begun_at: datetime
    ended_at: datetime | None
    responses: int
    complete: int
    waits: bool
    short: bool


@bp.get("/audit/<address>/bridge")
@may("code")
def look(address: str) -> Response:
    """What a bridge is for, those there are, and how one would be drawn."""
    return _page(published_at(kept(), address))


def _page(
    row: PublishedSurvey, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None
) -> Response:
    audit, opened = newest_sample(kept(), row.id), _open_bridge(row)
    ground = planning.ground_of(kept(), audit, current_app.extensions["vault"].opener(row.id)) if audit else None
    why = _why_not(ground, opened)
    page = render_template(
        "audit/bridge.html",
        survey=definition_of(row),
        why=why,
        opened=opened,
        fewest=FEWEST_PAIRS,
        days=WASHOUT.days,
        shown=[_shown(row, each) for each in bridges(kept(), row.id)],
        faults=faults or {},
        done="done" in request.args,
        **(_plan(row, ground, typed, faults or {}) if ground and not why else {}),
    )
    return make_response(page, 422 if faults else 200)


def _open_bridge(row: PublishedSurvey) -> AuditSample | None:
    sample = at_work(kept(), row.id)
    return sample if sample is not None and sample.is_bridge and sample.ended_at is None else None


def _why_not(ground: Ground | None, opened: AuditSample | None) -> str:
    """What comes first; empty where a bridge can be drawn, or the open one be extended."""
    if ground is None:
        return NO_AUDIT
    rules = (
        (AUDIT_OPEN, ground.audit.ended_at is None and opened is None),
        (NOT_SETTLED, not ground.settled),
        (ONE_BOOK, not ground.versions),
        (FEW, sum(ground.audited.values()) < FEWEST_PAIRS),
    )
    return next((why for why, holds in rules if holds), "")


def _plan(
    row: PublishedSurvey, ground: Ground, typed: Mapping[str, str] | None, faults: Mapping[str, str]
) -> dict[str, object]:
    audited = sum(ground.audited.values())
    total = min(max(request.args.get("total", planning.USUAL, int), 1), audited)
    wanted = {name: str(number) for name, number in planning.proposed(ground, total).items()}
    if typed is not None:
        wanted = {name: typed.get(f"n-{name}", "") for name in wanted}
    return {
        "rows": planning.rows(row, ground, wanted, faults),
        "widths": planning.widths(ground),
        "shares": DIFFERING,
        "differing": planning.USUAL_DIFFERING,
        "total": total,
        "versions": ground.versions,
        "own": pinned(kept(), ground.audit.book),
        "chosen": (typed or {}).get("version", ""),
    }


def _shown(row: PublishedSurvey, sample: AuditSample) -> BridgeShown:
    version, standing = pinned(kept(), sample.book), standing_of(kept(), sample)
    waits = any(not each.sealed for each in draws(kept(), sample.id))
    short = False
    if sample.ended_at is None:
        everybody, closed = {each.id for each in coders_of(kept(), row)}, barred(sample)
        short = any(
            len(unit.pair | {each for each in everybody if (unit.id, each) not in closed}) < len(SEATS)
            for unit in standing.units.values()
            if unit.passages
        )
    complete = sum(standing.complete(unit) for unit in standing.units.values())
    number = version.number if version else None
    responses = len(standing.units)
    return BridgeShown(sample.number, number, sample.begun_at, sample.ended_at, responses, complete, waits, short)


@bp.post("/audit/<address>/bridge")
@may("lead coding")
def draw(address: str) -> Response:
    """Ask for a bridge, or for more responses in the open one."""
    row = published_at(kept(), address)
    audit, opened = newest_sample(kept(), row.id), _open_bridge(row)
    ground = planning.ground_of(kept(), audit, current_app.extensions["vault"].opener(row.id)) if audit else None
    if ground is None or _why_not(ground, opened):
        return _page(row)
    typed = planning.read_plan(request.form, ground)
    faults = dict(typed.faults)
    to = _version_sent(ground)
    if opened is None and to is None:
        faults["version"] = _("Choose the version of the code book that the responses are to be coded by.")
    if faults:
        return _page(row, request.form, faults)
    if opened is None and to is not None:
        opened = begin_bridge(kept(), row, ground.audit, ground.settled, to, steady_now())
    if opened is not None and all(each.sealed for each in draws(kept(), opened.id)):
        asked = ask_to_draw(kept(), opened, typed.wanted, g.person.id, steady_now())
        note("asked for bridge", address, sample=opened.number, draw=asked.number)
    return make_response(redirect(url_for("bridge.look", address=address, done=1), 303))


def _version_sent(ground: Ground) -> BookVersion | None:
    sent = request.form.get("version", "")
    return next((each for each in ground.versions if str(each.number) == sent), None)
