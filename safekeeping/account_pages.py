"""One's own account: setting it up, its password, its second factor and its recovery codes."""

from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request

from safekeeping import accounts, second_factor, staff
from safekeeping.clock import steady_now
from safekeeping.codes import Busy
from safekeeping.cookies import give_secret
from safekeeping.database import kept
from safekeeping.guard import OWN, SETTING_UP, cookie_of_staff, may, note, staff_blueprint
from safekeeping.languages import at_the_desk
from safekeeping.languages import gettext as _
from safekeeping.organisations import Organisation
from safekeeping.passwords import fault_of
from safekeeping.sign_in import BUSY, Refused, inside, prove
from safekeeping.squares import squares

bp = staff_blueprint("account", __name__)

NOT_TWICE = _("The two passwords are not the same. Type them once more.")
NOT_THE_CODE = _(
    "These are not the six digits the app shows now. Check your telephone’s clock, and type the newest ones."
)


@bp.get("/set-up")
@may(SETTING_UP)
def look() -> Response:
    """The page to choose a password and a second factor on."""
    return _page({})


def _page(wrong: dict[str, str], status: int = 200) -> Response:
    secret = second_factor.secret_for(g.secret)
    shown = render_template(
        "desk/set_up.html",
        wrong=wrong,
        picture=squares(second_factor.as_address(secret, g.person.name, "Heard")),
        letters=second_factor.as_text(secret),
        again=g.person.is_set_up,
    )
    return make_response(shown, status)


@bp.post("/set-up")
@may(SETTING_UP)
def set_up() -> Response:
    """Set up the account, end what else was open for it, and show its recovery codes once."""
    if g.person.is_set_up and not g.setting_up:
        return make_response(redirect("/desk/account", 303))
    secret = second_factor.secret_for(g.secret)
    person = kept().get_one(staff.Staff, g.person.id)
    step = second_factor.step_of(secret, request.form.get("code", ""), steady_now())
    wrong = _faults(request.form.get("password", ""), request.form.get("again", ""))
    if step is None:
        wrong["code"] = _(NOT_THE_CODE)
    if wrong or step is None:
        return _page(wrong, 422)
    try:
        office = current_app.extensions["vault"].office
        codes = accounts.set_up(kept(), office, person, request.form["password"], secret, step)
    except Busy:
        return _page({"password": _(BUSY)}, 503)
    kept().get_one(Organisation, g.person.organisation_id).trying_out = False
    note("set up")
    response = make_response(render_template("desk/recovery_codes.html", codes=codes))
    give_secret(response, cookie_of_staff(), staff.begin_session(kept(), person, steady_now()))
    return response


def _faults(password: str, again: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    fault = fault_of(password, (g.person.name, g.person.organisation))
    if fault:
        wrong["password"] = fault
    elif password != again:
        wrong["again"] = _(NOT_TWICE)
    return wrong


@bp.get("/account")
@may(OWN)
def account() -> Response:
    """What one's own account holds."""
    return _account()


def _account(status: int = 200, **shown: Any) -> Response:
    left = accounts.codes_left(kept(), g.person.id)
    return make_response(render_template("desk/account.html", codes_left=left, **shown), status)


@bp.post("/account")
@may(OWN)
def change() -> Response:
    """Change the password, begin to set up a new telephone, or make new recovery codes. Each asks who it is."""
    person = kept().get_one(staff.Staff, g.person.id)
    wanted = request.form.get("do", "")
    if wanted not in CHANGES or not person.is_set_up:
        return _account(400)
    proof = prove(person.name)
    if isinstance(proof, Refused):
        return _account(proof.status, wrong={wanted: _("{why} Nothing was changed.", why=proof.why)})
    try:
        return CHANGES[wanted](person)
    except Busy:
        return _account(503, wrong={wanted: _(BUSY)})


@bp.post("/language")
@may(SETTING_UP)
def speak() -> Response:
    """Keep the language that somebody chose with their account, and show the page they were on in it."""
    chosen = request.form.get("language", "")
    if chosen not in at_the_desk():
        abort(400)
    kept().get_one(staff.Staff, g.person.id).language = chosen
    return make_response(redirect(inside(request.args.get("on", "")), 303))


def _change_password(person: staff.Staff) -> Response:
    new = request.form.get("new", "")
    wrong = _faults(new, request.form.get("again", ""))
    if wrong:
        return _account(422, wrong={"password": next(iter(wrong.values()))})
    accounts.change_password(kept(), person, new, g.secret)
    note("new password")
    return _account(done=_("Your password is changed. Everywhere else you were signed in, you are signed out."))


def _new_codes(person: staff.Staff) -> Response:
    note("new codes")
    return make_response(render_template("desk/recovery_codes.html", codes=accounts.new_codes(kept(), person)))


def _new_telephone(person: staff.Staff) -> Response:
    found = staff.signed_in(kept(), g.secret, steady_now())
    if found:
        found.setting_up = True
    return make_response(redirect("/desk/set-up", 303))


CHANGES = {"password": _change_password, "codes": _new_codes, "telephone": _new_telephone}
