"""Writing one question: choosing its kind, and its form."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from surveys.definition.bank import NOT_BANKED
from surveys.expression.words import Named
from surveys.writing.asked_when import named, said_in_words
from surveys.writing.condition_form import ADD, ConditionForm, condition_added
from surveys.writing.draft import Draft, open_draft, or_404, to_outline
from surveys.writing.earlier_waves import asked_before, lineages_offered
from surveys.writing.editing import (
    Edited,
    NotThere,
    Tables,
    add_question,
    change_question,
    move_to_page,
    page_named,
    page_with,
    pages,
    question_named,
    questions,
)
from surveys.writing.kinds import KINDS_OFFERED, by_group
from surveys.writing.plain_wording import said, texts
from surveys.writing.question_fields import FIELDS, begun, fields_of
from surveys.writing.question_form import Malformed, Typed, marks_said, read_question
from surveys.writing.question_groups import groups
from surveys.writing.question_rows import LISTS, Filled, act, as_question, filled_from, row_called
from surveys.writing.renaming import BadName, rename_question
from surveys.writing.written import ChangedMeanwhile

bp = staff_blueprint("question", __name__)


@dataclass(frozen=True)
class Asked:
    """A question whose form is open: as it is kept (or begun), and the page it is on. `name` is empty for a new one,
    `gone` true where somebody deleted it while the form was open."""

    draft: Draft
    before: Tables
    page: str
    name: str = ""
    gone: bool = False

    @property
    def names(self) -> dict[str, Named]:
        """The questions that its condition may ask for: those before it."""
        if self.name and not self.gone:
            return named(self.draft.tables, before=self.name)
        behind = [page["name"] for page in pages(self.draft.tables)]
        at = behind.index(self.page) + 1
        return named(self.draft.tables, on_page=behind[at] if at < len(behind) else "")


@bp.get("/write/<written_id>/page/<page>/add")
@may("write")
def choose_kind(written_id: str, page: str) -> str:
    """The kinds of question, by what people see of them."""
    draft = open_draft(written_id)
    on = or_404(page_named, draft.tables, page)
    kinds = by_group([each.get("kind", "") for each in questions(draft.tables)])
    return render_template("write/kinds.html", draft=draft, page=page, title=said(on.get("title")), groups=kinds)


@bp.route("/write/<written_id>/page/<page>/add/<kind>", methods=["GET", "POST"])
@may("write")
def add(written_id: str, page: str, kind: str) -> Response:
    """The form of a new question; it is kept when it is saved for the first time."""
    if kind not in KINDS_OFFERED:
        abort(404)
    draft = open_draft(written_id)
    return _answer(Asked(draft, begun(kind), or_404(page_named, draft.tables, page)["name"]))


@bp.route("/write/<written_id>/question/<question>", methods=["GET", "POST"])
@may("write")
def edit(written_id: str, question: str) -> Response:
    """The form of a question."""
    draft = open_draft(written_id)
    try:
        found = question_named(draft.tables, question)
    except NotThere:
        return _answer(_gone(draft, question))
    if found.get("kind") not in KINDS_OFFERED:
        return make_response(render_template("write/unknown_kind.html", draft=draft, question=found), 422)
    return _answer(Asked(draft, found, page_with(draft.tables, question)["name"], question))


def _gone(draft: Draft, name: str) -> Asked:
    """A question that was deleted while somebody wrote on it: what they send is not lost."""
    kind, names = request.form.get("kind", ""), [page["name"] for page in pages(draft.tables)]
    if request.method == "GET" or kind not in KINDS_OFFERED or not names:
        abort(404)
    page = request.form.get("page", "")
    before = {**begun(kind), "name": name}
    return Asked(draft, before, page if page in names else names[-1], name, gone=True)


def _answer(asked: Asked) -> Response:
    lists = [name for name in fields_of(asked.before["kind"]) if name in LISTS]
    if request.method == "GET":
        return _form(asked, filled_from(asked.before, lists))
    try:
        return _sent(asked, Typed(request.form, asked.draft.audiences, asked.draft.sections))
    except Malformed:
        abort(400)


def _sent(asked: Asked, typed: Typed) -> Response:
    """Save, or do what another button says and show the form as typed."""
    filled, do = read_question(typed, asked.before), typed.text("do")
    _follow_wave(asked, filled, typed)
    if do in ("save", "again"):
        return _save(asked, typed, filled)
    if do == ADD:
        condition, when = condition_added(typed, filled.question.get("relevant", ""), asked.names)
        filled.question["relevant"] = condition
        focus = "when-value" if when.fault else "relevant"
        return _form(asked, filled, 422 if when.fault else 200, typed=typed, when=when, focus=focus)
    try:
        focus = act(filled, do, typed.text(f"{do}-lines"))
    except ValueError:
        abort(400)
    return _form(asked, filled, typed=typed, focus=focus)


def _follow_wave(asked: Asked, filled: Filled, typed: Typed) -> None:
    """Note which question of an earlier wave it is. Raises `Malformed`."""
    lineage = typed.text("lineage")
    if not asked.gone and lineage not in dict(_lineages(asked)):
        raise Malformed("lineage")
    filled.question.pop("lineage", None)
    filled.question |= {"lineage": lineage} if lineage else {}


def _lineages(asked: Asked) -> list[tuple[str, str]]:
    """What can be chosen as the same question of an earlier wave; only nothing for kinds that are not compared."""
    own = asked.before.get("lineage", "")
    return lineages_offered({} if asked.before["kind"] in NOT_BANKED else asked_before(kept()), own)


def _save(asked: Asked, typed: Typed, filled: Filled) -> Response:
    try:
        edited, name = _edited(asked, typed, as_question(filled))
        asked.draft.keep(edited)
    except BadName as why:
        return _form(asked, filled, 422, typed=typed, bad_name=str(why))
    except ChangedMeanwhile:
        return _form(asked, filled, 409, typed=typed, changed_meanwhile=True)
    if typed.text("do") == "again":
        return make_response(redirect(url_for(".edit", written_id=asked.draft.id, question=name), 303))
    return to_outline(asked.draft, f"q-{name}")


def _edited(asked: Asked, typed: Typed, question: Tables) -> tuple[Edited, str]:
    """The tables with this question, what was done, and the name it has now. Raises `BadName` and `Malformed`."""
    page, name = typed.text("page") or asked.page, typed.text("name") or asked.name
    if page not in [each["name"] for each in pages(asked.draft.tables)]:
        raise Malformed("page")
    if asked.gone or not asked.name:
        return _added(asked.draft.tables, page, question)
    edited = change_question(asked.draft.tables, asked.name, question)
    if page != asked.page:
        edited = _also(asked, edited, move_to_page(edited[0], asked.name, page))
    if name != asked.name:
        edited = _also(asked, edited, rename_question(edited[0], asked.name, name))
    return edited, name


def _also(asked: Asked, first: Edited, then: Edited) -> Edited:
    """Both steps as one, called by the first that changed something."""
    return then[0], then[1] if first[0] == asked.draft.tables else first[1]


def _added(tables: Tables, page: str, question: Tables) -> tuple[Edited, str]:
    known = {each["name"] for each in questions(tables)}
    edited = add_question(tables, page, question)
    return edited, next(each["name"] for each in questions(edited[0]) if each["name"] not in known)


def _form(asked: Asked, filled: Filled, status: int = 200, *, typed: Typed | None = None, **more: Any) -> Response:
    """The form as filled in; `typed` holds what is no part of the question itself."""
    draft, kind = asked.draft, asked.before["kind"]
    when = more.pop("when", None) or ConditionForm(asked.names)
    page = render_template(
        "write/question.html",
        asked=asked,
        draft=draft,
        kind=KINDS_OFFERED[kind],
        question=filled.question,
        rows=filled.rows,
        lists=LISTS,
        groups=groups(kind, filled.question),
        pages=[(each["name"], said(each.get("title")) or each["name"]) for each in pages(draft.tables)],
        on_page=(typed.text("page") if typed else "") or asked.page,
        name=(typed.text("name") if typed else "") or asked.name,
        lineages=_lineages(asked),
        when=when,
        in_words=said_in_words(filled.question.get("relevant"), asked.names),
        problems=[each for each in draft.problems if asked.name and each.question == asked.name],
        fields=FIELDS,
        texts=texts,
        marks_said=marks_said,
        row_called=row_called,
        **more,
    )
    return make_response(page, status)
