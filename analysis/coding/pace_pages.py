"""How a survey is to be coded: when a break is due, and at most how many passages a day. Set by whoever publishes."""

from flask import Response, make_response, redirect, render_template, request, url_for

from analysis.coding.desk_tables import DeskPace
from analysis.coding.seat import pace_of
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("pace", __name__)

#: Name of a field -> the largest number in it. 0 is none.
MOST = {"break_after": 240, "most_a_day": 5000}
WRONG = _("Give a whole number from 0 to {most}. 0 means none. Nothing was changed.")


@bp.get("/collect/<address>/pace")
@may("publish")
def look(address: str) -> str:
    """What is set."""
    row = published_at(kept(), address)
    pace = pace_of(kept(), row.id)
    return _page(row, {name: str(getattr(pace, name)) for name in MOST}, {})


def _page(row: PublishedSurvey, typed: dict[str, str], wrong: dict[str, str]) -> str:
    done = _("Saved. It holds from the next passage on.") if request.args.get("done") else ""
    return render_template("desk/pace.html", survey=definition_of(row), typed=typed, wrong=wrong, done=done)


@bp.post("/collect/<address>/pace")
@may("publish")
def change(address: str) -> Response:
    """Set both."""
    row = published_at(kept(), address)
    typed = {name: request.form.get(name, "").strip() for name in MOST}
    wrong = {name: _(WRONG, most=most) for name, most in MOST.items() if not _fits(typed[name], most)}
    if wrong:
        return make_response(_page(row, typed, wrong), 422)
    kept().merge(DeskPace(survey_id=row.id, **{name: int(number) for name, number in typed.items()}))
    note("settings", address, **{name: int(number) for name, number in typed.items()})
    return make_response(redirect(url_for("pace.look", address=address, done=1), 303))


def _fits(typed: str, most: int) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= len(str(most)) and int(typed) <= most
