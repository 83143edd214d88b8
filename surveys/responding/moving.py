"""What the buttons of a survey do: one page on or back, an answer changed, cleared or moved, another language."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any, Never

from flask import Response, abort, current_app, make_response, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from safekeeping.cookies import TokenForm
from safekeeping.database import kept
from surveys.definition.path import Path, PathPage
from surveys.definition.questions import AnyQuestion, WithChoices, answer_names
from surveys.intake.submit import Submission, submit, submit_at_once
from surveys.responding.coming_back import forget_copy, save
from surveys.responding.drafts import CHECK, SENT, Draft
from surveys.responding.fields import PageForm, answered_texts, as_sent, field_named, page_form, read_answers
from surveys.responding.invited import (
    asks_ticket,
    is_let_in,
    not_let_in,
    not_sent,
    settle_seat,
    typed_ticket,
    with_typed_ticket,
)
from surveys.responding.kinds import html_id, html_name
from surveys.responding.prepared import is_alike, prepared
from surveys.responding.ranking import Ranked, moved, where_to_look
from surveys.responding.receipts import give
from surveys.responding.rendering import render_answers, render_check, render_page
from surveys.responding.visiting import Visit, now, posted_page
from surveys.responding.watching import is_set_aside


def _refuse() -> Never:
    abort(400)


def _on(visit: Visit, draft: Draft) -> tuple[PathPage, PageForm]:
    """The page that was sent, and its form as it was filled in; `act` has looked at its token."""
    page = posted_page(visit, draft) or _refuse()
    return page, page_form(visit.voice(draft), page, None, request.form)


def show_page(visit: Visit, draft: Draft, page: PathPage, form: TokenForm, problem: str = "") -> str:
    """The page with this form."""
    more = {"problem": problem, "trial": visit.target.trial, "live": True}
    return render_page(visit.voice(draft), page, form, draft.opened, **more)


#: Stands for the answers in a page to check that is rendered for all; nobody can know it, so nobody can write it.
ANSWERS = Markup(token_hex())  # noqa: S704  # letters and digits


def show_check(visit: Visit, draft: Draft, problem: str = "", refused: str = "") -> str:
    """The answers to look over; `refused` is what is said of the ticket that was typed."""
    voice, survey, trial = visit.voice(draft), visit.target.survey, visit.target.trial
    asks = asks_ticket(visit.target, draft) or bool(refused)
    ticket = {"asks_ticket": asks, "refused": refused, "typed": typed_ticket()}

    def render(secret: bytes, answers: Markup) -> str:
        token = TokenForm(meta={"csrf_context": secret}, formdata=None)
        return render_check(voice, token, answers, problem, trial=trial, live=True, **ticket)

    shown = render_answers(voice, draft.quotable)
    if problem or ticket["typed"] or not is_alike(survey.public_title):
        return render(visit.secret, shown)
    key = ("check", visit.target.version, trial, visit.language, voice.path.audience, asks)
    return prepared(key, lambda secret: render(secret, ANSWERS), visit.secret).replace(ANSWERS, shown)


def _continue(visit: Visit, draft: Draft, where: str) -> Response:
    """On to the next page, or the same one with what this page's answers opened on it."""
    page, form = _on(visit, draft)
    if not form.validate():
        return _mend(visit, draft, page)
    before, after = visit.voice(draft).path, form.after.path
    seen = tuple(name for name in _seen(draft, before, after, page.questions) if name not in form.untaken)
    done = draft.holding(page.page.name, None).moved(draft.at, answers=after.given, seen=seen)
    return _go_on(visit, done, after, page.page.name)


def _mend(visit: Visit, draft: Draft, page: PathPage) -> Response:
    """The same page, with all that was typed and what is wrong with it.

    By a redirect: browsers note down a page that came of sending a form together with that form, words and all.
    """
    held = draft.holding(page.page.name, as_sent(page.page, request.form))
    return visit.save(held.moved(page.page.name, faulty=True))


def _seen(draft: Draft, before: Path, after: Path, asked: tuple[AnyQuestion, ...]) -> tuple[str, ...]:
    """The questions this person has been through. One that has lost its answer, or gained choices, is asked again."""
    names = dict.fromkeys((*draft.seen, *(question.name for question in asked)))
    asked_now = (question for question in after.survey.filtered if after.asks(question))
    again = {question.name for question in asked_now if _is_new_again(question, before, after)}
    return tuple(name for name in names if name not in again)


def _is_new_again(question: WithChoices, before: Path, after: Path) -> bool:
    if question.name in after.answers:
        return False
    return {each.value for each in after.choices(question)} != {each.value for each in before.choices(question)}


def _go_on(visit: Visit, draft: Draft, path: Path, name: str) -> Response:
    """To what is new on this page; else to the next page, or while changing to the first with something new on it."""
    here = path.page(name)
    if here and (opened := _unseen(here, draft)):
        return visit.save(draft.moved(name, opened=opened), _id_of(opened))
    following = None if draft.changing else path.after(name)
    if following is not None:
        return visit.save(draft.moved(following.name))
    new = next((page for page in path.pages if _unseen(page, draft)), None)
    if new is None:
        return visit.save(draft.moved(CHECK, changing=False))
    opened = _unseen(new, draft)
    partly = opened if len(opened) < len(new.questions) else ()
    return visit.save(draft.moved(new.page.name, opened=partly), _id_of(partly))


def _id_of(opened: tuple[str, ...]) -> str:
    return html_id(html_name(opened[0])) if opened else ""


