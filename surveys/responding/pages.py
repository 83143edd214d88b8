"""The public door: one address per survey, one page at a time, plain HTML, POST then redirect.

Every page of a survey has the same address, so the browser's history shows one neutral place. Where a person is
stands in their sealed draft.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from safekeeping.cookies import TokenForm, give_secret, new_secret, read_secret
from safekeeping.database import drafts, kept, start_over_reading
from safekeeping.vault import CannotOpen
from surveys.definition.path import audience_of, next_page, on_path, path, previous_page, questions_on
from surveys.definition.published import Open, find_open, published
from surveys.definition.survey import AUDIENCE, Page
from surveys.definition.wording import say
from surveys.intake.submit import submit
from surveys.responding import drafts as draft_store
from surveys.responding.drafts import CHECK, SENT, Draft
from surveys.responding.fields import html_name, page_form, read_answers, read_typed
from surveys.responding.inputs import faulty_fields, first_id, offered
from surveys.responding.shown import shown_answers

bp = Blueprint("respond", __name__)
for shown_by_pages in (offered, faulty_fields, first_id):
    bp.add_app_template_filter(shown_by_pages)

NOT_KEPT = "We could not save this just now. Your words are still here. Wait a minute, then press the button again."
STARTED_AGAIN = "This page was open for a long time, so we have to start again. Nothing has been sent."


@dataclass(frozen=True)
class Visit:
    """One request of one person: the survey, the secret in their cookie, their draft if there is one."""

    target: Open
    secret: bytes
    draft: Draft | None

    def save(self, draft: Draft) -> Response:
        """Keep the draft and show where it stands."""
        draft_store.save(drafts(), self.secret, draft, _now())
        return _to(self.target)


def _now() -> datetime:
    return datetime.now(UTC)


def _to(target: Open) -> Response:
    return make_response(redirect(url_for("respond.show", address=target.survey.address), 303))


def _cookie() -> str:
    name: str = current_app.extensions["respondent_cookie"]
    return name


def _visit(address: str) -> Visit:
    """Who comes to which survey; 404 where no survey takes answers."""
    target = find_open(kept(), address)
    if target is None:
        abort(404)
    secret = read_secret(request, _cookie())
    if secret is None:
        return Visit(target, new_secret(), None)
    return Visit(target, secret, _load_draft(target, secret))


def _load_draft(target: Open, secret: bytes) -> Draft | None:
    try:
        return draft_store.load(drafts(), secret, target.id, _now())
    except CannotOpen:
        return None


@bp.get("/")
def surveys() -> str:
    """The surveys that take answers."""
    return render_template(
        "responding/surveys.html", surveys=[find_open(kept(), row.address) for row in published(kept())]
    )


@bp.get("/<address>")
def show(address: str) -> str:
    """Where this person is: the introduction, a page, their answers to check, or the thanks at the end."""
    visit = _visit(address)
    if visit.draft is None:
        return render_template("responding/intro.html", survey=visit.target.survey)
    return _show(visit, visit.draft)


def _show(visit: Visit, draft: Draft) -> str:
    survey = visit.target.survey
    if draft.at == SENT:
        return render_template("responding/sent.html", survey=survey)
    page = survey.page(draft.at)
    if page is None or page not in path(survey, draft.answers):
        return _render_check(visit, draft)
    return _render_page(visit, draft, page, page_form(survey, page, draft.answers, visit.secret))


def _render_page(visit: Visit, draft: Draft, page: Page, form: TokenForm, problem: str = "") -> str:
    survey = visit.target.survey
    pages = path(survey, draft.answers)
    return render_template(
        "responding/page.html",
        survey=survey,
        page=page,
        form=form,
        questions=questions_on(page, draft.answers),
        audience=audience_of(draft.answers),
        step=pages.index(page) + 1,
        steps=len(pages),
        first=previous_page(survey, draft.answers, page.name) is None,
        changing=draft.changing,
        problem=problem,
        say=say,
        html_name=html_name,
    )


def _render_check(visit: Visit, draft: Draft, problem: str = "") -> str:
    survey = visit.target.survey
    return render_template(
        "responding/check.html",
        survey=survey,
        pages=shown_answers(survey, draft.answers),
        form=TokenForm(meta={"csrf_context": visit.secret}, formdata=None),
        problem=problem,
    )


@bp.post("/<address>")
def act(address: str) -> Response:
    """Do what the pressed button says."""
    visit = _visit(address)
    go, _, where = request.form.get("go", "").partition(":")
    if go == "start":
        return _start(visit)
    if visit.draft is None:
        return _start_again(visit)
    if go not in ACTIONS or not TokenForm(meta={"csrf_context": visit.secret}).validate():
        abort(400)
    if visit.draft.at == SENT:  # an old page; words added to it now would be thanked for and not kept
        return _to(visit.target)
    return ACTIONS[go](visit, visit.draft, where)


def _start(visit: Visit) -> Response:
    """Begin, or go on where a draft waits. The cookie is first set here."""
    if visit.draft is not None and visit.draft.at != SENT:
        return _to(visit.target)
    draft_store.sweep(drafts(), _now())
    started = Visit(visit.target, new_secret(), None)
    response = started.save(draft_store.begin(visit.target.id, visit.target.survey.pages[0].name))
    give_secret(response, _cookie(), started.secret)
    return response


def _start_again(visit: Visit) -> Response:
    """The draft's four hours are over. What was typed on the last page is carried into a new one."""
    survey = visit.target.survey
    answers = _carried(visit)
    draft = draft_store.begin(visit.target.id, survey.pages[0].name).moved(survey.pages[0].name, answers=answers)
    draft_store.save(drafts(), visit.secret, draft, _now())
    form = page_form(survey, survey.pages[0], answers, visit.secret)
    response = make_response(_render_page(visit, draft, survey.pages[0], form, STARTED_AGAIN))
    give_secret(response, _cookie(), visit.secret)
    return response


