"""A new survey from a table of answers: for whoever has a spreadsheet, and no survey that it belongs to."""

import importlib
from typing import Any

from flask import Response, make_response, render_template, request

from safekeeping.guard import may, staff_blueprint, takes
from safekeeping.languages import gettext as _
from surveys.formats.losses import BadFile
from surveys.importing.import_pages import LARGEST
from surveys.writing.new_pages import begun, ways

bp = staff_blueprint("from_answers", __name__)


@bp.post("/write/new/answers")
@may("write")
@takes(LARGEST)
def from_answers() -> Response:
    """Begin with a draft whose questions are the columns. The answers are not kept; they are brought once it is
    published."""
    sent = request.files.get("answers")
    if sent is None or not sent.filename:
        return make_response(ways([_("No file was chosen. Choose one, then press the button again.")]), 422)
    reading: Any = importlib.import_module("surveys.importing.reading")
    drafting: Any = importlib.import_module("surveys.importing.drafting_questions")
    try:
        imported = drafting.draft_from(reading.read(sent.filename, sent.read()))
    except reading.Unreadable as fault:
        return make_response(ways([str(fault)]), 422)
    except BadFile as bad:
        return make_response(ways(bad.faults), 422)
    row = begun(imported.tables, _("began with the columns of a table"))
    return make_response(
        render_template("write/losses.html", losses=imported.losses, name=_("the table"), written_id=row.id.hex())
    )
