"""The trail on a page: who did what, the newest first, and whether it holds."""

from flask import Response, current_app, g, make_response, render_template, request
from sqlalchemy import select

from safekeeping import trail
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.organisations import Consultation
from safekeeping.staff import Staff

bp = staff_blueprint("trail", __name__)

AT_ONCE = 100


@bp.get("/trail")
@may("see trail")
def look() -> Response:
    """A page of the trail, older ones from `?before=` on."""
    before = request.args.get("before", "")
    return _page(int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None)


def _page(before: int | None = None, broken: list[trail.Break] | None = None) -> Response:
    rows = trail.rows_for(kept(), g.person.organisation_id, before, AT_ONCE + 1)
    newest = trail.head(kept())
    shown = render_template(
        "desk/trail.html",
        rows=[(row, _sentence(row)) for row in rows[:AT_ONCE]],
        names=_names(),
        older=rows[AT_ONCE - 1].number if len(rows) > AT_ONCE else None,
        head=newest,
        broken=broken,
    )
    return make_response(shown)


def _names() -> dict[bytes, str]:
    """Names of this organisation's people, also of those who left."""
    of_it = select(Staff).where(Staff.organisation_id == g.person.organisation_id)
    return {person.id: person.name for person in kept().scalars(of_it)}


def _sentence(row: trail.TrailRow) -> str:
    """What was done, with names in place of ids."""
    return f"{_(trail.SAID.get(row.verb, row.verb))} {_called(row.object)}".strip()


def _called(what: str) -> str:
    try:
        key = bytes.fromhex(what)
    except ValueError:
        return f"“{what}”"
    person, matter = kept().get(Staff, key), kept().get(Consultation, key)
    if person and person.organisation_id == g.person.organisation_id:
        return person.name
    return f"“{matter.name}”" if matter and matter.organisation_id == g.person.organisation_id else ""


@bp.post("/trail")
@may("see trail")
def check() -> Response:
    """Check the whole trail, as `heard trail verify` does."""
    heads = current_app.extensions["settings"].instance / trail.HEADS
    return _page(broken=trail.verify(kept(), current_app.extensions["vault"], heads))
