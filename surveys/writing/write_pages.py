"""Writing a survey: its outline, moving and deleting its parts, undoing, and giving it up."""

from flask import Response, abort, make_response, render_template, request

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from surveys.writing.calculating import CALCULATED_ACTS, worked_out
from surveys.writing.draft import Draft, open_draft, or_404, seen_step, to_outline
from surveys.writing.editing import PAGE_ACTS, QUESTION_ACTS, Edited, Tables, add_page, pages, questions
from surveys.writing.outline import EASY, glances, minutes_of
from surveys.writing.plain_wording import said
from surveys.writing.written import ChangedMeanwhile, can_redo, can_undo, redo, stop_writing, undo

bp = staff_blueprint("write", __name__)

#: Where the outline says what was done last, and offers to undo it.
STEPS = "steps"


@bp.get("/write/<written_id>")
@may("write")
def outline(written_id: str) -> str:
    """The whole survey at a glance, what is wrong with it, and what can be done."""
    return _outline(open_draft(written_id))


def _outline(draft: Draft, changed_meanwhile: bool = False) -> str:
    return render_template(
        "write/outline.html",
        draft=draft,
        public_title=said(draft.tables.get("public_title")),
        pages=glances(draft.tables, draft.problems),
        minutes=minutes_of(draft.tables),
        calculated=worked_out(draft.tables),
        easy=EASY,
        undoing=can_undo(kept(), draft.row),
        redoing=can_redo(kept(), draft.row),
        changed_meanwhile=changed_meanwhile,
    )


def _step(draft: Draft, edited: Edited, part: str) -> Response:
    """Take the step and go on at `part`; where somebody else was faster, show what is there now."""
    try:
        draft.keep(edited)
    except ChangedMeanwhile:
        return _changed(draft)
    return to_outline(draft, part)


def _changed(draft: Draft) -> Response:
    return make_response(_outline(draft, changed_meanwhile=True), 409)


@bp.post("/write/<written_id>/undo")
@may("write")
def undo_step(written_id: str) -> Response:
    """Take the last step back."""
    draft = open_draft(written_id)
    if seen_step() != draft.step:
        return _changed(draft)
    undo(kept(), draft.row)
    return to_outline(draft, STEPS)


@bp.post("/write/<written_id>/redo")
@may("write")
def redo_step(written_id: str) -> Response:
    """Do again what was undone last."""
    draft = open_draft(written_id)
    if seen_step() != draft.step:
        return _changed(draft)
    redo(kept(), draft.row)
    return to_outline(draft, STEPS)


@bp.post("/write/<written_id>/page")
@may("write")
def new_page(written_id: str) -> Response:
    """A page more, at the end."""
    draft = open_draft(written_id)
    tables, what = add_page(draft.tables, request.form.get("title", "").strip())
    return _step(draft, (tables, what), f"p-{pages(tables)[-1]['name']}")


@bp.post("/write/<written_id>/page/<page>/do")
@may("write")
def act_on_page(written_id: str, page: str) -> Response:
    """Move or delete a page."""
    draft, do = open_draft(written_id), request.form.get("do", "")
    if do not in PAGE_ACTS:
        abort(400)
    if seen_step() != draft.step:
        return _changed(draft)
    return _step(draft, or_404(PAGE_ACTS[do], draft.tables, page), STEPS if do == "delete" else f"p-{page}")


@bp.post("/write/<written_id>/question/<question>/do")
@may("write")
def act_on_question(written_id: str, question: str) -> Response:
    """Move, duplicate or delete a question."""
    draft, do = open_draft(written_id), request.form.get("do", "")
    if do not in QUESTION_ACTS:
        abort(400)
    if seen_step() != draft.step:
        return _changed(draft)
    edited = or_404(QUESTION_ACTS[do], draft.tables, question)
    return _step(draft, edited, _acted_on(draft.tables, edited[0], question))


@bp.post("/write/<written_id>/calculated/<name>/do")
@may("write")
def act_on_calculated(written_id: str, name: str) -> Response:
    """Delete a value that is worked out from answers."""
    draft, do = open_draft(written_id), request.form.get("do", "")
    if do not in CALCULATED_ACTS:
        abort(400)
    if seen_step() != draft.step:
        return _changed(draft)
    return _step(draft, or_404(CALCULATED_ACTS[do], draft.tables, name), STEPS)


def _acted_on(before: Tables, after: Tables, question: str) -> str:
    """Where to go on: at the copy, at the question itself, or where its deletion can be undone."""
    known = {each["name"] for each in questions(before)}
    names = [each["name"] for each in questions(after)]
    copies = [name for name in names if name not in known]
    return f"q-{(copies or [question])[0]}" if copies or question in names else STEPS


@bp.get("/write/<written_id>/forget")
@may("write")
def ask_to_forget(written_id: str) -> str:
    """Ask before a survey that is being written is given up."""
    return render_template("write/forget.html", draft=open_draft(written_id))


@bp.post("/write/<written_id>/forget")
@may("write")
def forget(written_id: str) -> Response:
    """Give up a survey that is being written, with all its steps. A trial must have ended before."""
    draft = open_draft(written_id)
    if draft.row.trial_id is not None:
        return make_response(render_template("write/forget.html", draft=draft), 409)
    stop_writing(kept(), draft.row)
    return make_response(render_template("write/forgotten.html", title=draft.title))
