"""Writing a value that is worked out from answers: adding one, and changing it."""

from typing import Any

from flask import Response, abort, make_response, render_template, request

from safekeeping.guard import may, staff_blueprint
from surveys.writing.calculating import add_calculated, can_use, change_calculated, fault_of, meaning
from surveys.writing.draft import Draft, open_draft, to_outline
from surveys.writing.editing import Edited, NotThere, calculated_named
from surveys.writing.question_form import Typed
from surveys.writing.renaming import BadName
from surveys.writing.written import ChangedMeanwhile

bp = staff_blueprint("calculated", __name__)


@bp.route("/write/<written_id>/calculated", methods=["GET", "POST"])
@may("write")
def add(written_id: str) -> Response:
    """The form of a new value."""
    draft = open_draft(written_id)
    return _form(draft, "", "", "") if request.method == "GET" else _sent(draft, "")


@bp.route("/write/<written_id>/calculated/<name>", methods=["GET", "POST"])
@may("write")
def edit(written_id: str, name: str) -> Response:
    """The form of a value; one that somebody deleted meanwhile is added again, so that nothing typed is lost."""
    draft = open_draft(written_id)
    try:
        kept = calculated_named(draft.tables, name)
    except NotThere:
        if not request.form.get("value"):
            abort(404)
        return _sent(draft, "")
    return _form(draft, name, name, str(kept.get("value", ""))) if request.method == "GET" else _sent(draft, name)


def _sent(draft: Draft, before: str) -> Response:
    """Save it, or show the form as typed with what is wrong beside its field."""
    typed = Typed(request.form, draft.audiences)
    name, value = typed.text("name"), typed.text("value")
    faults = {"value": fault_of(value)} if fault_of(value) else {}
    try:
        edited = _edited(draft, before, name, value)
    except BadName as why:
        faults = {"name": str(why), **faults}
    if faults:
        return _form(draft, before, name, value, 422, faults=faults)
    try:
        draft.keep(edited)
    except ChangedMeanwhile:
        return _form(draft, before, name, value, 409, changed_meanwhile=True)
    return to_outline(draft, f"c-{name}")


def _edited(draft: Draft, before: str, name: str, value: str) -> Edited:
    if before:
        return change_calculated(draft.tables, before, name, value)
    return add_calculated(draft.tables, name, value)


def _form(draft: Draft, before: str, name: str, value: str, status: int = 200, **more: Any) -> Response:
    shown = render_template(
        "write/calculated.html",
        draft=draft,
        before=before,
        name=name,
        value=value,
        meaning=meaning(draft.tables, value),
        can_use=can_use(draft.tables, before),
        problems=[each for each in draft.problems if before and each.calculated == before],
        **{"faults": {}, **more},
    )
    return make_response(shown, status)
