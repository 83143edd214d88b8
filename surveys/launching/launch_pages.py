"""Before a survey is published, publishing it, trying it out, and what happens to it after."""

from datetime import UTC, datetime

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for

from safekeeping.database import commit_request, kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.rewriting import scrub
from surveys.definition.changes import Changes, changes
from surveys.definition.checklist import MUST, Checked, Item, blocks, checklist
from surveys.definition.load import BadSurvey, Fault
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.definition.survey import Survey
from surveys.launching import looking_over
from surveys.launching.looking_over import NotLookedOver
from surveys.launching.publishing import (
    NothingChanged,
    corrected,
    fault_against,
    publish_written,
)
from surveys.launching.trial_answers import trial_answers
from surveys.launching.trials import end_trial, start_trial, trial_of
from surveys.writing.at_hand import AtHand, at_hand
from surveys.writing.problems import FIELDS, problems

bp = staff_blueprint("launch", __name__)

LOOK_OVER, TRY = _("Check and publish"), _("Try it")
MEANWHILE = _(
    "The survey was changed after you opened this page. Nothing was published. Look it over, then publish it."
)
SECOND = _("A second person must look this over, and nothing was published. Ask for it on this page; {names} can.")
BLOCKED = _("Something must be mended before this can be published. Nothing was published, and nothing is lost.")
NO_CHANGE = _("This is the same as what is published, so there is nothing to publish. Nothing was changed.")


# Before publishing ---------------------------------------------------------------------------------


@bp.get("/write/<written_id>/launch")
@may("write")
def look_over(written_id: str) -> str:
    """The checklist, what changes against the published version, and the button to publish."""
    return _look_over(at_hand(written_id))


def _look_over(written: AtHand, faults: tuple[str, ...] = ()) -> str:
    live = corrected(kept(), written.row)
    items = _items(written)
    return render_template(
        "launch/look_over.html",
        step=LOOK_OVER,
        written=written,
        items=items,
        must=MUST,
        blocked=blocks(items),
        live=live,
        changes=_changes(live, written.survey),
        trial=trial_of(kept(), written.row),
        asked_by=looking_over.asked_by(kept(), written.row),
        seconds=looking_over.second_persons(kept(), g.person, written.row),
        problems=faults,
    )


def _items(written: AtHand) -> list[Item]:
    survey = written.survey
    if survey is None:
        found = problems(written.tables, written.faults)
        return [Item(MUST, each.part, _sentence(each.field, each.what), "", each.page, each.question) for each in found]
    fault = fault_against(kept(), written.row, survey)
    wrong = [Item(MUST, _(FIELDS[fault.place]).capitalize(), _sentence("", fault.what))] if fault else []
    return [*wrong, *checklist(Checked(survey, written.tables, current_app.extensions["standards"]()))]


def _sentence(field: str, what: str) -> str:
    said = f"{field}: {what}" if field else what
    return f"{said[:1].upper()}{said[1:]}."


def _changes(live: PublishedSurvey | None, survey: Survey | None) -> Changes | None:
    return changes(definition_of(live), survey) if live and survey else None


@bp.post("/write/<written_id>/launch")
@may("publish")
def publish(written_id: str) -> Response:
    """Publish what was looked over. Test answers are wiped with it."""
    written = at_hand(written_id)
    if request.form.get("seen") != str(written.row.at):
        return make_response(_look_over(written, (_(MEANWHILE),)), 422)
    survey = written.survey
    if survey is None or blocks(_items(written)):
        return make_response(_look_over(written, (_(BLOCKED),)), 422)
    had_trial, corrects = written.row.trial_id is not None, written.row.survey_id is not None
    try:
        seconded = looking_over.check_second_person(kept(), g.person, written.row)
        publish_written(kept(), current_app.extensions["vault"], written.row, survey, datetime.now(UTC))
    except NotLookedOver as alone:
        return make_response(_look_over(written, (_(SECOND, names=_names(alone.others)),)), 422)
    except NothingChanged:
        return make_response(_look_over(written, (_(NO_CHANGE),)), 422)
    except BadSurvey as bad:
        return make_response(_look_over(written, tuple(map(_fault_said, bad.located))), 422)
    note("corrected" if corrects else "published" if seconded else "published alone", survey.address)
    if had_trial:
        _wipe_traces()
    return make_response(redirect(url_for("running.history", address=survey.address, done="published"), 303))


@bp.post("/write/<written_id>/second")
@may("write")
def second_person(written_id: str) -> Response:
    """Ask a second person to look it over, or give it back to be worked on."""
    written = at_hand(written_id)
    wanted = request.form.get("do", "")
    if wanted == "ask":
        looking_over.ask(written.row, g.person)
        note("asked to look over", written.row.consultation_id.hex() if written.row.consultation_id else "")
    elif wanted == "back" and g.person.may("publish"):
        looking_over.send_back(written.row)
        note("sent back", written.row.consultation_id.hex() if written.row.consultation_id else "")
    else:
        abort(400)
    return make_response(redirect(url_for("launch.look_over", written_id=written_id), 303))


def _names(others: list[str]) -> str:
    return others[0] if len(others) == 1 else _("{names} or {last}", names=", ".join(others[:-1]), last=others[-1])


def _fault_said(fault: Fault) -> str:
    return _sentence("", fault.what)


def _wipe_traces() -> None:
    """What was deleted must be off the disk too, and only what is committed can be."""
    commit_request()
    scrub(current_app.extensions["engine"])
    scrub(current_app.extensions["vault"].store.engine)


# Trying it -----------------------------------------------------------------------------------------


@bp.get("/write/<written_id>/try")
@may("write")
def trial(written_id: str) -> str:
    """The trial that runs with its answers, or the way to start one."""
    return _trial(at_hand(written_id))


def _trial(written: AtHand, faults: tuple[str, ...] = (), done: str = "") -> str:
    running = trial_of(kept(), written.row)
    answers = trial_answers(kept(), current_app.extensions["vault"], running) if running else None
    return render_template(
        "launch/trial.html",
        step=TRY,
        written=written,
        trial=running,
        answers=answers,
        outgrown=bool(running and written.survey and definition_of(running) != written.survey),
        problems=faults,
        done=done,
    )


@bp.post("/write/<written_id>/try")
@may("write")
def start_or_end(written_id: str) -> Response:
    """Start a trial of the survey as it is now, or end the one that runs and wipe its answers."""
    written = at_hand(written_id)
    had_trial = written.row.trial_id is not None
    if request.form.get("do") == "end":
        end_trial(kept(), current_app.extensions["vault"], written.row)
        done = _("The trial is over. Its answers are wiped.")
    elif written.survey is None:
        to_mend = problems(written.tables, written.faults)
        shown = render_template("launch/not_yet.html", step=TRY, written=written, to_mend=to_mend)
        return make_response(shown, 422)
    else:
        start_trial(kept(), current_app.extensions["vault"], written.row, written.survey, datetime.now(UTC))
        done = _("The trial runs. Answer it yourself, and send its link to a few others.")
    if had_trial:
        _wipe_traces()
    return make_response(_trial(written, done=done))
