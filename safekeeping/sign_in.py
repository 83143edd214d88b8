"""The staff door: signing in, showing once more who one is, one-time links, and signing out."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request

from safekeeping import accounts, staff
from safekeeping.accounts import DEVICE_LASTS, Proof, Resting
from safekeeping.clock import steady_now
from safekeeping.codes import Busy
from safekeeping.cookies import SECRET_BYTES, TokenForm, cookie_name, drop_secret, give_secret, read_secret
from safekeeping.database import commit_request, kept
from safekeeping.guard import OWN, chosen_language, cookie_of_staff, may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.trail import Act, record

bp = Blueprint("sign_in", __name__, url_prefix="/desk")
own = staff_blueprint("own", __name__)

WRONG = _("That did not match. Check your name, your password, the six digits, and your telephone’s clock.")
RESTING = _(
    "Somebody has tried too often to sign in by this name, from browsers not known here. Wait a quarter of an hour, or "
    "use a browser you have signed in with before."
)
BUSY = _("Others are signing in at this moment. Wait a few seconds, then try again.")


@dataclass(frozen=True)
class Refused:
    """Why somebody is not let through, as they read it, and the status of the page that says so."""

    why: str
    status: int


def _browser_cookie() -> str:
    return cookie_name("k", cookie_of_staff().startswith("__Host-"))


@bp.get("/sign-in")
def look() -> Response:
    """The form to sign in with."""
    return _form()


def _form(refused: Refused | None = None) -> Response:
    name, on = request.form.get("name", ""), inside(request.values.get("on", ""))
    page = render_template("desk/sign_in.html", wrong=refused.why if refused else "", name=name, on=on)
    return make_response(page, refused.status if refused else 200)


def inside(address: str) -> str:
    """Where to go on: a page of the desk, or its first."""
    parts = urlsplit(address)
    inside = parts.path.startswith("/desk/") and not parts.scheme and not parts.netloc and "\\" not in address
    return address if inside else "/desk/"


def prove(name: str) -> Proof | Refused:
    """Whether who sent this form showed the password and the code of that name. A failure is counted."""
    browser = read_secret(request, _browser_cookie()) or b""
    shown = request.form.get("password", ""), request.form.get("code", "")
    try:
        proof = accounts.prove(kept(), current_app.extensions["vault"].office, name, browser, shown, steady_now())
    except Resting:
        return Refused(_(RESTING), 429)
    except Busy:
        return Refused(_(BUSY), 503)
    if proof is None:
        commit_request()  # a page that refuses is not committed by itself, and the count must stay
        return Refused(_(WRONG), 403)
    return proof


@bp.post("/sign-in")
def enter() -> Response:
    """Let somebody in by name, password and second factor; a failure is counted, and says not which was wrong."""
    proof = prove(request.form.get("name", ""))
    if isinstance(proof, Refused):
        return _form(proof)
    fresh = accounts.note_success(kept(), proof.person, proof.known, steady_now())
    secret = staff.begin_session(kept(), proof.person, steady_now())
    _record("signed in", proof.person)
    proof.person.language = chosen_language() or proof.person.language
    response = make_response(redirect(inside(request.form.get("on", "")), 303))
    give_secret(response, cookie_of_staff(), secret)
    if fresh:
        give_secret(response, _browser_cookie(), fresh, DEVICE_LASTS)
    return response


def _record(verb: str, person: staff.Staff) -> None:
    act = Act(verb, "", person.id, person.organisation_id)
    record(kept(), current_app.extensions["vault"], act, steady_now())


@own.post("/confirm")
@may(OWN)
def confirm() -> Response:
    """Show once more who one is, then go on with what was being done: a form is shown to be sent with one button."""
    on, method = inside(request.form.get("on", "")), request.form.get("method", "GET")
    fields = list(zip(request.form.getlist("field"), request.form.getlist("value"), strict=False))
    proof = prove(g.person.name)
    if not isinstance(proof, Refused):
        return _confirmed(on, method, fields)
    shown = render_template("desk/confirm.html", on=on, method=method, fields=fields, wrong=proof.why)
    return make_response(shown, proof.status)


def _confirmed(on: str, method: str, fields: list[tuple[str, str]]) -> Response:
    session = staff.signed_in(kept(), g.secret, steady_now())
    if session:
        session.confirmed_at = steady_now()
    if method != "POST":
        return make_response(redirect(on, 303))
    return make_response(render_template("desk/go_on.html", on=on, fields=fields))


@bp.get("/sign-in/<code>")
def offer(code: str) -> str:
    """A page with one button, so that a program that follows links does not use the code up."""
    return render_template("desk/one_time.html", code=code)


@bp.post("/sign-in/<code>")
def use_link(code: str) -> Response:
    """Use the one-time code: its holder sets up their account, and the code is spent."""
    session_secret = staff.spend_link(kept(), _decoded(code), steady_now())
    if session_secret is None:
        commit_request()
        return make_response(render_template("desk/signed_out.html", used=True), 403)
    found = staff.signed_in(kept(), session_secret, steady_now())
    if found:
        found.staff.language = chosen_language() or found.staff.language
    response = make_response(redirect("/desk/set-up" if found and found.setting_up else "/desk/", 303))
    give_secret(response, cookie_of_staff(), session_secret)
    return response


@bp.post("/sign-out")
def leave() -> Response:
    """End this session."""
    secret = read_secret(request, cookie_of_staff())
    if secret and TokenForm(meta={"csrf_context": secret}).validate():
        found = staff.signed_in(kept(), secret, steady_now())
        if found:
            _record("signed out", found.staff)
        staff.sign_out(kept(), secret)
    response = make_response(redirect("/desk/", 303))
    drop_secret(response, cookie_of_staff())
    return response


def _decoded(code: str) -> bytes:
    try:
        return bytes.fromhex(code)[:SECRET_BYTES]
    except ValueError:
        return b""
