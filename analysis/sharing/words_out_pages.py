"""The key-holder's page: whether everything that people wrote may leave this server, for coding elsewhere.

Two people decide: an analyst asks, a key-holder agrees, and they are never the same person.
"""

from dataclasses import dataclass

from flask import Response, abort, g, make_response, redirect, render_template, request, url_for

from analysis.exchange.forms import CODED_FORMS
from analysis.sharing.formats import FORMS
from analysis.sharing.made_files import Export, export_of, exports_of
from analysis.sharing.wave import Wave
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.jobs import enqueue
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("words_out", __name__)

DONE = {
    "agreed": _("You agreed. The file is being made, and whoever asked can fetch it for a day."),
    "refused": _("You did not agree. Nothing leaves this server."),
}
OWN = _("You asked for this yourself. Somebody else has to agree.")


@dataclass(frozen=True)
class Wish:
    """A wish for everything people wrote: of which wave, whose it is, and in which forms."""

    export: Export
    wave: Wave
    asked_by: str

    @property
    def forms(self) -> list[str]:
        """What the file would hold beside the words."""
        every = FORMS | CODED_FORMS
        return [_(every[name].name) for name in self.export.forms if name in every]

    @property
    def has_codings(self) -> bool:
        """Whether the words go along with what was decided about them."""
        return any(name in CODED_FORMS for name in self.export.forms)


@bp.get("/share/<address>/words")
@may("let words out")
def look(address: str) -> str:
    """What is asked for."""
    return _page(published_at(kept(), address), done=_done(request.args.get("done", "")))


def _done(what: str) -> str:
    return _(DONE[what]) if what in DONE else ""


def _page(row: PublishedSurvey, done: str = "", wrong: str = "") -> str:
    wishes = [
        Wish(export, wave, kept().get_one(Staff, export.asked_by).name)
        for export, wave in exports_of(kept(), row.id)
        if export.waits
    ]
    return render_template(
        "share/words_out.html", survey=definition_of(row), wishes=wishes, done=done, wrong=wrong, me=g.person.id
    )


@bp.post("/share/<address>/words")
@may("let words out")
def decide(address: str) -> Response:
    """Agree to one wish, or do not."""
    row = published_at(kept(), address)
    answer, _colon, name = request.form.get("do", "").partition(":")
    if answer not in DONE:
        abort(400)
    export, wave = _wish(row, name)
    if answer == "refused":
        kept().delete(export)
    elif export.asked_by == g.person.id:
        return make_response(_page(row, wrong=_(OWN)), 422)
    else:
        export.agreed_by = g.person.id
        note("let words out", address, wave=wave.number)
        enqueue(kept(), "export", export.id.hex(), turn=row.id.hex())
    return make_response(redirect(url_for("words_out.look", address=address, done=answer), 303))


def _wish(row: PublishedSurvey, name: str) -> tuple[Export, Wave]:
    try:
        found = export_of(kept(), row.id, bytes.fromhex(name))
    except ValueError:
        abort(404)
    return found if found[0].waits else abort(404)
