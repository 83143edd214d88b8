"""The people of an organisation: inviting them, giving and taking roles, letting them in again, and letting them go."""

from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound

from safekeeping import accounts, resetting, staff
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.organisations import Organisation, consultations_of
from safekeeping.permissions import ROLES, ROLES_SAID, roles_called
from safekeeping.resetting import NotYou
from safekeeping.staff import HeldRole, Staff

bp = staff_blueprint("people", __name__)

LONGEST_NAME = 80
DONE = {
    "roles": _("The roles are changed. They count from the next page that is opened."),
    "asked": _("It is asked for. A second colleague, who is not you, must agree on this page within two days."),
    "gone": _("The account is ended. Nothing opens for it any more, and its name stays under what was done."),
}
LAST_ONE = _("This is the last person who may manage people. Give somebody else that role first. Nothing was changed.")
TWO_PEOPLE = _("It takes two colleagues, and neither may be the person themself. Nothing was changed.")


@bp.get("/people")
@may("vouch")
def people() -> Response:
    """Everybody of this organisation, and the form to invite one more."""
    return _people()


def _people(status: int = 200, **shown: Any) -> Response:
    page = render_template(
        "desk/people.html",
        people=staff.colleagues(kept(), g.person.organisation_id),
        roles=ROLES_SAID,
        called=roles_called(),
        consultations=_names(),
        **shown,
    )
    return make_response(page, status)


def _names() -> dict[bytes, str]:
    return {row.id: row.name for row in consultations_of(kept(), g.person.organisation_id)}


@bp.post("/people")
@may("manage people")
def invite() -> Response:
    """Invite somebody: an account with roles and nothing else, and a link to hand over."""
    name = " ".join(request.form.get("name", "").split())
    chosen = [role for role in ROLES if role in request.form.getlist("role")]
    wrong = _fault_of_name(name) or ("" if chosen else _("Choose at least one role. You can change it later."))
    if wrong:
        return _people(422, wrong=wrong, name=name, chosen=chosen)
    home = kept().get_one(Organisation, g.person.organisation_id)
    person = staff.add_staff(kept(), name, chosen, home)
    note("invited", person.id.hex(), roles=",".join(chosen))
    return _people(link=_link(person), invited=person)


def _fault_of_name(name: str) -> str:
    if not name or len(name) > LONGEST_NAME or not any(sign.isalpha() for sign in name):
        return _("Give the name they sign in with, such as Sam Jones: at most {number} letters.", number=LONGEST_NAME)
    if staff.called(kept(), name):
        return _("Somebody signs in by this name already. Add something, such as the place they work at.")
    return ""


def _link(person: Staff) -> str:
    secret = staff.make_link(kept(), person, steady_now(), staff.INVITATION_LASTS)
    return f"{current_app.extensions['settings'].public_address}/desk/sign-in/{secret.hex()}"


def _colleague(person_id: str) -> Staff:
    """Somebody of the visitor's own organisation. Raises `NoResultFound`: of others one does not even learn that."""
    try:
        person = kept().get_one(Staff, bytes.fromhex(person_id))
    except ValueError:
        abort(404)
    if person.organisation_id != g.person.organisation_id or person.gone:
        raise NoResultFound
    return person


@bp.get("/people/<person_id>")
@may("vouch")
def person(person_id: str) -> Response:
    """One colleague: their roles, and what can be done about their account."""
    return _person(_colleague(person_id), done=_done(request.args.get("done", "")))


def _done(what: str) -> str:
    return _(DONE[what]) if what in DONE else ""


def _person(who: Staff, status: int = 200, **shown: Any) -> Response:
    wish = resetting.wish_for(kept(), who, steady_now())
    page = render_template(
        "desk/person.html",
        who=who,
        held={(held.consultation_id, held.role) for held in who.roles},
        roles=ROLES_SAID,
        called=roles_called(),
        consultations=_names(),
        wish=wish,
        asked_by=kept().get_one(Staff, wish.asked_by).name if wish else "",
        **shown,
    )
    return make_response(page, status)


@bp.post("/people/<person_id>")
@may("manage people")
def change(person_id: str) -> Response:
    """Give and take roles, make a new link for somebody who has not set up their account, or end the account."""
    who, wanted = _colleague(person_id), request.form.get("do", "")
    if wanted == "link" and not who.is_set_up:
        note("invited", who.id.hex())
        return _person(who, link=_link(who))
    if wanted not in ("roles", "gone"):
        abort(400)
    roles = _roles_sent() if wanted == "roles" else set()
    if _would_be_last(who, roles):
        return _person(who, 422, wrong=_(LAST_ONE))
    if wanted == "gone":
        accounts.leave(kept(), who)
        note("let go", who.id.hex())
        return make_response(redirect(url_for("people.people"), 303))
    _give(who, roles)
    return make_response(redirect(url_for("people.person", person_id=person_id, done="roles"), 303))


def _roles_sent() -> set[tuple[bytes | None, str]]:
    """The ticked roles: `role` in every consultation, or `role@consultation` for one of this organisation.

    People belong to an organisation and not to a consultation, so nobody manages them in one consultation only.
    """
    there = {row.hex(): row for row in _names()}
    sent: set[tuple[bytes | None, str]] = set()
    for value in request.form.getlist("role"):
        role, _at, where = value.partition("@")
        if role not in ROLES or (where and (where not in there or role == "administrator")):
            abort(400)
        sent.add((there.get(where), role))
    return sent


def _would_be_last(who: Staff, roles: set[tuple[bytes | None, str]]) -> bool:
    """Whether nobody could manage people any more."""
    others = [each for each in staff.colleagues(kept(), g.person.organisation_id) if each.id != who.id]
    manages = any(held.role == "administrator" and held.consultation_id is None for o in others for held in o.roles)
    return not manages and (None, "administrator") not in roles


def _give(who: Staff, roles: set[tuple[bytes | None, str]]) -> None:
    held = {(row.consultation_id, row.role): row for row in who.roles}
    for where, role in sorted(held.keys() - roles, key=str):
        who.roles.remove(held[where, role])
        note("took role", who.id.hex(), role=role, where=where.hex() if where else "")
    for where, role in sorted(roles - held.keys(), key=str):
        who.roles.append(HeldRole(role=role, consultation_id=where))
        note("gave role", who.id.hex(), role=role, where=where.hex() if where else "")
    kept().flush()


@bp.post("/people/<person_id>/reset")
@may("vouch")
def reset(person_id: str) -> Response:
    """Ask that somebody may set up their account again, or agree to what a colleague asked."""
    who = _colleague(person_id)
    try:
        if resetting.wish_for(kept(), who, steady_now()) is None:
            resetting.ask(kept(), who, g.person.id, steady_now())
            note("asked reset", who.id.hex())
            return make_response(redirect(url_for("people.person", person_id=person_id, done="asked"), 303))
        secret = resetting.agree(kept(), who, g.person.id, steady_now())
    except NotYou:
        return _person(who, 422, wrong=_(TWO_PEOPLE))
    note("agreed reset", who.id.hex())
    address = current_app.extensions["settings"].public_address
    return _person(who, link=f"{address}/desk/sign-in/{(secret or b'').hex()}")
