"""Find: two consultations side by side."""

from flask import abort, current_app, render_template, request

from analysis.findings.estimates_kept import estimates_of
from analysis.findings.kept_tables import said
from analysis.findings.shown import ShownTable
from analysis.findings.waves.comparing import compare_waves, reasons
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from surveys.definition.published import PublishedSurvey, definition_of, published_at
from surveys.writing.at_hand import published_for

bp = staff_blueprint("compare", __name__)


@bp.get("/find/<address>/compare")
@may("find")
def compare(address: str) -> str:
    """The consultations to compare this one with, or, with `with` given, the comparison; that one is the earlier."""
    row = published_at(kept(), address)
    others = [each for each in published_for("find") if each.id != row.id]
    wanted = request.args.get("with", "")
    earlier = next((each for each in others if each.address == wanted), None)
    if wanted and earlier is None:
        abort(404)
    found = compare_waves(kept(), earlier, row, _shares) if earlier else None
    return render_template(
        "findings/compare.html",
        survey=definition_of(row),
        others=[(each.address, definition_of(each).title) for each in others],
        chosen=wanted,
        found=found,
        reasons=reasons(found) if found else [],
    )


def _shares(row: PublishedSurvey) -> ShownTable | None:
    """The shares of a survey by audience, as they were last made."""
    held = estimates_of(kept(), row.id, current_app.extensions["vault"])
    return said(held.tables[0]) if held and held.tables else None
