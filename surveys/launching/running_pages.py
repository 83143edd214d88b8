"""A published survey on its way: its versions, its days, how many answers are hoped for and have come, and what it can
become."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.bank import Version
from surveys.definition.changes import Changes, changes
from surveys.definition.published import GONE, PublishedSurvey, definition_of, local_day, published_at
from surveys.intake.progress import EVERYBODY, MOST, set_targets, stands
from surveys.intake.retention import schedule
from surveys.launching.publishing import correct, versions_of
from surveys.launching.running import FROM, VERBS, act, set_days
from surveys.writing.draft import standards

bp = staff_blueprint("running", __name__)

WORDS_OF_ACTS = {
    "published": _("It is published. People can answer now."),
    "pause": _("It is paused. Nobody can answer until you open it again; nothing is lost."),
    "close": _("It is closed. No more answers are taken; those that were given are kept."),
    "open": _("It is open again. People can answer now."),
    "archive": _("It is put away. Its answers are kept as long as people were told."),
    "take out": _("It is out of the archive again, and closed."),
    "days": _("The days are kept."),
    "targets": _("The numbers are kept."),
}
NO_DAY = _(
    "This is not a day. Type it as day, month and year, such as 3 2 2027, or leave it empty. Nothing was changed."
)
NO_NUMBER = _("Type whole numbers from 1 to {most}, or leave them empty. Nothing was changed.")


@bp.get("/collect/<address>/versions")
@may("collect")
def history(address: str) -> Response:
    """The versions of a published survey, newest first, each with what changed against the one before."""
    done = request.args.get("done", "")
    return _history(published_at(kept(), address), done=_(WORDS_OF_ACTS[done]) if done in WORDS_OF_ACTS else "")


def _history(live: PublishedSurvey, status: int = 200, **shown: Any) -> Response:
    survey = definition_of(live)
    page = render_template(
        "launch/versions.html",
        survey=survey,
        live=live,
        stands=stands(kept(), live.id, survey.audience_names()),
        schedule=schedule(kept(), live),
        gone=live.state in GONE,
        offered=[each for each in FROM if live.state in FROM[each]],
        early=live.opens_on is not None and local_day(kept(), live, datetime.now(UTC)) < live.opens_on,
        versions=_with_changes(versions_of(kept(), live)),
        **shown,
    )
    return make_response(page, status)


def _with_changes(versions: list[Version]) -> list[tuple[Version, Changes | None]]:
    between = [changes(before.survey, after.survey) for before, after in pairwise(versions)]
    return list(reversed(list(zip(versions, [None, *between], strict=True))))


@bp.post("/collect/<address>/versions")
@may("write")
def do(address: str) -> Response:
    """Begin to correct it; or, for who may publish, pause, close, open or archive it."""
    live = published_at(kept(), address)
    wanted = request.form.get("do", "")
    if live.state in GONE:
        return _back(address)
    if wanted == "correct":
        return make_response(redirect(f"/desk/write/{correct(kept(), live).id.hex()}", 303))
    if wanted not in FROM:
        abort(400)
    if not g.person.may("publish"):
        abort(403)
    if act(kept(), live, wanted, datetime.now(UTC)):
        note(VERBS[wanted], address)
    return _back(address, wanted)


def _back(address: str, done: str = "") -> Response:
    return make_response(redirect(url_for("running.history", address=address, done=done or None), 303))


@bp.post("/collect/<address>/plan")
@may("publish")
def plan(address: str) -> Response:
    """Keep the days on which it opens and closes by itself, or how many answers are hoped for."""
    live = published_at(kept(), address)
    wanted = request.form.get("do", "")
    if wanted not in PLANS or live.state in GONE:
        abort(400)
    fault = PLANS[wanted](live)
    if fault:
        return _history(live, 422, wrong={wanted: fault}, typed=request.form)
    note("settings", address, part=wanted)
    return _back(address, wanted)


def _days(live: PublishedSurvey) -> str:
    try:
        return set_days(live, _day("opens"), _day("closes"))
    except (ValueError, OverflowError):
        return _(NO_DAY)


def _day(name: str) -> date | None:
    typed = [request.form.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year")]
    if not any(typed):
        return None
    day, month, year = map(int, typed)
    return date(year, month, day)


def _targets(live: PublishedSurvey) -> str:
    names = (EVERYBODY, *definition_of(live).audience_names())
    typed = {name: request.form.get(f"target-{name}", "").strip() for name in names}
    if not all(
        text == "" or (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST) for text in typed.values()
    ):
        return _(NO_NUMBER, most=f"{MOST:,}")
    set_targets(kept(), live.id, {name: int(text) if text else None for name, text in typed.items()})
    return ""


PLANS = {"days": _days, "targets": _targets}


@bp.get("/collect/<address>/progress")
@may("collect")
def progress(address: str) -> str:
    """How far it is, on a page that can be shown to who commissioned it: no names, no words, nothing of a few."""
    live = published_at(kept(), address)
    survey = definition_of(live)
    return render_template(
        "launch/progress.html",
        survey=survey,
        live=live,
        standard=known.title if (known := standards().get(survey.standard)) else survey.standard,
        stands=stands(kept(), live.id, survey.audience_names()),
        schedule=schedule(kept(), live),
        gone=live.state in GONE,
    )
