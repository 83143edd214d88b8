"""The public door: one address per survey, one page at a time, plain HTML, POST then redirect.

Every page of a survey has the same address, so the browser's history shows one neutral place. Where a person is
stands in their sealed draft.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from safekeeping.cookies import TokenForm, give_secret, is_token_of, new_secret, read_secret
from safekeeping.database import drafts, kept, start_over, start_over_reading
from safekeeping.headers import is_staff
from safekeeping.languages import complete, language, speak
from safekeeping.languages import gettext as _
from surveys.definition.path import Path
from surveys.definition.published import OPEN, as_open, asked_by, find_closed_too, in_its_days, published, rests
from surveys.definition.voice import Voice
from surveys.responding import drafts as draft_store
from surveys.responding.allowing import with_ticks
from surveys.responding.coming_back import come_back
from surveys.responding.drafts import CHECK, SENT, Draft
from surveys.responding.exit import render_leaving
from surveys.responding.fields import as_sent, faulty_fields, first_id, page_form, place_of
from surveys.responding.inputs import offered
from surveys.responding.invited import asks_ticket, find_ticket, not_let_in, typed_ticket
from surveys.responding.moving import ACTIONS, form_at, show_check, show_page
from surveys.responding.prepared import prepared
from surveys.responding.reading_in import wanted
from surveys.responding.receipts import ask, take
from surveys.responding.rendering import render_intro, survey_words, tongue
from surveys.responding.visiting import Visit, cookie, now, posted_page, to, visit_to
from surveys.responding.watching import busy, may_start, watched

bp = Blueprint("respond", __name__)
for shown_by_pages in (offered, faulty_fields, first_id):
    bp.add_app_template_filter(shown_by_pages)


@bp.before_app_request
def speak_as_asked() -> None:
    """Pages outside any survey, and those that say that something went wrong, speak as the browser asks."""
    if not is_staff(request.path):
        speak(wanted(request, complete()))


@bp.get("/")
def surveys() -> str:
    """The surveys that take answers."""
    open_ones = [as_open(kept(), row) for row in published(kept()) if row.state == OPEN and in_its_days(kept(), row)]
    titles = [
        (target.address, tongue(Voice(Path(target.survey, {}), language()), target.survey.public_title))
        for target in open_ones
    ]
    return render_template("responding/surveys.html", titles=titles, languages=complete())


@bp.get("/<address>")
def show(address: str) -> Response:
    """Where this person is: how to leave, a page, their answers to check, or the thanks at the end."""
    try:
        visit = visit_to(address)
    except NotFound:
        if find_closed_too(kept(), address) is None:
            raise
        return _closed(address)
    if visit.draft is None:
        return make_response(_leaving(visit))
    return make_response(_show(visit, visit.draft), 422 if visit.draft.faulty else 200)


def _leaving(visit: Visit) -> str:
    languages, trial = visit.target.survey.all_languages, visit.target.trial
    key = ("leaving", languages, trial, visit.language)
    return prepared(key, lambda _secret: render_leaving(languages, trial=trial))


def _show(visit: Visit, draft: Draft, problem: str = "") -> str:
    if draft.at == SENT:
        return _sent(visit, draft)
    voice = visit.voice(draft)
    page = voice.path.page(draft.at)
    if page is None:
        return show_check(visit, draft, problem)
    touched = problem or draft.faulty or page.page.name in draft.typed
    place = None if touched else place_of(voice, page)
    if place is None:
        return show_page(visit, draft, page, form_at(visit, draft, page), problem)
    key = ("page", visit.target.version, visit.target.trial, draft.opened, *place)
    return prepared(key, lambda secret: show_page(visit, draft, page, page_form(voice, page, secret)), visit.secret)


def _sent(visit: Visit, draft: Draft) -> str:
    asks = asked_by(current_app.extensions["engine"], visit.target.id)
    codes = {"can_have_code": bool(draft.handle), "has_code": bool(draft.receipt)}

    def render(secret: bytes) -> str:
        token = TokenForm(meta={"csrf_context": secret}, formdata=None)
        words = {**survey_words(visit.voice(draft)), "trial": visit.target.trial, "form": token, "live": True}
        named = {"organisation": asks} if asks else {}
        return render_template("responding/sent.html", **words, **named, **codes)

    key = ("sent", visit.target.version, visit.target.trial, visit.language, asks, *codes.values())
    return prepared(key, render, visit.secret)


#: Somebody who presses twice does two things at once; the second is done to what the first has left.
TIMES = 5


@bp.post("/<address>")
def act(address: str) -> Response:
    """Do what the pressed button says."""
    for _time in range(TIMES - 1):
        try:
            return _act(address)
        except draft_store.Changed:
            start_over()
    return _act(address)


def _act(address: str) -> Response:
    form = request.form
    go, _colon, where = form.get("go", "").partition(":")
    try:
        if go in FOR_ANYBODY:
            return FOR_ANYBODY[go](address)
        visit = visit_to(address)
    except NotFound:
        return _closed(address)
    if go == "start":
        return _start(visit)
    if visit.draft is None:
        return _without_draft(visit, go)
    if go == "intro":
        return to(visit.target)
    if go not in ACTIONS or not is_token_of(visit.secret, form.get("token", "")):
        abort(400)
    if visit.draft.at == SENT and go not in AFTERWARDS:  # words added to an old page would be thanked for and not kept
        return to(visit.target)
    draft = with_ticks(watched(visit.draft, form), visit.target.survey, form)
    return ACTIONS[go](visit, draft, where)


#: Buttons that take no draft: (the survey's address).
FOR_ANYBODY: dict[str, Callable[[str], Response]] = {"take-back": ask, "withdraw": take, "come-back": come_back}
#: Buttons that are there once the answers are sent.
AFTERWARDS = ("language", "code")


def _closed(address: str) -> Response:
    """It takes no answers any more, but gives back what it has. What somebody had typed is shown, to be copied."""
    typed = request.form if request.method == "POST" else None
    has_answers = find_closed_too(kept(), address) is not None
    why = rests(kept(), address)
    return make_response(render_template("responding/closed.html", typed=typed, has_answers=has_answers, why=why), 404)


def _intro(visit: Visit, problem: str = "", refused: str = "") -> str:
    """What stands before the first question; with what was typed as a ticket, where one is asked for."""
    ticket = {"asks_ticket": asks_ticket(visit.target), "refused": refused, "typed": typed_ticket()}
    more = {"problem": problem, "trial": visit.target.trial, "live": True}

    def render(_secret: bytes) -> str:
        return render_intro(visit.target.survey, visit.language, **ticket, **more)

    if problem or refused or ticket["typed"]:
        return render(visit.secret)
    key = ("intro", visit.target.version, visit.target.trial, visit.language, ticket["asks_ticket"])
    return prepared(key, render)


def _begun(visit: Visit) -> Draft:
    first = Path(visit.target.survey, {}).pages
    at = first[0].page.name if first else CHECK
    return draft_store.begin(visit.target.id, at, now(), visit.target.version, visit.language)


def _start(visit: Visit) -> Response:
    """Begin, or go on where a draft waits. The cookie is first set here."""
    if visit.draft is not None and visit.draft.at != SENT:
        return to(visit.target)
    ticket = find_ticket(visit.target) if asks_ticket(visit.target) else ""
    if ticket is None:
        return make_response(_intro(visit, refused=not_let_in()), 422)
    if not may_start(visit):
        return make_response(_intro(visit, busy()), 503)
    _sweep_once_an_hour()
    started = Visit(visit.target, new_secret(), None)
    response = started.save(replace(_begun(started), ticket=ticket))
    give_secret(response, cookie(), started.secret)
    return response


def _sweep_once_an_hour() -> None:
    """Unfinished answers go in time, also where no worker runs."""
    moment = now()
    hour = moment.replace(minute=0, second=0, microsecond=0)
    if current_app.extensions.get("swept") != hour:
        current_app.extensions["swept"] = hour
        draft_store.sweep(drafts(), moment)


def _without_draft(visit: Visit, go: str) -> Response:
    """On to the introduction. Else the four hours are over; or, without a cookie, this person has left.

    What is sent again by the browser's Back after leaving is shown to nobody.
    """
    if go == "intro":
        return make_response(_intro(visit))
    return _start_again(visit, _said_of(go)) if read_secret(request, cookie()) else to(visit.target)


def _said_of(go: str) -> str:
    """Why somebody has to start again. Who had pressed Send, and saw no answer, may have been kept."""
    if go == "send":
        return _(
            "This page was open for a long time, or our server was interrupted, so we have to start again. If you "
            "pressed the button once, nothing has been sent. If you pressed it before and saw no answer, your answers "
            "may have reached us: you need not send them again."
        )
    return _("This page was open for a long time, so we have to start again. Nothing has been sent.")


def _start_again(visit: Visit, said: str) -> Response:
    """The draft's four hours are over. What was typed on the last page waits in a new one, for when it is reached."""
    if not may_start(visit):
        return make_response(render_template("responding/busy.html", typed=request.form), 503)
    begun = _begun(visit)
    page = visit.target.survey.page(request.form.get("page", ""))
    if page:
        begun = begun.holding(page.name, as_sent(page, request.form))
    draft_store.save(drafts(), visit.secret, begun, now())
    response = make_response(_show(Visit(visit.target, visit.secret, begun), begun, said))
    give_secret(response, cookie(), visit.secret)
    return response


