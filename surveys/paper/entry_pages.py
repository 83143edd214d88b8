"""Forms that came on paper, and telephone calls: how far each is, and starting, resuming or dropping one."""

from flask import Response, abort, g, make_response, render_template, request

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.staff import others_who_may
from safekeeping.vault import random_id
from surveys.definition.published import OPEN, PublishedSurvey, definition_of, published_at
from surveys.intake.read import kept_count
from surveys.managing.choosing import choose_survey
from surveys.paper.entering import TWICE, counted, next_number, resume_at, today
from surveys.paper.forms import (
    FIRST,
    LONGEST_LABEL,
    PAPER,
    PHONE,
    SECOND,
    Entered,
    LabelTaken,
    PaperForm,
    begin_entry,
    begin_form,
    forms_of,
    send,
    throw_away,
)
from surveys.paper.sitting import Elsewhere, Form, elsewhere, form_of, go_to, load_form

bp = staff_blueprint("enter", __name__)
bp.register_error_handler(Elsewhere, elsewhere)

#: What the list of forms says after something was done.
SAID = {
    "sent": _("Sent. The forms are forgotten here: write “sent” on each sheet, so that nobody enters it again."),
    "called": _("Sent. Nothing of the call is kept beside the answers."),
    "thrown": _("Thrown away. Nothing of what was typed is kept."),
    "gone": _("That form is not here any more: it was sent or thrown away."),
}


@bp.get("/enter")
@may("enter")
def choose() -> str | Response:
    """Which survey to enter answers for."""
    return choose_survey("Enter", "enter.forms")


@bp.get("/enter/<address>")
@may("enter")
def forms(address: str) -> str:
    """How far each form is, and a new one to start."""
    return _forms(published_at(kept(), address))


def _forms(row: PublishedSurvey, fault: str = "") -> str:
    listed = [(form, form_of(row, form).state) for form in forms_of(kept(), row.id)]
    return render_template(
        "paper/forms.html",
        survey=definition_of(row),
        address=row.address,
        forms=listed,
        counts=counted([state for _form, state in listed]),
        answers=kept_count(kept(), row.id),
        closed=row.state != OPEN,
        said=_(SAID[said]) if (said := request.args.get("said", "")) in SAID else "",
        typed=request.form,
        fault=fault,
    )


@bp.post("/enter/<address>")
@may("enter")
def start(address: str) -> Response:
    """Start a form by its number, or a call; or send every form of which both entries are the same."""
    row = published_at(kept(), address)
    if request.form.get("go") == "send all":
        return _send_all(row)
    way, label = request.form.get("way", PAPER), " ".join(request.form.get("label", "").split())
    if way == PHONE:
        label = _("Call {number}", number=random_id().hex()[:6])
    fault = _fault(row, way, label)
    if fault:
        return make_response(_forms(row, fault), 422)
    try:
        form = begin_form(kept(), row.id, label, way)
    except LabelTaken:
        return make_response(
            _forms(row, _("There is a form “{number}” already. Open it in the list above.", number=label)), 422
        )
    of = form_of(row, form)
    return of.to("enter.form") if way == PHONE else _begin(of, FIRST)


def _fault(row: PublishedSurvey, way: str, label: str) -> str:
    """What hinders a form. A sheet filled in before the end may be entered after it; a call is an answer given now."""
    if way not in (PAPER, PHONE):
        abort(400)
    if way == PHONE and row.state != OPEN:
        return _("This consultation takes no answers any more, so it takes no calls either.")
    if not label:
        return _("Write the number that stands on the sheet. If there is none, write one on it first.")
    too_long = _("The number is too long. Keep it to {longest} characters.", longest=LONGEST_LABEL)
    return too_long if len(label) > LONGEST_LABEL else ""


def _send_all(row: PublishedSurvey) -> Response:
    for form in forms_of(kept(), row.id):
        of = form_of(row, form)
        if of.state == TWICE:
            first = of.entered(FIRST)
            send(kept(), of.target(first), form, first)
    return go_to("enter.forms", address=row.address, said="sent")


@bp.get("/enter/<address>/<form_id>")
@may("enter")
def form(address: str, form_id: str) -> str:
    """Where a form stands and what comes next; before a call, what to say first."""
    of = load_form(address, form_id)
    number = next_number(of.form, of.entries)
    if number is None:
        raise Elsewhere(of.to("comparing.compare"))
    return render_template(
        "paper/form.html",
        survey=definition_of(of.row),
        form=of.form,
        at=of.at,
        number=number,
        entry=of.entries.get(number),
        resume=_resume(of, number),
        again=number == SECOND and of.entries[FIRST].staff_id == g.person.id,
        alone=not others_who_may(kept(), g.person, "enter", of.row.consultation_id),
    )


def _resume(of: Form, number: int) -> str | None:
    """The page to go on at with one's own unfinished entry; empty where it waits to be looked over."""
    entry = of.entries.get(number)
    if entry is None or entry.staff_id != g.person.id:
        return None
    entered = of.entered(number)
    return resume_at(of.target(entered), entered) or ""


@bp.post("/enter/<address>/<form_id>")
@may("enter")
def act_on_form(address: str, form_id: str) -> Response:
    """Begin the next entry, in place of an unfinished one, or throw the form away."""
    of = load_form(address, form_id)
    go, number = request.form.get("go", ""), next_number(of.form, of.entries)
    if go == "throw":
        return throw(of.row.address, of.form)
    if go != "begin" or number is None:
        abort(400)
    return _begin(of, number)


def throw(address: str, form: PaperForm) -> Response:
    """Destroy a form and say so."""
    throw_away(kept(), [form])
    return go_to("enter.forms", address=address, said="thrown")


def _begin(of: Form, number: int) -> Response:
    """A fresh entry. The second begins with the version, language and day of the first."""
    survey = definition_of(of.row)
    asked = request.form.get("language", "")
    language = asked if asked in survey.all_languages else survey.language
    at = Entered(of.row.definition_hash, language, today().isoformat())
    if number == SECOND:
        at = of.entered(FIRST).with_answers({})
    begin_entry(kept(), of.row, (of.form, number), g.person.id, at)
    return of.to("typing.page", number=number, page=at.path(of.target(at)).pages[0].page.name)
