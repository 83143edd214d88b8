"""An organisation's own settings: what it is called, and by which clocks its days are counted."""

from zoneinfo import available_timezones

from flask import Response, g, make_response, redirect, render_template, request
from sqlalchemy import func, select

from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.organisations import Organisation

bp = staff_blueprint("organisation", __name__)

LONGEST_NAME = 120
USUAL_ZONE = "Europe/London"


def zones() -> list[str]:
    """The time zones to choose from, the usual one first."""
    named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [USUAL_ZONE, *(zone for zone in named if zone != USUAL_ZONE)]


@bp.get("/organisation")
@may("manage people")
def look() -> Response:
    """The settings as they are."""
    return _page(kept().get_one(Organisation, g.person.organisation_id))


def _page(row: Organisation, status: int = 200, wrong: str = "", name: str | None = None) -> Response:
    shown = row.name if name is None else name
    done = _("Your settings are kept.") if request.args.get("done") else ""
    page = render_template("desk/organisation.html", row=row, name=shown, zones=zones(), wrong=wrong, done=done)
    return make_response(page, status)


@bp.post("/organisation")
@may("manage people")
def keep() -> Response:
    """Keep them."""
    row = kept().get_one(Organisation, g.person.organisation_id)
    name, zone = " ".join(request.form.get("name", "").split()), request.form.get("zone", "")
    wrong = _fault(row, name, zone)
    if wrong:
        return _page(row, 422, wrong, name)
    row.name, row.zone = name, zone
    note("settings", "", part="organisation")
    return make_response(redirect("/desk/organisation?done=1", 303))


def _fault(row: Organisation, name: str, zone: str) -> str:
    if not name or len(name) > LONGEST_NAME:
        wrong = _("Give the name of your organisation, at most {number} letters. Nothing was changed.")
        return wrong.format(number=LONGEST_NAME)
    others = select(Organisation.id).where(func.lower(Organisation.name) == name.lower(), Organisation.id != row.id)
    if kept().scalar(others) is not None:
        return _("Another organisation on this server has that name. Choose another. Nothing was changed.")
    return "" if zone in zones() else _("Choose one of the time zones in the list. Nothing was changed.")
