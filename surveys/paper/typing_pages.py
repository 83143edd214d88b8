"""Typing in what people answered on paper or say on the telephone, page by page, by the fields they would see."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, make_response, render_template, request

from safekeeping.cookies import TokenForm
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import speaking
from surveys.definition.path import PathPage
from surveys.definition.questions import answer_names
from surveys.paper.entering import newly_asked, read_aloud
from surveys.paper.entry_pages import throw
from surveys.paper.forms import PHONE, SETTLED, Entered, save_entry, send
from surveys.paper.sheet import letter_of
from surveys.paper.sitting import Elsewhere, Sitting, after_press, elsewhere, go_to, in_language, sit
from surveys.responding.fields import asked_on, fields_of, page_form, read_answers, read_typed
from surveys.responding.rendering import page_words, shown_answers

bp = staff_blueprint("typing", __name__)
bp.register_error_handler(Elsewhere, elsewhere)


@bp.get("/enter/<address>/<form_id>/<int:number>/<page>")
@may("enter")
def page(address: str, form_id: str, number: int, page: str) -> str:
    """One page of an entry."""
    here = sit(address, form_id, number)
    at = _page(here, page)
    return _render(here, at, _form(here, at))


def _page(here: Sitting, name: str) -> PathPage:
    found = here.entered.path(here.target).page(name)
    if found is None:
        raise Elsewhere(here.to("typing.check"))
    return found


def _form(here: Sitting, at: PathPage, typed: Any = None) -> TokenForm:
    with speaking(here.entered.language):
        return page_form(here.entered.voice(here.target), at, g.secret, typed)


def _render(here: Sitting, at: PathPage, form: TokenForm) -> str:
    voice, survey = here.entered.voice(here.target), here.target.survey
    with speaking(here.entered.language):
        words = page_words(voice, at, form)
    return render_template(
        "paper/page.html",
        **words,
        in_their_language=in_language(here.entered.language),
        here=here,
        number=here.entry.number,
        phone=_is_call(here),
        more=request.args.get("more") == "1",
        checking=_checking(),
        aloud={question.name: read_aloud(question) for question in at.questions},
        letters=[(letter_of(survey, name), plural) for name, plural in survey.audience_names().items()],
    )


def _is_call(here: Sitting) -> bool:
    """Whether somebody is on the telephone, who may want it stopped at any moment."""
    return here.of.form.way == PHONE


def _checking() -> bool:
    """Whether somebody came from the answers to look over, and goes back there."""
    return request.args.get("check") == "1"


@bp.post("/enter/<address>/<form_id>/<int:number>/<page>")
@may("enter")
def act_on_page(address: str, form_id: str, number: int, page: str) -> Response:
    """Do what the pressed button says."""
    here = sit(address, form_id, number)
    go = request.form.get("go", "").partition(":")[0]
    if go == "stop" and _is_call(here):
        return throw(address, here.of.form)
    if go not in ACTIONS:
        abort(400)
    at = _page(here, page)
    return ACTIONS[go](here, at, _form(here, at, request.form))


def _keep(here: Sitting, answers: dict[str, Any]) -> Entered:
    entered = here.entered.with_answers(answers)
    save_entry(kept(), here.of.row, here.entry, entered)
    return entered


def _continue(here: Sitting, at: PathPage, form: TokenForm) -> Response:
    with speaking(here.entered.language):
        valid = form.validate()
    if not valid:
        return make_response(_render(here, at, form), 422)
    return _onward(here, at, _keep(here, read_answers(form, here.entered.voice(here.target))))


def _blank(here: Sitting, at: PathPage, form: TokenForm) -> Response:
    """Go on; what cannot be taken as it stands is left blank, for nobody can be asked about it any more."""
    voice = here.entered.voice(here.target)
    form.validate()
    answers = read_answers(form, voice)
    for question in asked_on(at, voice):
        if any(field.errors for field in fields_of(form, question)):
            for name in answer_names(question):
                answers.pop(name, None)
    return _onward(here, at, _keep(here, answers))


def _onward(here: Sitting, at: PathPage, entered: Entered) -> Response:
    """The next page; first what an answer opened on this page, and what it opened elsewhere when it was changed."""
    path, name = entered.path(here.target), at.page.name
    now, check = path.page(name), {"check": 1} if _checking() else {}
    if now and {question.name for question in now.questions} - {question.name for question in at.questions}:
        return here.to("typing.page", page=name, more=1, **check)
    following = path.after(name)
    if check:
        opened = newly_asked(here.target, (here.entered,), entered)
        following = opened.page if opened else None
    return here.to("typing.page", page=following.name, **check) if following else here.to("typing.check")


def _back(here: Sitting, at: PathPage, form: TokenForm) -> Response:
    """One page back; what was typed and can be taken comes along."""
    form.validate()
    entered = _keep(here, read_typed(form, here.entered.voice(here.target)))
    before = entered.path(here.target).before(at.page.name)
    return here.to("typing.page", page=before.name if before else at.page.name)


def _pressed(here: Sitting, at: PathPage, form: TokenForm) -> Response:
    """The same page with all that was typed, and what the button changed. Nothing is kept yet."""
    typed = after_press(form, request.form["go"])
    if typed is None:
        abort(400)
    return make_response(_render(here, at, _form(here, at, typed)))


ACTIONS: dict[str, Callable[[Sitting, PathPage, TokenForm], Response]] = {
    "continue": _continue,
    "blank": _blank,
    "back": _back,
    "clear": _pressed,
    "rank": _pressed,
}


@bp.get("/enter/<address>/<form_id>/<int:number>")
@may("enter")
def check(address: str, form_id: str, number: int) -> str:
    """What was entered, to be compared with the sheet or read back."""
    here = sit(address, form_id, number)
    voice = here.entered.voice(here.target)
    with speaking(voice.language):
        pages = shown_answers(voice)
    return render_template(
        "paper/check.html",
        here=here,
        survey=here.target.survey,
        pages=pages,
        language=voice.language,
        number=number,
        phone=_is_call(here),
        sends=_sends(here),
    )


def _sends(here: Sitting) -> bool:
    """Whether this entry is sent as it is: a call, or what was settled between two entries."""
    return _is_call(here) or here.entry.number == SETTLED


@bp.post("/enter/<address>/<form_id>/<int:number>")
@may("enter")
def finish(address: str, form_id: str, number: int) -> Response:
    """Finish an entry: send it, or let it wait for the other one."""
    here = sit(address, form_id, number)
    go = request.form.get("go", "")
    if go == "stop" and _is_call(here):
        return throw(address, here.of.form)
    if go != "finish":
        abort(400)
    if _sends(here):
        send(kept(), here.target, here.of.form, here.entered)
        return go_to("enter.forms", address=address, said="called" if _is_call(here) else "sent")
    here.entry.done = True
    kept().flush()
    return here.of.to("enter.form")
