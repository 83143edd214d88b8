"""The staff door: one-time sign-in links, and the guard that every staff page stands behind."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Flask, Response, abort, current_app, g, make_response, redirect, render_template, request

from safekeeping import staff
from safekeeping.clock import steady_now
from safekeeping.cookies import SECRET_BYTES, TokenForm, drop_secret, give_secret, read_secret
from safekeeping.database import kept, session_for
from safekeeping.vault import form_token

Page = TypeVar("Page", bound=Callable[..., object])

bp = Blueprint("sign_in", __name__, url_prefix="/desk")

#: What each staff page asks for; `tests/test_house.py` lists them all.
ASKED_FOR = "asked_for"


def may(action: str) -> Callable[[Page], Page]:
    """Mark a page with the action that its visitor must be permitted."""

    def mark(page: Page) -> Page:
        setattr(page, ASKED_FOR, action)
        return page

    return mark


def staff_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose every page is refused unless its visitor is signed in and permitted."""
    blueprint = Blueprint(name, import_name, url_prefix="/desk")
    blueprint.before_request(_guard)
    return blueprint


def _guard() -> Response | None:
    """Load who is there or refuse; then check the action, and the token of a form."""
    g.secret = read_secret(request, _cookie())
    g.person = _who(g.secret) if g.secret else None
    if g.person is None:
        return make_response(render_template("desk/signed_out.html"), 401)
    action = getattr(current_app.view_functions[request.endpoint or ""], ASKED_FOR, None)
    if action is None or not g.person.may(action):
        abort(403)
    if request.method == "POST" and not desk_form().validate():
        abort(400)
    return None


def _who(secret: bytes) -> staff.Staff | None:
    with session_for(current_app.extensions["engine"]) as session:
        person = staff.signed_in(session, secret, steady_now())
        session.flush()
        session.expunge_all()
        return person


def desk_form() -> TokenForm:
    """The empty form of a staff page: nothing but the token."""
    return TokenForm(meta={"csrf_context": g.secret})


def _cookie() -> str:
    name: str = current_app.extensions["staff_cookie"]
    return name


@bp.get("/sign-in/<code>")
def offer(code: str) -> str:
    """A page with one button, so that a program that follows links does not use the code up."""
    return render_template("desk/sign_in.html", code=code)


@bp.post("/sign-in/<code>")
def enter(code: str) -> Response:
    """Use the one-time code: its holder is signed in, and the code is spent."""
    session_secret = staff.spend_link(kept(), _decoded(code), steady_now())
    if session_secret is None:
        return make_response(render_template("desk/signed_out.html", used=True), 403)
    response = make_response(redirect("/desk/", 303))
    give_secret(response, _cookie(), session_secret)
    return response


@bp.post("/sign-out")
def leave() -> Response:
    """End this session."""
    secret = read_secret(request, _cookie())
    if secret and TokenForm(meta={"csrf_context": secret}).validate():
        staff.sign_out(kept(), secret)
    response = make_response(redirect("/desk/", 303))
    drop_secret(response, _cookie())
    return response


def _decoded(code: str) -> bytes:
    try:
        return bytes.fromhex(code)[:SECRET_BYTES]
    except ValueError:
        return b""


def init_app(app: Flask) -> None:
    """Let staff templates write their form token."""

    @app.context_processor
    def _desk_words() -> dict[str, object]:
        secret = g.get("secret")
        return {"person": g.get("person"), "token": form_token(secret) if secret else ""}
