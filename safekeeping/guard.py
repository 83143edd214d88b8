"""The guard that every staff page stands behind: who is there, what they may see, and whether they must show who
they are once more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from babel.dates import format_datetime, get_timezone
from flask import Blueprint, Flask, Response, abort, current_app, g, make_response, redirect, render_template, request
from sqlalchemy.orm import Session

from safekeeping import staff
from safekeeping.clock import steady_now
from safekeeping.cookies import TokenForm, read_secret
from safekeeping.database import kept, session_for
from safekeeping.headers import is_staff
from safekeeping.languages import (
    at_the_desk,
    browser_asks,
    desk_language,
    first_of,
    language,
    plain_day,
    speak_at_the_desk,
)
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
READS_WORDS = frozenset({"code", "safeguard", "settle", "release quotes"})
#: The part of an address in which somebody who is not signed in chooses a language.
CHOSEN = "desk"


def may(action: str) -> Callable[[Page], Page]:
    """Mark a page with the action that its visitor must be permitted."""

    def mark(page: Page) -> Page:
        setattr(page, ASKED_FOR, action)
        return page

    return mark


def takes(largest: int) -> Callable[[Page], Page]:
    """Mark a page that takes a file, or a field, of up to so many bytes; it is read once its sender is known to be
    permitted."""

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
    request.max_form_memory_size = largest or request.max_form_memory_size
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
        speak_at_the_desk(g.person.language or language())
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


def chosen_language() -> str:
    """The language that the address asks for, as on the pages before somebody is signed in; empty for none."""
    tag = request.args.get(CHOSEN, "")
    return tag if tag in at_the_desk() else ""


def _speak_to_visitor() -> None:
    """At the desk, speak the language that the address or else the browser asks for; an account may know better."""
    if not is_staff(request.path):
        return
    speak_at_the_desk(first_of([chosen_language(), *browser_asks(request)], at_the_desk()))
    guarded = hasattr(current_app.view_functions.get(request.endpoint or ""), ASKED_FOR)
    secret = read_secret(request, cookie_of_staff())
    if secret and not guarded and not chosen_language():  # where a guard looks who is there, it speaks to them
        with session_for(current_app.extensions["engine"]) as session:
            found = staff.signed_in(session, secret, steady_now())
            speak_at_the_desk((found and found.staff.language) or language())


def _other_languages() -> dict[str, str]:
    """What else the desk can speak, and where the same page is in it; somebody signed in sends a form there."""
    others = [tag for tag in at_the_desk() if tag != desk_language()]
    if g.get("person"):
        return dict.fromkeys(others, f"/desk/language?{urlencode({'on': _page_again()})}")
    return {tag: f"?{urlencode({**request.args.to_dict(), CHOSEN: tag})}" for tag in others}


def _page_again() -> str:
    """The address at which this page can be looked at, also where it answers a form."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter and adapter.test(request.path, "GET") else "/desk/"


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
    app.before_request(_speak_to_visitor)

    @app.context_processor
    def _desk_words() -> dict[str, Any]:
        secret = g.get("secret")
        return {
            "person": g.get("person"),
            "setting_up": g.get("setting_up", False),
            "token": form_token(secret) if secret else "",
            "chosen_language": chosen_language(),
            "other_languages": _other_languages() if is_staff(request.path) else {},
            "plain_day": plain_day,
            "here_day": lambda moment: _said(moment, "d MMMM y"),
            "here_month": lambda moment: _said(moment, "d MMMM"),
            "here_time": lambda moment: _said(moment, "d MMMM y, HH:mm"),
        }


def _said(moment: datetime, form: str) -> str:
    """A moment as people write it, by the clocks of the visitor's organisation."""
    return format_datetime(moment, form, tzinfo=get_timezone(g.person.zone), locale=language().replace("-", "_"))
