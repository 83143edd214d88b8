"""Bringing earlier answers: choose the file, say which column is which question, and what strange values mean."""

import importlib
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Response, abort, current_app, g, make_response, render_template, request

from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint, takes
from safekeeping.jobs import enqueue
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, as_open, definition_of
from surveys.definition.questions import OTHER
from surveys.definition.survey import AUDIENCE
from surveys.importing.at_import import Import, load_import, survey_for_import
from surveys.importing.brought import CALLED, MOST_ROWS
from surveys.importing.folding import fold
from surveys.importing.guessing import guess
from surveys.importing.plan import Plan, unmatched
from surveys.importing.slots import Slot, slots
from surveys.importing.taking import CHECK_JOB
from surveys.importing.waiting import CHECKING, TAKING, begin, fingerprint, keep_plan, taken, throw_away, waiting_of
from surveys.paper.sitting import Elsewhere, elsewhere, go_to

bp = staff_blueprint("importing", __name__)
bp.register_error_handler(Elsewhere, elsewhere)

#: Bytes of a form with a file; the fields around it take some hundred.
LARGEST = 10 * 1024 * 1024
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
#: Strange values listed at once; those that stand in fewer rows are left out.
MOST_LISTED = 200
SAID = {
    "taken": _("Taken in. The file is forgotten here. The answers wait with the others until they are shuffled."),
    "taking": _("Taken in when the list below has it. The file is then forgotten here."),
    "thrown": _("Thrown away. Nothing of the file is kept."),
    "gone": _("That file is not here any more: it was taken in or thrown away, or a day has passed."),
}
BUSY = _("A file that you brought is being taken in. Wait until it is done, then bring the next.")
NO_ROWS = _("{file} has a header and no rows with anything in them. Choose another file.")


@bp.get("/import/<address>")
@may("enter")
def start(address: str) -> str:
    """Choose a file, or go on with one that was brought before."""
    return _start(survey_for_import(address))


def _start(row: PublishedSurvey, fault: str = "") -> str:
    return render_template(
        "importing/start.html",
        survey=definition_of(row),
        address=row.address,
        waiting=waiting_of(kept(), row.id, g.person.id),
        taken=taken(kept(), row.id),
        said=_(SAID[said]) if (said := request.args.get("said", "")) in SAID else "",
        fault=fault,
        endings=ENDINGS,
        most_rows=MOST_ROWS,
    )


@bp.post("/import/<address>")
@may("enter")
@takes(LARGEST)
def bring(address: str) -> Response:
    """Read a file, and keep it sealed in place of one that this person did not finish."""
    row = survey_for_import(address)
    before = waiting_of(kept(), row.id, g.person.id)
    if any(each.state == TAKING for each in before):
        return _refused(row, _(BUSY))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(row, _("No file was chosen. Choose one, then press the button again."))
    content = sent.read()
    reading: Any = importlib.import_module("surveys.importing.reading")
    try:
        brought = reading.read(sent.filename, content)
    except reading.Unreadable as fault:
        return _refused(row, str(fault))
    if not brought.rows and not brought.unfinished:
        return _refused(row, _(NO_ROWS, file=brought.name))
    for each in before:
        throw_away(kept(), each)
    target = as_open(kept(), row)
    plan = Plan(target.version, datetime.now(UTC).date().isoformat(), guess(target.survey, brought))
    mark = fingerprint(current_app.extensions["vault"], row.id, content)
    waiting = begin(kept(), row, g.person.id, (brought, plan, mark), steady_now())
    return go_to("importing.columns", address=address, import_id=waiting.id.hex())


def _refused(row: PublishedSurvey, fault: str) -> Response:
    return make_response(_start(row, fault), 422)


@bp.get("/import/<address>/<import_id>")
@may("enter")
def columns(address: str, import_id: str) -> str:
    """Which column is which question, and who answered."""
    here = load_import(address, import_id)
    return _columns(here, here.plan.columns, here.plan.audience)


Faults = list[tuple[str, str]]


def _columns(here: Import, chosen: dict[int, str], audience: str, faults: Faults | None = None) -> str:
    brought = here.brought
    return render_template(
        "importing/columns.html",
        survey=here.survey,
        here=here,
        brought=brought,
        shape=CALLED[brought.shape],
        columns=list(zip(brought.columns, brought.filled(), strict=True)),
        slots=slots(here.survey),
        chosen=chosen,
        audience=audience,
        audiences=here.survey.audience_names() if len(here.survey.audiences) > 1 else {},
        faults=faults or [],
    )


