"""Collect: what is being asked, where, and how many have answered; and what is being written."""

from flask import render_template

from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from surveys.definition.published import definition_of
from surveys.intake.aside import aside_count
from surveys.intake.progress import came
from surveys.managing.set_aside_pages import said_count
from surveys.writing.at_hand import AtHand, drafts_for, published_for
from surveys.writing.written import tables_of

bp = staff_blueprint("collect", __name__)


@bp.get("/collect")
@may("collect")
def collect() -> str:
    """Each published survey, its address and about how many have answered; no times, no newest first. Then drafts."""
    rows = [(row, definition_of(row), came(kept(), row.id)) for row in published_for("collect")]
    drafts = [AtHand(row, tables_of(kept(), row)) for row in drafts_for("write")]
    aside = {row.id: said_count(aside_count(kept(), row.id)) for row, _, _ in rows}
    return render_template(
        "desk/collect.html", rows=rows, aside=aside, drafts=sorted(drafts, key=lambda draft: draft.title)
    )
