"""The guard that every staff page stands behind: who is there, what they may see, and whether they must show who
they are once more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from babel.dates import format_date, format_datetime, get_timezone
from flask import Blueprint, Flask, Response, abort, current_app, g, make_response, redirect, render_template, request
from sqlalchemy.orm import Session

from safekeeping import staff
from safekeeping.clock import steady_now
from safekeeping.cookies import TokenForm, read_secret
from safekeeping.database import kept, session_for
from safekeeping.languages import language
from safekeeping.organisations import show_only
from safekeeping.permissions import CONFIRMED_WITHIN
from safekeeping.trail import Act, record
from safekeeping.vault import form_token

Page = TypeVar("Page", bound=Callable[..., object])

#: What each staff page asks for; `tests/test_house.py` lists them all.
ASKED_FOR = "asked_for"
#: How many bytes a page takes that takes more than others do.
LARGEST = "largest"
#: Pages of one's own account, open to whoever is signed in and, where they set it up, to those who do that.
OWN, SETTING_UP = "own account", "set up"
#: Reading people's words is noted in the trail once an hour and consultation, not once a passage.
WORDS_NOTED_EVERY = timedelta(hours=1)
READS_WORDS = frozenset({"code", "safeguard"})


def may(action: str) -> Callable[[Page], Page]:
    """Mark a page with the action that its visitor must be permitted."""

    def mark(page: Page) -> Page:
        setattr(page, ASKED_FOR, action)
        return page

    return mark


def takes(largest: int) -> Callable[[Page], Page]:
    """Mark a page that takes a file of up to so many bytes; it is read once its sender is known to be permitted."""

    def mark(page: Page) -> Page:
        setattr(page, LARGEST, largest)
        return page

    return mark


def staff_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose every page is refused unless its visitor is signed in and permitted."""
    blueprint = Blueprint(name, import_name, url_prefix="/desk")
    blueprint.before_request(_guard)
    return blueprint


def _guard() -> Response | None:
    """Load who is there or refuse; check the action, the token of a form, and whether to ask who it is once more."""
    g.secret = read_secret(request, cookie_of_staff())
    action = getattr(current_app.view_functions[request.endpoint or ""], ASKED_FOR, None)
    if not _load_person(action):
        return refuse_stranger()
    if g.person.here is not None and g.person.here not in g.visible:
        abort(404)
    if g.setting_up and action != SETTING_UP:
        return make_response(redirect("/desk/set-up", 303))
    if action not in (OWN, SETTING_UP) and (action is None or not g.person.may(action)):
        abort(403)
    largest = getattr(current_app.view_functions[request.endpoint or ""], LARGEST, None)
    request.max_content_length = largest or request.max_content_length
    if request.method == "POST" and not desk_form().validate():
        abort(400)
    if not g.confirmed:
        return ask_again()
    show_only(kept(), g.visible)
    return None


def refuse_stranger() -> Response:
    """The page for whoever is not signed in."""
    return make_response(render_template("desk/signed_out.html", back=_here()), 401)


def _here() -> str:
    """Where to go on after signing in; a form cannot be sent again from there."""
    return request.path if request.method == "GET" else ""


def ask_again() -> Response:
    """Ask for password and code; what was about to be sent is carried along and sent after."""
    fields = list(request.form.items(multi=True)) if request.method == "POST" else []
    on = request.full_path.rstrip("?")
    shown = render_template("desk/confirm.html", on=on, method=request.method, fields=fields)
    return make_response(shown, 403)


def _load_person(action: str | None) -> bool:
    """Find the session, and what of its person this request needs; nothing of it is bound to a database any more."""
    if g.secret is None:
        return False
    now = steady_now()
    with session_for(current_app.extensions["engine"]) as session:
        found = staff.signed_in(session, g.secret, now)
        if found is None:
            return False
        here = _consultation_of_page(session)
        g.person = staff.visitor(session, found.staff, here)
        g.visible = staff.visible_to(session, g.person)
        g.setting_up = found.setting_up
        within = CONFIRMED_WITHIN.get(action or "")
        trying = staff.only_trying(session, found.staff)
        g.confirmed = within is None or trying or staff.confirmed(found, now, within)
        if action in READS_WORDS and here in g.visible and g.confirmed and g.person.may(action):
            _note_reading(session, found, here)
        return True


def _consultation_of_page(session: Session) -> bytes | None:
    """The consultation that the page's address is about. One that is not there is found missing by the page."""
    finders: dict[str, Callable[[Session, str], bytes | None]] = current_app.extensions["consultation_of"]
    for name, value in (request.view_args or {}).items():
        if name in finders:
            return finders[name](session, str(value)) or b"none"
    return None


def _note_reading(session: Session, found: staff.StaffSession, here: bytes | None) -> None:
    now, last = steady_now(), found.words_at
    if last is None or here != found.words_of or not now - WORDS_NOTED_EVERY <= last <= now:
        found.words_at, found.words_of = now, here
        act = Act("opened words", (here or b"").hex(), g.person.id, g.person.organisation_id)
        record(session, current_app.extensions["vault"], act, now)


def note(verb: str, what: str = "", **detail: str | int) -> None:
    """Add what this request's person did to the trail, in the same transaction."""
    act = Act(verb, what, g.person.id, g.person.organisation_id)
    record(kept(), current_app.extensions["vault"], act, steady_now(), **detail)


def desk_form() -> TokenForm:
    """The empty form of a staff page: nothing but the token."""
    return TokenForm(meta={"csrf_context": g.secret})


def cookie_of_staff() -> str:
    """The name of the desk's session cookie."""
    name: str = current_app.extensions["staff_cookie"]
    return name


def init_app(app: Flask, **consultation_of: Callable[[Session, str], bytes | None]) -> None:
    """Let staff templates write their form token. `consultation_of` finds, by the name of a part of addresses, the
    consultation that part is about."""
    app.extensions["consultation_of"] = consultation_of

    @app.context_processor
    def _desk_words() -> dict[str, Any]:
        secret = g.get("secret")
        return {
            "person": g.get("person"),
            "setting_up": g.get("setting_up", False),
            "token": form_token(secret) if secret else "",
            "plain_day": lambda day: format_date(day, "d MMMM y", locale=language().replace("-", "_")),
            "here_day": lambda moment: _said(moment, "d MMMM y"),
            "here_month": lambda moment: _said(moment, "d MMMM"),
            "here_time": lambda moment: _said(moment, "d MMMM y, HH:mm"),
        }


def _said(moment: datetime, form: str) -> str:
    """A moment as people write it, by the clocks of the visitor's organisation."""
    return format_datetime(moment, form, tzinfo=get_timezone(g.person.zone), locale=language().replace("-", "_"))
