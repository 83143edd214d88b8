"""Questions of earlier surveys: looking through them, and asking one again."""

from flask import Response, make_response, render_template, request

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.bank import Banked, bank, for_reuse
from surveys.launching.publishing import all_versions
from surveys.writing.at_hand import AtHand, at_hand
from surveys.writing.editing import NotThere, add_question, called, page_named, pages
from surveys.writing.written import take_step

bp = staff_blueprint("bank", __name__)

LONGEST_SEARCH = 200
STEP = _("Question bank")
MEANWHILE = _("The survey was changed after you opened this page. Nothing was added. Look it over, then choose again.")


@bp.get("/collect/bank")
@may("write")
def overview() -> str:
    """Every question that was ever asked, to be read."""
    search = _search()
    return render_template("launch/bank_overview.html", banked=bank(all_versions(kept()), search), search=search)


@bp.get("/write/<written_id>/bank")
@may("write")
def choose_question(written_id: str) -> str:
    """The same, each with a way to ask it in this survey."""
    return _choose(at_hand(written_id))


def _choose(written: AtHand, problems: tuple[str, ...] = (), done: str = "") -> str:
    search = _search()
    return render_template(
        "launch/bank.html",
        step=STEP,
        written=written,
        banked=bank(all_versions(kept()), search),
        search=search,
        pages=[(str(page.get("name", "")), called(page)) for page in pages(written.tables)],
        problems=problems,
        done=done,
    )


@bp.post("/write/<written_id>/bank")
@may("write")
def ask_again(written_id: str) -> Response:
    """Add a question, as it was asked last, to a page of this survey."""
    written, lineage = at_hand(written_id), request.form.get("lineage", "")
    chosen = next((each for each in bank(all_versions(kept())) if each.lineage == lineage), None)
    try:
        page = page_named(written.tables, request.form.get("page", ""))
    except NotThere:
        page = None
    if chosen is None or page is None:
        problem = _("Choose a page to put the question on. Nothing was added.")
        return make_response(_choose(written, (problem,)), 422)
    if request.form.get("seen") != str(written.row.at):
        return make_response(_choose(written, (_(MEANWHILE),)), 422)
    left = _ask(written, chosen, str(page["name"]))
    return make_response(_choose(at_hand(written_id), done=_said(chosen, called(page), left)))


def _ask(written: AtHand, chosen: Banked, page: str) -> list[str]:
    """Put the question on the page. Returns what could not come along."""
    newest = chosen.newest
    question, left = for_reuse(newest.version, newest.question, written.tables)
    tables, what = add_question(written.tables, page, question)
    take_step(kept(), written.row, tables, _("{what} from the question bank", what=what))
    return left


def _said(chosen: Banked, page: str, left: list[str]) -> str:
    asked = chosen.newest.question.wording["default"]
    added = _("“{question}” was added to the page “{page}”.", question=asked, page=page)
    return " ".join([added, _("Left behind: {parts}.", parts="; ".join(left))]) if left else added


def _search() -> str:
    return request.values.get("search", "").strip()[:LONGEST_SEARCH]
