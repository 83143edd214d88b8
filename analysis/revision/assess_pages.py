"""Self-assessment: a service says how far it meets a standard; all there are, one with its summary, its files."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.revision.assessment_here import AssessmentHere, all_here, assessment_here, today_here
from analysis.revision.self_assessing import OPEN, STATES, STATES_SAID
from analysis.revision.self_assessments import (
    LONGEST_SERVICE,
    begin_assessment,
    begin_next,
    finish,
    give_up,
)
from analysis.standard.clauses import StandardText
from analysis.standard.held_editions import editions_of, names_here
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext

bp = staff_blueprint("assess", __name__)

DONE = {
    "kept": _("What you said is kept."),
    "finished": _("It is finished. It stays as it is now, and the next one is compared with it."),
    "begun again": _(
        "The next one is begun. What you held as evidence and what you planned is taken over; how far each clause is "
        "met is yours to say anew."
    ),
    "given up": _("It is given up, and all that was said in it is gone."),
}
#: Ending of a file -> what it is.
FILES = {
    "docx": _("Word, to be read and handed in"),
    "xlsx": _("Workbook, to be sorted and filtered"),
    "csv": _("Plain rows, for other programs"),
}
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Offered:
    """What can be assessed: an edition of a standard, one of its stages or all of it."""

    text: StandardText
    stage: str
    title: str

    @property
    def key(self) -> str:
        """What names it in the form."""
        return f"{self.text.name}/{self.text.edition}/{self.stage}"


@bp.get("/assess")
@may("assess")
def listed() -> Response:
    """Every self-assessment of the organisation, and a form to begin one."""
    return _list_page({}, {})


def _list_page(faults: Mapping[str, str], typed: Mapping[str, str]) -> Response:
    seen = all_here()
    page = render_template(
        "assess/list.html",
        under_way=[each for each in seen if each.row.ended_on is None],
        finished=[each for each in seen if each.row.ended_on is not None],
        offered=_offered(),
        services=sorted({each.row.service for each in seen}),
        faults=faults,
        typed=typed,
        done=_done(),
    )
    return make_response(page, 400 if faults else 200)


def _done() -> str:
    done = request.args.get("done", "")
    return _(DONE[done]) if done in DONE else ""


def _offered() -> list[Offered]:
    """Everything that can be assessed; of each standard the newest edition first."""
    found = []
    for name in names_here(kept(), g.person.organisation_id):
        for held in reversed(editions_of(kept(), g.person.organisation_id, name)):
            found += _stages_offered(held.text)
    return found


def _stages_offered(text: StandardText) -> list[Offered]:
    if not text.lowest():
        return []
    stages = [Offered(text, each.code, each.title) for each in text.stages]
    return [Offered(text, "", _("All of it")), *stages]


@bp.post("/assess")
@may("assess")
def begin() -> Response:
    """Begin one for a service."""
    service, offered = " ".join(request.form.get("service", "").split()), _offered()
    chosen = next((each for each in offered if each.key == request.form.get("of")), None)
    faults = {}
    if not service:
        faults["service"] = _("Which service is it about? Write its name.")
    elif len(service) > LONGEST_SERVICE:
        faults["service"] = _("Shorten the name of the service to {number} characters.", number=LONGEST_SERVICE)
    if chosen is None:
        faults["of"] = _("Choose the standard it is to answer for.")
    if faults or chosen is None:
        return _list_page(faults, request.form)
    text, home = chosen.text, g.person.organisation_id
    row = begin_assessment(kept(), home, text.name, text.edition, service, stage=chosen.stage, made_by=g.person.id)
    note("assessment begun", text.name, edition=text.edition)
    return _to("assess.look", key=row.id.hex())


def _to(endpoint: str, **values: Any) -> Response:
    return make_response(redirect(url_for(endpoint, **values), 303))


@bp.get("/assess/<key>")
@may("assess")
def look(key: str) -> Response:
    """One of them: how far it is, section by section and stage by stage, what is not met, what changed."""
    return _look_page(assessment_here(key))


def _look_page(here: AssessmentHere, wrong: str = "") -> Response:
    page = render_template(
        "assess/look.html",
        here=here,
        files=FILES,
        wrong=wrong,
        done=_done(),
        states=STATES,
        said=STATES_SAID,
        answered=_answered(here),
    )
    return make_response(page, 422 if wrong else 200)


def _answered(here: AssessmentHere) -> str:
    return ngettext(
        "{done} of {number} clause answered",
        "{done} of {number} clauses answered",
        here.whole.total,
        done=here.whole.done,
    )


@bp.post("/assess/<key>/finish")
@may("assess")
def end(key: str) -> Response:
    """Finish it, once something is said of every clause."""
    here = assessment_here(key)
    if here.row.ended_on is not None:
        return _look_page(here, _("It was finished before, so nothing was changed."))
    if left := here.whole.counts[OPEN]:
        said = ngettext(
            "Nothing is said yet of {number} clause. Say how far it is met, then finish.",
            "Nothing is said yet of {number} clauses. Say how far they are met, then finish.",
            left,
        )
        return _look_page(here, said)
    finish(here.row, today_here())
    note("assessment finished", here.text.name, edition=here.text.edition)
    return _to("assess.look", key=key, done="finished")


@bp.post("/assess/<key>/next")
@may("assess")
def again(key: str) -> Response:
    """Begin the next one of the same service from this one."""
    here = assessment_here(key)
    if here.row.ended_on is None:
        return _look_page(here, _("Finish this one first. The next one begins where it ends."))
    made = begin_next(kept(), here.row, g.person.id)
    note("assessment begun", here.text.name, edition=here.text.edition)
    return _to("assess.look", key=made.id.hex(), done="begun again")


@bp.post("/assess/<key>/give-up")
@may("assess")
def drop(key: str) -> Response:
    """Forget one that was not finished."""
    here = assessment_here(key)
    if here.row.ended_on is not None:
        return _look_page(here, _("What is finished stays, so that it can be compared with the next one."))
    if request.form.get("sure") != "yes":
        return _look_page(here, _("Tick that you are sure. Until then all of it is still here."))
    give_up(kept(), here.row)
    note("assessment given up", here.text.name, edition=here.text.edition)
    return _to("assess.listed", done="given up")


@bp.get("/assess/<key>/file.<ending>")
@may("assess")
def as_file(key: str, ending: str) -> Response:
    """All that is said in it, as a file."""
    here = assessment_here(key)
    if ending not in FILES:
        abort(404)
    writers = importlib.import_module("analysis.revision.assessment_files")  # loads what writes Word files
    response = make_response(writers.WRITERS[ending](here, g.person.organisation))
    response.headers["Content-Type"] = MEDIA[ending]
    name = f"self-assessment-{here.text.name}-{here.row.ended_on or here.today}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    note("assessment fetched", here.text.name, form=ending)
    return response
