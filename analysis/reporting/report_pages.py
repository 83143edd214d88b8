"""Reports: choose parts, language and forms, have one made, fetch its files, delete it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.findings.tables import Findings
from analysis.reporting.composing import PARTS, PARTS_SAID
from analysis.reporting.formats import FORMS
from analysis.reporting.made_reports import (
    MadeReport,
    ReportFile,
    delete_reports,
    files_of,
    report_of,
    reports_of,
)
from analysis.sharing.made_files import opened_file
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.jobs import Job, enqueue, latest
from safekeeping.languages import at_the_desk, language, spoken
from safekeeping.languages import gettext as _
from safekeeping.vault import CannotOpen
from surveys.definition.published import GONE, PublishedSurvey, definition_of, published_at

bp = staff_blueprint("reports", __name__)

JOB = "report"
DONE = {
    "asked": _("The report is being made. Reload this page to see how far it is."),
    "lost": _(
        "That file is gone: the database was interrupted, and made files do not outlast that. No answer and no finding "
        "is lost. Delete the report and have it made again: it comes out the same."
    ),
    "deleted": _("The report is deleted. Copies that were fetched are where they were put."),
}
#: More of them than this would be a store, and this is a desk.
MOST_REPORTS = 50


@dataclass(frozen=True)
class Listed:
    """One report as its page lists it: what is in it, its files by form, and the job that makes it."""

    report: MadeReport
    parts: str
    language: str
    files: Sequence[tuple[str, str, int]]
    job: Job | None

    @property
    def state(self) -> str:
        """`ready`, `failed` or `making`."""
        if self.report.sealed:
            return "ready"
        return "failed" if self.job and self.job.state == "failed" else "making"


@bp.get("/find/<address>/reports")
@may("find")
def look(address: str) -> str:
    """The reports that were made, and what another one could hold."""
    done = request.args.get("done", "")
    return _page(published_at(kept(), address), done=_(DONE[done]) if done in DONE else "")


def _page(row: PublishedSurvey, done: str = "", wrong: str = "") -> str:
    typed = request.form if request.method == "POST" else None
    found = reports_of(kept(), row.id)
    files = files_of(kept(), [each.id for each in found])
    return render_template(
        "reports/reports.html",
        row=row,
        survey=definition_of(row),
        gone=row.state in GONE,
        anything=kept().get(Findings, row.id) is not None,
        reports=[_listed(each, files[each.id]) for each in found],
        parts={key: _(said) for key, said in PARTS_SAID.items()},
        forms=FORMS,
        languages=[spoken(tag) for tag in at_the_desk()],
        chosen_parts=typed.getlist("part") if typed else list(PARTS),
        chosen_forms=typed.getlist("form") if typed else ["html", "pdf"],
        chosen_language=typed.get("language") if typed else language(),
        done=done,
        wrong=wrong,
    )


def _listed(report: MadeReport, files: dict[str, ReportFile]) -> Listed:
    there = [(form, _(FORMS[form].name), files[form].length) for form in FORMS if form in files]
    job = None if report.sealed else latest(kept(), JOB, report.id.hex())
    return Listed(
        report, ", ".join(_(PARTS_SAID[each]) for each in report.parts), spoken(report.language).name, there, job
    )


@bp.post("/find/<address>/reports")
@may("find")
def ask(address: str) -> Response:
    """Have a report made."""
    row = published_at(kept(), address)
    parts = [key for key in PARTS if key in request.form.getlist("part")]
    forms = [key for key in FORMS if key in request.form.getlist("form")]
    tag = request.form.get("language", "")
    if tag not in at_the_desk():
        abort(400)
    wrong = _why_not(row, parts, forms)
    if wrong:
        return make_response(_page(row, wrong=wrong), 422)
    asked = MadeReport(
        survey_id=row.id, parts=parts, forms=forms, language=tag, asked_by=g.person.id, asked_at=steady_now()
    )
    kept().add(asked)
    kept().flush()
    enqueue(kept(), JOB, asked.id.hex(), turn=row.id.hex())
    note("asked for report", address, forms="+".join(forms))
    return _back(address, "asked")


def _why_not(row: PublishedSurvey, parts: Sequence[str], forms: Sequence[str]) -> str:
    if row.state in GONE or kept().get(Findings, row.id) is None:
        return _("There are no findings to report yet. They are made when the first answers have come in.")
    if not parts:
        return _("Tick at least one part for the report.")
    if not forms:
        return _("Tick at least one form for its files.")
    if len(reports_of(kept(), row.id)) >= MOST_REPORTS:
        return _("There are {number} reports here. Delete some that nobody needs any more.", number=MOST_REPORTS)
    return ""


@bp.get("/find/<address>/reports/<report_id>/<form>")
@may("find")
def fetch(address: str, report_id: str, form: str) -> Response:
    """One file of a report; each time is in the trail."""
    row = published_at(kept(), address)
    report = _report(row, report_id)
    file = files_of(kept(), [report.id])[report.id].get(form)
    if file is None or form not in FORMS:
        abort(404)
    try:
        pieces = opened_file(current_app.extensions["drafts_engine"], file, current_app.extensions["vault"].office)
    except CannotOpen:  # a crash of the database empties the store that it was in
        return _back(address, "lost")
    note("fetched report", address, form=form)
    response = Response(pieces, content_type=FORMS[form].kind)
    name = f"{row.address}-report-{report.asked_at:%Y-%m-%d}.{FORMS[form].ending}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Content-Length"] = str(file.length)
    return response


@bp.post("/find/<address>/reports/<report_id>/delete")
@may("find")
def remove(address: str, report_id: str) -> Response:
    """Delete a report and its files."""
    row = published_at(kept(), address)
    delete_reports(kept(), [_report(row, report_id).id])
    note("deleted report", address)
    return _back(address, "deleted")


def _report(row: PublishedSurvey, report_id: str) -> MadeReport:
    try:
        return report_of(kept(), row.id, bytes.fromhex(report_id))
    except ValueError:
        abort(404)


def _back(address: str, done: str) -> Response:
    return make_response(redirect(url_for("reports.look", address=address, done=done), 303))
