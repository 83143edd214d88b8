"""What calls for an earlier review: changes of law noted, thresholds watched, and how each is answered."""

from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from flask import Response, abort, g, make_response, render_template, request

from analysis.code_books.versions import edition_named
from analysis.findings.shown import ALL
from analysis.revision.cycle_here import CycleHere, cycle_here
from analysis.revision.cycles import surveys_of
from analysis.revision.earlier_review import (
    LONGEST_ADDRESS,
    LONGEST_TEXT,
    MOST,
    answer,
    note_law,
    set_threshold,
    sooner,
    triggers_of,
)
from analysis.revision.plan_pages import back, done_said, open_cycle
from analysis.revision.plans import plan_of, today_in
from analysis.revision.tables import LAW, THRESHOLD, ReviewTrigger
from analysis.revision.trigger_words import everyone_called, titles, trigger_said
from analysis.revision.typed_days import NoDay, read_day, read_number
from analysis.revision.watching import watch
from analysis.standard.edition import Edition, UnknownEdition
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.published import definition_of

bp = staff_blueprint("cycle_calls", __name__)
HERE = "cycle_calls.look"


@bp.get("/revise/<key>/plan/earlier")
@may("revise")
def look(key: str) -> Response:
    """All there is, and the forms that add more."""
    watch(cycle_here(key).row)
    return _page(cycle_here(key), {}, {})


def _page(here: CycleHere, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
    plan, today = plan_of(kept(), here.row), today_in(g.person.zone)
    rows, frame, audiences = triggers_of(kept(), here.row.id), _frame(here), _audiences(here)
    page = render_template(
        "revise/earlier.html",
        here=here,
        rows=rows,
        said={row.id: trigger_said(row, frame, audiences) for row in rows},
        sooner={row.id: sooner(row, here.row, plan, today) for row in rows if row.raised_on and not row.answered_on},
        codes=titles(frame),
        audiences=audiences,
        typed=typed,
        wrong=wrong,
        longest=LONGEST_TEXT,
        done=done_said(),
    )
    return make_response(page, 400 if wrong else 200)


def _frame(here: CycleHere) -> Edition | None:
    """The code book by which answers about the standard are coded, where there is one."""
    try:
        return edition_named(kept(), here.text.frame)
    except UnknownEdition:
        return None


def _audiences(here: CycleHere) -> dict[str, str]:
    """Everybody, and each audience of the surveys of the cycle: its code and what it is called."""
    found = {ALL: everyone_called()}
    for row in surveys_of(kept(), here.row):
        found |= definition_of(row).audience_names()
    return found


@bp.post("/revise/<key>/plan/earlier")
@may("revise")
def add(key: str) -> Response:
    """Note a change of law, or watch a threshold."""
    here, today = open_cycle(key), today_in(g.person.zone)
    if len(triggers_of(kept(), here.row.id)) >= MOST:
        full = _("There are {number} here already. Take away one that nobody needs any more.", number=MOST)
        return _page(here, dict(request.form.items()), {"text": full})
    kinds = {LAW: _add_law, THRESHOLD: _add_threshold}
    adding = kinds.get(request.form.get("kind", "")) or abort(400)
    wrong = adding(here, today)
    if wrong:
        return _page(here, dict(request.form.items()), wrong)
    note("review called", here.text.name, kind=request.form["kind"])
    return back(here, "noted", HERE)


def _add_law(here: CycleHere, today: date) -> dict[str, str]:
    text, address = " ".join(request.form.get("text", "").split()), request.form.get("address", "").strip()
    wrong, comes_on = dict(_law_faults(text, address)), None
    try:
        comes_on = read_day(request.form.get("comes_on", ""))
    except NoDay:
        wrong["comes_on"] = _("This is no day we can read. Write it as 1/3/2027, or leave it empty.")
    if not wrong:
        note_law(kept(), here.row, text, today, address=address, comes_on=comes_on, made_by=g.person.id)
    return wrong


def _law_faults(text: str, address: str) -> Iterator[tuple[str, str]]:
    if not text:
        yield "text", _("Say in a sentence what has changed.")
    elif len(text) > LONGEST_TEXT:
        said = _("This has {number} letters; at most {most} are kept.", number=len(text), most=LONGEST_TEXT)
        yield "text", said
    if address and not _is_link(address):
        yield "address", _("Give a whole address that begins with https://, or leave it empty.")


def _is_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = len(address) <= LONGEST_ADDRESS and address.isprintable() and " " not in address
    return plain and parts.scheme == "https" and bool(parts.hostname)


def _add_threshold(here: CycleHere, today: date) -> dict[str, str]:
    frame, wrong = _frame(here), dict[str, str]()
    code, audience = request.form.get("code", ""), request.form.get("audience", "")
    percent = read_number(request.form.get("percent", ""), 1, 100)
    if code not in titles(frame):
        wrong["code"] = _("Choose one of the sections or themes in the list.")
    if audience not in _audiences(here):
        wrong["audience"] = _("Choose one of the audiences in the list.")
    if percent is None:
        wrong["percent"] = _("Give a whole number from 1 to 100.")
    elif not wrong:
        set_threshold(kept(), here.row, code, audience, percent, g.person.id)
    return wrong


@bp.post("/revise/<key>/plan/earlier/<trigger_id>")
@may("revise")
def settle(key: str, trigger_id: str) -> Response:
    """Answer what calls for an earlier review with why it stays on its day; or stop watching a threshold."""
    here, today = open_cycle(key), today_in(g.person.zone)
    row = _row(here, trigger_id)
    if request.form.get("do") == "drop" and not row.raised_on:
        kept().delete(row)
        note("review answered", here.text.name, answer="dropped")
        return back(here, "dropped", HERE)
    why = " ".join(request.form.get(f"why-{trigger_id}", "").split())
    if not row.raised_on or not 0 < len(why) <= LONGEST_TEXT:
        said = _("Say in a few words why the review stays on its day, at most {most} letters.", most=LONGEST_TEXT)
        return _page(here, {f"why-{row.id.hex()}": why}, {f"why-{row.id.hex()}": said})
    answer(row, today, why)
    note("review answered", here.text.name, answer="stays")
    return back(here, "answered", HERE)


def _row(here: CycleHere, trigger_id: str) -> ReviewTrigger:
    rows = {row.id.hex(): row for row in triggers_of(kept(), here.row.id)}
    return rows.get(trigger_id) or abort(404)
