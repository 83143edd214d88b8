"""Access tokens at the desk: which there are, making one, and ending one."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from safekeeping import tokens
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import plain_day
from safekeeping.organisations import Organisation, consultations_of
from safekeeping.permissions import permits
from safekeeping.staff import Staff
from safekeeping.tokens import AccessToken, Wish
from safekeeping.vault import fingerprint

bp = staff_blueprint("tokens", __name__)

USUALLY = timedelta(days=90)
TOO_MANY = _("There are {number} tokens already. End one that is not needed any more, then make this one.")
NO_NAME = _("Say what the token is for, such as “Monthly report”: at most {number} letters.")
NO_SCOPE = _("Choose at least one thing it may read.")
NO_PLACE = _("Choose one of the consultations you look after.")
NO_DATE = _("Give its last day as in 2027-03-31: today or later, and at most a year from today.")


@bp.get("/tokens")
@may("manage people")
def look() -> Response:
    """Each token that works, with its last day, and the form to make one more."""
    return _page()


def _page(status: int = 200, **shown: Any) -> Response:
    home, now = _home(), steady_now()
    page = render_template(
        "desk/tokens.html",
        tokens=[(row, plain_day(row.ends_on), _maker(row)) for row in _looked_after(home, now)],
        scopes=tokens.SCOPES,
        consultations=_names(),
        everywhere=_looks_after(None),
        first=_today(home, now),
        last=_today(home, now) + tokens.LONGEST,
        usually=_today(home, now) + USUALLY,
        **shown,
    )
    return make_response(page, status)


def _home() -> Organisation:
    return kept().get_one(Organisation, g.person.organisation_id)


def _today(home: Organisation, now: datetime) -> date:
    return home.local(now).date()


def _looks_after(consultation_id: bytes | None) -> bool:
    """Whether the visitor manages people there; for a token of the whole organisation they must do so everywhere."""
    held = {role for where, role in g.person.roles if where is None or where == consultation_id}
    return permits(frozenset(held), "manage people")


def _looked_after(home: Organisation, now: datetime) -> list[AccessToken]:
    return [row for row in tokens.live_tokens(kept(), home, now) if _looks_after(row.consultation_id)]


def _names() -> dict[bytes, str]:
    """The consultations that the visitor may make tokens for."""
    return {row.id: row.name for row in consultations_of(kept(), g.person.organisation_id) if _looks_after(row.id)}


def _maker(row: AccessToken) -> str:
    person = kept().get(Staff, row.made_by) if row.made_by else None
    if person is None:
        return _("nobody who is known")
    return _("{name}, who has left", name=person.name) if person.gone else person.name


@bp.post("/tokens")
@may("manage people")
def make() -> Response:
    """Make a token and show it once; or say what is missing, with the form as it was filled in."""
    home, now = _home(), steady_now()
    wish, faults = _wish(_today(home, now))
    if len(tokens.live_tokens(kept(), home, now)) >= tokens.MOST_LIVE:
        faults = {"name": _(TOO_MANY, number=tokens.MOST_LIVE)}
    if faults or wish is None:
        return _page(422, faults=faults, typed=request.form, chosen=request.form.getlist("scope"))
    made = tokens.make_token(kept(), home, wish, g.person.id, now)
    there = wish.consultation_id.hex() if wish.consultation_id else ""
    told = {"scopes": " ".join(sorted(wish.scopes)), "ends": wish.ends_on.isoformat()}
    note("token made", there, token=_mark(fingerprint(made.encode())), **told)
    return _page(made=made, made_for=wish.name)


def _mark(whole: bytes) -> str:
    """How the trail tells one token from another: whoever finds a token can see who made it."""
    return whole.hex()[:16]


def _wish(today: date) -> tuple[Wish | None, dict[str, str]]:
    """What the form asks for, and what is wrong with it by field."""
    name = " ".join(request.form.get("name", "").split())
    scopes = frozenset(request.form.getlist("scope"))
    there = {row.hex(): row for row in _names()}
    where, ends_on = request.form.get("where", ""), _date(request.form.get("ends_on", ""))
    faults = {
        "name": _(NO_NAME, number=tokens.LONGEST_NAME) if not 0 < len(name) <= tokens.LONGEST_NAME else "",
        "scope": "" if scopes and scopes <= tokens.SCOPES.keys() else _(NO_SCOPE),
        "where": "" if where in there or (not where and _looks_after(None)) else _(NO_PLACE),
        "ends_on": "" if ends_on and today <= ends_on <= today + tokens.LONGEST else _(NO_DATE),
    }
    found = {field: said for field, said in faults.items() if said}
    if found or ends_on is None:
        return None, found
    return Wish(name, scopes, there.get(where), ends_on), {}


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


@bp.post("/tokens/<token_id>")
@may("manage people")
def end(token_id: str) -> Response:
    """End a token at once. Raises `NoResultFound` for one that the visitor does not look after."""
    try:
        row = kept().get_one(AccessToken, bytes.fromhex(token_id))
    except ValueError:
        abort(404)
    if row.organisation_id != g.person.organisation_id or not _looks_after(row.consultation_id):
        abort(404)
    kept().delete(row)
    note("token ended", row.consultation_id.hex() if row.consultation_id else "", token=_mark(row.fingerprint))
    return make_response(redirect(url_for("tokens.look"), 303))
