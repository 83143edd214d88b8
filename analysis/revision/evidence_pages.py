"""Revise: the evidence for each clause, on a map of all of them and clause by clause; and the documents beside it."""

from io import BytesIO
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound

from analysis.revision.clause_documents import (
    LONGEST,
    DocumentForm,
    add_document,
    change_document,
    document_of,
    read_document,
    remove_document,
)
from analysis.revision.clause_shown import clause_shown
from analysis.revision.cycle_here import CycleHere, clause_here, cycle_here
from analysis.revision.evidence_shown import EvidenceShown, evidence_shown, in_rows
from analysis.revision.evidence_sources import hidden_sources, sources_of
from analysis.revision.evidence_words import pair_said
from analysis.revision.heat_map import DIFFER, GAPS, sections_in
from analysis.revision.tables import ClauseDocument
from analysis.sharing.text_files import write_rows
from analysis.standard.clauses import PlacedClause
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault

bp = staff_blueprint("evidence", __name__)

ONLY_SAID = {
    "": _("All of them"),
    GAPS: _("Only gaps: where somebody was not asked"),
    DIFFER: _("Only sections where audiences differ"),
}


def _keys() -> Vault:
    keys: Vault = current_app.extensions["vault"]
    return keys


def _shown(here: CycleHere) -> EvidenceShown:
    sources = sources_of(kept(), _keys(), here.row)
    return evidence_shown(here.text, sources, request.args, here.row.stage)


@bp.get("/revise/<key>/evidence")
@may("revise")
def look(key: str) -> str:
    """All clauses against all audiences."""
    here = cycle_here(key)
    shown = _shown(here)
    return render_template(
        "revise/evidence.html",
        here=here,
        shown=shown,
        sections=sections_in(shown.rows),
        colours={each.id: number % 4 + 1 for number, each in enumerate(here.text.clauses)},
        hidden=hidden_sources(kept(), here.row, shown.sources),
        only_said={name: _(said) for name, said in ONLY_SAID.items()},
        pair_said=pair_said,
        file=url_for("evidence.rows", key=key, **_chosen()),
    )


def _chosen() -> dict[str, Any]:
    return {name: request.args[name] for name in ("of", "section", "stage", "only") if name in request.args}


@bp.get("/revise/<key>/evidence.csv")
@may("revise")
def rows(key: str) -> Response:
    """The same as a file for spreadsheets."""
    here = cycle_here(key)
    out = BytesIO()
    write_rows(out, in_rows(_shown(here)))
    response = make_response(out.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename=evidence-{here.text.name}.csv"
    return response


@bp.get("/revise/<key>/evidence/<clause_id>")
@may("revise")
def clause(key: str, clause_id: str) -> str:
    """Everything there is for one clause."""
    here = cycle_here(key)
    return _page(here, clause_here(here, clause_id))


def _page(here: CycleHere, placed: PlacedClause, **typed: Any) -> str:
    shown = clause_shown(kept(), _keys(), here.row, placed)
    return render_template(
        "revise/clause.html",
        here=here,
        shown=shown,
        hidden=hidden_sources(kept(), here.row, [each.source for each in shown.sides]),
        aims={each.code: each.title for each in here.text.aims},
        stages={each.code: each.title for each in here.text.stages},
        colour=[each.id for each in here.text.clauses].index(placed.section.id) % 4 + 1,
        propose=url_for("proposals.new", key=here.key, clause=placed.clause.id),
        longest=LONGEST,
        **{"form": DocumentForm(), "editing": "", **typed},
    )


@bp.post("/revise/<key>/evidence/<clause_id>/documents")
@may("revise")
def add(key: str, clause_id: str) -> str | Response | tuple[str, int]:
    """Add a document or a link to a clause."""
    here = cycle_here(key)
    placed = clause_here(here, clause_id)
    form = read_document(request.form)
    if form.wrong:
        return _page(here, placed, form=form), 400
    add_document(kept(), here.row, clause_id, form, g.person.id)
    return _done(here, placed, "add")


@bp.get("/revise/<key>/evidence/<clause_id>/documents/<document_id>")
@may("revise")
def document(key: str, clause_id: str, document_id: str) -> str:
    """A document, to be changed or removed."""
    here = cycle_here(key)
    row = _document(here, clause_id, document_id)
    return _document_page(here, clause_here(here, clause_id), row, DocumentForm(row.title, row.address, row.note))


@bp.post("/revise/<key>/evidence/<clause_id>/documents/<document_id>")
@may("revise")
def change(key: str, clause_id: str, document_id: str) -> str | Response | tuple[str, int]:
    """Say something else of a document, or take it away."""
    here = cycle_here(key)
    placed, row = clause_here(here, clause_id), _document(here, clause_id, document_id)
    if request.form.get("act") == "remove":
        remove_document(kept(), row)
        return _done(here, placed, "remove")
    form = read_document(request.form)
    if form.wrong:
        return _document_page(here, placed, row, form), 400
    change_document(row, form)
    return _done(here, placed, "change")


def _document(here: CycleHere, clause_id: str, document_id: str) -> ClauseDocument:
    try:
        return document_of(kept(), here.row, clause_here(here, clause_id).clause.id, document_id)
    except NoResultFound:
        abort(404)


def _document_page(here: CycleHere, placed: PlacedClause, row: ClauseDocument, form: DocumentForm) -> str:
    return render_template("revise/document.html", here=here, placed=placed, document=row, form=form, longest=LONGEST)


def _done(here: CycleHere, placed: PlacedClause, act: str) -> Response:
    note("clause documents", f"{here.text.name} {placed.clause.number}", part=act)
    back = url_for("evidence.clause", key=here.key, clause_id=placed.clause.id, _anchor="documents")
    return make_response(redirect(back, 303))
