"""Evidence packs: one document for each section, made when it is asked for, so that no copy of a quote lies here."""

from flask import Response, abort, current_app, g, render_template, request

from analysis.quoting.ledger import note_use
from analysis.reading.read_pages import reading_session
from analysis.reporting.formats import FORMS
from analysis.revision.cycle_here import cycle_here
from analysis.revision.cycles import surveys_of
from analysis.revision.pack_gathering import gather_pack, quotes_in
from analysis.revision.pack_report import Pack, pack_report
from analysis.revision.proposal_standing import WITHDRAWN, proposals_of
from analysis.revision.told_pages import read_cycle
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.organisations import Organisation
from surveys.definition.published import published_at

bp = staff_blueprint("packs", __name__)


@bp.get("/revise/<key>/packs")
@may("revise")
def look(key: str) -> str:
    """A pack for each section of the standard."""
    here = cycle_here(key)
    sections = {each.clause.id: each.section.id for each in here.text.walk()}
    standing = [each.row for each in proposals_of(kept(), here.row.id) if each.state != WITHDRAWN]
    return render_template(
        "revise/packs.html",
        here=here,
        surveys=surveys_of(kept(), here.row),
        counts={
            each.id: sum(sections.get(row.clause_id or row.parent_id) == each.id for row in standing)
            for each in here.text.clauses
        },
    )


@bp.post("/revise/<key>/packs")
@may("revise")
def make(key: str) -> Response:
    """Make a pack and hand it over. It is written while nothing is locked, so that nobody's answers wait for it."""
    with reading_session() as session:
        cycle = read_cycle(session, key)
        today = session.get_one(Organisation, g.person.organisation_id).local(steady_now()).date()
        keys, section = current_app.extensions["vault"], request.form.get("section", "")
        pack = gather_pack(session, keys, cycle, section, g.person.organisation, today)
        if section not in {each.id for each in pack.text.clauses}:
            abort(404)
        made = FORMS["docx"].write(pack_report(pack))
    number = pack.clauses()[0].clause.number
    _note_quotes(pack, number)
    note("made pack", f"{pack.text.name} {number}")
    response = Response(made, content_type=FORMS["docx"].kind)
    response.headers.set("Content-Disposition", "attachment", filename=f"{pack.text.name}-{number}-pack.docx")
    return response


def _note_quotes(pack: Pack, number: str) -> None:
    """That these quotes stand in a pack: the ledger says so when one of them is withdrawn."""
    for address, used in quotes_in(pack):
        survey = published_at(kept(), address)
        note_use(kept(), survey.id, used, f"evidence pack {number}", g.person.id, steady_now())