def _unseen(page: PathPage, draft: Draft) -> tuple[str, ...]:
    return tuple(question.name for question in page.questions if question.name not in draft.seen)


def _skip(visit: Visit, draft: Draft, where: str) -> Response:
    """Past a page that somebody would rather not answer. What they had typed is there if they come back to it."""
    page, _form = _on(visit, draft)
    if not page.page.content_note or any(question.required_because for question in page.questions):
        _refuse()
    names = {name for question in page.questions for name in answer_names(question)}
    answers = {name: answer for name, answer in draft.answers.items() if name not in names}
    seen = tuple(dict.fromkeys((*draft.seen, *(question.name for question in page.questions))))
    skipped = draft.holding(page.page.name, as_sent(page.page, request.form)).moved(
        draft.at, answers=answers, seen=seen
    )
    return _go_on(visit, skipped, Path(visit.target.survey, answers, now().date()), page.page.name)


def _back(visit: Visit, draft: Draft, where: str) -> Response:
    """One page back; every word that was typed comes along.

    A page left with a fault counts as not seen, so that nobody gets past it without mending it.
    """
    if draft.at == CHECK:
        return visit.save(draft.moved(visit.voice(draft).path.pages[-1].page.name))
    page, form = _on(visit, draft)
    taken, voice = form.validate(), visit.voice(draft)
    answers = read_answers(form, voice)
    before = Path(visit.target.survey, answers, voice.path.today).before(page.page.name)
    here = {question.name for question in page.questions}
    seen = draft.seen if taken else tuple(name for name in draft.seen if name not in here)
    held = draft.holding(page.page.name, None if taken else as_sent(page.page, request.form))
    return visit.save(held.moved(before.name if before else page.page.name, answers=answers, seen=seen))


def _change(visit: Visit, draft: Draft, where: str) -> Response:
    """From the check page to one of the pages, and back here afterwards."""
    if visit.voice(draft).path.page(where) is None:
        _refuse()
    return visit.save(draft.moved(where, changing=True))


def _stay(visit: Visit, draft: Draft, changed: dict[str, Any], look_at: str) -> Response:
    """Back to the same page with all that was typed, and these fields changed."""
    page, _form = _on(visit, draft)
    typed = as_sent(page.page, request.form) | changed
    held = draft.holding(page.page.name, {name: fields for name, fields in typed.items() if fields})
    return visit.save(held.moved(page.page.name, opened=draft.opened), look_at)


def _clear(visit: Visit, draft: Draft, where: str) -> Response:
    """Take the choice in one group of buttons away."""
    _page, form = _on(visit, draft)
    field = field_named(form, f"q-{where}") or _refuse()
    return _stay(visit, draft, {field.name: []}, str(field.id))


def _rank(visit: Visit, draft: Draft, where: str) -> Response:
    """Move one choice of a ranking: `NAME:up:VALUE`."""
    _page, form = _on(visit, draft)
    name, _colon, press = where.partition(":")
    move, _colon, value = press.partition(":")
    field = field_named(form, html_name(name))
    if not isinstance(field, Ranked):
        _refuse()
    order = moved(field, move, value)
    return _stay(visit, draft, {field.name: [" ".join(order)]}, where_to_look(field, move, value, order))


def _language(visit: Visit, draft: Draft, where: str) -> Response:
    """Go on in another language, in the same place."""
    if where not in visit.target.survey.all_languages:
        _refuse()
    draft = draft.moved(draft.at, language=where, opened=draft.opened)
    if draft.at not in (CHECK, SENT) and posted_page(visit, draft):
        return _stay(visit, draft, {}, "")
    return visit.save(draft)


def _send(visit: Visit, draft: Draft, where: str) -> Response:
    """Keep the response. The draft lets go of the answers only once they are kept."""
    if visit.voice(draft).path.page(draft.at):
        _refuse()
    draft = with_typed_ticket(visit.target, draft)
    if not is_let_in(visit.target, draft):
        return make_response(show_check(visit, draft, not_sent(), not_let_in()), 422)
    handle, nonce, aside = bytes.fromhex(draft.handle), bytes.fromhex(draft.nonce), is_set_aside(visit, draft)
    sent = Submission(draft.answers, now().date(), visit.language, handle, aside, draft.quotable)
    if visit.target.by_ticket:  # a seat is taken with the draft, after what was sent is kept
        submit(kept(), visit.target, sent, nonce)
    else:
        submit_at_once(current_app.extensions["engine"], visit.target, sent, nonce)
    response = visit.save(draft.moved(SENT, answers={}, seen=(), typed={}, quotable=(), saved="", ticket=""))
    forget_copy(draft)
    settle_seat(visit.target)
    return response


#: What each button does: (who presses it, where they are, what stands after the colon).
ACTIONS: dict[str, Callable[[Visit, Draft, str], Response]] = {
    "continue": _continue,
    "skip": _skip,
    "back": _back,
    "change": _change,
    "clear": _clear,
    "rank": _rank,
    "language": _language,
    "send": _send,
    "save": save,
    "code": give,
}


def form_at(visit: Visit, draft: Draft, page: PathPage) -> TokenForm:
    """The form of a page as this person left it: with what they typed there, else with their answers.

    A field that was not there when they typed has its earlier words.
    """
    typed, voice = draft.typed.get(page.page.name), visit.voice(draft)
    fields: MultiDict[str, str] | None = None
    if typed is not None:
        fields = MultiDict(answered_texts(page, voice) | typed)
    form = page_form(voice, page, visit.secret, fields)
    if draft.faulty:
        form.validate()
        form["token"].errors = []  # it is not kept
    return form
