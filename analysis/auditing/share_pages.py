"""Who codes which part of a survey: shared out by a lead, with how far each coder is."""

from dataclasses import dataclass

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.auditing import shares
from analysis.auditing.people import coders_of, names_of
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("shares", __name__)

DONE = {
    "given": _("It is given out."),
    "back": _("What was not begun was taken back."),
    "none": _("Every response is given to somebody already."),
}
NOTHING = shares.Load(0, 0, 0, 0)


@dataclass(frozen=True)
class Row:
    """One coder and what they have."""

    id: str
    name: str
    load: shares.Load
    here: bool


@bp.get("/queues/<address>/people")
@may("lead coding")
def look(address: str) -> Response:
    """Everybody who codes, what they have, and how far they are."""
    return _page(published_at(kept(), address))


def _page(row: PublishedSurvey, typed: str = "", chosen: str = "", wrong: str = "") -> Response:
    coders = coders_of(kept(), row)
    loads = shares.loads(kept(), row.id)
    names = names_of(kept(), {*loads, *(each.id for each in coders)})
    here = {each.id for each in coders}
    page = render_template(
        "audit/shares.html",
        survey=definition_of(row),
        rows=[
            Row(person.hex(), names[person], loads.get(person, NOTHING), person in here)
            for person in sorted(names, key=lambda each: (names[each], each))
        ],
        free=shares.free_count(kept(), row.id),
        everybody=shares.words_there(kept(), row.id),
        typed=typed,
        chosen=chosen,
        wrong=wrong,
        done=_(DONE[done]) if (done := request.args.get("done", "")) in DONE else "",
        me=g.person.id.hex(),
    )
    return make_response(page, 422 if wrong else 200)


@bp.post("/queues/<address>/people")
@may("lead coding")
def change(address: str) -> Response:
    """Give somebody a part (`give`), or take back what they have not begun (`back`)."""
    row = published_at(kept(), address)
    people = {each.id.hex(): each.id for each in coders_of(kept(), row)}
    if back := request.form.get("back"):
        person = {each.hex(): each for each in shares.loads(kept(), row.id)}.get(back)
        count = shares.take_back(kept(), row.id, person) if person else abort(400)
        note("shares", address, how="back", count=count)
        return make_response(redirect(url_for("shares.look", address=address, done="back"), 303))
    typed, chosen = request.form.get("count", ""), request.form.get("person", "")
    wanted = shares.wanted_of(typed, shares.words_there(kept(), row.id))
    if not wanted or chosen not in people:
        wrong = _("Choose who, and type how many responses as a whole number, such as 40, or as a share, such as 25%.")
        return _page(row, typed, chosen, wrong)
    count = shares.assign(kept(), row.id, people[chosen], wanted)
    note("shares", address, how="given", count=count)
    return make_response(redirect(url_for("shares.look", address=address, done="given" if count else "none"), 303))
