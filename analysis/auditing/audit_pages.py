"""The audit of a survey on one page: planned, drawn, who codes it, how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.auditing import planning
from analysis.auditing.allocating import LEAST, half_width, needed, not_said
from analysis.auditing.blind_coding import give_back, remembered, seat_for, seen, share_out, take_seat
from analysis.auditing.deciding import can_be_settled, left_to_settle
from analysis.auditing.designing import (
    ask_to_draw,
    at_work,
    begin_sample,
    design_of,
    draws,
    every_sample,
    last_drawn,
    newest_sample,
)
from analysis.auditing.drawing import Stratum
from analysis.auditing.people import coders_of, names_of
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.seating import SEATS
from analysis.auditing.standing import Standing, standing_of
from analysis.coding.counting import forget_counts
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import OPEN, PAUSED, PublishedSurvey, definition_of, published_at
from surveys.intake.rounding import THRESHOLD

bp = staff_blueprint("audit", __name__)

DONE = {
    "seats": _("Responses were given out."),
    "none": _("There was no seat to give: everybody has one already, or has seen what the machine suggests there."),
    "back": _("What was not finished was taken back, and can be given to somebody else."),
    "taken": _("You have one response more."),
    "ended": _("The audit has ended. What it found stays as it is, and is never learnt from."),
    "bridge": _("A bridge is being coded. End it before another audit is drawn."),
    "bridge ended": _("The bridge has ended. What it found stays as it is, and is never learnt from."),
}


@dataclass(frozen=True)
class Sitting:
    """One coder of the audit: responses they have, and how many of these are done."""

    id: str
    name: str
    has: int
    done: int


@dataclass(frozen=True)
class Shown:
    """One stratum of the design as the page says it; a size that is not said is None."""

    name: str
    size: int | None
    drawn: int
    probability: float
    width: float | None


@bp.get("/audit/<address>")
@may("code")
def look(address: str) -> Response:
    """How the audit stands, or how one would be drawn."""
    return _page(published_at(kept(), address))


def _page(
    row: PublishedSurvey, typed: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None
) -> Response:
    sample = at_work(kept(), row.id)
    about = planning.sizes_about(kept(), row)
    everybody = sum(size or 0 for size in about.values())
    usual = needed(planning.USUAL_WIDTH, everybody) or planning.USUAL
    total = min(max(request.args.get("total", usual, int), 1), planning.MOST)
    wanted = {name: str(number) for name, number in planning.proposed(about, total).items()}
    if typed is not None:
        wanted = {name: typed.get(f"n-{name}", "") for name in about}
    page = render_template(
        "audit/look.html",
        survey=definition_of(row),
        sample=sample,
        earlier=[each for each in every_sample(kept(), row.id) if not sample or each.number != sample.number],
        rows=planning.rows(row, about, wanted, faults or {}),
        widths=planning.widths(everybody),
        shares=planning.SHARES,
        everybody=everybody,
        answering=row.state in (OPEN, PAUSED) and sample is None,
        total=total,
        usual=usual,
        least=LEAST,
        reason=(typed or {}).get("reason", ""),
        faults=faults or {},
        done=_(DONE[done]) if (done := request.args.get("done", "")) in DONE else "",
        **(_standing(row, sample) if sample else {}),
    )
    return make_response(page, 422 if faults else 200)


def _standing(row: PublishedSurvey, sample: AuditSample) -> dict[str, object]:
    """How a sample stands, for the page."""
    drawn, standing = last_drawn(kept(), sample.id), standing_of(kept(), sample)
    opener = current_app.extensions["vault"].opener(row.id)
    strata = design_of(drawn, opener).strata if drawn else ()
    audited = _audited_strata(row) if sample.is_bridge else ()
    people = coders_of(kept(), row)
    every = draws(kept(), sample.id)
    names = names_of(kept(), {each.staff_id for each in every} | _sitting(standing))
    return {
        "draws": every,
        "waits": [each for each in every if not each.sealed],
        "names": names,
        "strata": _strata(row, strata, audited),
        "there": len(standing.units),
        "lost": sum(stratum.drawn for stratum in strata) - len(standing.units),
        "coded": sum(standing.coded(unit) for unit in standing.units.values()),
        "free": sum(len(SEATS) - len(unit.seats) for unit in standing.units.values() if unit.passages),
        "may_take": seat_for(standing, barred(sample), g.person.id) is not None,
        "people": people,
        "sitting": _loads(standing, names),
        "mine": _mine(standing),
        "to_settle": len(can_be_settled(standing)),
        "left": len(left_to_settle(standing)),
        "complete": sum(standing.complete(unit) for unit in standing.units.values()),
        "ready": bool(standing.open_draws()),
    }


def barred(sample: AuditSample) -> set[tuple[bytes, bytes]]:
    """(unit, person) of everybody who is not blind to it any more."""
    return seen(kept(), sample) | remembered(kept(), sample, steady_now())


def _audited_strata(row: PublishedSurvey) -> Sequence[Stratum]:
    """The strata of the newest audit: what its page does not say, that of a bridge from it does not say either."""
    audit = newest_sample(kept(), row.id)
    drawn = last_drawn(kept(), audit.id) if audit else None
    return design_of(drawn, current_app.extensions["vault"].opener(row.id)).strata if drawn else ()


def _strata(row: PublishedSurvey, strata: Sequence[Stratum], audited: Sequence[Stratum]) -> list[Shown]:
    called = {**definition_of(row).audience_names(), "": _("Did not say")}
    both = ({each.name: each.size for each in some} for some in (strata, audited))
    unsaid = set[str]().union(*(not_said(sizes, THRESHOLD) for sizes in both))
    return [
        Shown(
            called.get(each.name, each.name),
            None if each.name in unsaid else each.size,
            each.drawn,
            each.probability,
            half_width(each.drawn, each.size),
        )
        for each in strata
    ]


def _sitting(standing: Standing) -> set[bytes]:
    return {person for unit in standing.units.values() for person in unit.pair}


def _loads(standing: Standing, names: Mapping[bytes, str]) -> list[Sitting]:
    found = []
    for person in sorted(_sitting(standing), key=lambda each: (names[each], each)):
        theirs = [unit for unit in standing.units.values() if person in unit.pair]
        done = sum(standing.done_by(unit, person) for unit in theirs)
        found.append(Sitting(person.hex(), names[person], len(theirs), done))
    return found


def _mine(standing: Standing) -> int:
    """How many passages this person has to code yet."""
    theirs = [unit for unit in standing.units.values() if g.person.id in unit.pair]
    return sum(g.person.id not in standing.codes.get(each, {}) for unit in theirs for each in unit.passages)


@bp.post("/audit/<address>/draw")
@may("lead coding")
def draw(address: str) -> Response:
    """Ask for a sample: the first, one that extends what is open, or another one after it has ended."""
    row = published_at(kept(), address)
    sample, about = at_work(kept(), row.id), planning.sizes_about(kept(), row)
    if sample is not None and sample.is_bridge:
        return _back(address, "bridge")
    again = sample is not None and sample.ended_at is not None
    typed = planning.read_typed(request.form, about, reason_needed=again)
    if typed.faults:
        return _page(row, request.form, typed.faults)
    if sample is None or again:
        sample = begin_sample(
            kept(), row, definition_of(row).standard, request.form.get("reason", "").strip(), steady_now()
        )
    elif any(not each.sealed for each in draws(kept(), sample.id)):
        return _back(address, "asked")
    asked = ask_to_draw(kept(), sample, typed.wanted, g.person.id, steady_now())
    note("asked for audit", address, sample=sample.number, draw=asked.number)
    return _back(address, "asked")


@bp.post("/audit/<address>/seats")
@may("lead coding")
def seats(address: str) -> Response:
    """Give every free seat to those who are ticked (`share`), or take back what somebody has not finished (`back`)."""
    row, sample = _open(address)
    standing = standing_of(kept(), sample)
    known = {each.id.hex(): each.id for each in coders_of(kept(), row)}
    if request.form.get("do") == "share":
        people = [known[each] for each in request.form.getlist("person") if each in known]
        count = share_out(kept(), standing, barred(sample), people, g.person.id, steady_now())
        how = "seats" if count else "none"
    else:
        person = {each.hex(): each for each in _sitting(standing)}.get(request.form.get("back", ""))
        count = give_back(kept(), standing, person) if person else abort(400)
        how = "back"
    note("seats", address, how=how, count=count)
    return _back(address, how)


@bp.post("/audit/<address>/take")
@may("code")
def take(address: str) -> Response:
    """Take the next free response for oneself, and begin with it."""
    _row, sample = _open(address)
    found = take_seat(kept(), standing_of(kept(), sample), barred(sample), g.person.id, steady_now())
    if not found:
        return _back(address, "none")
    return make_response(redirect(url_for("blind.next_passage", address=address), 303))


@bp.post("/audit/<address>/end")
@may("lead coding")
def end(address: str) -> Response:
    """End the audit: its passages are on the ordinary desk again, and are learnt from never."""
    row, sample = _open(address)
    sample.ended_at = steady_now()
    forget_counts(kept(), row.id)
    note("ended audit", address, sample=sample.number)
    return _back(address, "bridge ended" if sample.is_bridge else "ended")


def _open(address: str) -> tuple[PublishedSurvey, AuditSample]:
    row = published_at(kept(), address)
    sample = at_work(kept(), row.id)
    if sample is None or sample.ended_at is not None:
        abort(404)
    return row, sample


def _back(address: str, done: str) -> Response:
    return make_response(redirect(url_for("audit.look", address=address, done=done), 303))
