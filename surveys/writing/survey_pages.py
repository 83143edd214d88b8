"""Writing what belongs to no single question: a page, and the survey itself."""

from typing import Any

from flask import Response, abort, make_response, render_template, request

from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import LANGUAGES
from surveys.definition.survey import KEEP_MONTHS
from surveys.writing.asked_when import named, said_in_words
from surveys.writing.audience_names import BadAudienceName, rename_audiences
from surveys.writing.condition_form import ADD, ConditionForm, condition_added
from surveys.writing.draft import Draft, open_draft, or_404, standards, to_outline
from surveys.writing.editing import Edited, Tables, change_page, change_survey, page_named
from surveys.writing.plain_wording import texts
from surveys.writing.question_form import Malformed, Typed
from surveys.writing.survey_form import (
    paragraphs,
    quoting_chosen,
    quoting_offered,
    read_page,
    read_paragraphs,
    read_survey,
    short_names,
    to_fill_in,
    with_audience_question,
)
from surveys.writing.survey_rows import act_on_rows
from surveys.writing.written import ChangedMeanwhile

bp = staff_blueprint("survey", __name__)


@bp.route("/write/<written_id>/page/<page>", methods=["GET", "POST"])
@may("write")
def edit_page(written_id: str, page: str) -> Response:
    """The form of a page: its title, who comes to it and when."""
    draft = open_draft(written_id)
    kept = or_404(page_named, draft.tables, page)
    if request.method == "GET":
        return _page_form(draft, kept, ConditionForm(named(draft.tables, on_page=page)))
    try:
        return _page_sent(draft, kept, Typed(request.form, draft.audiences))
    except Malformed:
        abort(400)


def _page_sent(draft: Draft, kept: Tables, typed: Typed) -> Response:
    changes, names = read_page(typed, kept), named(draft.tables, on_page=kept["name"])
    when = ConditionForm(names)
    if typed.text("do") == ADD:
        changes["relevant"], when = condition_added(typed, changes["relevant"] or "", names)
        focus = "when-value" if when.fault else "relevant"
        return _page_form(draft, kept | changes, when, 422 if when.fault else 200, focus=focus)
    try:
        draft.keep(change_page(draft.tables, kept["name"], changes))
    except ChangedMeanwhile:
        return _page_form(draft, kept | changes, when, 409, changed_meanwhile=True)
    return to_outline(draft, f"p-{kept['name']}")


def _page_form(draft: Draft, page: Tables, when: ConditionForm, status: int = 200, **more: Any) -> Response:
    shown = render_template(
        "write/page.html",
        draft=draft,
        page=page,
        when=when,
        in_words=said_in_words(page.get("relevant"), when.names),
        texts=texts,
        problems=[each for each in draft.problems if each.page == page["name"] and not each.question],
        **more,
    )
    return make_response(shown, status)


@bp.route("/write/<written_id>/settings", methods=["GET", "POST"])
@may("write")
def edit_survey(written_id: str) -> Response:
    """The form of the survey: titles, address, first words, audiences, languages."""
    draft = open_draft(written_id)
    if request.method == "GET":
        return _survey_form(draft, draft.tables)
    try:
        return _survey_sent(draft, request.form.get("do") or "save")
    except Malformed:
        abort(400)


def _survey_sent(draft: Draft, do: str) -> Response:
    """Save, or do what another button says and show the form as typed. Raises `Malformed`."""
    form, focus = (request.form, "") if do == "save" else act_on_rows(request.form, do)
    typed = Typed(form, draft.audiences)
    changes, names = read_survey(typed, draft.tables, standards()), short_names(typed)
    as_typed: dict[str, Any] = {"rows": read_paragraphs(typed, draft.tables), "names": names}
    if do != "save":
        return _survey_form(draft, draft.tables | changes, focus=focus, **as_typed)
    try:
        draft.keep(_survey_edited(draft.tables, changes, names))
    except BadAudienceName as why:
        at = [each["name"] for each in changes["audience"]].index(why.audience)
        as_typed |= {"bad_name": str(why), "bad_at": f"audience-{at}-name"}
        return _survey_form(draft, draft.tables | changes, 422, **as_typed)
    except ChangedMeanwhile:
        return _survey_form(draft, draft.tables | changes, 409, changed_meanwhile=True, **as_typed)
    return to_outline(draft, "main")


def _survey_edited(tables: Tables, changes: Tables, names: dict[str, str]) -> Edited:
    """The tables with these changes, and the audiences under their new short names. Raises `BadAudienceName`."""
    changed, what = change_survey(tables, _as_by_default(tables, changes))
    still = {each["name"] for each in changed["audience"]}
    renamed, said = rename_audiences(changed, {was: new for was, new in names.items() if was in still})
    return with_audience_question(renamed), said if said and changed == tables else what


def _as_by_default(tables: Tables, changes: Tables) -> Tables:
    """The changes without what only says what holds anyway."""
    defaults = {"language": "en", "standard": "mdan", "keep_months": KEEP_MONTHS}
    same = {key for key, value in defaults.items() if changes.get(key) == value and key not in tables}
    absent = {key for key, value in changes.items() if value is None and key not in tables}
    return {key: value for key, value in changes.items() if key not in same | absent}


def _survey_form(draft: Draft, survey: Tables, status: int = 200, rows: Any = None, **more: Any) -> Response:
    shown = render_template(
        "write/survey.html",
        draft=draft,
        survey=survey,
        paragraphs=to_fill_in(paragraphs(survey) if rows is None else rows),
        standard_options=[(name, standard.title) for name, standard in standards().items()],
        language_options=[(tag, language.name) for tag, language in LANGUAGES.items()],
        language_names={tag: language.name for tag, language in LANGUAGES.items()},
        keep_months=KEEP_MONTHS if survey.get("keep_months") is None else survey["keep_months"],
        quoting=quoting_offered(draft.tables),
        quoting_chosen=quoting_chosen(survey),
        texts=texts,
        names=more.pop("names", {}),
        problems=[each for each in draft.problems if not each.page],
        **more,
    )
    return make_response(shown, status)
