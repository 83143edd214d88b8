"""Collect: what is being asked, where, and how many have answered."""

from flask import render_template

from safekeeping.database import kept
from safekeeping.sign_in import may, staff_blueprint
from surveys.definition.published import definition_of, published
from surveys.intake.read import kept_count

bp = staff_blueprint("collect", __name__)


@bp.get("/collect")
@may("collect")
def collect() -> str:
    """Each published survey with its address and how many answers are kept. No times, no newest first."""
    rows = [(definition_of(row), kept_count(kept(), row.id)) for row in published(kept())]
    return render_template("desk/collect.html", rows=rows)