@bp.post("/import/<address>/<import_id>")
@may("enter")
def place(address: str, import_id: str) -> Response:
    """Keep where the columns go, then ask what strange values mean."""
    here = load_import(address, import_id)
    if request.form.get("go") == "throw":
        throw_away(kept(), here.waiting)
        return go_to("importing.start", address=address, said="thrown")
    keys = {slot.key for slot in slots(here.survey)}
    asked = {number: request.form.get(f"c-{number}", "") for number in range(len(here.brought.columns))}
    chosen = {number: key for number, key in asked.items() if key}
    audience = request.form.get("audience", "")
    if not set(chosen.values()) <= keys or audience not in ("", *here.survey.audience_names()):
        abort(400)
    faults = _faults(here, chosen, audience)
    if faults:
        return make_response(_columns(here, chosen, audience, faults), 422)
    plan = Plan(here.plan.version, here.plan.day, chosen, audience, here.plan.values)
    keep_plan(kept(), here.row, here.waiting, plan)
    if unmatched(Import(here.row, here.waiting, here.opener).reader(), here.brought):
        return here.to("importing.values")
    return _try_out(here)


def _faults(here: Import, chosen: dict[int, str], audience: str) -> Faults:
    """What hinders this plan: the id of the field, and a sentence."""
    faults, first = [], dict[str, int]()
    for number, key in chosen.items():
        if key in first:
            names = here.brought.columns[first[key]], here.brought.columns[number]
            said = _("“{first}” and “{second}” go to the same place. Move one, or leave it out.")
            faults.append((f"c-{number}", said.format(first=names[0], second=names[1])))
        first.setdefault(key, number)
    if not set(chosen.values()) - {AUDIENCE}:
        faults.append(("c-0", _("No column goes to a question. Choose a question for at least one.")))
    if len(here.survey.audiences) > 1 and not audience and AUDIENCE not in chosen.values():
        faults.append(
            ("audience", _("It is not known who answered. Choose a column for it, or one audience for all rows."))
        )
    return faults


def _try_out(here: Import) -> Response:
    """On to the dry run; of a long file it is a job."""
    if here.is_long:
        here.waiting.state = CHECKING
        enqueue(kept(), CHECK_JOB, here.waiting.id.hex())
    return here.to("import_check.check")


@bp.get("/import/<address>/<import_id>/values")
@may("enter")
def values(address: str, import_id: str) -> str:
    """What is in columns of choices and on no list."""
    here = load_import(address, import_id)
    reader = here.reader()
    found = unmatched(reader, here.brought)
    rows = []
    for slot, text, times in found[:MOST_LISTED]:
        usual = OTHER if reader.written_out(slot) else ""
        now = here.plan.values.get(slot.key, {}).get(fold(text), usual)
        rows.append((slot, field_of(slot, text), text, times, reader.options(slot), now))
    beyond = max(0, len(found) - MOST_LISTED)
    return render_template("importing/values.html", survey=here.survey, here=here, rows=rows, beyond=beyond)


def field_of(slot: Slot, text: str) -> str:
    """The name of the field that asks what a text means: the same whichever other texts there are."""
    return f"v-{sha256(f'{slot.key} {fold(text)}'.encode()).hexdigest()[:16]}"


@bp.post("/import/<address>/<import_id>/values")
@may("enter")
def settle(address: str, import_id: str) -> Response:
    """Keep what strange values mean, then try the file out."""
    here = load_import(address, import_id)
    reader = here.reader()
    meant = {key: dict(said) for key, said in here.plan.values.items()}
    for slot, text, _times in unmatched(reader, here.brought)[:MOST_LISTED]:
        value = request.form.get(field_of(slot, text))
        if value is None:
            continue
        if value and value not in dict(reader.options(slot)):
            abort(400)
        meant.setdefault(slot.key, {})[fold(text)] = value
    plan = Plan(here.plan.version, here.plan.day, here.plan.columns, here.plan.audience, meant)
    keep_plan(kept(), here.row, here.waiting, plan)
    return _try_out(here)