def _carried(visit: Visit) -> dict[str, Any]:
    """What was typed on the page, whichever audience it was asked of: who is answering is not known any more."""
    survey = visit.target.survey
    page = survey.page(request.form.get("page", ""))
    if page is None:
        return {}
    carried: dict[str, Any] = {}
    for audience in survey.audience_names() if page is not survey.pages[0] else [None]:
        known = {AUDIENCE: audience} if audience else {}
        form = page_form(survey, page, known, visit.secret, request.form)
        form.validate()
        read = read_typed(form, page, known)
        carried |= {name: answer for name, answer in read.items() if name not in known}
    return carried


def _posted_page(visit: Visit, draft: Draft) -> Page:
    """The page the form was on: usually where the draft is, but the browser's Back may show an earlier one."""
    return _page_on_path(visit, draft) or abort(400)


def _page_on_path(visit: Visit, draft: Draft) -> Page | None:
    page = visit.target.survey.page(request.form.get("page", draft.at))
    return page if page in path(visit.target.survey, draft.answers) else None


def _continue(visit: Visit, draft: Draft, where: str) -> Response:
    survey = visit.target.survey
    page = _posted_page(visit, draft)
    form = page_form(survey, page, draft.answers, visit.secret, request.form)
    if not form.validate():
        return make_response(_render_page(visit, draft, page, form), 422)
    answers = read_answers(form, page, draft.answers)
    seen = tuple(dict.fromkeys((*draft.seen, page.name)))
    following = next_page(survey, answers, page.name)
    if draft.changing:
        following = next((other for other in path(survey, answers) if other.name not in seen), None)
    at = following.name if following else CHECK
    return visit.save(draft.moved(at, answers=answers, seen=seen, changing=draft.changing and at != CHECK))


def _back(visit: Visit, draft: Draft, where: str) -> Response:
    """One page back; every word that was typed comes along, and what else can be taken.

    A page left with a fault counts as not seen, so that nobody gets past it without mending it.
    """
    survey = visit.target.survey
    if draft.at == CHECK:
        return visit.save(draft.moved(path(survey, draft.answers)[-1].name))
    page = _posted_page(visit, draft)
    form = page_form(survey, page, draft.answers, visit.secret, request.form)
    taken = form.validate()
    answers = read_typed(form, page, draft.answers)
    before = previous_page(survey, answers, page.name)
    seen = draft.seen if taken else tuple(name for name in draft.seen if name != page.name)
    return visit.save(draft.moved(before.name if before else page.name, answers=answers, seen=seen))


def _change(visit: Visit, draft: Draft, where: str) -> Response:
    """From the check page to one of the pages, and back here afterwards."""
    if where not in [page.name for page in path(visit.target.survey, draft.answers)]:
        abort(400)
    return visit.save(draft.moved(where, changing=True))


def _send(visit: Visit, draft: Draft, where: str) -> Response:
    """Keep the response. The draft lets go of the answers only once they are kept."""
    if draft.at != CHECK:
        abort(400)
    submit(kept(), visit.target, on_path(visit.target.survey, draft.answers), bytes.fromhex(draft.nonce))
    return visit.save(draft.moved(SENT, answers={}, seen=()))


ACTIONS: dict[str, Callable[[Visit, Draft, str], Response]] = {
    "continue": _continue,
    "back": _back,
    "change": _change,
    "send": _send,
}


@bp.errorhandler(SQLAlchemyError)
def could_not_keep(fault: SQLAlchemyError) -> Response:
    """The database is locked, full or away: give the person their words back and say so."""
    current_app.logger.error("could not keep", exc_info=fault)
    start_over_reading()
    return make_response(_as_typed(), 503)


def _as_typed() -> str:
    """The page as it was sent, with every word still in it. Asks no database for more than the definition."""
    try:
        visit = _visit((request.view_args or {}).get("address", ""))
    except SQLAlchemyError:
        return render_template("responding/busy.html", typed=request.form)
    if visit.draft is None or request.method != "POST":
        return render_template("responding/busy.html", typed=request.form)
    if visit.draft.at == CHECK:
        return _render_check(visit, visit.draft, NOT_KEPT)
    page = _page_on_path(visit, visit.draft)
    if page is None:
        return render_template("responding/busy.html", typed=request.form)
    form = page_form(visit.target.survey, page, visit.draft.answers, visit.secret, request.form)
    return _render_page(visit, visit.draft, page, form, NOT_KEPT)