@bp.errorhandler(draft_store.Changed)
@bp.errorhandler(SQLAlchemyError)
def could_not_keep(fault: Exception) -> Response:
    """The database is locked, full or away: give the person their words back and say so."""
    current_app.logger.error("could not keep", exc_info=fault)
    start_over_reading()
    return make_response(_as_typed(), 503)


def not_kept() -> str:
    """What is said where something could not be saved."""
    return _("We could not save this just now. Your words are still here. Wait a minute, then press the button again.")


def _as_typed() -> str:
    """The page as it was sent, with every word still in it. Asks no database for more than the definition."""
    try:
        visit = visit_to((request.view_args or {}).get("address", ""))
    except (SQLAlchemyError, NotFound):
        return render_template("responding/busy.html", typed=request.form)
    if visit.draft is None or request.method != "POST":
        return render_template("responding/busy.html", typed=request.form)
    if visit.draft.at == CHECK:
        return show_check(visit, with_ticks(visit.draft, visit.target.survey, request.form), not_kept())
    page = posted_page(visit, visit.draft) if "page" in request.form else None
    if page is None:
        return render_template("responding/busy.html", typed=request.form)
    form = page_form(visit.voice(visit.draft), page, visit.secret, request.form)
    return show_page(visit, visit.draft, page, form, not_kept())
