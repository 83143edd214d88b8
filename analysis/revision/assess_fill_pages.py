"""Filling in a self-assessment, one section at a time: how far each clause is met, what shows it, what is planned."""

from collections.abc import Sequence

from flask import Response, make_response, redirect, render_template, request, url_for

from analysis.revision.assessment_form import LONGEST, Fault, Typed, mark_of, read_typed, typed_in, typed_of
from analysis.revision.assessment_here import AssessmentHere, assessment_here, portion_here
from analysis.revision.self_assessing import STATES, STATES_SAID, Account, Portion, said_before
from analysis.revision.self_assessments import keep_accounts
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _

bp = staff_blueprint("assess_fill", __name__)

MEANWHILE = _(
    "Somebody kept something on this page while you had it open, so nothing of yours is kept yet. What you typed is "
    "still here. Press the button once more to put it in place of theirs."
)
FINISHED = _(
    "This self-assessment was finished meanwhile, so nothing was kept. What you typed is still here to be copied."
)


@bp.get("/assess/<key>/<int:number>")
@may("assess")
def form(key: str, number: int) -> Response:
    """One section, to be filled in; to be read only once it is finished."""
    here = assessment_here(key)
    portion = portion_here(here, number)
    return _form_page(here, portion, typed_of(here.accounts, portion.clauses))


def _form_page(
    here: AssessmentHere, portion: Portion, typed: Sequence[Typed], faults: Sequence[Fault] = ()
) -> Response:
    page = render_template(
        "assess/fill.html",
        here=here,
        portion=portion,
        rows=list(zip(portion.clauses, typed, strict=True)),
        before=[said_before(each.clause, here.said_before).met for each in portion.clauses],
        faults=faults,
        by_field={each.field: each.what for each in faults},
        mark=mark_of(here.accounts, portion.clauses),
        states=STATES,
        said=STATES_SAID,
        standing=here.standing(portion),
        longest=LONGEST,
    )
    return make_response(page, 400 if faults else 200)


@bp.post("/assess/<key>/<int:number>")
@may("assess")
def keep(key: str, number: int) -> Response:
    """Keep what was typed; or say what is in the way, with the form as it was sent."""
    here = assessment_here(key)
    portion = portion_here(here, number)
    typed = typed_in(request.form, len(portion.clauses))
    said, faults = read_typed(typed, portion.clauses)
    if here.row.ended_on is not None:
        faults.insert(0, Fault("", _(FINISHED)))
    elif request.form.get("seen") != mark_of(here.accounts, portion.clauses):
        faults.insert(0, Fault("", _(MEANWHILE)))
    if faults:
        return _form_page(here, portion, typed, faults)
    keep_accounts(
        kept(), here.row, {each: told for each, told in said.items() if told != here.accounts.get(each, Account())}
    )
    if request.form.get("go") == "next" and number < len(here.portions):
        return make_response(redirect(url_for("assess_fill.form", key=key, number=number + 1), 303))
    return make_response(redirect(url_for("assess.look", key=key, done="kept"), 303))
